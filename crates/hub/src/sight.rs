//! What somebody may see of the records that one they see names: the company of a person, the people on a deal, the notes on
//! what belongs to a customer, and all of them in what history says.

use std::collections::{HashMap, HashSet};

use domain::change::Change;
use domain::{Customer, Deal, Error, Id, Note, Result, Ticket, Viewer};
use store::search::{self, Filter};
use store::{Tx, customers, deals, notes, permits};

/// Records of a name that are looked at to tell whether one of them is seen.
const OF_A_NAME: i64 = 20;

/// Takes away the companies that `viewer` may not see.
pub(crate) fn trim_customers(tx: &mut Tx<'_>, viewer: &Viewer, seen: &mut [Customer]) -> Result<()> {
    let companies: Vec<_> =
        seen.iter().filter_map(|customer| customer.company.as_ref()).map(|company| company.id).collect();
    let hidden = hidden_among(tx, viewer, &companies)?;
    for customer in seen {
        customer.company.take_if(|company| hidden.contains(&company.id));
    }
    Ok(())
}

/// Puts back into a record what [`trim_customers`] took away before somebody changed it, from `seen` to `wanted`. They are told
/// when something else would take its place: that somebody else's fact would be gone they cannot know.
pub(crate) fn untrim_customer(whole: &Customer, seen: &Customer, wanted: &mut Customer) -> Result<()> {
    if whole.company != seen.company {
        if wanted.company != seen.company {
            return Err(Error::conflict("Khách hàng này thuộc một công ty không được chia sẻ với bạn"));
        }
        wanted.company.clone_from(&whole.company);
    }
    Ok(())
}

/// Takes away the people on deals whom `viewer` may not see.
pub(crate) fn trim_deals(tx: &mut Tx<'_>, viewer: &Viewer, seen: &mut [Deal]) -> Result<()> {
    let people: Vec<_> =
        seen.iter().flat_map(|deal| deal.customer.iter().chain(&deal.contacts)).map(|it| it.id).collect();
    let hidden = hidden_among(tx, viewer, &people)?;
    for deal in seen {
        deal.customer.take_if(|customer| hidden.contains(&customer.id));
        deal.contacts.retain(|contact| !hidden.contains(&contact.id));
    }
    Ok(())
}

/// Takes away the deal of a ticket where `viewer` may not see it.
pub(crate) fn trim_ticket(tx: &mut Tx<'_>, viewer: &Viewer, ticket: &mut Ticket) -> Result<()> {
    if let Some(deal) = ticket.deal.filter(|_| *viewer != Viewer::Org) {
        ticket.deal = deals_among(tx, viewer, &[deal])?.first().copied();
    }
    Ok(())
}

/// Takes away the notes that `viewer` may not see, be it for their own permit or because what they are on is hidden. `seen` are
/// deals that they are known to see.
pub(crate) fn trim_notes(tx: &mut Tx<'_>, viewer: &Viewer, seen: &[Deal], notes: &mut Vec<Note>) -> Result<()> {
    if *viewer == Viewer::Org {
        return Ok(());
    }
    notes.retain(|note| note.permit.allows(viewer));
    let mut known: HashSet<Id> = seen.iter().map(|deal| deal.id).collect();
    let others: HashSet<Id> = notes.iter().filter_map(|note| note.deal).collect();
    let others: Vec<Id> = others.difference(&known).copied().collect();
    known.extend(deals_among(tx, viewer, &others)?);
    let ids = |on: fn(&Note) -> Option<Id>| notes.iter().filter_map(on).collect::<Vec<Id>>();
    let hidden = strays_among(tx, viewer, &ids(|note| note.lead), &ids(|note| note.ticket))?;
    let is_hidden = |on: Option<Id>| on.is_some_and(|id| hidden.contains(&id));
    notes.retain(|note| {
        note.deal.is_none_or(|deal| known.contains(&deal)) && !is_hidden(note.lead) && !is_hidden(note.ticket)
    });
    Ok(())
}

/// Keeps the records of customers whom `viewer` may see, and those of none. `whose` names the customer of one.
pub(crate) fn retain_seen<T>(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    found: &mut Vec<T>,
    whose: impl Fn(&T) -> Option<Id>,
) -> Result<()> {
    let hidden = hidden_among(tx, viewer, &found.iter().filter_map(&whose).collect::<Vec<_>>())?;
    found.retain(|one| whose(one).is_none_or(|customer| !hidden.contains(&customer)));
    Ok(())
}

/// Those of some deals that `viewer` may see, themselves and the customers they are of.
fn deals_among(tx: &mut Tx<'_>, viewer: &Viewer, ids: &[Id]) -> Result<Vec<Id>> {
    let mut found = deals::list(tx, ids)?;
    found.retain(|deal| deal.permit.allows(viewer));
    retain_seen(tx, viewer, &mut found, |deal| deal.customer.as_ref().map(|customer| customer.id))?;
    Ok(found.iter().map(|deal| deal.id).collect())
}

/// Those of some leads and tickets whose customers `viewer` may not see. What was written about a lead while two records were
/// one stays with the other one when they are parted.
fn strays_among(tx: &mut Tx<'_>, viewer: &Viewer, leads: &[Id], tickets: &[Id]) -> Result<HashSet<Id>> {
    let whose = notes::whose(tx, leads, tickets)?;
    let customers: Vec<Id> = whose.iter().map(|(_, customer)| *customer).collect();
    let hidden = hidden_among(tx, viewer, &customers)?;
    Ok(whose.into_iter().filter(|(_, customer)| hidden.contains(customer)).map(|(id, _)| id).collect())
}

/// Takes away what history says of deals, notes, leads and tickets that `viewer` may not see, and the names of hidden records.
/// `seen` are the customer's deals and notes that they do see.
pub(crate) fn trim_history(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    seen: (&[Deal], &[Note]),
    history: &mut Vec<Change>,
) -> Result<()> {
    if *viewer == Viewer::Org {
        return Ok(());
    }
    let mut known: HashSet<Id> = seen.0.iter().map(|deal| deal.id).chain(seen.1.iter().map(|note| note.id)).collect();
    let is_guarded = |change: &Change| ["deal", "note"].contains(&change.subject.as_str());
    // A deal may have gone over to another customer; a note never does.
    let others: HashSet<Id> =
        history.iter().filter(|change| is_guarded(change)).map(|change| change.subject_id).collect();
    let others: Vec<Id> = others.difference(&known).copied().collect();
    known.extend(deals_among(tx, viewer, &others)?);
    let about = |subject: &str| {
        let about = history.iter().filter(|change| change.subject == subject).map(|change| change.subject_id);
        about.collect::<HashSet<Id>>().into_iter().collect::<Vec<Id>>()
    };
    let strays = strays_among(tx, viewer, &about("lead"), &about("ticket"))?;
    history.retain(|change| match is_guarded(change) {
        true => known.contains(&change.subject_id),
        false => !strays.contains(&change.subject_id),
    });
    let mut names = Names { viewer, seen: HashMap::new() };
    for change in history {
        let subject = change.subject.clone();
        let fields = std::mem::take(&mut change.fields);
        for field in fields {
            let is_shown = match (subject.as_str(), field.field.as_str()) {
                ("customer", "company") | ("deal", "customer") => {
                    names.is_seen(tx, &field.old)? && names.is_seen(tx, &field.new)?
                }
                ("deal", "contacts") => names.are_seen(tx, &field.old)? && names.are_seen(tx, &field.new)?,
                _ => true,
            };
            if is_shown {
                change.fields.push(field);
            }
        }
    }
    Ok(())
}

/// Those of some customers whom `viewer` may not see.
fn hidden_among(tx: &mut Tx<'_>, viewer: &Viewer, ids: &[Id]) -> Result<HashSet<Id>> {
    if *viewer == Viewer::Org || ids.is_empty() {
        return Ok(HashSet::new());
    }
    let restricted = permits::of_customers(tx, ids)?.into_iter();
    Ok(restricted.filter(|(_, permit)| !permit.allows(viewer)).map(|(id, _)| id).collect())
}

/// Names in history, which keeps no more of a record than that: one that somebody of that name may be seen under is no secret.
struct Names<'v> {
    viewer: &'v Viewer,
    seen: HashMap<String, bool>,
}

impl Names<'_> {
    fn is_seen(&mut self, tx: &mut Tx<'_>, name: &str) -> Result<bool> {
        if name.is_empty() {
            return Ok(true);
        }
        if let Some(seen) = self.seen.get(name) {
            return Ok(*seen);
        }
        let filter = Filter { keyword: Some(name.to_owned()), ..Filter::everything(self.viewer.clone()) };
        let ids = search::find(tx, &filter, 0, OF_A_NAME)?.ids;
        let is_seen = customers::list(tx, &ids)?.iter().any(|customer| customer.name == name);
        self.seen.insert(name.to_owned(), is_seen);
        Ok(is_seen)
    }

    fn are_seen(&mut self, tx: &mut Tx<'_>, names: &str) -> Result<bool> {
        for name in names.split(", ") {
            if !self.is_seen(tx, name)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
