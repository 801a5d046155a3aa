//! A customer as 1Office shows them.

use domain::{Customer, Result};
use hub::{Tx, files, orgs};
use kit::lens::{self, Seen};

use crate::{error, rows};

/// 1Office's view.
pub struct Lens;

impl lens::Lens for Lens {
    fn name(&self) -> &'static str {
        "oneoffice"
    }

    fn title(&self) -> &'static str {
        "1Office"
    }

    fn shown(&self, tx: &mut Tx<'_>, customer: &Customer) -> Result<Seen> {
        let zone = orgs::current(tx)?.settings.time_zone();
        let files = files::of_customer(tx, customer.id)?;
        let show = |customer: &Customer| error::item(rows::contact(customer, &files, &zone)).body;
        Ok(lens::seen(customer, "GET /api/customer/contact/item", show))
    }
}
