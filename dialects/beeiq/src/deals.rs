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

/// The deal with a code (or our number as `DEAL-n`); without a code the one with the name.
pub fn find(tx: &mut Tx<'_>, deal_id: Option<&str>, name: Option<&str>) -> Result<Option<Id>> {
    match (deal_id, name) {
        (Some(code), _) => match deals::find_by_code(tx, code)? {
            Some(id) => Ok(Some(id)),
            None => match number(code) {
                Some(number) => deals::find_by_number(tx, number),
                None => Ok(None),
            },
        },
        (None, Some(name)) => deals::find_by_name(tx, name),
        (None, None) => Ok(None),
    }
}

fn number(code: &str) -> Option<i64> {
    code.strip_prefix("DEAL-").and_then(|digits| digits.parse().ok())
}

/// Adds or updates the deal.
pub fn add_or_update(tx: &mut Tx<'_>, delivery: &Delivery, deal: &wire::Deal, index: usize) -> Result<Done> {
    let known = find(tx, deal.deal_id.as_deref(), Some(&deal.name))?;
    if known.is_none() && deal.deal_with.is_none() {
        let path = format!("data[{index}].data.dealWith");
        return Err(Error::invalid(&path, format!("Trường {path} là bắt buộc khi tạo mới cơ hội")));
    }
    let looked_up = look_up(tx, delivery, deal, index)?;
    let (status, made) = match known {
        Some(id) => {
            let edit = |known: &mut Deal| {
                looked_up.put_on(known, deal);
                Ok(())
            };
            (Status::Updated, deals::change(tx, id, edit)?)
        }
        None => {
            let mut new = Deal { code: deal.deal_id.clone(), ..Deal::default() };
            looked_up.put_on(&mut new, deal);
            if new.label(CatalogKind::DealStage).is_none()
                && let Some(first) = catalog::list(tx, CatalogKind::DealStage)?.first()
            {
                new.set_label(first.label());
            }
            (Status::Created, deals::create(tx, new)?)
        }
    };
    Ok(Done::new(status, made.code.unwrap_or_else(|| format!("DEAL-{}", made.number))))
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
    let customer = match &deal.deal_with {
        Some(with) => Some(person(tx, delivery, with)?),
        None => None,
    };
    let contacts = deal.contacts.iter().map(|contact| person(tx, delivery, contact)).collect::<Result<_>>()?;
    let owners = if deal.has_owners { Some(owners(tx, deal)?) } else { None };
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
    found.map(|item| Some(item.label())).ok_or_else(|| {
        Error::invalid(&path, format!("Trường {path} không có trong danh sách tiền tệ: {currency}"))
    })
}

fn person(tx: &mut Tx<'_>, delivery: &Delivery, contact: &wire::Contact) -> Result<CustomerRef> {
    let arrival = map::arrival(contact, delivery.country);
    let customer = intake::find_or_admit(tx, &delivery.listener, &arrival, map::stage(contact))?;
    Ok(CustomerRef { id: customer.id, number: customer.number, name: customer.name })
}

/// Users who are not known are left out, which the journal says; teams are made.
fn owners(tx: &mut Tx<'_>, deal: &wire::Deal) -> Result<(Vec<UserRef>, Vec<Team>)> {
    let mut owners = Vec::new();
    for email in &deal.owner_users {
        match users::find_by_email(tx, email)? {
            Some(user) => owners.push(UserRef { id: user.id, number: user.number, name: user.name, email: user.email }),
            None => tx.decide(format!("Bỏ qua người phụ trách không có trong tổ chức: {email}")),
        }
    }
    let teams = deal.owner_groups.iter().map(|name| users::team(tx, name)).collect::<Result<_>>()?;
    Ok((owners, teams))
}

impl LookedUp {
    /// Brings what was sent onto a deal. What was not sent stays.
    fn put_on(self, deal: &mut Deal, sent: &wire::Deal) {
        deal.name.clone_from(&sent.name);
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
