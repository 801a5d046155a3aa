//! For which customer something new is: named by number in the address, or looked for by whatever is known of them.

use domain::customer::CustomerRef;
use domain::org::Org;
use domain::{Result, Viewer};
use hub::{Filter, Tx, customers};

use super::sent::Sent;
use crate::messages::Messages;
use crate::show;

/// Customers that are offered when several fit.
const OFFERED: i64 = 10;

/// What was asked for, and who that may be.
#[derive(Debug, Clone, Default)]
pub struct Whose {
    /// What was looked for.
    pub asked: String,
    /// Who it is.
    pub known: Option<CustomerRef>,
    /// Who it may be.
    pub offered: Vec<CustomerRef>,
    /// Why it is not known yet.
    pub refusal: Option<&'static str>,
}

impl Whose {
    /// By `customer`, a number, or `whose`, anything that finds one.
    pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, org: &Org, sent: &Sent, t: &'static Messages) -> Result<Self> {
        let asked = sent.text("whose").trim().to_owned();
        let numbered = match sent.number("customer") {
            Some(number) => customers::find_by_number(tx, number)?,
            None => None,
        };
        if let Some(id) = numbered
            && let Some(customer) = customers::find_canonical(tx, viewer, id)?
        {
            let known = CustomerRef { id: customer.id, number: customer.number, name: show::name(&customer) };
            return Ok(Self { asked, known: Some(known), ..Self::default() });
        }
        if asked.is_empty() {
            return Ok(Self::default());
        }
        let mut filter = Filter::everything(viewer.clone());
        (filter.keyword, filter.country) = (Some(asked.clone()), org.settings.country());
        let (found, _) = customers::search(tx, &filter, 0, OFFERED)?;
        let refs = found.iter().map(|one| CustomerRef { id: one.id, number: one.number, name: show::name(one) });
        let mut offered: Vec<CustomerRef> = refs.collect();
        let mut whose = Self { asked, ..Self::default() };
        match offered.len() {
            0 => whose.refusal = Some(t.leads.nobody),
            1 => whose.known = offered.pop(),
            _ => (whose.offered, whose.refusal) = (offered, Some(t.leads.several)),
        }
        Ok(whose)
    }
}
