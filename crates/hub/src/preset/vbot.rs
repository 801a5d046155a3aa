//! Codes that the samples of VBot's customer document take for granted.
//!
//! What its create samples make (`MA_TRANG_THAI`, `MA_KIEU`, `MA_NHOM`, `MA_THONG_TIN_KHACH_HANG`) and what its renaming
//! samples rename to (`…_NEW`) is left free, so that they succeed too. All labels but the group's are invented.

use domain::Result;
use domain::catalog::CatalogKind;
use domain::field::FieldEntity;
use store::Tx;

use super::{Custom, Item, add_fields, add_items, item};

/// `customer_status_code` and `status_no_old`.
pub(super) const STATUSES: &[Item] =
    &[item("Trạng thái khách hàng").code("MA_TRANG_THAI_KHACH_HANG"), item("Trạng thái cũ").code("MA_TRANG_THAI_OLD")];

/// `customer_type_code` and `type_no_old`.
pub(super) const TYPES: &[Item] =
    &[item("Loại khách hàng").code("MA_LOAI_KHACH_HANG"), item("Kiểu cũ").code("MA_KIEU_OLD")];

/// `customer_group_name`, which is a name; the code that is deleted, kept apart so that customers keep their group; and
/// `group_no_old`.
pub(super) const GROUPS: &[Item] = &[
    item("Ten_nhom_khach_hang"),
    item("Nhóm khách hàng").code("MA_NHOM_KHACH_HANG"),
    item("Nhóm cũ").code("MA_NHOM_KHACH_HANG_OLD"),
];

/// `field_key`, the code that is deleted, and `field_no_old`.
pub(super) const FIELDS: &[Custom] = &[
    text("THONG_TIN_KHAC", "Thông tin khác"),
    text("MA_TRUONG_THONG_TIN", "Trường thông tin"),
    text("MA_THONG_TIN_KHACH_HANG_OLD", "Thông tin cũ"),
];

/// A line of text that customers have.
const fn text(code: &'static str, label: &'static str) -> Custom {
    Custom { entity: FieldEntity::Customer, number: 0, code, label, kind: "STRING", options: &[] }
}

/// Fills what the samples take for granted.
pub(super) fn fill(tx: &mut Tx<'_>) -> Result<()> {
    add_items(tx, CatalogKind::Status, STATUSES)?;
    add_items(tx, CatalogKind::Type, TYPES)?;
    add_items(tx, CatalogKind::Group, GROUPS)?;
    add_fields(tx, FIELDS)
}
