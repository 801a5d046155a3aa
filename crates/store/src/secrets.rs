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
}

impl SecretKind {
    fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Listener => "listener",
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

/// Lets the digests of an owner run out at a moment; those that run out earlier are taken away.
pub fn retire(tx: &mut Tx<'_>, kind: SecretKind, owner: Id, until: Instant) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM secrets WHERE org_id = $1 AND kind = $2 AND owner_id = $3 AND until IS NOT NULL")
        .bind(org)
        .bind(kind.word())
        .bind(owner)
        .run()?;
    tx.sql("UPDATE secrets SET until = $1 WHERE org_id = $2 AND kind = $3 AND owner_id = $4")
        .bind(until)
        .bind(org)
        .bind(kind.word())
        .bind(owner)
        .run()
        .map(drop)
}
