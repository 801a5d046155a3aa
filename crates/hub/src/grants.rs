//! Grants: a password, and later a refresh token, is exchanged for a token that works for a quarter of an hour.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::{Actor, Dialect, Error, Id, Instant, OrgId, Result, Token};
use store::secrets::SecretKind;
use store::{Tx, secrets, tokens, users};
use tokio::sync::Semaphore;

use crate::tokens::Secret;
use crate::users::{display_name, hash_password, is_password};
use crate::{Hub, secret};

/// Seconds for which a granted token works, as VBot's document prints them.
pub const SECONDS: i64 = 899;
/// Seconds for which it can be renewed.
const RENEWABLE: i64 = 30 * 86_400;
/// Wrong passwords for one e-mail from one address before the next are not even looked at.
const MOST_FAILURES: u32 = 10;
/// Seconds after which wrong passwords are forgotten.
const FORGET: i64 = 900;
/// Pairs of e-mail and address that are remembered at most.
const MOST_PAIRS: usize = 10_000;
/// Passwords looked at at once: each takes 19 MiB and one processor.
const AT_ONCE: usize = 2;

/// What was granted. Both secrets are shown once.
#[derive(Clone)]
pub struct Grant {
    /// Opens the dialect for [`SECONDS`].
    pub access: Secret,
    /// Renews the grant once.
    pub refresh: Secret,
}

impl Grant {
    fn random() -> Result<Self> {
        Ok(Self { access: Secret::random()?, refresh: Secret::random()? })
    }
}

/// Wrong passwords in a short time, and how many are looked at just now.
pub struct Attempts {
    failures: Mutex<HashMap<(String, Option<IpAddr>), Failures>>,
    looking: Semaphore,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { failures: Mutex::default(), looking: Semaphore::new(AT_ONCE) }
    }
}

impl Attempts {
    /// Refuses a pair of e-mail and address that failed too often. Others who try the same e-mail are not kept out.
    fn check(&self, email: &str, address: Option<IpAddr>, now: Instant) -> Result<()> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = failures.get(&(email.to_owned(), address));
        if known.is_some_and(|known| known.count >= MOST_FAILURES && now < known.last.plus_seconds(FORGET)) {
            return Err(Error::forbidden("Sai mật khẩu quá nhiều lần, vui lòng thử lại sau 15 phút"));
        }
        Ok(())
    }

    fn note(&self, email: &str, address: Option<IpAddr>, now: Instant, failed: bool) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = (email.to_owned(), address);
        if !failed {
            failures.remove(&pair);
            return;
        }
        if failures.len() >= MOST_PAIRS {
            failures.retain(|_, known| now < known.last.plus_seconds(FORGET));
        }
        if failures.len() >= MOST_PAIRS {
            failures.clear();
        }
        let known = failures.entry(pair).or_insert(Failures { count: 0, last: now });
        let is_old = now >= known.last.plus_seconds(FORGET);
        *known = Failures { count: if is_old { 1 } else { known.count.saturating_add(1) }, last: now };
    }
}

impl Hub {
    /// Grants a token to the user whose e-mail and password these are. One e-mail in several orgs is told apart by the
    /// password; where that does not help, nobody is let in.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        dialect: Dialect,
        address: Option<IpAddr>,
    ) -> Result<Grant> {
        let (now, email) = (self.now(), domain::identity::email(email).unwrap_or_default());
        self.attempts.check(&email, address, now)?;
        let asked = email.clone();
        let known = self.read(OrgId(0), move |tx| users::sign_ins(tx, &asked)).await?;
        let matching = self.matching(known, password.to_owned()).await?;
        let (org, user) = match matching[..] {
            [only] => only,
            [] => {
                self.attempts.note(&email, address, now, true);
                return Err(Error::unauthorized("Sai tên đăng nhập hoặc mật khẩu"));
            }
            [..] => {
                return Err(Error::unauthorized("E-mail và mật khẩu này thuộc nhiều tổ chức, không rõ tổ chức nào"));
            }
        };
        self.attempts.note(&email, address, now, false);
        let (grant, actor) = (Grant::random()?, Actor { dialect, ..Actor::cli(org) });
        let granted = grant.clone();
        self.write(actor, move |tx| open(tx, user, dialect, &granted)).await?;
        Ok(grant)
    }

    /// Grants a new token for a refresh token, which is used up; the token granted before works until its time is over.
    pub async fn renew(&self, refresh: &str, dialect: Dialect) -> Result<Grant> {
        let digest = secret::digest(refresh.trim());
        let asked = digest.clone();
        let found = self.read(OrgId(0), move |tx| secrets::find(tx, SecretKind::Refresh, &asked)).await?;
        let (org, token) = found.ok_or_else(refused)?;
        let (grant, actor) = (Grant::random()?, Actor { dialect, ..Actor::cli(org) });
        let granted = grant.clone();
        self.write(actor, move |tx| renew(tx, token, &digest, dialect, &granted)).await?;
        Ok(grant)
    }

    /// The users among those who may sign in whose password this is. Looked at off the threads that drive futures, and for
    /// nobody too, so that the time it takes does not tell which e-mails are known.
    async fn matching(&self, known: Vec<(OrgId, Id, Option<String>)>, password: String) -> Result<Vec<(OrgId, Id)>> {
        let attempts = Arc::clone(&self.attempts);
        let _turn = attempts.looking.acquire().await.map_err(Error::broken)?;
        let look = move || {
            if !known.iter().any(|(_, _, hash)| hash.is_some()) {
                is_password(&password, nobodys_hash());
            }
            let is_theirs = |hash: &Option<String>| hash.as_ref().is_some_and(|hash| is_password(&password, hash));
            known.into_iter().filter(|(_, _, hash)| is_theirs(hash)).map(|(org, user, _)| (org, user)).collect()
        };
        tokio::task::spawn_blocking(look).await.map_err(Error::broken)
    }
}

/// The hash of a password that nobody has.
fn nobodys_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| secret::random().and_then(|password| hash_password(&password)).unwrap_or_default())
}

fn refused() -> Error {
    Error::unauthorized("Refresh token không hợp lệ hoặc đã hết hạn")
}

/// Makes the token of a sign-in. Those that have run out meanwhile are taken away, so that they do not pile up.
fn open(tx: &mut Tx<'_>, user: Id, dialect: Dialect, grant: &Grant) -> Result<()> {
    secrets::sweep(tx, SecretKind::Token)?;
    for token in secrets::sweep(tx, SecretKind::Refresh)? {
        tokens::delete(tx, token)?;
    }
    let user = users::find(tx, user)?.filter(|user| user.active).ok_or_else(refused)?;
    let token = Token {
        id: tx.new_id(),
        number: 0,
        name: format!("Đăng nhập {}", display_name(&user)),
        user: Some(user.id),
        dialects: vec![dialect],
        expires_at: Some(tx.now().plus_seconds(RENEWABLE)),
        networks: Vec::new(),
        last_used_at: None,
        revoked_at: None,
        created_at: tx.now(),
        parent: None,
    };
    tokens::insert(tx, &token)?;
    keep(tx, token.id, grant)
}

fn renew(tx: &mut Tx<'_>, token: Id, digest: &str, dialect: Dialect, grant: &Grant) -> Result<()> {
    let token = tokens::find(tx, token)?.filter(|token| token.is_good(tx.now(), dialect)).ok_or_else(refused)?;
    let user = match token.user {
        Some(user) => users::find(tx, user)?,
        None => None,
    };
    let is_there = user.is_some_and(|user| user.active);
    if !is_there || !secrets::use_up(tx, SecretKind::Refresh, digest)? {
        return Err(refused());
    }
    tokens::extend(tx, token.id, tx.now().plus_seconds(RENEWABLE))?;
    keep(tx, token.id, grant)
}

/// Keeps the digests of a grant.
fn keep(tx: &mut Tx<'_>, token: Id, grant: &Grant) -> Result<()> {
    let now = tx.now();
    secrets::insert_until(tx, SecretKind::Token, grant.access.digest(), token, now.plus_seconds(SECONDS))?;
    secrets::insert_until(tx, SecretKind::Refresh, grant.refresh.digest(), token, now.plus_seconds(RENEWABLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_too_often_waits() {
        let (attempts, now) = (Attempts::default(), Instant(0));
        let here = Some("203.0.113.1".parse().unwrap());
        for _ in 0..MOST_FAILURES {
            assert!(attempts.check("a@example.com", here, now).is_ok());
            attempts.note("a@example.com", here, now, true);
        }
        assert!(attempts.check("a@example.com", here, now).is_err());
        assert!(attempts.check("a@example.com", None, now).is_ok(), "others are not kept out");
        assert!(attempts.check("b@example.com", here, now).is_ok());
        assert!(attempts.check("a@example.com", here, now.plus_seconds(FORGET)).is_ok());
        attempts.note("a@example.com", here, now, false);
        assert!(attempts.check("a@example.com", here, now).is_ok());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let attempts = Attempts::default();
        for number in 0..MOST_PAIRS + 10 {
            attempts.note(&format!("{number}@example.com"), None, Instant(0), true);
        }
        assert!(attempts.failures.lock().unwrap().len() <= MOST_PAIRS);
    }
}
