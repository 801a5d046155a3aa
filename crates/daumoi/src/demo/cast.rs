//! Who plays in the example and with what: users, teams, custom fields and lists.

use domain::catalog::LeadStatusType;
use domain::customer::UserRef;
use domain::field::{Field, FieldEntity, FieldOption, FieldType};
use domain::funnel::Funnel;
use domain::listener::EmailTemplate;
use domain::{Actor, CatalogItem, CatalogKind, Dialect, Id, OrgId, Result, Role, Team};
use hub::catalog::NewItem;
use hub::users::NewUser;
use hub::{Hub, Tx, catalog, fields, funnels, leads, listeners, users};

use super::words::{STAFF, STYLES, TEAMS};

/// Everybody and everything that events name.
#[derive(Debug, Clone)]
pub struct Cast {
    users: Vec<UserRef>,
    /// Teams, in the order of the list.
    pub teams: Vec<Team>,
    /// Lead statuses: every one that the org has.
    pub lead_statuses: Vec<(CatalogItem, LeadStatusType)>,
    /// Deal stages, in order.
    pub deal_stages: Vec<CatalogItem>,
    /// Custom fields of customers and of leads.
    pub fields: Vec<Field>,
    /// Funnels that customers stand in.
    pub funnels: Vec<Funnel>,
}

impl Cast {
    /// The member of the staff at a place of the list.
    pub fn user(&self, place: usize) -> &UserRef {
        &self.users[place % self.users.len()]
    }

    /// The custom field with a code.
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }
}

/// Makes the cast in a new org.
pub fn assemble(hub: &Hub, org: OrgId, listener: i64) -> Result<Cast> {
    let actor = Actor { dialect: Dialect::Web, ..Actor::cli(org) };
    hub.write(actor, move |tx| {
        listeners::change(tx, listener, |listener| {
            listener.default_tag = Some("Form website".into());
            listener.contact_source = Some("Website".into());
            listener.lead_source = Some("Quảng cáo".into());
            // There is no mail server: these e-mails wait in the outbox.
            listener.email = Some(EmailTemplate {
                subject: "Cảm ơn {{ salutation }} {{ name }} đã liên hệ".into(),
                body: "Kính gửi {{ salutation }} {{ name }},\n\nChúng tôi đã nhận được thông tin và sẽ gọi lại trong giờ làm việc.\n\nNội thất Đầu Mối".into(),
            });
        })?;
        let users = staff(tx)?;
        let teams = teams(tx, &users)?;
        Ok(Cast {
            teams,
            lead_statuses: lead_statuses(tx)?,
            deal_stages: deal_stages(tx)?,
            fields: own_fields(tx)?,
            funnels: funnels::list(tx)?,
            users,
        })
    })
    .wait()
}

fn staff(tx: &mut Tx<'_>) -> Result<Vec<UserRef>> {
    let mut staff = Vec::new();
    for (place, (email, name, is_admin)) in STAFF.into_iter().enumerate() {
        let new = NewUser {
            email: format!("{email}@example.com"),
            name: name.into(),
            role: if is_admin { Role::Admin } else { Role::Member },
            staff_code: Some(format!("NV{:03}", place + 1)),
            number: None,
            password_hash: None,
        };
        let user = users::create(tx, &new)?;
        staff.push(UserRef { id: user.id, number: user.number, name: user.name, email: user.email });
    }
    Ok(staff)
}

fn teams(tx: &mut Tx<'_>, staff: &[UserRef]) -> Result<Vec<Team>> {
    let mut teams = Vec::new();
    for (name, members) in TEAMS {
        let team = users::team(tx, name)?;
        for member in members.iter().filter_map(|place| staff.get(*place)) {
            users::join_team(tx, team.id, member.id)?;
        }
        teams.push(team);
    }
    Ok(teams)
}

/// The org's lead statuses; each meaning that none of them has is added.
fn lead_statuses(tx: &mut Tx<'_>) -> Result<Vec<(CatalogItem, LeadStatusType)>> {
    let needed = [
        (LeadStatusType::First, "Mới", "1"),
        (LeadStatusType::Middle, "Đang liên hệ", "0"),
        (LeadStatusType::Converted, "Đã chuyển đổi", "2"),
        (LeadStatusType::Unqualified, "Không đạt", "3"),
    ];
    for (meaning, label, extra) in needed {
        let known = catalog::list(tx, CatalogKind::LeadStatus)?;
        if !known.iter().any(|status| leads::status_type(status) == meaning) {
            let new = NewItem { label, extra: Some(extra), ..NewItem::default() };
            catalog::create(tx, CatalogKind::LeadStatus, &new)?;
        }
    }
    let all = catalog::list(tx, CatalogKind::LeadStatus)?.into_iter();
    Ok(all.map(|status| (leads::status_type(&status), status)).map(|(meaning, status)| (status, meaning)).collect())
}

fn deal_stages(tx: &mut Tx<'_>) -> Result<Vec<CatalogItem>> {
    if catalog::list(tx, CatalogKind::DealStage)?.is_empty() {
        for label in ["Tiếp cận", "Báo giá", "Ký hợp đồng", "Thành công", "Thất bại"] {
            catalog::find_or_create(tx, CatalogKind::DealStage, label)?;
        }
    }
    catalog::list(tx, CatalogKind::DealStage)
}

fn own_fields(tx: &mut Tx<'_>) -> Result<Vec<Field>> {
    let wanted: [(FieldEntity, &str, &str, FieldType, &[&str]); 4] = [
        (FieldEntity::Customer, "phong_cach", "Phong cách ưa thích", FieldType::Select, STYLES),
        (FieldEntity::Customer, "so_cho_ngoi", "Số chỗ ngồi", FieldType::Number, &[]),
        (FieldEntity::Customer, "ngay_het_han_thue", "Ngày hết hạn thuê văn phòng", FieldType::Date, &[]),
        (FieldEntity::Lead, "dien_tich", "Diện tích (m²)", FieldType::Number, &[]),
    ];
    let mut made = Vec::new();
    for (entity, code, label, kind, options) in wanted {
        let options = (1..).zip(options).map(|(number, label)| FieldOption { number, label: (*label).into() });
        let new = Field {
            id: Id::default(),
            number: 0,
            entity,
            code: code.into(),
            label: label.into(),
            kind,
            options: options.collect(),
            description: String::new(),
        };
        made.push(fields::create(tx, &new)?);
    }
    Ok(made)
}
