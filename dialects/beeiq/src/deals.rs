//! `add-deal`: adds a deal, or updates the one that is found.

use domain::catalog::{CatalogKind, Label};
use domain::customer::{CustomerRef, UserRef};
use domain::field::{FieldEntity, FieldValue};
use domain::{Deal, Error, Id, Instant, Permit, Result, Team};
use hub::{Tx, catalog, deals, intake, users};

use crate::error::{Done, Status};
use crate::listener::Delivery;
use crate::map;
use crate::wire;

/// The deal with a code, or with our number as `DEAL-n`.
pub fn find_by_id(tx: &mut Tx<'_>, deal_id: &str) -> Result<Option<Id>> {
    match (deals::find_by_code(tx, deal_id)?, number(deal_id)) {
        (None, Some(number)) => deals::find_by_number(tx, number),
        (found, _) => Ok(found),
    }
}

/// The deal that was answered under an id: `DEAL-n` is the code of another one where number n has a code of its own.
fn find_answered(tx: &mut Tx<'_>, deal_id: &str) -> Result<Option<Id>> {
    match (deals::find_by_code(tx, deal_id)?, find_by_id(tx, deal_id)?) {
        (None, Some(id)) if deals::find(tx, id)?.code.is_some() => Ok(None),
        (_, found) => Ok(found),
    }
}

/// The number in `DEAL-n` as we write it: `DEAL-007` is a client's own.
fn number(code: &str) -> Option<i64> {
    let number = code.strip_prefix("DEAL-")?.parse().ok()?;
    (deals::reading_code(number) == code).then_some(number)
}

/// Adds or updates the deal.
pub fn add_or_update(tx: &mut Tx<'_>, delivery: &Delivery, deal: &wire::Deal, index: usize) -> Result<Done> {
    // A code that is not known makes a new deal: only without one does the name decide.
    let known = match &deal.deal_id {
        Some(code) => find_answered(tx, code)?,
        None => deals::find_by_name(tx, &deal.name)?,
    };
    if known.is_none() && !deal.deal_with.as_ref().is_some_and(|with| is_somebody(with, delivery)) {
        let path = format!("data[{index}].data.dealWith");
        let fault = "là bắt buộc khi tạo mới cơ hội, với ít nhất một trong: customerId, contactId, passport, phones, emails, name";
        return Err(Error::invalid(&path, format!("Trường {path} {fault}")));
    }
    let looked_up = look_up(tx, delivery, deal, index)?;
    let (status, made) = match known {
        Some(id) => {
            let edit = |known: &mut Deal| {
                // Found by its name, a deal keeps the spelling that it has.
                if deal.deal_id.is_some() {
                    known.name.clone_from(&deal.name);
                }
                looked_up.put_on(known, deal);
                Ok(())
            };
            (Status::Updated, deals::change(tx, id, edit)?)
        }
        None => {
            let mut new = Deal { code: deal.deal_id.clone(), name: deal.name.clone(), ..Deal::default() };
            looked_up.put_on(&mut new, deal);
            if new.label(CatalogKind::DealStage).is_none()
                && let Some(first) = catalog::list(tx, CatalogKind::DealStage)?.first()
            {
                new.set_label(first.label());
            }
            (Status::Created, deals::create(tx, new)?)
        }
    };
    Ok(Done::new(status, made.code.unwrap_or_else(|| deals::reading_code(made.number))))
}

/// What a deal names by word or key, looked up.
struct LookedUp {
    labels: Vec<Label>,
    customer: Option<CustomerRef>,
    contacts: Vec<CustomerRef>,
    owners: Option<(Vec<UserRef>, Vec<Team>)>,
    permit: Option<Permit>,
    values: Vec<FieldValue>,
}

fn look_up(tx: &mut Tx<'_>, delivery: &Delivery, deal: &wire::Deal, index: usize) -> Result<LookedUp> {
    let mut labels = Vec::new();
    for (kind, label) in [
        (CatalogKind::DealStage, &deal.stage),
        (CatalogKind::DealCategory, &deal.category),
        (CatalogKind::Package, &deal.package),
    ] {
        if let Some(label) = label {
            labels.push(catalog::find_or_create(tx, kind, label)?);
        }
    }
    labels.extend(currency(tx, deal, index)?);
    let place = format!("data[{index}].data");
    let customer = match deal.deal_with.as_ref().filter(|with| is_somebody(with, delivery)) {
        Some(with) => Some(person(tx, delivery, with, &format!("{place}.dealWith"))?),
        None => None,
    };
    let mut contacts = Vec::new();
    for (at, contact) in deal.contacts.iter().enumerate().filter(|(_, contact)| is_somebody(contact, delivery)) {
        contacts.push(person(tx, delivery, contact, &format!("{place}.contacts[{at}]"))?);
    }
    let owners = match &deal.owners {
        Some(named) => Some(owners(tx, named)?),
        None => None,
    };
    let permit = match deal.permit.as_ref().map(map::permit) {
        Some((mode, team, emails)) => Some(users::permit(tx, mode, team.as_deref(), &emails)?),
        None => None,
    };
    let values = intake::values(tx, FieldEntity::Deal, &map::values(&deal.cus_fields))?;
    Ok(LookedUp { labels, customer, contacts, owners, permit, values })
}

/// The document wants a currency of the list: its code, or its name.
fn currency(tx: &mut Tx<'_>, deal: &wire::Deal, index: usize) -> Result<Option<Label>> {
    let Some(currency) = &deal.currency else { return Ok(None) };
    let found = match catalog::find_by_code(tx, CatalogKind::Currency, &currency.to_uppercase())? {
        Some(item) => Some(item),
        None => catalog::find_by_label(tx, CatalogKind::Currency, currency)?,
    };
    let path = format!("data[{index}].data.currency");
    let fault = || Error::invalid(&path, format!("Trường {path} không có trong danh sách tiền tệ"));
    found.map(|item| Some(item.label())).ok_or_else(fault)
}

/// Whether there is anything to find or make a customer by; the document's structures send all members blank.
fn is_somebody(contact: &wire::Contact, delivery: &Delivery) -> bool {
    let arrival = map::arrival(contact, delivery.country);
    map::names_a_record(&arrival) || !arrival.customer.name.is_empty()
}

/// The customer who is meant; one who is not known is made, for which a name is needed.
fn person(tx: &mut Tx<'_>, delivery: &Delivery, contact: &wire::Contact, place: &str) -> Result<CustomerRef> {
    let arrival = map::arrival(contact, delivery.country);
    let found = intake::find_or_admit(tx, &delivery.listener, &arrival, map::stage(contact));
    let customer = found.map_err(|error| match error {
        Error::NotFound { .. } => Error::not_found(format!(
            "Trường {place} không khớp với khách hàng nào; muốn tạo mới khách hàng thì phải có {place}.name"
        )),
        other => other,
    })?;
    Ok(CustomerRef { id: customer.id, number: customer.number, name: customer.name })
}

/// Users who are not known are left out, which the journal says; teams are made.
fn owners(tx: &mut Tx<'_>, named: &wire::Owners) -> Result<(Vec<UserRef>, Vec<Team>)> {
    let mut owners: Vec<UserRef> = Vec::new();
    for email in &named.users {
        match users::find_by_email(tx, email)? {
            Some(user) if owners.iter().any(|known| known.id == user.id) => {}
            Some(user) => owners.push(UserRef { id: user.id, number: user.number, name: user.name, email: user.email }),
            None => tx.decide(format!("Bỏ qua người phụ trách không có trong tổ chức: {email}")),
        }
    }
    let mut teams: Vec<Team> = Vec::new();
    for name in &named.groups {
        let team = users::team(tx, name)?;
        if !teams.iter().any(|known| known.id == team.id) {
            teams.push(team);
        }
    }
    Ok((owners, teams))
}

impl LookedUp {
    /// Brings what was sent onto a deal. What was not sent stays.
    fn put_on(self, deal: &mut Deal, sent: &wire::Deal) {
        let set = |value: &Option<String>, place: &mut String| {
            if let Some(value) = value {
                place.clone_from(value);
            }
        };
        set(&sent.value, &mut deal.value);
        set(&sent.description, &mut deal.description);
        deal.close_at = sent.close_date.map(Instant).or(deal.close_at);
        self.labels.into_iter().for_each(|label| deal.set_label(label));
        deal.customer = self.customer.or(deal.customer.take());
        for contact in self.contacts {
            if !deal.contacts.iter().any(|known| known.id == contact.id) {
                deal.contacts.push(contact);
            }
        }
        if let Some((owners, teams)) = self.owners {
            (deal.owners, deal.teams) = (owners, teams);
        }
        deal.permit = self.permit.unwrap_or(deal.permit.clone());
        for value in self.values {
            deal.values.retain(|known| known.field != value.field);
            if !value.items.is_empty() {
                deal.values.push(value);
            }
        }
    }
}
