//! Funnels: listed, and where a customer may stand in them.

use domain::customer::Standing;
use domain::funnel::Funnel;
use domain::{Customer, Error, Id, Result};
use store::{Tx, funnels};

/// Every funnel, in order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Funnel>> {
    funnels::list(tx)
}

/// The funnel with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Funnel>> {
    funnels::find(tx, id)
}

/// A place in a funnel, counted from 1, if the funnel has it.
pub fn standing(tx: &mut Tx<'_>, funnel: Id, first: i64, second: Option<i64>) -> Result<Standing> {
    let found = funnels::find(tx, funnel)?.ok_or_else(|| Error::not_found("Không tìm thấy phễu này"))?;
    if found.has(first, second) {
        return Ok(Standing { funnel, first, second });
    }
    let place = second.map_or_else(|| first.to_string(), |second| format!("{first}.{second}"));
    Err(Error::invalid("", format!("Phễu {} không có trạng thái {place}", found.name)))
}

/// Puts a customer at a place, instead of where they stood in that funnel; other funnels stay as they are.
pub fn place(customer: &mut Customer, standing: Standing) {
    match customer.standings.iter_mut().find(|known| known.funnel == standing.funnel) {
        Some(known) => *known = standing,
        None => customer.standings.push(standing),
    }
    // In the order in which they are read back.
    customer.standings.sort_by_key(|standing| standing.funnel);
}
