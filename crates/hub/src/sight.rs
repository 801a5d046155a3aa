//! What somebody may see of the records that one they see names: the company of a person, the people on a deal, and both in
//! what history says.

use std::collections::{HashMap, HashSet};

use domain::change::Change;
use domain::{Customer, Deal, Error, Id, Note, Result, Viewer};
use store::search::{self, Filter};
use store::{Tx, customers, deals, permits};

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

/// Takes away what history says of deals and notes that `viewer` may not see, and the names of hidden records. `seen` are the
/// customer's deals and notes that they do see.
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
    let gone = deals::list(tx, &others)?.into_iter().filter(|deal| deal.permit.allows(viewer));
    known.extend(gone.map(|deal| deal.id));
    history.retain(|change| !is_guarded(change) || known.contains(&change.subject_id));
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
