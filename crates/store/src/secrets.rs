//! Whose a secret is: SHA-256 digests of tokens and listener addresses, the way in before any org is known.

use domain::{Id, Instant, OrgId, Result};

use crate::db::Tx;

/// What a secret opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A token.
    Token,
    /// The address of a listener.
    Listener,
    /// What a token is renewed with.
    Refresh,
    /// What a browser shows that is signed in.
    Session,
    /// Which of several orgs somebody signs in to whose password was right; for a few minutes.
    Choice,
}

impl SecretKind {
    fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Listener => "listener",
            Self::Refresh => "refresh",
            Self::Session => "session",
            Self::Choice => "choice",
        }
    }
}

/// The org and the token or listener that a digest belongs to, unless it has run out.
pub fn find(tx: &mut Tx<'_>, kind: SecretKind, digest: &str) -> Result<Option<(OrgId, Id)>> {
    let now = tx.now();
    tx.sql("SELECT org_id, owner_id FROM secrets WHERE digest = $1 AND kind = $2 AND (until IS NULL OR until > $3)")
        .bind(digest)
        .bind(kind.word())
        .bind(now)
        .optional(|row| Ok((row.col()?, row.col()?)))
}

/// Adds a digest.
pub fn insert(tx: &mut Tx<'_>, kind: SecretKind, digest: &str, owner: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("INSERT INTO secrets (digest, kind, org_id, owner_id) VALUES ($1, $2, $3, $4)")
        .bind(digest)
        .bind(kind.word())
        .bind(org)
        .bind(owner)
        .run()
        .map(drop)
}

/// Adds a digest that runs out by itself.
pub fn insert_until(tx: &mut Tx<'_>, kind: SecretKind, digest: &str, owner: Id, until: Instant) -> Result<()> {
    let org = tx.org();
    tx.sql("INSERT INTO secrets (digest, kind, org_id, owner_id, until) VALUES ($1, $2, $3, $4, $5)")
        .bind(digest)
        .bind(kind.word())
        .bind(org)
        .bind(owner)
        .bind(until)
        .run()
        .map(drop)
}

/// Uses a digest up. `false` when somebody else did so first.
pub fn use_up(tx: &mut Tx<'_>, kind: SecretKind, digest: &str) -> Result<bool> {
    let org = tx.org();
    tx.sql("DELETE FROM secrets WHERE org_id = $1 AND kind = $2 AND digest = $3")
        .bind(org)
        .bind(kind.word())
        .bind(digest)
        .run()
        .map(|count| count == 1)
}

/// Takes away the digests of the acting org that have run out; gives whose they were.
pub fn sweep(tx: &mut Tx<'_>, kind: SecretKind) -> Result<Vec<Id>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("DELETE FROM secrets WHERE org_id = $1 AND kind = $2 AND until <= $3 RETURNING owner_id")
        .bind(org)
        .bind(kind.word())
        .bind(now)
        .all(|row| row.col())
}

/// Lets the digests of an owner run out at a moment; those that run out earlier are taken away.
pub fn retire(tx: &mut Tx<'_>, kind: SecretKind, owner: Id, until: Instant) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM secrets WHERE org_id = $1 AND kind = $2 AND owner_id = $3 AND until IS NOT NULL")
        .bind(org)
        .bind(kind.word())
        .bind(owner)
        .run()?;
    prolong(tx, kind, owner, until)
}

/// Lets the digests of an owner live until another moment.
pub fn prolong(tx: &mut Tx<'_>, kind: SecretKind, owner: Id, until: Instant) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE secrets SET until = $1 WHERE org_id = $2 AND kind = $3 AND owner_id = $4")
        .bind(until)
        .bind(org)
        .bind(kind.word())
        .bind(owner)
        .run()
        .map(drop)
}

/// Takes the digests of an owner away.
pub fn delete(tx: &mut Tx<'_>, kind: SecretKind, owner: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM secrets WHERE org_id = $1 AND kind = $2 AND owner_id = $3")
        .bind(org)
        .bind(kind.word())
        .bind(owner)
        .run()
        .map(drop)
}
