//! Names that the samples of the BeeIQ listener document expect to find. It prints no stage: those are the usual ones.

use domain::Result;
use domain::catalog::CatalogKind;
use domain::field::FieldEntity;
use store::Tx;

use super::{Custom, Group, Person, add_fields, add_labels, add_people, add_teams, member};

pub(super) const TAGS: &[&str] = &["webhook", "tag_1", "tag_2"];

pub(super) const DEAL_CATEGORIES: &[&str] = &["UI Design"];

pub(super) const PACKAGES: &[&str] = &["Goi A"];

pub(super) const SLAS: &[&str] = &["custom"];

/// Who sends, is permitted or is responsible in the samples; names invented.
pub(super) const PEOPLE: &[Person] = &[
    member("sender@example.com", "Người gửi"),
    member("sender2@example.com", "Người gửi 2"),
    member("you@example.com", "Người dùng mẫu"),
    member("an.nguyen@example.com", "Nguyễn An"),
    member("binh.le@example.com", "Lê Bình"),
    member("nhanvien1@example.com", "Nhân viên 1"),
    member("nhanvien2@example.com", "Nhân viên 2"),
];

/// Groups of permits, owners and tickets. `Nhom test` and `Nhóm Test` are two, as accents count.
pub(super) const TEAMS: &[Group] = &[
    Group { name: "Nhóm Test", number: None, members: &["an.nguyen@example.com"] },
    Group { name: "Nhom test", number: None, members: &["binh.le@example.com"] },
    Group { name: "Nhom 1", number: None, members: &["nhanvien1@example.com"] },
    Group { name: "Nhom 2", number: None, members: &["nhanvien2@example.com"] },
    Group { name: "Nhom A", number: None, members: &["nhanvien1@example.com"] },
    Group { name: "Nhom B", number: None, members: &["nhanvien2@example.com"] },
    Group { name: "Phong Kinh Doanh", number: None, members: &["sender@example.com"] },
];

/// Fields of customers as the samples name them; deals have fields of their own in the document, but none is named there.
pub(super) const FIELDS: &[Custom] = &[
    field(FieldEntity::Customer, "referred_by", "Referred By", "STRING"),
    field(FieldEntity::Deal, "referred_by", "Referred By", "STRING"),
    Custom {
        options: &[(1, "Dog"), (2, "Cat")],
        ..field(FieldEntity::Customer, "what_animal_do_you_like", "What animal do you like?", "CHECKBOX")
    },
    field(FieldEntity::Customer, "ngay_ban_nhap_hoc", "Ngày bạn nhập học?", "DATE"),
    field(FieldEntity::Customer, "name_01", "name_01", "STRING"),
    field(FieldEntity::Customer, "name_02", "name_02", "STRING"),
];

const fn field(entity: FieldEntity, code: &'static str, label: &'static str, kind: &'static str) -> Custom {
    Custom { entity, number: 0, code, label, kind, options: &[] }
}

/// Fills what the samples expect.
pub(super) fn fill(tx: &mut Tx<'_>) -> Result<()> {
    add_labels(tx, CatalogKind::Tag, TAGS)?;
    add_labels(tx, CatalogKind::DealCategory, DEAL_CATEGORIES)?;
    add_labels(tx, CatalogKind::Package, PACKAGES)?;
    add_labels(tx, CatalogKind::Sla, SLAS)?;
    add_people(tx, PEOPLE)?;
    add_teams(tx, TEAMS)?;
    add_fields(tx, FIELDS)
}
