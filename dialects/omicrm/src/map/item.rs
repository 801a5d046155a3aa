//! A customer as an item of this dialect.

use std::borrow::Cow;

use domain::catalog::{CatalogKind, Label};
use domain::contact_point::ContactKind;
use domain::customer::{Customer, Gender, Standing};
use domain::dialect::System;
use domain::field::{Field, FieldType, FieldValue, ValueItem};
use domain::funnel::Funnel;
use domain::{Id, OrgId, User};

use super::{REF_TYPE, types_of};
use crate::ids;
use crate::wire::answers::{Attribute, Author, Editor, Item, LayoutField, Place, Value, View};

/// What an org knows of its contacts' attributes, funnels and users.
pub struct Layout {
    /// The org.
    pub org: OrgId,
    /// The attributes of its contacts, those that every org has first.
    pub attributes: Vec<LayoutField>,
    /// Its own fields, in the order of the attributes that are theirs.
    pub fields: Vec<Field>,
    /// Its funnels.
    pub funnels: Vec<Funnel>,
    /// Its users.
    pub users: Vec<User>,
}

/// Code, type and name of the attributes that every org has, in the order of the document's sample.
const BUILT_IN: [(&str, &str, &str); 10] = [
    ("full_name", "single_text", "Họ và tên"),
    ("job_title", "single_text", "Chức danh"),
    ("gender", "radio", "Giới tính"),
    ("phone_number", "phone", "Số điện thoại"),
    ("mail", "email", "Email"),
    ("address", "single_text", "Địa chỉ"),
    ("passport", "single_text", "CMND/Hộ chiếu"),
    ("note", "multi_text", "Ghi chú"),
    ("birth_date", "date", "Ngày sinh"),
    ("ref_code", "single_text", "Mã khách hàng"),
];

/// What a value shows: its text, and its type in two words.
type Shown<'a> = (Cow<'a, str>, &'a str, &'a str);

/// The attributes of an org, those that every org has first.
pub fn layout_field(org: OrgId, fields: &[Field]) -> Vec<LayoutField> {
    let built_in = BUILT_IN.iter().enumerate().map(|(number, (code, kind, name))| LayoutField {
        attribute_id: ids::built_in(org, number as u64),
        field_code: (*code).to_owned(),
        field_type: (*kind).to_owned(),
        field_name: (*name).to_owned(),
    });
    let own = fields.iter().map(|field| LayoutField {
        attribute_id: ids::hex(org, field.id),
        field_code: field.code.clone(),
        field_type: type_word(&field.kind).to_owned(),
        field_name: field.label.clone(),
    });
    built_in.chain(own).collect()
}

/// How this dialect calls a type. The document names `single_text`, `multi_text`, `radio`, `phone` and `customize`.
fn type_word(kind: &FieldType) -> &str {
    match kind {
        FieldType::Text => "single_text",
        FieldType::LongText => "multi_text",
        FieldType::Number => "number",
        FieldType::Date => "date",
        FieldType::Phone => "phone",
        FieldType::Select => "select",
        FieldType::Checkbox => "checkbox",
        FieldType::Radio => "radio",
        FieldType::Other(word) => word,
    }
}

/// A customer. What this dialect has no member for is left out; nothing of it is lost.
pub fn item<'a>(layout: &'a Layout, customer: &'a Customer) -> Item<'a> {
    let org = layout.org;
    let Customer {
        id,
        number: _,
        version: _,
        kind: _,
        stage: _,
        name: _,
        given_name: _,
        family_name: _,
        salutation: _,
        gender: _,
        birth_date: _,
        national_id: _,
        tax_code: _,
        founding_date: _,
        job_title: _,
        note: _,
        avatar_url,
        partner: _,
        branch: _,
        do_not_contact: _,
        points: _,
        addresses: _,
        persons: _,
        codes,
        labels: _,
        owners,
        company: _,
        values: _,
        standings,
        permit: _,
        extra,
        created_at,
        created_by,
        updated_at,
        updated_by,
        canonical: _,
    } = customer;
    let hex = |id: Id| ids::hex(org, id);
    let of = |kind| customer.labels_of(kind).map(|label| hex(label.item)).collect::<Vec<_>>();
    let views = |kind| customer.labels_of(kind).map(|label| view(org, label)).collect::<Vec<_>>();
    let code = |system| codes.get(&system).map(String::as_str).unwrap_or_default();
    let source = customer.label(CatalogKind::Source).map(|label| hex(label.item));
    let owner = owners.first();
    let action = if created_at == updated_at { "create" } else { "update" };
    Item {
        id: hex(*id),
        same_id: hex(*id),
        public_id: ids::public(org, *id, *created_at),
        tenant_id: ids::hex(org, Id(0)),
        source_contact_id: source.unwrap_or_default(),
        user_owner_id: owner.map(|owner| hex(owner.id)).unwrap_or_default(),
        contact_type: "contact",
        create_by: Author { id: user_id(layout, created_by), name: created_by },
        last_update_by: Editor { id: user_id(layout, updated_by), name: updated_by, action },
        created_date: created_at.millis(),
        last_updated_date: updated_at.millis(),
        is_deleted: false,
        attribute_structure: attributes(layout, customer),
        tags: of(CatalogKind::Tag),
        business_type: of(CatalogKind::Industry),
        contact_categories: of(CatalogKind::Group),
        filter_contacts: standings.iter().map(|standing| hex(standing.funnel)).collect(),
        related_employee: [],
        total_interactive: 0,
        ref_id: code(System::OmicrmRefId),
        ref_code: code(System::OmicrmRefCode),
        ref_type: extra.get(REF_TYPE).map(String::as_str).unwrap_or_default(),
        avatar_url,
        user_owner_email: owner.map(|owner| owner.email.as_str()).unwrap_or_default(),
        tags_view: views(CatalogKind::Tag),
        business_type_view: views(CatalogKind::Industry),
        contact_categories_view: views(CatalogKind::Group),
        filter_contacts_view: standings.iter().filter_map(|standing| place(layout, standing)).collect(),
    }
}

/// Records name those who made them by name alone.
fn user_id(layout: &Layout, name: &str) -> String {
    let user = layout.users.iter().find(|user| hub::users::display_name(user) == name);
    user.map(|user| ids::hex(layout.org, user.id)).unwrap_or_default()
}

fn view(org: OrgId, label: &Label) -> View<'_> {
    View {
        id: ids::hex(org, label.item),
        name: &label.label,
        kind: "contact",
        types: (),
        parent_id: (),
        parent_name: (),
        level: 1,
        color: (),
        ref_id: (),
    }
}

fn place<'a>(layout: &'a Layout, Standing { funnel, first, second }: &Standing) -> Option<Place<'a>> {
    let funnel = layout.funnels.iter().find(|known| known.id == *funnel)?;
    let at = |index: i64| usize::try_from(index - 1).ok();
    let stage = at(*first).and_then(|place| funnel.stages.get(place));
    let step = stage.zip(second.and_then(at)).and_then(|(stage, place)| stage.steps.get(place));
    Some(Place {
        id: ids::hex(layout.org, funnel.id),
        name: &funnel.name,
        index: *first,
        status_name: stage.map(|stage| stage.name.as_str()).unwrap_or_default(),
        second_level_index: *second,
        second_level_name: step.map(String::as_str).unwrap_or_default(),
    })
}

fn attributes<'a>(layout: &'a Layout, customer: &'a Customer) -> Vec<Attribute<'a>> {
    let (built_in, own) = layout.attributes.split_at(BUILT_IN.len());
    let built_in = built_in.iter().enumerate().map(|(number, known)| {
        attribute(known, customer.id, number as u64, built_in_values(customer, &known.field_code))
    });
    let own = own.iter().zip(&layout.fields).map(|(known, field)| {
        let shown = own_values(field, customer.values.iter().find(|value| value.field == field.id));
        attribute(known, customer.id, BUILT_IN.len() as u64 + field.number as u64, shown)
    });
    built_in.chain(own).collect()
}

fn attribute<'a>(known: &'a LayoutField, record: Id, place: u64, shown: Vec<Shown<'a>>) -> Attribute<'a> {
    let value = |(position, (display_value, data_type, value_type))| Value {
        value_id: ids::value(record, place, position),
        display_value,
        data_type,
        value_type,
        actual_value: (),
        quantity_value: (),
        currency: (),
        ref_id: (),
        list_evaluation: (),
        country_code: (),
    };
    Attribute {
        identify: false,
        attribute_id: &known.attribute_id,
        field_code: &known.field_code,
        field_type: &known.field_type,
        function: (),
        formula: (),
        data_format: (),
        is_memory: (),
        value: shown.into_iter().enumerate().map(value).collect(),
    }
}

/// A single attribute that is not known has one blank value, as `passport` in the document's sample.
fn built_in_values<'a>(customer: &'a Customer, code: &str) -> Vec<Shown<'a>> {
    let text = match code {
        "phone_number" => return points(customer, ContactKind::Phone),
        "mail" => return points(customer, ContactKind::Email),
        "full_name" => customer.name.as_str().into(),
        "job_title" => customer.job_title.as_str().into(),
        "gender" => customer.gender.map(Gender::word).unwrap_or_default().into(),
        "address" => customer.addresses.first().map(|address| address.line()).unwrap_or_default().into(),
        "passport" => customer.national_id.number.as_str().into(),
        "note" => customer.note.as_str().into(),
        "birth_date" => customer.birth_date.map(kit::dates::vietnamese).unwrap_or_default().into(),
        _ => customer.codes.get(&System::OmicrmRefCode).map(String::as_str).unwrap_or_default().into(),
    };
    vec![(text, "", "")]
}

fn points(customer: &Customer, kind: ContactKind) -> Vec<Shown<'_>> {
    let points = customer.points_of(kind);
    points
        .map(|point| {
            let (code, value_type) = types_of(&point.label);
            (point.raw.as_str().into(), code, value_type)
        })
        .collect()
}

/// A field that holds several values may be empty; another has one blank value then.
fn own_values<'a>(field: &Field, value: Option<&'a FieldValue>) -> Vec<Shown<'a>> {
    let shown = |item: &'a ValueItem| (item.text.as_str().into(), item.type_code.as_str(), item.type_label.as_str());
    match value {
        Some(value) => value.items.iter().map(shown).collect(),
        None if field.kind.takes_several() => Vec::new(),
        None => vec![("".into(), "", "")],
    }
}
