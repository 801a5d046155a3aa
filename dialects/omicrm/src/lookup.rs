//! What a contact names is looked up: tags, branches of business and groups by name, the owner by e-mail, places in funnels,
//! custom fields by code.

use domain::catalog::{CatalogKind, Label};
use domain::customer::{Standing, UserRef};
use domain::field::{Field, FieldEntity, FieldType, FieldValue, ValueItem};
use domain::{Customer, Error, Id, Result};
use hub::{Tx, catalog, customers, fields, funnels, users};

use crate::calls::Site;
use crate::ids;
use crate::map::{self, Layout};
use crate::wire::{Contact, DynamicUpdate, FilterContact, Typed};

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Tags and the like to be added.
    pub added: Vec<Label>,
    /// Tags and the like to be taken away.
    pub removed: Vec<Id>,
    /// The user in charge.
    pub owner: Option<UserRef>,
    /// Places in funnels.
    pub standings: Vec<Standing>,
    /// Values of custom fields.
    pub values: Vec<FieldValue>,
}

/// Looks up what a contact names. Tags, branches of business and groups that are not known are made.
pub fn look_up(tx: &mut Tx<'_>, site: &Site, contact: &Contact) -> Result<Known> {
    let mut known = Known::default();
    for (kind, added, removed) in [
        (CatalogKind::Tag, &contact.tags, &contact.tag_removes),
        (CatalogKind::Industry, &contact.business, &contact.business_removes),
        (CatalogKind::Group, &contact.categories, &contact.categories_removes),
    ] {
        for name in removed {
            known.removed.extend(catalog::find_by_label(tx, kind, name)?.map(|item| item.id));
        }
        for name in added {
            known.added.push(catalog::find_or_create(tx, kind, name)?);
        }
    }
    if let Some(email) = &contact.user_owner_email {
        known.owner = Some(owner(tx, email)?);
    }
    for wanted in &contact.filter_contacts {
        known.standings.push(standing(tx, site, wanted)?);
    }
    for update in &contact.others {
        known.values.push(value(tx, update)?);
    }
    Ok(known)
}

fn owner(tx: &mut Tx<'_>, email: &str) -> Result<UserRef> {
    let Some(user) = users::find_sender(tx, email)? else {
        let message = "Trường userOwnerEmail không phải e-mail của người dùng nào trong tổ chức";
        return Err(Error::invalid("userOwnerEmail", message));
    };
    Ok(UserRef { id: user.id, number: user.number, name: user.name, email: user.email })
}

fn standing(tx: &mut Tx<'_>, site: &Site, wanted: &FilterContact) -> Result<Standing> {
    let FilterContact { id, index, second_level_index, path } = wanted;
    let found = match ids::parse(site.org, id) {
        Some(funnel) => funnels::standing(tx, funnel, *index, *second_level_index),
        None => Err(Error::not_found("Không tìm thấy phễu này")),
    };
    found.map_err(|error| match error {
        refusal if refusal.is_refusal() => Error::invalid(path.clone(), format!("Trường {path}: {}", refusal.public())),
        fault => fault,
    })
}

/// A field that the vendor's document shows is made when it is first written to; another one must be known.
fn value(tx: &mut Tx<'_>, update: &DynamicUpdate) -> Result<FieldValue> {
    let DynamicUpdate { field_code, values, path } = update;
    let field = match fields::find_by_code(tx, FieldEntity::Customer, field_code)? {
        Some(field) => field,
        None if field_code == "more_infomation" => fields::create(tx, &more_information())?,
        None => {
            let path = format!("{path}.fieldCode");
            let message = format!("Trường {path} không phải mã thuộc tính nào trong layout/list");
            return Err(Error::invalid(path, message));
        }
    };
    let item = |Typed { data, kind, value_type }: &Typed| ValueItem {
        text: data.clone(),
        type_code: kind.clone(),
        type_label: value_type.clone(),
    };
    Ok(FieldValue::of(&field, values.iter().map(item).collect()))
}

fn more_information() -> Field {
    Field {
        id: Id::default(),
        number: 0,
        entity: FieldEntity::Customer,
        code: "more_infomation".to_owned(),
        label: "Thông tin thêm".to_owned(),
        kind: FieldType::Other("customize".to_owned()),
        options: Vec::new(),
        description: String::new(),
    }
}

/// What an answer needs to know of the org beside the customers.
pub fn layout(tx: &mut Tx<'_>) -> Result<Layout> {
    let (org, fields) = (tx.org(), fields::list(tx, FieldEntity::Customer)?);
    Ok(Layout {
        org,
        attributes: map::layout_field(org, &fields),
        fields,
        funnels: funnels::list(tx)?,
        users: users::list(tx)?,
    })
}

/// The record that an `id` or `public_id` names, if the caller may see it.
pub fn by_id(tx: &mut Tx<'_>, site: &Site, id: &str) -> Result<Option<Customer>> {
    match ids::parse(site.org, id) {
        Some(id) => customers::find_canonical(tx, &site.viewer, id),
        None => Ok(None),
    }
}

/// The record that a `refId` names, if the caller may see it.
pub fn by_ref_id(tx: &mut Tx<'_>, site: &Site, code: &str) -> Result<Option<Customer>> {
    match customers::find_by_code(tx, domain::System::OmicrmRefId, code)? {
        Some(id) => customers::find_canonical(tx, &site.viewer, id),
        None => Ok(None),
    }
}
