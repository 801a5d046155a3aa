//! The vendor's JSON in the vendor's words: what is sent here, and what is sent back.

pub mod answers;
mod parts;
mod read;
mod search;

use jiff::civil::Date;

pub use read::contact;
pub use search::search;

/// A contact as it is sent to be added or changed. What was not sent is `None` or empty; a blank text says nothing, except
/// in [`Contact::others`], where it takes the value away.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contact {
    /// `refId`
    pub ref_id: Option<String>,
    /// `_id`, `id` or `public_id`
    pub id: Option<String>,
    /// `tags`
    pub tags: Vec<String>,
    /// `business`
    pub business: Vec<String>,
    /// `categories`
    pub categories: Vec<String>,
    /// `tagRemoves`
    pub tag_removes: Vec<String>,
    /// `businessRemoves`
    pub business_removes: Vec<String>,
    /// `categoriesRemoves`
    pub categories_removes: Vec<String>,
    /// `userOwnerEmail`
    pub user_owner_email: Option<String>,
    /// `avatarUrl`
    pub avatar_url: Option<String>,
    /// `fullName`
    pub full_name: Option<String>,
    /// `gender`, in whatever word.
    pub gender: Option<String>,
    /// `passport`
    pub passport: Option<String>,
    /// `jobTitle`
    pub job_title: Option<String>,
    /// `address`
    pub address: Option<String>,
    /// `refCode`
    pub ref_code: Option<String>,
    /// `refType`
    pub ref_type: Option<String>,
    /// `note`
    pub note: Option<String>,
    /// `birthday` of version 1; `Some(None)` takes it away.
    pub birthday: Option<Option<Date>>,
    /// `phones`
    pub phones: Option<Vec<Typed>>,
    /// `emails`
    pub emails: Option<Vec<Typed>>,
    /// `filterContacts`
    pub filter_contacts: Vec<FilterContact>,
    /// `otherDynamicUpdates` of custom fields, and `more_infomation`.
    pub others: Vec<DynamicUpdate>,
}

/// A value with its type: an element of `phones`, `emails` or `values`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// `data`
    pub data: String,
    /// `type`, such as `home`; empty when not sent.
    pub kind: String,
    /// `valueType`, such as `Nhà`; empty when not sent.
    pub value_type: String,
}

/// `filterContacts[]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterContact {
    /// `id` of the funnel.
    pub id: String,
    /// `index` of the first level, from 1.
    pub index: i64,
    /// `secondLevelIndex`, from 1.
    pub second_level_index: Option<i64>,
    /// Where it stands in the document.
    pub path: String,
}

/// `otherDynamicUpdates[]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicUpdate {
    /// `fieldCode`
    pub field_code: String,
    /// `values`; none take away what the field holds.
    pub values: Vec<Typed>,
    /// Where it stands in the document.
    pub path: String,
}

/// What contacts are searched by. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Search {
    /// `keyword`
    pub keyword: Option<String>,
    /// `tags`
    pub tags: Option<Vec<String>>,
    /// `business`
    pub business: Option<Vec<String>>,
    /// `categories`
    pub categories: Option<Vec<String>>,
    /// `ranges` of `created_date`, in milliseconds, both ends included.
    pub created: Range,
    /// `ranges` of `last_updated_date`.
    pub updated: Range,
    /// `includeIds`
    pub include_ids: Option<Vec<String>>,
    /// `excludeIds`
    pub exclude_ids: Vec<String>,
    /// `page`, which may also stand in the body.
    pub page: Option<i64>,
    /// `size`, likewise.
    pub size: Option<i64>,
}

/// From and to, in milliseconds since 1970, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Range {
    /// `from`
    pub from: Option<i64>,
    /// `to`
    pub to: Option<i64>,
}
