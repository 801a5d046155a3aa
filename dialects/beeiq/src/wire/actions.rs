//! Reads an element of `data`: which action it asks for, and the members that this action's document lists.

use domain::{Error, Result};
use jiff::tz::TimeZone;
use kit::json::Node;
use kit::reader::Reader;

use super::parts::{self, CODE, NAME};
use super::{Action, Contact, Deal, Item, Note, Sms, Ticket};

/// Phones of one `send-sms` at most.
const MOST_RECIPIENTS: usize = 1_000;

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
        let read = action(&action_type).ok_or_else(|| unsupported(&item))?;
        let data = item.nested("data")?.ok_or_else(|| item.missing("data"))?;
        Ok(Self { index, action: read(&data, zone)?, action_type })
    }
}

/// How the members of an action are read.
type ReadAction = fn(&Reader<'_>, &TimeZone) -> Result<Action>;

fn action(action_type: &str) -> Option<ReadAction> {
    Some(match action_type.to_ascii_lowercase().as_str() {
        "add-contact" => |data, zone| named_contact(data, zone).map(Action::AddContact),
        "add-lead" => |data, zone| named_contact(data, zone).map(Action::AddLead),
        "update-contact" => |data, zone| contact(data, zone).map(Action::UpdateContact),
        "update-lead" => |data, zone| contact(data, zone).map(Action::UpdateLead),
        "add-note" => |data, _| note(data).map(Action::AddNote),
        "add-deal" => |data, zone| deal(data, zone).map(|deal| Action::AddDeal(Box::new(deal))),
        "add-ticket" => |data, _| ticket(data).map(Action::AddTicket),
        "send-sms" => |data, _| sms(data).map(Action::SendSms),
        _ => return None,
    })
}

fn unsupported(item: &Reader<'_>) -> Error {
    item.invalid(
        "actionType",
        "không được hỗ trợ; các giá trị: add-contact, add-lead, update-contact, update-lead, add-note, add-deal, \
         add-ticket, send-sms",
    )
}

fn named_contact(data: &Reader<'_>, zone: &TimeZone) -> Result<Contact> {
    let contact = contact(data, zone)?;
    if contact.name.is_some() { Ok(contact) } else { Err(data.missing("name")) }
}

/// A contact, account or lead. `contactType` stands in a sample but not in its table: the action says what is meant.
fn contact(data: &Reader<'_>, zone: &TimeZone) -> Result<Contact> {
    let company = match data.nested("companyContact")? {
        Some(company) => Some(Box::new(facts(&company, zone)?)),
        None => None,
    };
    Ok(Contact { company_contact: company, company_lead: data.short("companyLead", CODE)?, ..facts(data, zone)? })
}

/// Who a deal is with: a contact whose `contactType` says whether a new one is a lead.
fn person(data: &Reader<'_>, zone: &TimeZone) -> Result<Contact> {
    Ok(Contact { contact_type: parts::contact_type(data)?, ..contact(data, zone)? })
}

fn facts(data: &Reader<'_>, zone: &TimeZone) -> Result<Contact> {
    Ok(Contact {
        name: data.short("name", NAME)?,
        lastname: data.short("lastname", CODE)?,
        kind: parts::kind(data)?,
        contact_type: None,
        title: data.short("title", NAME)?,
        passport: data.short("passport", CODE)?,
        gender: parts::gender(data)?,
        bg_info: parts::long_text(data, "bgInfo")?,
        date_of_birth: data.date("dateOfBirth", zone)?,
        emails: parts::emails(data)?,
        phones: parts::phones(data)?,
        addresses: parts::addresses(data)?,
        websites: parts::websites(data)?,
        im: parts::messengers(data)?,
        tags: parts::tags(data)?,
        cus_fields: parts::cus_fields(data)?,
        permit: parts::permit(data)?,
        company_contact: None,
        company_lead: None,
        contact_id: data.short("contactId", CODE)?,
        customer_id: data.short("customerId", CODE)?,
    })
}

/// Whom a note or ticket is about: only what its table lists, so that other members are no mistake.
fn subject(data: &Reader<'_>) -> Result<Contact> {
    Ok(Contact {
        name: data.short("name", NAME)?,
        contact_type: parts::contact_type(data)?,
        passport: data.short("passport", CODE)?,
        emails: parts::emails(data)?,
        phones: parts::phones(data)?,
        contact_id: data.short("contactId", CODE)?,
        customer_id: data.short("customerId", CODE)?,
        ..Contact::default()
    })
}

fn note(data: &Reader<'_>) -> Result<Note> {
    let model = data.trimmed("model")?.map(|model| model.to_ascii_lowercase());
    let is_for_deal = match model.as_deref() {
        None | Some("contact") => false,
        Some("deal") => true,
        Some(_) => return Err(data.invalid("model", "chỉ nhận contact hoặc deal")),
    };
    Ok(Note {
        body: parts::long_text(data, "body")?.ok_or_else(|| data.missing("body"))?,
        is_for_deal,
        contact: subject(data)?,
        deal_id: data.short("dealId", CODE)?,
        tags: parts::tags(data)?,
        channel: data.short("channel", CODE)?,
        permit: parts::permit(data)?,
    })
}

fn deal(data: &Reader<'_>, zone: &TimeZone) -> Result<Deal> {
    let (owners, deal_with) = (parts::owners(data)?, data.nested("dealWith")?);
    let mut contacts = Vec::new();
    for value in parts::many(data, "contacts")? {
        if let Some(one) = value.object()? {
            contacts.push(person(&one, zone)?);
        }
    }
    Ok(Deal {
        deal_id: data.short("dealId", CODE)?,
        name: data.short("name", NAME)?.ok_or_else(|| data.missing("name"))?,
        value: parts::amount(data, "value")?,
        currency: data.short("currency", CODE)?,
        description: parts::long_text(data, "description")?,
        stage: data.short("stage", CODE)?,
        close_date: close_date(data, zone)?,
        category: data.short("category", CODE)?,
        package: data.short("package", CODE)?,
        owners,
        deal_with: deal_with.map(|with| person(&with, zone)).transpose()?,
        contacts,
        permit: parts::permit(data)?,
        cus_fields: parts::cus_fields(data)?,
    })
}

/// Epoch milliseconds, where 0 says that there is no date.
fn close_date(data: &Reader<'_>, zone: &TimeZone) -> Result<Option<i64>> {
    match data.trimmed("closeDate")?.as_deref() {
        Some("0") => Ok(None),
        _ => data.instant("closeDate", zone),
    }
}

/// `title`, tags and custom fields are the ticket's own.
fn ticket(data: &Reader<'_>) -> Result<Ticket> {
    Ok(Ticket {
        title: data.short("title", NAME)?.unwrap_or_default(),
        body: parts::long_text(data, "body")?.ok_or_else(|| data.missing("body"))?,
        contact: subject(data)?,
        deal_id: data.short("dealId", CODE)?,
        tags: parts::tags(data)?,
        group_name: data.short("groupName", CODE)?,
        sla_name: data.short("slaName", CODE)?,
        channel: data.short("channel", CODE)?,
        cus_fields: parts::cus_fields(data)?,
    })
}

fn sms(data: &Reader<'_>) -> Result<Sms> {
    let content = parts::long_text(data, "content")?.ok_or_else(|| data.missing("content"))?;
    let mut phones = Vec::new();
    for value in parts::at_most(data, ["phones", "phone"], MOST_RECIPIENTS)? {
        if let Some(phone) = parts::typed(&value, "type")? {
            if !can_be_dialled(&phone.value) {
                return Err(value.invalid("không phải số điện thoại"));
            }
            phones.push(phone.value);
        }
    }
    if phones.is_empty() { Err(data.missing("phones")) } else { Ok(Sms { content, phones }) }
}

/// Short numbers and numbers of any country; the document's own sample is one digit short of a Vietnamese number.
fn can_be_dialled(phone: &str) -> bool {
    phone.chars().filter(char::is_ascii_digit).count() >= 3 && !phone.chars().any(char::is_alphabetic)
}
