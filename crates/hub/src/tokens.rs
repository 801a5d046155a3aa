//! Tokens: made, listed and taken back. The secret itself is shown once and never kept.

use domain::{Dialect, Error, Id, Instant, Result, Token};
use store::secrets::SecretKind;
use store::{Tx, secrets, tokens};

use crate::{access, secret};

/// How long a token that was got for another one works, in seconds.
const DAY: i64 = 86_400;

/// Tokens that have run out are taken away so many at a time.
const SWEEP: i64 = 100;

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// The doors it opens.
    pub dialects: Vec<Dialect>,
    /// The user it acts as.
    pub user: Option<Id>,
    /// When it stops working.
    pub expires_at: Option<Instant>,
    /// Networks it may be used from; none means anywhere.
    pub networks: Vec<String>,
}

/// A secret that is shown once, and the digest by which it is known.
#[derive(Clone)]
pub struct Secret {
    shown: String,
    digest: String,
}

impl Secret {
    /// A new one. Made outside a unit of work, which may run more than once.
    pub fn random() -> Result<Self> {
        let shown = secret::random()?;
        Ok(Self { digest: secret::digest(&shown), shown })
    }

    /// One that is already known, for programs that bring their own.
    pub fn known(secret: &str) -> Self {
        Self { shown: secret.to_owned(), digest: secret::digest(secret) }
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.shown
    }

    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }
}

/// Makes a token; gives its number.
pub fn create(tx: &mut Tx<'_>, new: &NewToken, secret: &Secret) -> Result<i64> {
    if new.dialects.is_empty() {
        return Err(Error::invalid("dialects", "Token phải mở ít nhất một giao diện"));
    }
    for network in &new.networks {
        access::parse_network(network)?;
    }
    let token = Token {
        id: tx.new_id(),
        number: 0,
        name: new.name.clone(),
        user: new.user,
        dialects: new.dialects.clone(),
        expires_at: new.expires_at,
        networks: new.networks.clone(),
        last_used_at: None,
        revoked_at: None,
        created_at: tx.now(),
        parent: None,
    };
    let number = tokens::insert(tx, &token)?;
    secrets::insert(tx, SecretKind::Token, secret.digest(), token.id)?;
    Ok(number)
}

/// Makes a token that stands for a lasting one for a day: for one dialect, as the same user, from the same networks. It stops
/// working with the lasting one, and cannot itself be exchanged. Gives the moment it runs out.
pub fn exchange(tx: &mut Tx<'_>, lasting: &Secret, fresh: &Secret, dialect: Dialect) -> Result<Instant> {
    let refused = || Error::unauthorized("Token không hợp lệ hoặc đã hết hạn");
    let (org, now) = (tx.org(), tx.now());
    let (_, id) = secrets::find(tx, SecretKind::Token, lasting.digest())?
        .filter(|(owner, _)| *owner == org)
        .ok_or_else(refused)?;
    let is_lasting = |token: &Token| token.is_good(now, dialect) && token.parent.is_none();
    let parent = tokens::find(tx, id)?.filter(is_lasting).ok_or_else(refused)?;
    for expired in tokens::expired_children(tx, parent.id, SWEEP)? {
        secrets::delete(tx, SecretKind::Token, expired)?;
        tokens::delete(tx, expired)?;
    }
    let until = now.plus_seconds(DAY);
    let until = parent.expires_at.map_or(until, |end| end.min(until));
    let token = Token {
        id: tx.new_id(),
        number: 0,
        name: parent.name.clone(),
        user: parent.user,
        dialects: vec![dialect],
        expires_at: Some(until),
        networks: parent.networks.clone(),
        last_used_at: None,
        revoked_at: None,
        created_at: now,
        parent: Some(parent.id),
    };
    tokens::insert(tx, &token)?;
    secrets::insert(tx, SecretKind::Token, fresh.digest(), token.id)?;
    Ok(until)
}

/// Every lasting token, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Token>> {
    tokens::list(tx)
}

/// Takes a token back.
pub fn revoke(tx: &mut Tx<'_>, number: i64) -> Result<()> {
    if tokens::revoke(tx, number)? {
        return Ok(());
    }
    Err(Error::not_found(format!("Không có token số {number} còn hiệu lực")))
}
