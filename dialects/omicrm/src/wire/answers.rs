//! What is sent back, member by member in the order of the answers that were seen.

use std::borrow::Cow;

use serde::Serialize;

/// A page of contacts.
#[derive(Debug, Serialize)]
pub struct Page<'a> {
    /// From 1.
    pub page_number: i64,
    /// How many a page may hold.
    pub page_size: i64,
    /// How many there are in all.
    pub total_items: i64,
    /// How many pages there are.
    pub total_pages: i64,
    /// Whether a page follows.
    pub has_next: bool,
    /// The page that follows, or the last.
    pub next_page: i64,
    /// Whether a page comes before.
    pub has_previous: bool,
    /// The page before, or the first.
    pub previous_page: i64,
    /// Always `null`.
    pub extension: (),
    /// The contacts.
    pub items: Vec<Item<'a>>,
}

/// A contact.
#[derive(Debug, Serialize)]
pub struct Item<'a> {
    /// 24 hex digits.
    pub id: String,
    /// The same.
    #[serde(rename = "_id")]
    pub same_id: String,
    /// Another form of it.
    pub public_id: String,
    /// The org.
    pub tenant_id: String,
    /// Where the contact came from; empty when not known.
    pub source_contact_id: String,
    /// The user in charge; empty when there is none.
    pub user_owner_id: String,
    /// Always `contact`.
    pub contact_type: &'static str,
    /// Who made it.
    pub create_by: Author<'a>,
    /// Who changed it last.
    pub last_update_by: Editor<'a>,
    /// Milliseconds since 1970.
    pub created_date: i64,
    /// Milliseconds since 1970.
    pub last_updated_date: i64,
    /// Always `false`: contacts that were taken away are found no more.
    pub is_deleted: bool,
    /// What is known, attribute by attribute.
    pub attribute_structure: Vec<Attribute<'a>>,
    /// Ids of tags.
    pub tags: Vec<String>,
    /// Ids of branches of business.
    pub business_type: Vec<String>,
    /// Ids of groups.
    pub contact_categories: Vec<String>,
    /// Ids of funnels.
    pub filter_contacts: Vec<String>,
    /// Always empty.
    pub related_employee: [(); 0],
    /// Always 0.
    pub total_interactive: i64,
    /// The partner's own id; empty when there is none.
    pub ref_id: &'a str,
    /// The partner's own code; empty when there is none.
    pub ref_code: &'a str,
    /// The partner's own type; empty when there is none.
    pub ref_type: &'a str,
    /// Address of a picture.
    pub avatar_url: &'a str,
    /// E-mail of the user in charge.
    pub user_owner_email: &'a str,
    /// The tags.
    pub tags_view: Vec<View<'a>>,
    /// The branches of business.
    pub business_type_view: Vec<View<'a>>,
    /// The groups.
    pub contact_categories_view: Vec<View<'a>>,
    /// The places in funnels.
    pub filter_contacts_view: Vec<Place<'a>>,
}

/// Who made a contact.
#[derive(Debug, Serialize)]
pub struct Author<'a> {
    /// The user; empty when none acted.
    pub id: String,
    /// Their name.
    pub name: &'a str,
}

/// Who changed a contact last.
#[derive(Debug, Serialize)]
pub struct Editor<'a> {
    /// The user; empty when none acted.
    pub id: String,
    /// Their name.
    pub name: &'a str,
    /// `create` or `update`.
    pub action: &'static str,
}

/// An attribute with its values.
#[derive(Debug, Serialize)]
pub struct Attribute<'a> {
    /// Always `false`.
    pub identify: bool,
    /// Its id.
    pub attribute_id: &'a str,
    /// Its code.
    pub field_code: &'a str,
    /// What its values look like.
    pub field_type: &'a str,
    /// Always `null`.
    pub function: (),
    /// Always `null`.
    pub formula: (),
    /// Always `null`.
    pub data_format: (),
    /// Always `null`.
    pub is_memory: (),
    /// Its values.
    pub value: Vec<Value<'a>>,
}

/// A value of an attribute.
#[derive(Debug, Serialize)]
pub struct Value<'a> {
    /// Its id.
    pub value_id: String,
    /// What people read.
    pub display_value: Cow<'a, str>,
    /// Such as `home`; empty when there is none.
    pub data_type: &'a str,
    /// Such as `Nhà`; empty when there is none.
    pub value_type: &'a str,
    /// Always `null`.
    pub actual_value: (),
    /// Always `null`.
    pub quantity_value: (),
    /// Always `null`.
    pub currency: (),
    /// Always `null`.
    pub ref_id: (),
    /// Always `null`.
    pub list_evaluation: (),
    /// Always `null`.
    pub country_code: (),
}

/// A tag, branch of business or group.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    /// Its id.
    pub id: String,
    /// What people read.
    pub name: &'a str,
    /// Always `contact`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Always `null`.
    pub types: (),
    /// Always `null`.
    pub parent_id: (),
    /// Always `null`.
    pub parent_name: (),
    /// Always 1.
    pub level: i64,
    /// Always `null`.
    pub color: (),
    /// Always `null`.
    pub ref_id: (),
}

/// Where a contact stands in a funnel.
#[derive(Debug, Serialize)]
pub struct Place<'a> {
    /// The funnel.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// Place in the first level, from 1.
    pub index: i64,
    /// What that place is called.
    pub status_name: &'a str,
    /// Place in the second level, from 1.
    pub second_level_index: Option<i64>,
    /// What that place is called.
    pub second_level_name: &'a str,
}

/// An attribute of the layout.
#[derive(Debug, Serialize)]
pub struct LayoutField {
    /// Its id.
    pub attribute_id: String,
    /// Its code.
    pub field_code: String,
    /// What its values look like.
    pub field_type: String,
    /// What people read.
    pub field_name: String,
}

/// A funnel.
#[derive(Debug, Serialize)]
pub struct Funnel {
    /// Its id.
    pub id: String,
    /// What people read.
    pub name: String,
    /// Its first level.
    pub statuses: Vec<Status>,
}

/// A place in the first level of a funnel.
#[derive(Debug, Serialize)]
pub struct Status {
    /// From 1.
    pub index: i64,
    /// What people read.
    pub name: String,
    /// Its second level.
    pub children: Vec<Step>,
}

/// A place in the second level of a funnel.
#[derive(Debug, Serialize)]
pub struct Step {
    /// From 1.
    pub index: i64,
    /// What people read.
    pub name: String,
}
