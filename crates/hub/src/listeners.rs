//! Webhook listeners: made, set and rotated.

use domain::change::{Subject, What};
use domain::{Actor, Error, Instant, Listener, OrgId, Result};
use store::secrets::SecretKind;
use store::{Tx, listeners, secrets};

use crate::tokens::Secret;
use crate::{Hub, access, history, templates};

/// What addresses are sealed for.
const PURPOSE: &str = "listener";

/// Letters of a name at most.
const LONGEST_NAME: usize = 250;

/// How the journal calls the way in through a listener; the path itself holds a secret.
pub const ROUTE: &str = "POST /webhook/listener/{secret}";

/// The version of that way in.
pub const VERSION: &str = "v1";

/// What follows the host in the address of a listener, before its secret.
pub const PATH: &str = "/webhook/listener/";

/// How long the old address works after a rotation, in seconds: seven days.
const OVERLAP: i64 = 7 * 86_400;

/// The path of a listener.
pub fn path(secret: &Secret) -> String {
    format!("{PATH}{}", secret.reveal())
}

/// A listener with the addresses that work now.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The listener.
    pub listener: Listener,
    /// Paths, the newest first, each with the moment until which it works if it was replaced. None where they are not kept:
    /// without a key, and for listeners of older versions of this program.
    pub paths: Vec<(String, Option<Instant>)>,
}

impl Hub {
    /// Makes a listener, whose address can be looked up again where there is a key to keep it with; gives number and path.
    pub async fn create_listener(&self, actor: Actor, name: &str) -> Result<(i64, String)> {
        let (name, secret) = (name.trim().to_owned(), Secret::random()?);
        let (path, sealed) = (path(&secret), self.sealed_path(actor.org, &secret));
        let number = self.write(actor, move |tx| {
            let number = create(tx, &name, &secret)?;
            keep(tx, number, sealed.as_deref())?;
            note(tx, number, What::Created, &format!("Thêm webhook listener {name}"))?;
            Ok(number)
        });
        Ok((number.await?, path))
    }

    /// Gives a listener a new address; the old one works for seven days more. Gives the new path.
    pub async fn rotate_listener(&self, actor: Actor, number: i64) -> Result<String> {
        let secret = Secret::random()?;
        let (path, sealed) = (path(&secret), self.sealed_path(actor.org, &secret));
        let rotated = self.write(actor, move |tx| {
            rotate(tx, number, &secret)?;
            keep(tx, number, sealed.as_deref())?;
            note(tx, number, What::Updated, &format!("Đổi địa chỉ webhook listener số {number}"))
        });
        rotated.await.map(|()| path)
    }

    /// The listener with a number and its addresses.
    pub async fn listener(&self, org: OrgId, number: i64) -> Result<Shown> {
        let found = self.read(org, move |tx| {
            let listener = find(tx, number)?;
            let sealed = listeners::paths(tx, listener.id)?;
            Ok((listener, sealed))
        });
        let (listener, sealed) = found.await?;
        let open = |(sealed, until): (String, Option<Instant>)| Some((self.unseal(org, PURPOSE, &sealed).ok()?, until));
        Ok(Shown { listener, paths: sealed.into_iter().filter_map(open).collect() })
    }

    /// The path of a listener as it is kept; none where nothing can be sealed.
    pub fn sealed_path(&self, org: OrgId, secret: &Secret) -> Option<String> {
        self.seal(org, PURPOSE, &path(secret)).ok()
    }
}

fn note(tx: &mut Tx<'_>, number: i64, what: What, text: &str) -> Result<()> {
    let listener = find(tx, number)?;
    history::record(tx, None, Subject::Setting(listener.id), what, &[], text)
}

/// Keeps the sealed path of a listener that was just made or rotated.
pub fn keep(tx: &mut Tx<'_>, number: i64, sealed: Option<&str>) -> Result<()> {
    let Some(sealed) = sealed else { return Ok(()) };
    let listener = find(tx, number)?;
    listeners::keep_path(tx, listener.id, sealed)
}

/// Makes a listener; gives its number.
pub fn create(tx: &mut Tx<'_>, name: &str, secret: &Secret) -> Result<i64> {
    check_name(name)?;
    let (id, number) = listeners::insert(tx, name.trim(), tx.actor().user)?;
    secrets::insert(tx, SecretKind::Listener, secret.digest(), id)?;
    Ok(number)
}

fn check_name(name: &str) -> Result<()> {
    match name.trim().chars().count() {
        1..=LONGEST_NAME => Ok(()),
        _ => Err(Error::invalid("name", format!("Tên phải có từ 1 đến {LONGEST_NAME} ký tự"))),
    }
}

/// Every listener, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Listener>> {
    listeners::list(tx)
}

/// Changes what can be set on a listener.
pub fn change(tx: &mut Tx<'_>, number: i64, edit: impl FnOnce(&mut Listener)) -> Result<Listener> {
    let before = find(tx, number)?;
    let mut listener = before.clone();
    edit(&mut listener);
    check_name(&listener.name)?;
    for network in &listener.networks {
        access::parse_network(network)?;
    }
    // What was accepted once must not stand in the way of another setting.
    if let Some(email) = listener.email.as_ref().filter(|email| before.email.as_ref() != Some(*email)) {
        templates::check("email_subject", &email.subject)?;
        templates::check("email_body", &email.body)?;
    }
    if let Some(sms) = listener.sms.as_ref().filter(|sms| before.sms.as_ref() != Some(*sms)) {
        templates::check("sms_body", sms)?;
    }
    listeners::update(tx, &listener)?;
    Ok(listener)
}

/// Gives a listener a new address; the old one works for seven days more, one older than that no longer.
pub fn rotate(tx: &mut Tx<'_>, number: i64, secret: &Secret) -> Result<()> {
    let listener = find(tx, number)?;
    let until = tx.now().plus_seconds(OVERLAP);
    secrets::retire(tx, SecretKind::Listener, listener.id, until)?;
    listeners::retire_paths(tx, listener.id, until)?;
    secrets::insert(tx, SecretKind::Listener, secret.digest(), listener.id)
}

fn find(tx: &mut Tx<'_>, number: i64) -> Result<Listener> {
    listeners::find_by_number(tx, number)?
        .ok_or_else(|| Error::not_found(format!("Không có webhook listener số {number}")))
}
