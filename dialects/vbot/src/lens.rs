//! A customer as the third version of VBot's API shows them.

use domain::{Customer, Result};
use hub::Tx;
use kit::lens::{self, Seen};

use crate::routes::Version;
use crate::{error, map};

/// VBot's view.
pub struct Lens;

impl lens::Lens for Lens {
    fn name(&self) -> &'static str {
        "vbot"
    }

    fn title(&self) -> &'static str {
        "VBot"
    }

    fn shown(&self, _: &mut Tx<'_>, customer: &Customer) -> Result<Seen> {
        let show = |customer: &Customer| error::done(Version::V3, &map::shown(customer)).body;
        Ok(lens::seen(customer, "POST /v3.0/api/customer/get-detail", show))
    }
}
