//! The listener's JSON in the document's own words: what each action may carry, read leniently.

use domain::{Error, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::json::Node;
use kit::reader::{Reader, Value};

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
    /// `owner_opportunity.users`
    pub owner_users: Vec<String>,
    /// `owner_opportunity.groups`
    pub owner_groups: Vec<String>,
    /// Whether `owner_opportunity` was sent.
    pub has_owners: bool,
    /// `dealWith`
    pub deal_with: Option<Contact>,
    /// `contacts`
    pub contacts: Vec<Contact>,
    /// `permit`
    pub permit: Option<Permit>,
    /// `cusFields`
    pub cus_fields: Vec<CusField>,
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

/// `actionType` of an item, as far as it can be told; for answers about items that cannot be read.
pub fn action_type(node: &Node) -> String {
    node.find("actionType").and_then(Node::as_text).unwrap_or_default().to_owned()
}

impl Item {
    /// Reads element `index` of `data`.
    pub fn read(node: &Node, index: usize, zone: &TimeZone) -> Result<Self> {
        let item = Reader::item(node, "data", index)?;
        item.reject_nul()?;
        item.reject_duplicates()?;
        let action_type = item.trimmed("actionType")?.ok_or_else(|| item.missing("actionType"))?;
        let data = item.nested("data")?.ok_or_else(|| item.missing("data"))?;
        let read = Read { zone };
        let action = match action_type.to_ascii_lowercase().as_str() {
            "add-contact" => Action::AddContact(read.named_contact(&data)?),
            "add-lead" => Action::AddLead(read.named_contact(&data)?),
            "update-contact" => Action::UpdateContact(read.contact(&data)?),
            "update-lead" => Action::UpdateLead(read.contact(&data)?),
            "add-note" => Action::AddNote(read.note(&data)?),
            "add-deal" => Action::AddDeal(Box::new(read.deal(&data)?)),
            "add-ticket" => Action::AddTicket(read.ticket(&data)?),
            "send-sms" => Action::SendSms(sms(&data)?),
            _ => {
                let fault = format!(
                    "không được hỗ trợ: {action_type}. Các giá trị: add-contact, add-lead, update-contact, update-lead, \
                     add-note, add-deal, add-ticket, send-sms"
                );
                return Err(item.invalid("actionType", &fault));
            }
        };
        Ok(Self { index, action_type, action })
    }
}

/// Reads objects in an org's time zone.
struct Read<'z> {
    zone: &'z TimeZone,
}

impl Read<'_> {
    fn named_contact(&self, data: &Reader<'_>) -> Result<Contact> {
        let contact = self.contact(data)?;
        if contact.name.is_none() {
            return Err(data.missing("name"));
        }
        Ok(contact)
    }

    fn contact(&self, data: &Reader<'_>) -> Result<Contact> {
        let company = data.nested("companyContact")?;
        Ok(Contact {
            name: data.trimmed("name")?,
            lastname: data.trimmed("lastname")?,
            kind: kind(data)?,
            contact_type: contact_type(data)?,
            title: data.trimmed("title")?,
            passport: data.trimmed("passport")?,
            gender: gender(data)?,
            bg_info: data.text("bgInfo")?.filter(|text| !text.trim().is_empty()),
            date_of_birth: data.date("dateOfBirth", self.zone)?,
            emails: typed(data, ["emails", "email"], "type")?,
            phones: typed(data, ["phones", "phone"], "type")?,
            addresses: addresses(data)?,
            websites: typed(data, ["websites", "website"], "type")?.into_iter().map(|site| site.value).collect(),
            im: typed(data, ["im", "ims"], "protocol")?,
            tags: tags(data)?,
            cus_fields: cus_fields(data)?,
            permit: permit(data)?,
            company_contact: company.map(|company| self.contact(&company)).transpose()?.map(Box::new),
            company_lead: data.trimmed("companyLead")?,
            contact_id: data.trimmed("contactId")?,
            customer_id: data.trimmed("customerId")?,
        })
    }

    fn note(&self, data: &Reader<'_>) -> Result<Note> {
        let body = data.text("body")?.filter(|body| !body.trim().is_empty()).ok_or_else(|| data.missing("body"))?;
        let model = data.trimmed("model")?.unwrap_or_else(|| "contact".to_owned()).to_ascii_lowercase();
        if model != "contact" && model != "deal" {
            return Err(data.invalid("model", &format!("chỉ nhận contact hoặc deal, không nhận: {model}")));
        }
        let mut contact = self.contact(data)?;
        // The structure of notes sends one tag text for the note itself.
        let tags = std::mem::take(&mut contact.tags);
        let permit = contact.permit.take();
        Ok(Note {
            body,
            is_for_deal: model == "deal",
            contact,
            deal_id: data.trimmed("dealId")?,
            tags,
            channel: data.trimmed("channel")?,
            permit,
        })
    }

    fn deal(&self, data: &Reader<'_>) -> Result<Deal> {
        let owners = owners(data)?;
        let close_date = match data.decimal("closeDate") {
            Ok(Some(number)) if number == "0" => None,
            _ => data.instant("closeDate", self.zone)?,
        };
        Ok(Deal {
            deal_id: data.trimmed("dealId")?,
            name: data.trimmed("name")?.ok_or_else(|| data.missing("name"))?,
            value: data.decimal("value")?,
            currency: data.trimmed("currency")?,
            description: data.text("description")?.filter(|text| !text.trim().is_empty()),
            stage: data.trimmed("stage")?,
            close_date,
            category: data.trimmed("category")?,
            package: data.trimmed("package")?,
            has_owners: owners.is_some(),
            owner_users: owners.as_ref().map(|(users, _)| users.clone()).unwrap_or_default(),
            owner_groups: owners.map(|(_, groups)| groups).unwrap_or_default(),
            deal_with: data.nested("dealWith")?.map(|with| self.contact(&with)).transpose()?,
            contacts: self.contacts(data)?,
            permit: permit(data)?,
            cus_fields: cus_fields(data)?,
        })
    }

    fn contacts(&self, data: &Reader<'_>) -> Result<Vec<Contact>> {
        let mut contacts = Vec::new();
        for contact in data.list_or_one("contacts")? {
            if let Some(contact) = contact.object()? {
                contacts.push(self.contact(&contact)?);
            }
        }
        Ok(contacts)
    }

    fn ticket(&self, data: &Reader<'_>) -> Result<Ticket> {
        let body = data.text("body")?.filter(|body| !body.trim().is_empty()).ok_or_else(|| data.missing("body"))?;
        let mut contact = self.contact(data)?;
        // `title` is the ticket's, and so are its tags and custom fields.
        let title = contact.title.take().unwrap_or_default();
        let tags = std::mem::take(&mut contact.tags);
        let cus_fields = std::mem::take(&mut contact.cus_fields);
        Ok(Ticket {
            title,
            body,
            contact,
            deal_id: data.trimmed("dealId")?,
            tags,
            group_name: data.trimmed("groupName")?,
            sla_name: data.trimmed("slaName")?,
            channel: data.trimmed("channel")?,
            cus_fields,
        })
    }
}

fn sms(data: &Reader<'_>) -> Result<Sms> {
    let content = data.text("content")?.filter(|text| !text.trim().is_empty()).ok_or_else(|| data.missing("content"))?;
    let phones: Vec<String> = typed(data, ["phones", "phone"], "type")?.into_iter().map(|phone| phone.value).collect();
    if phones.is_empty() {
        return Err(data.missing("phones"));
    }
    Ok(Sms { content, phones })
}

fn kind(data: &Reader<'_>) -> Result<Option<i64>> {
    match data.integer("type")? {
        Some(kind) if kind != 0 && kind != 1 => Err(data.invalid("type", "chỉ nhận 0 (cá nhân) hoặc 1 (tổ chức)")),
        kind => Ok(kind),
    }
}

fn contact_type(data: &Reader<'_>) -> Result<Option<ContactType>> {
    match data.trimmed("contactType")?.map(|word| word.to_ascii_lowercase()).as_deref() {
        None => Ok(None),
        Some("lead") => Ok(Some(ContactType::Lead)),
        Some("customer" | "contact" | "account") => Ok(Some(ContactType::Customer)),
        Some(other) => Err(data.invalid("contactType", &format!("chỉ nhận lead hoặc customer, không nhận: {other}"))),
    }
}

/// A number, its text, or the word; a list, as the document's structures print it, says nothing.
fn gender(data: &Reader<'_>) -> Result<Option<i64>> {
    let Some(value) = data.value("gender") else { return Ok(None) };
    if matches!(value.node(), Node::List(_)) {
        return Ok(None);
    }
    match data.trimmed("gender")?.map(|word| word.to_ascii_lowercase()).as_deref() {
        None => Ok(None),
        Some("0" | "male" | "nam") => Ok(Some(0)),
        Some("1" | "female" | "nữ") => Ok(Some(1)),
        Some("2" | "other" | "khác") => Ok(Some(2)),
        Some(other) => Err(data.invalid("gender", &format!("chỉ nhận 0 (nam), 1 (nữ) hoặc 2 (khác), không nhận: {other}"))),
    }
}

/// Texts, objects with a value, or one of either.
fn typed(data: &Reader<'_>, names: [&'static str; 2], label: &'static str) -> Result<Vec<Typed>> {
    let mut found = Vec::new();
    for value in data.list_or_one(names)? {
        let typed = match value.node() {
            Node::Object(_) => match value.object()? {
                Some(object) => {
                    let label = object.trimmed([label, "type"])?.unwrap_or_default();
                    object.trimmed("value")?.map(|value| Typed { label, value })
                }
                None => None,
            },
            _ => value.trimmed()?.map(|value| Typed { label: String::new(), value }),
        };
        found.extend(typed);
    }
    Ok(found)
}

fn addresses(data: &Reader<'_>) -> Result<Vec<Address>> {
    let mut found = Vec::new();
    for value in data.list_or_one(["addresses", "address"])? {
        let address = match value.node() {
            Node::Object(_) => match value.object()? {
                Some(object) => address(&object)?,
                None => Address::default(),
            },
            _ => Address { street: value.trimmed()?.unwrap_or_default(), ..Address::default() },
        };
        if address != Address::default() {
            found.push(address);
        }
    }
    Ok(found)
}

fn address(data: &Reader<'_>) -> Result<Address> {
    let text = |name: &'static str| Ok::<_, Error>(data.trimmed(name)?.unwrap_or_default());
    let (country_code, country) = match data.value("country").map(|country| country.node().clone()) {
        Some(Node::Object(_)) => match data.nested("country")? {
            Some(country) => {
                (country.trimmed("code")?.unwrap_or_default(), country.trimmed("name")?.unwrap_or_default())
            }
            None => Default::default(),
        },
        _ => match text("country")? {
            code if code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()) => {
                (code.to_ascii_uppercase(), String::new())
            }
            name => (String::new(), name),
        },
    };
    Ok(Address {
        label: text("type")?,
        street: text("street")?,
        city: text("city")?,
        state: text("state")?,
        zip: text("zip")?,
        country_code,
        country,
    })
}

fn tags(data: &Reader<'_>) -> Result<Vec<String>> {
    let mut tags = data.comma_separated(["tag", "tags"])?;
    tags.retain(|tag| !tag.trim().is_empty());
    Ok(tags)
}

/// A list of `{name, value}`, or a map.
fn cus_fields(data: &Reader<'_>) -> Result<Vec<CusField>> {
    let Some(value) = data.value(["cusFields", "cusField"]) else { return Ok(Vec::new()) };
    if let (Node::Object(_), Some(map)) = (value.node(), data.nested(["cusFields", "cusField"])?)
        && map.value("name").is_none()
    {
        return map.members().map(|(name, value)| cus_field(name.to_owned(), &value)).collect();
    }
    let mut found = Vec::new();
    for value in data.list_or_one(["cusFields", "cusField"])? {
        let Some(field) = value.object()? else { continue };
        let Some(name) = field.trimmed("name")? else { return Err(field.missing("name")) };
        found.push(match field.value("value") {
            Some(value) => cus_field(name, &value)?,
            None => CusField { name, value: String::new() },
        });
    }
    Ok(found)
}

/// Several choices may come as a list instead of a text with `|`.
fn cus_field(name: String, value: &Value<'_>) -> Result<CusField> {
    let text = match value.node() {
        Node::List(_) => {
            let parts = value.list()?.iter().map(|part| part.trimmed()).collect::<Result<Vec<_>>>()?;
            parts.into_iter().flatten().collect::<Vec<_>>().join("|")
        }
        _ => value.text()?.unwrap_or_default(),
    };
    Ok(CusField { name, value: text })
}

fn permit(data: &Reader<'_>) -> Result<Option<Permit>> {
    let Some(permit) = data.nested("permit")? else { return Ok(None) };
    let Some(status) = permit.integer("status")? else { return Ok(None) };
    if !(1..=4).contains(&status) {
        return Err(permit.invalid("status", &format!("chỉ nhận từ 1 đến 4, không nhận: {status}")));
    }
    let users = permit.texts_under("users", "email")?;
    Ok(Some(Permit { status, group: permit.trimmed("group")?, users }))
}

/// An object, or a list of them.
fn owners(data: &Reader<'_>) -> Result<Option<(Vec<String>, Vec<String>)>> {
    let all = data.list_or_one("owner_opportunity")?;
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for owner in &all {
        let Some(owner) = owner.object()? else { continue };
        users.extend(owner.texts_under("users", "email")?);
        groups.extend(owner.texts_under("groups", "name")?);
    }
    Ok((!all.is_empty()).then_some((users, groups)))
}
