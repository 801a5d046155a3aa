//! Webhook listeners: made, set and rotated.

use domain::{Error, Listener, Result};
use store::secrets::SecretKind;
use store::{Tx, listeners, secrets};

use crate::tokens::Secret;
use crate::{access, messages};

/// What follows the host in the address of a listener, before its secret.
pub const PATH: &str = "/webhook/listener/";

/// How long the old address works after a rotation, in seconds: seven days.
const OVERLAP: i64 = 7 * 86_400;

/// The path of a listener.
pub fn path(secret: &Secret) -> String {
    format!("{PATH}{}", secret.reveal())
}

/// Makes a listener; gives its number.
pub fn create(tx: &mut Tx<'_>, name: &str, secret: &Secret) -> Result<i64> {
    let (id, number) = listeners::insert(tx, name, tx.actor().user)?;
    secrets::insert(tx, SecretKind::Listener, secret.digest(), id)?;
    Ok(number)
}

/// Every listener, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Listener>> {
    listeners::list(tx)
}

/// Changes what can be set on a listener.
pub fn change(tx: &mut Tx<'_>, number: i64, edit: impl FnOnce(&mut Listener)) -> Result<Listener> {
    let mut listener = find(tx, number)?;
    edit(&mut listener);
    for network in &listener.networks {
        access::parse_network(network)?;
    }
    if let Some(email) = &listener.email {
        messages::check_template("email_subject", &email.subject)?;
        messages::check_template("email_body", &email.body)?;
    }
    if let Some(sms) = &listener.sms {
        messages::check_template("sms_body", sms)?;
    }
    listeners::update(tx, &listener)?;
    Ok(listener)
}

/// Gives a listener a new address; the old one works for seven days more, one older than that no longer.
pub fn rotate(tx: &mut Tx<'_>, number: i64, secret: &Secret) -> Result<()> {
    let listener = find(tx, number)?;
    let until = tx.now().plus_seconds(OVERLAP);
    secrets::retire(tx, SecretKind::Listener, listener.id, until)?;
    secrets::insert(tx, SecretKind::Listener, secret.digest(), listener.id)
}

fn find(tx: &mut Tx<'_>, number: i64) -> Result<Listener> {
    listeners::find_by_number(tx, number)?
        .ok_or_else(|| Error::not_found(format!("Không có webhook listener số {number}")))
}
