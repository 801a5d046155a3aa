//! Sessions at the pages: signing in with a password, being recognised, leaving, and leaving everywhere.

use std::net::IpAddr;

use domain::org::Org;
use domain::session::Session;
use domain::{Actor, Dialect, Error, Id, Instant, OrgId, Result, User, Viewer};
use store::secrets::SecretKind;
use store::{Tx, orgs, secrets, sessions, users};

use crate::tokens::Secret;
use crate::users::{display_name, hash_password};
use crate::{Hub, access, attempts, secret};

/// Seconds for which a session lives after it was last used: two weeks.
const LIFE: i64 = 14 * 86_400;
/// Seconds after which a session that is in use is written down as such again.
const TOUCH: i64 = 600;
/// Seconds in which one of several orgs has to be chosen.
const CHOOSE: i64 = 300;
/// Letters of a browser's name that are kept.
const AGENT: usize = 200;

/// From where somebody signs in.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The address, where it is known.
    pub address: Option<IpAddr>,
    /// The browser, as it names itself.
    pub agent: String,
}

/// What a right password leads to.
pub enum Entrance {
    /// Into the only org with that e-mail and password; the secret is what the browser shows from now on.
    Open(Secret),
    /// To the question which org is meant: each with a secret that chooses it.
    Choice(Vec<(Org, Secret)>),
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The org.
    pub org: Org,
    /// The user.
    pub user: User,
    /// On whose behalf records are read.
    pub viewer: Viewer,
    /// The session.
    pub session: Session,
}

impl SignedIn {
    /// What to sign history with.
    pub fn actor(&self) -> Actor {
        Actor {
            org: self.org.id,
            user: Some(self.user.id),
            name: display_name(&self.user).to_owned(),
            dialect: Dialect::Web,
            request: None,
        }
    }
}

impl Hub {
    /// Signs in whoever has this e-mail and password. One e-mail in several orgs is told apart by the password; where that
    /// does not help, the answer is the question which org is meant.
    pub async fn enter(&self, email: &str, password: &str, origin: &Origin) -> Result<Entrance> {
        let (now, email) = (self.now(), domain::identity::email(email).unwrap_or_default());
        self.attempts.check(&email, origin.address, now)?;
        let asked = email.clone();
        let mut known = self.read(OrgId(0), move |tx| users::sign_ins(tx, &asked)).await?;
        if self.attempts.is_besieged(&email, now) {
            known = self.where_known(known, origin.address).await?;
        }
        let matching = self.matching(known, password.to_owned()).await?;
        self.attempts.note(&email, origin.address, now, matching.is_empty());
        match matching[..] {
            [] => Err(Error::unauthorized("E-mail hoặc mật khẩu không đúng")),
            [(org, user)] => Ok(Entrance::Open(self.open_session(org, user, origin).await?)),
            [..] => {
                let mut choices = Vec::with_capacity(matching.len());
                for (org, user) in matching {
                    choices.push(self.offer(org, user).await?);
                }
                Ok(Entrance::Choice(choices))
            }
        }
    }

    /// Signs in to the org that was chosen among several.
    pub async fn choose(&self, choice: &str, origin: &Origin) -> Result<Secret> {
        let digest = secret::digest(choice);
        let asked = digest.clone();
        let refused = || Error::unauthorized("Lựa chọn đã hết hạn, vui lòng đăng nhập lại");
        let found = self.read(OrgId(0), move |tx| secrets::find(tx, SecretKind::Choice, &asked)).await?;
        let (org, user) = found.ok_or_else(refused)?;
        let used = self.write(Actor::cli(org), move |tx| secrets::use_up(tx, SecretKind::Choice, &digest)).await?;
        if !used {
            return Err(refused());
        }
        self.open_session(org, user, origin).await
    }

    /// Who shows this secret, if they are signed in.
    pub async fn signed_in(&self, shown: &str) -> Result<Option<SignedIn>> {
        let (digest, now) = (secret::digest(shown), self.now());
        let found = self.glance(OrgId(0), move |tx| recognise(tx, &digest)).await?;
        let Some(found) = found else { return Ok(None) };
        if now >= found.session.seen_at.plus_seconds(TOUCH) {
            let id = found.session.id;
            self.write(found.actor(), move |tx| prolong(tx, id)).await?;
        }
        Ok(Some(found))
    }

    /// Replaces the own password, which must be shown once more, and ends every other session of that user.
    pub async fn change_password(&self, who: &SignedIn, old: &str, new: &str) -> Result<()> {
        let (org, user, now) = (who.org.id, who.user.id, self.now());
        self.attempts.check(&who.user.email, None, now)?;
        let hash = self.read(org, move |tx| users::password(tx, user)).await?;
        let is_right = !self.matching(vec![(org, user, hash)], old.to_owned()).await?.is_empty();
        self.attempts.note(&who.user.email, None, now, !is_right);
        if !is_right {
            return Err(Error::invalid("old", "Mật khẩu hiện tại không đúng"));
        }
        let hash = self.hash_password(new).await?;
        let keep = who.session.id;
        self.write(who.actor(), move |tx| {
            users::update_password(tx, user, &hash)?;
            leave_everywhere(tx, user, Some(keep))
        })
        .await
    }

    /// An Argon2id hash, made off the threads that drive futures and not more than a few at once.
    pub async fn hash_password(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        let _turn = self.attempts.turn().await?;
        tokio::task::spawn_blocking(move || hash_password(&password)).await.map_err(Error::broken)?
    }

    /// Those who signed in from this address before. While an e-mail is being guessed at from everywhere, its owner still gets
    /// in from where they usually are.
    async fn where_known(
        &self,
        known: Vec<(OrgId, Id, Option<String>)>,
        address: Option<IpAddr>,
    ) -> Result<Vec<(OrgId, Id, Option<String>)>> {
        let address = address_text(address);
        let mut familiar = Vec::new();
        for (org, user, hash) in known {
            let address = address.clone();
            if self.read(org, move |tx| sessions::came_from(tx, user, &address)).await? {
                familiar.push((org, user, hash));
            }
        }
        if familiar.is_empty() { Err(attempts::too_often()) } else { Ok(familiar) }
    }

    async fn open_session(&self, org: OrgId, user: Id, origin: &Origin) -> Result<Secret> {
        let fresh = Secret::random()?;
        let (shown, origin) = (fresh.clone(), origin.clone());
        let actor = Actor { dialect: Dialect::Web, ..Actor::cli(org) };
        self.write(actor, move |tx| open(tx, user, &shown, &origin)).await?;
        Ok(fresh)
    }

    async fn offer(&self, org: OrgId, user: Id) -> Result<(Org, Secret)> {
        let fresh = Secret::random()?;
        let shown = fresh.clone();
        let org = self
            .write(Actor::cli(org), move |tx| {
                let until = tx.now().plus_seconds(CHOOSE);
                secrets::sweep(tx, SecretKind::Choice)?;
                secrets::insert_until(tx, SecretKind::Choice, shown.digest(), user, until)?;
                let org = tx.org();
                orgs::find(tx, org)?.ok_or_else(|| Error::not_found("Không có tổ chức này"))
            })
            .await?;
        Ok((org, fresh))
    }
}

fn open(tx: &mut Tx<'_>, user: Id, shown: &Secret, origin: &Origin) -> Result<()> {
    sessions::sweep(tx)?;
    secrets::sweep(tx, SecretKind::Session)?;
    let refused = || Error::unauthorized("E-mail hoặc mật khẩu không đúng");
    let user = users::find(tx, user)?.filter(|user| user.active).ok_or_else(refused)?;
    let (now, until) = (tx.now(), tx.now().plus_seconds(LIFE));
    let session = Session {
        id: tx.new_id(),
        user: user.id,
        address: address_text(origin.address),
        agent: origin.agent.chars().filter(|letter| !letter.is_control()).take(AGENT).collect(),
        created_at: now,
        seen_at: now,
        expires_at: until,
    };
    sessions::insert(tx, &session)?;
    secrets::insert_until(tx, SecretKind::Session, shown.digest(), session.id, until)
}

fn address_text(address: Option<IpAddr>) -> String {
    address.map(|address| address.to_canonical().to_string()).unwrap_or_default()
}

fn recognise(tx: &mut Tx<'_>, digest: &str) -> Result<Option<SignedIn>> {
    let Some((org, id)) = secrets::find(tx, SecretKind::Session, digest)? else { return Ok(None) };
    tx.within(org, |tx| {
        let Some(session) = sessions::find(tx, id)? else { return Ok(None) };
        let Some(user) = users::find(tx, session.user)?.filter(|user| user.active) else { return Ok(None) };
        let Some(org) = orgs::find(tx, org)? else { return Ok(None) };
        let viewer = access::viewer_of(tx, Some(&user))?;
        Ok(Some(SignedIn { org, user, viewer, session }))
    })
}

fn prolong(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let until: Instant = tx.now().plus_seconds(LIFE);
    sessions::touch(tx, id, until)?;
    secrets::prolong(tx, SecretKind::Session, id, until)
}

/// Every session of a user, newest first.
pub fn list(tx: &mut Tx<'_>, user: Id) -> Result<Vec<Session>> {
    sessions::of_user(tx, user)
}

/// Ends one session.
pub fn leave(tx: &mut Tx<'_>, session: Id) -> Result<()> {
    secrets::delete(tx, SecretKind::Session, session)?;
    sessions::delete(tx, session)
}

/// Ends the sessions of a user, all or all but one.
pub fn leave_everywhere(tx: &mut Tx<'_>, user: Id, but: Option<Id>) -> Result<()> {
    for session in sessions::of_user(tx, user)? {
        if Some(session.id) != but {
            leave(tx, session.id)?;
        }
    }
    Ok(())
}
