//! The listener's JSON in the document's own words: what each action may carry.

mod actions;
mod parts;

use jiff::civil::Date;

pub use actions::action_type;

/// One element of `data`.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Place in `data`, from 0.
    pub index: usize,
    /// `actionType` as sent.
    pub action_type: String,
    /// What is to be done.
    pub action: Action,
}

/// What an item asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// `add-contact`
    AddContact(Contact),
    /// `add-lead`
    AddLead(Contact),
    /// `update-contact`
    UpdateContact(Contact),
    /// `update-lead`
    UpdateLead(Contact),
    /// `add-note`
    AddNote(Note),
    /// `add-deal`
    AddDeal(Box<Deal>),
    /// `add-ticket`
    AddTicket(Ticket),
    /// `send-sms`
    SendSms(Sms),
}

/// A contact, account or lead; also who a deal is with. What was not sent is `None` or empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contact {
    /// `name`
    pub name: Option<String>,
    /// `lastname`
    pub lastname: Option<String>,
    /// `type`: 0 contact or lead, 1 account.
    pub kind: Option<i64>,
    /// `contactType`: `lead` or `customer`.
    pub contact_type: Option<ContactType>,
    /// `title`
    pub title: Option<String>,
    /// `passport`
    pub passport: Option<String>,
    /// `gender`: 0 male, 1 female, 2 other.
    pub gender: Option<i64>,
    /// `bgInfo`
    pub bg_info: Option<String>,
    /// `dateOfBirth`
    pub date_of_birth: Option<Date>,
    /// `emails`
    pub emails: Vec<Typed>,
    /// `phones`
    pub phones: Vec<Typed>,
    /// `addresses`
    pub addresses: Vec<Address>,
    /// `websites`
    pub websites: Vec<String>,
    /// `im`, the type being the protocol.
    pub im: Vec<Typed>,
    /// `tag`
    pub tags: Vec<String>,
    /// `cusFields`
    pub cus_fields: Vec<CusField>,
    /// `permit`
    pub permit: Option<Permit>,
    /// `companyContact`
    pub company_contact: Option<Box<Contact>>,
    /// `companyLead`
    pub company_lead: Option<String>,
    /// `contactId`
    pub contact_id: Option<String>,
    /// `customerId`
    pub customer_id: Option<String>,
}

/// `contactType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactType {
    /// `lead`
    Lead,
    /// `customer`
    Customer,
}

/// A value with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// `type` or `protocol`; empty when not sent.
    pub label: String,
    /// `value`
    pub value: String,
}

/// `addresses[]`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// `type`
    pub label: String,
    /// `street`
    pub street: String,
    /// `city`
    pub city: String,
    /// `state`
    pub state: String,
    /// `zip`
    pub zip: String,
    /// `country.code`, or a `country` of two letters.
    pub country_code: String,
    /// `country.name`, or any other `country`.
    pub country: String,
}

/// `cusFields[]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CusField {
    /// `name`
    pub name: String,
    /// `value`
    pub value: String,
}

/// `permit`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// `status`, 1 to 4.
    pub status: i64,
    /// `group`
    pub group: Option<String>,
    /// `users`
    pub users: Vec<String>,
}

/// `add-note`
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// `body`
    pub body: String,
    /// `model`: whether the note is for a deal.
    pub is_for_deal: bool,
    /// Whom it is about: `customerId`, `contactId`, `passport`, `email`, `phone`.
    pub contact: Contact,
    /// `dealId`
    pub deal_id: Option<String>,
    /// `tag`
    pub tags: Vec<String>,
    /// `channel`
    pub channel: Option<String>,
    /// `permit`
    pub permit: Option<Permit>,
}

/// `add-deal`
#[derive(Debug, Clone, PartialEq)]
pub struct Deal {
    /// `dealId`
    pub deal_id: Option<String>,
    /// `name`
    pub name: String,
    /// `value`
    pub value: Option<String>,
    /// `currency`
    pub currency: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `stage`
    pub stage: Option<String>,
    /// `closeDate` in microseconds UTC.
    pub close_date: Option<i64>,
    /// `category`
    pub category: Option<String>,
    /// `package`
    pub package: Option<String>,
    /// `owner_opportunity`
    pub owners: Option<Owners>,
    /// `dealWith`
    pub deal_with: Option<Contact>,
    /// `contacts`
    pub contacts: Vec<Contact>,
    /// `permit`
    pub permit: Option<Permit>,
    /// `cusFields`
    pub cus_fields: Vec<CusField>,
}

/// `owner_opportunity`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owners {
    /// `users`, by e-mail.
    pub users: Vec<String>,
    /// `groups`, by name.
    pub groups: Vec<String>,
}

/// `add-ticket`
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// `title`
    pub title: String,
    /// `body`
    pub body: String,
    /// Whose it is: `customerId`, `contactId`, `passport`, `email`, `phone`, `name`, `contactType`.
    pub contact: Contact,
    /// `dealId`
    pub deal_id: Option<String>,
    /// `tag`
    pub tags: Vec<String>,
    /// `groupName`
    pub group_name: Option<String>,
    /// `slaName`
    pub sla_name: Option<String>,
    /// `channel`
    pub channel: Option<String>,
    /// `cusFields`
    pub cus_fields: Vec<CusField>,
}

/// `send-sms`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sms {
    /// `content`
    pub content: String,
    /// `phones`
    pub phones: Vec<String>,
}
