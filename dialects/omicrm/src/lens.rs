//! A customer as version 2 of OMICRM's API shows them.

use domain::{Customer, Result};
use hub::Tx;
use kit::lens::{self, Seen};

use crate::error::done;
use crate::lookup::layout;
use crate::map;
use crate::routes;

/// OMICRM's view.
pub struct Lens;

impl lens::Lens for Lens {
    fn name(&self) -> &'static str {
        "omicrm"
    }

    fn title(&self) -> &'static str {
        "OMICRM"
    }

    fn shown(&self, tx: &mut Tx<'_>, customer: &Customer) -> Result<Seen> {
        let layout = layout(tx)?;
        let show = |customer: &Customer| done(map::item(&layout, customer)).body;
        Ok(lens::seen(customer, routes::GET.name, show))
    }
}
