//! How an org sends SMS and e-mail: one account of each kind, its settings sealed.

use domain::message::MessageKind;
use domain::{Instant, Result};

use crate::db::Tx;

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who sends, such as `smtp` or `twilio`.
    pub provider: String,
    /// Its settings as JSON, sealed.
    pub settings: String,
    /// When it was set.
    pub updated_at: Instant,
}

/// The account for messages of a kind.
pub fn find(tx: &mut Tx<'_>, kind: MessageKind) -> Result<Option<Account>> {
    let org = tx.org();
    tx.sql("SELECT provider, settings, updated_at FROM accounts WHERE org_id = $1 AND kind = $2")
        .bind(org)
        .bind(kind.word())
        .optional(|row| Ok(Account { provider: row.col()?, settings: row.col()?, updated_at: row.col()? }))
}

/// Sets the account for messages of a kind, in place of the one before.
pub fn replace(tx: &mut Tx<'_>, kind: MessageKind, provider: &str, settings: &str) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "INSERT INTO accounts (org_id, kind, provider, settings, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, kind) DO UPDATE SET provider = excluded.provider, settings = excluded.settings,
             updated_at = excluded.updated_at",
    )
    .bind(org)
    .bind(kind.word())
    .bind(provider)
    .bind(settings)
    .bind(now)
    .run()
    .map(drop)
}

/// Takes the account for messages of a kind away. `false` when there was none.
pub fn delete(tx: &mut Tx<'_>, kind: MessageKind) -> Result<bool> {
    let org = tx.org();
    let gone = tx.sql("DELETE FROM accounts WHERE org_id = $1 AND kind = $2").bind(org).bind(kind.word()).run()?;
    Ok(gone == 1)
}
