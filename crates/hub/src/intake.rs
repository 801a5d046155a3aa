//! Records that come in through a listener: matched, made with the listener's defaults, promoted, or left alone.

use domain::catalog::CatalogKind;
use domain::customer::{CustomerRef, Kind, Stage};
use domain::dialect::System;
use domain::field::FieldEntity;
use domain::identity::{Key, KeyKind};
use domain::matching::Match;
use domain::{Customer, Error, Id, Lead, Listener, Result};
use store::Tx;

use crate::customers::{self, Incoming, MOST_POINTS, Trust};
use crate::{arrivals, catalog, fields, leads, messages, users};

/// Letters of a lead's subject when it is taken from a longer text.
const SUBJECT: usize = 250;

/// What came in about one record, in our words.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// Facts as sent; labels, values, permit and company are looked up from what follows.
    pub customer: Customer,
    /// Our number, where it was named.
    pub number: Option<i64>,
    /// Whether our number was named at all, also in a form that cannot be one.
    pub names_number: bool,
    /// Tags by name.
    pub tags: Vec<String>,
    /// Custom values by the label of their field.
    pub values: Vec<(String, String)>,
    /// With whom to share: mode, team by name, users by e-mail.
    pub permit: Option<(i64, Option<String>, Vec<String>)>,
    /// The organization a person belongs to.
    pub company: Option<Box<Arrival>>,
    /// The organization a lead belongs to, by name alone.
    pub company_name: Option<String>,
}

/// The order in which keys are tried when a record is added.
pub const ADD_ORDER: [KeyKind; 4] = [KeyKind::Code(System::Beeiq), KeyKind::NationalId, KeyKind::Phone, KeyKind::Email];
/// The order in which keys are tried when a record is looked for.
pub const FIND_ORDER: [KeyKind; 4] =
    [KeyKind::Code(System::Beeiq), KeyKind::NationalId, KeyKind::Email, KeyKind::Phone];

/// What became of a record that came in to be added.
#[derive(Debug, Clone)]
pub enum Admission {
    /// It is new.
    Created(Customer),
    /// It was a lead and is a customer now.
    Promoted(Customer),
    /// It is known; nothing was changed.
    Known(Customer),
}

/// Adds a customer. A known customer is left alone, with a line in their history; a known lead becomes a customer.
pub fn add_contact(tx: &mut Tx<'_>, listener: &Listener, arrival: &Arrival) -> Result<Admission> {
    let doubtful = match find_match(tx, arrival, &ADD_ORDER)? {
        Match::Found { customer, .. } => return known_contact(tx, listener, customer),
        Match::New { doubtful } => doubtful,
    };
    admit(tx, listener, arrival, Stage::Customer, &doubtful).map(Admission::Created)
}

fn known_contact(tx: &mut Tx<'_>, listener: &Listener, id: Id) -> Result<Admission> {
    let known = find(tx, id)?;
    if known.stage == Stage::Customer {
        note_duplicate(tx, listener, id)?;
        return Ok(Admission::Known(known));
    }
    let changed = customers::change(tx, id, |customer| {
        customer.stage = Stage::Customer;
        Ok(())
    })?;
    Ok(Admission::Promoted(changed.after))
}

/// Adds a lead: a record in stage lead with an open enquiry. A known lead is left alone; a known customer stays one and gets
/// a new open enquiry.
pub fn add_lead(tx: &mut Tx<'_>, listener: &Listener, arrival: &Arrival) -> Result<Admission> {
    match find_match(tx, arrival, &ADD_ORDER)? {
        Match::Found { customer, .. } => {
            note_duplicate(tx, listener, customer)?;
            let known = find(tx, customer)?;
            if known.stage == Stage::Customer {
                open_lead(tx, listener, &known, arrival)?;
            }
            Ok(Admission::Known(known))
        }
        Match::New { doubtful } => admit(tx, listener, arrival, Stage::Lead, &doubtful).map(Admission::Created),
    }
}

/// Changes the record that the keys name. `apply` brings in the facts that were sent.
pub fn amend(
    tx: &mut Tx<'_>,
    listener: &Listener,
    arrival: &Arrival,
    apply: impl FnOnce(&mut Customer),
) -> Result<Customer> {
    let id = find_known(tx, arrival)?.ok_or_else(no_match)?;
    let extras = look_up(tx, arrival)?;
    let code = linkable_code(tx, arrival, id)?;
    let changed = customers::change(tx, id, |customer| {
        apply(customer);
        if let Some(code) = code {
            customer.codes.entry(System::Beeiq).or_insert(code);
        }
        extras.put_on(customer);
        Ok(())
    })?;
    join_company(tx, listener, changed.after, arrival)
}

/// The code that an arrival brings, unless it is somebody else's already.
fn linkable_code(tx: &mut Tx<'_>, arrival: &Arrival, id: Id) -> Result<Option<String>> {
    let Some(code) = arrival.customer.codes.get(&System::Beeiq) else { return Ok(None) };
    match customers::find_by_code(tx, System::Beeiq, code)? {
        Some(holder) if holder != id => {
            tx.decide(format!("Mã {code} thuộc về khách hàng khác nên không được gắn"));
            Ok(None)
        }
        _ => Ok(Some(code.clone())),
    }
}

/// The record that an arrival names, by number or key.
pub fn find_known(tx: &mut Tx<'_>, arrival: &Arrival) -> Result<Option<Id>> {
    if let Some(number) = arrival.number
        && let Some(id) = customers::find_by_number(tx, number)?
    {
        tx.touch(number);
        tx.decide(format!("Khớp khách hàng {number} theo số khách hàng"));
        return Ok(Some(id));
    }
    match find_match(tx, arrival, &FIND_ORDER)? {
        Match::Found { customer, .. } => Ok(Some(customer)),
        Match::New { .. } => Ok(None),
    }
}

/// The record that an arrival names, made when there is none and it can be named.
pub fn find_or_admit(tx: &mut Tx<'_>, listener: &Listener, arrival: &Arrival, stage: Stage) -> Result<Customer> {
    if let Some(id) = find_known(tx, arrival)? {
        return find(tx, id);
    }
    if arrival.customer.name.is_empty() {
        return Err(no_match());
    }
    let Match::New { doubtful } = find_match(tx, arrival, &ADD_ORDER)? else { return Err(no_match()) };
    let made = admit(tx, listener, arrival, stage, &doubtful)?;
    find(tx, made.id)
}

fn find_match(tx: &mut Tx<'_>, arrival: &Arrival, order: &[KeyKind]) -> Result<Match> {
    let all = arrival.customer.keys();
    let keys: Vec<Key> =
        order.iter().flat_map(|kind| all.iter().filter(move |key| key.kind == *kind)).cloned().collect();
    let own = arrival.customer.codes.get(&System::Beeiq).map(|code| (System::Beeiq, code.as_str()));
    customers::find_match(
        tx,
        &arrival.customer,
        &keys,
        Incoming { name: &arrival.customer.name, own, trust: Trust::Certain },
    )
}

/// Makes a record with the listener's defaults: its source by stage, its tag unless the data brings tags, its messages.
fn admit(
    tx: &mut Tx<'_>,
    listener: &Listener,
    arrival: &Arrival,
    stage: Stage,
    doubtful: &[(Id, Key)],
) -> Result<Customer> {
    let mut new = Customer { stage, ..arrival.customer.clone() };
    look_up(tx, arrival)?.put_on(&mut new);
    if let Some(tag) = listener.default_tag.as_deref().filter(|_| arrival.tags.is_empty()) {
        new.add_label(catalog::find_or_create(tx, CatalogKind::Tag, tag)?);
    }
    let source = if stage == Stage::Lead { &listener.lead_source } else { &listener.contact_source };
    if let Some(source) = source {
        new.add_label(catalog::find_or_create(tx, CatalogKind::Source, source)?);
    }
    let made = customers::create(tx, new, doubtful)?;
    if stage == Stage::Lead {
        open_lead(tx, listener, &made, arrival)?;
    }
    let made = join_company(tx, listener, made, arrival)?;
    messages::welcome(tx, listener, &made, &customers::reading_code(&made))?;
    Ok(made)
}

/// Opens an enquiry of a customer.
fn open_lead(tx: &mut Tx<'_>, listener: &Listener, customer: &Customer, arrival: &Arrival) -> Result<()> {
    let text = &arrival.customer.note;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(&customer.name);
    let mut lead = Lead {
        subject: line.chars().take(SUBJECT).collect(),
        company_name: arrival.company_name.clone().unwrap_or_default(),
        ..Lead::default()
    };
    if let Some(source) = &listener.lead_source {
        lead.set_label(catalog::find_or_create(tx, CatalogKind::Source, source)?);
    }
    leads::create(tx, lead, customer.id).map(drop)
}

/// Puts a person into the organization that came with them: the one that is known, otherwise a new one. An organization
/// belongs to none.
fn join_company(tx: &mut Tx<'_>, listener: &Listener, person: Customer, arrival: &Arrival) -> Result<Customer> {
    let by_name = arrival.company_name.as_ref().map(|name| Arrival {
        customer: Customer { name: name.clone(), kind: Kind::Organization, ..Customer::default() },
        ..Arrival::default()
    });
    let company = match arrival.company.as_deref().or(by_name.as_ref()) {
        Some(company) if person.kind == Kind::Person => find_or_make_company(tx, listener, company)?,
        _ => None,
    };
    let Some(company) = company else { return Ok(person) };
    let changed = customers::change(tx, person.id, |customer| {
        customer.company = Some(company);
        Ok(())
    })?;
    Ok(changed.after)
}

/// Organizations are found by number, then name, then the other keys; one without a name cannot be made. To one that is found
/// comes what it lacked.
fn find_or_make_company(tx: &mut Tx<'_>, listener: &Listener, company: &Arrival) -> Result<Option<CustomerRef>> {
    if let Some(number) = company.number
        && let Some(id) = customers::find_by_number(tx, number)?
        && find(tx, id)?.kind == Kind::Organization
    {
        return complete(tx, id, company);
    }
    if !company.customer.name.is_empty()
        && let Some(id) = customers::find_organizations(tx, &company.customer.name)?.first()
    {
        return complete(tx, *id, company);
    }
    let doubtful = match find_match(tx, company, &FIND_ORDER)? {
        Match::Found { customer, key, mut doubtful } => {
            doubtful.insert(0, (customer, key));
            doubtful
        }
        Match::New { doubtful } => doubtful,
    };
    // A person who shares the company's phone is not the company.
    for (id, _) in &doubtful {
        if find(tx, *id)?.kind == Kind::Organization {
            return complete(tx, *id, company);
        }
    }
    if company.customer.name.is_empty() {
        return Ok(None);
    }
    let new = Arrival {
        customer: Customer { kind: Kind::Organization, ..company.customer.clone() },
        company: None,
        ..company.clone()
    };
    let quiet = Listener { email: None, sms: None, ..listener.clone() };
    let made = admit(tx, &quiet, &new, Stage::Customer, &doubtful)?;
    customers::find_ref(tx, made.id)
}

/// Adds what came about a known organization: contact points that it does not have, and facts where it has none. Nothing is
/// overwritten, and with whom it is shared stays.
fn complete(tx: &mut Tx<'_>, id: Id, company: &Arrival) -> Result<Option<CustomerRef>> {
    let known = find(tx, id)?;
    let mut sent = Customer { gender: None, ..company.customer.clone() };
    if !known.name.is_empty() {
        // The parts of another spelling do not belong to the name that it has.
        sent.given_name.clear();
        sent.family_name.clear();
    }
    sent.codes = linkable_code(tx, company, id)?.map(|code| (System::Beeiq, code)).into_iter().collect();
    let Extras { tags, values, permit: _ } = look_up(tx, &Arrival { permit: None, ..company.clone() })?;
    (sent.labels, sent.values) = (tags, values);
    // Many people may name one company, each with a phone of their own: that it can take no more costs none of them.
    sent.points.retain(|point| !known.points.iter().any(|old| old.same_address(point)));
    sent.points.truncate(MOST_POINTS.saturating_sub(known.points.len()));
    let mut completed = known.clone();
    arrivals::fill_gaps(&mut completed, &sent);
    if completed != known {
        customers::change(tx, id, |customer| {
            arrivals::fill_gaps(customer, &sent);
            Ok(())
        })?;
    }
    customers::find_ref(tx, id)
}

/// What an arrival names by word, looked up.
struct Extras {
    tags: Vec<domain::Label>,
    values: Vec<domain::field::FieldValue>,
    permit: Option<domain::Permit>,
}

fn look_up(tx: &mut Tx<'_>, arrival: &Arrival) -> Result<Extras> {
    let tags =
        arrival.tags.iter().map(|tag| catalog::find_or_create(tx, CatalogKind::Tag, tag)).collect::<Result<_>>()?;
    let values = values(tx, FieldEntity::Customer, &arrival.values)?;
    let permit = match &arrival.permit {
        Some((mode, team, emails)) => Some(users::permit(tx, *mode, team.as_deref(), emails)?),
        None => None,
    };
    Ok(Extras { tags, values, permit })
}

/// Custom values by the label of their field; a field that is not known is made, unless its value is blank: there is nothing to
/// take away. Of a field named twice the last counts.
pub fn values(
    tx: &mut Tx<'_>,
    entity: FieldEntity,
    values: &[(String, String)],
) -> Result<Vec<domain::field::FieldValue>> {
    let mut found: Vec<domain::field::FieldValue> = Vec::new();
    for (label, text) in values {
        let field = match text.trim() {
            "" => fields::find_by_name(tx, entity, label)?,
            _ => Some(fields::find_or_create(tx, entity, label)?),
        };
        let Some(field) = field else { continue };
        found.retain(|known| known.field != field.id);
        found.push(fields::value(&field, if text.trim().is_empty() { "" } else { text }));
    }
    Ok(found)
}

impl Extras {
    fn put_on(self, customer: &mut Customer) {
        self.tags.into_iter().for_each(|tag| customer.add_label(tag));
        self.values.into_iter().for_each(|value| customer.replace_value(value));
        if let Some(permit) = self.permit {
            customer.permit = permit;
        }
    }
}

fn note_duplicate(tx: &mut Tx<'_>, listener: &Listener, id: Id) -> Result<()> {
    let text = format!("Dữ liệu trùng được gửi qua webhook listener \"{}\", không tạo mới", listener.name);
    customers::note_duplicate(tx, id, &text)
}

fn find(tx: &mut Tx<'_>, id: Id) -> Result<Customer> {
    customers::find(tx, &domain::Viewer::Org, id)?.ok_or_else(no_match)
}

fn no_match() -> Error {
    Error::not_found("Không tìm thấy khách hàng khớp với dữ liệu gửi lên")
}
