//! Grants: a password, and later a refresh token, is exchanged for a token that works for a quarter of an hour.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use domain::{Actor, Dialect, Error, Id, OrgId, Result, Token};
use store::secrets::SecretKind;
use store::{Tx, secrets, tokens, users};

use crate::tokens::Secret;
use crate::users::{display_name, hash_password, is_password};
use crate::{Hub, secret};

/// Seconds for which a granted token works, as VBot's document prints them.
pub const SECONDS: i64 = 899;
/// Seconds for which it can be renewed.
const RENEWABLE: i64 = 30 * 86_400;
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
    pub(crate) async fn matching(
        &self,
        known: Vec<(OrgId, Id, Option<String>)>,
        password: String,
    ) -> Result<Vec<(OrgId, Id)>> {
        let attempts = Arc::clone(&self.attempts);
        let _turn = attempts.turn().await?;
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
