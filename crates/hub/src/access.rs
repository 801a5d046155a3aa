//! Who may come in: tokens and listener addresses, from where, and on whose behalf records are read.

use std::net::IpAddr;

use domain::org::Org;
use domain::{Actor, Dialect, Error, Id, Instant, Listener, OrgId, Result, User, Viewer};
use ipnet::IpNet;
use store::secrets::SecretKind;
use store::{Tx, listeners, orgs, secrets, tokens, users};

use crate::passage::{Passage, Replayed};
use crate::{Hub, secret};

/// A caller that was let in.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The org.
    pub org: Org,
    /// The user the token acts as, where it does.
    pub user: Option<User>,
    /// On whose behalf records are read.
    pub viewer: Viewer,
    /// What to sign history with.
    pub actor: Actor,
}

/// A listener that was posted to, and its org.
#[derive(Debug, Clone)]
pub struct Door {
    /// The org.
    pub org: Org,
    /// The listener.
    pub listener: Listener,
}

impl Hub {
    /// The caller behind a token, if it opens this dialect from this address.
    /// One who called before, and whose call is played again, shows none.
    pub async fn caller(&self, token: &str, dialect: Dialect, address: Option<IpAddr>) -> Result<Caller> {
        if let Some(replay) = Passage::current().replay {
            return self.read(replay.org, move |tx| caller_again(tx, &replay, dialect)).await;
        }
        Passage::current().was_shown(token.trim());
        let (digest, now) = (secret::digest(token.trim()), self.now());
        let (caller, token) = self.glance(OrgId(0), move |tx| caller(tx, &digest, dialect, address, now)).await?;
        if !Passage::current().is_rehearsal {
            self.uses.token(caller.org.id, token, now);
        }
        Ok(caller)
    }

    /// The listener at a secret address, if it is open to this address. One that is not counts the call as refused.
    pub async fn door(&self, secret: &str, address: Option<IpAddr>) -> Result<Door> {
        let (digest, passage) = (secret::digest(secret), Passage::current());
        passage.was_shown(secret);
        let (found, is_open) = match passage.replay.clone() {
            Some(replay) => (self.read(replay.org, move |tx| known_door(tx, replay.org, replay.listener)).await?, true),
            None => match passage.waited.clone() {
                Some(kept) => {
                    (self.read(kept.org, move |tx| known_door(tx, kept.org, Some(kept.listener))).await?, true)
                }
                None => self.look_up_door(digest, address).await?,
            },
        };
        if !is_open {
            self.count_listener_call(found.org.id, found.listener.id, 0, 1);
            return Err(Error::forbidden("Địa chỉ IP không được phép gửi vào listener này"));
        }
        passage.came_through(found.listener.id);
        Ok(found)
    }
}

impl Hub {
    /// The listener at an address, from memory while the server with the data is away.
    async fn look_up_door(&self, digest: String, address: Option<IpAddr>) -> Result<(Door, bool)> {
        let Some(spool) = self.spool() else {
            return self.glance(OrgId(0), move |tx| door(tx, &digest, address)).await;
        };
        let sought = digest.clone();
        let found = self.unless_gone(self.glance(OrgId(0), move |tx| door(tx, &sought, address))).await;
        match found {
            Some(Ok((found, is_open))) => {
                spool.doors().remember(&digest, &found, self.now());
                Ok((found, is_open))
            }
            Some(Err(Error::NotFound { message })) => {
                spool.doors().forget(&digest);
                Err(Error::NotFound { message })
            }
            None | Some(Err(Error::Busy { .. })) => spool.doors().find(&digest, address, self.now()),
            Some(Err(error)) => Err(error),
        }
    }
}

/// Who called before. Whether they may still come in does not matter: what they sent is taken in on the org's behalf.
fn caller_again(tx: &mut Tx<'_>, replay: &Replayed, dialect: Dialect) -> Result<Caller> {
    let org = orgs::find(tx, replay.org)?.ok_or_else(|| Error::not_found("Không tìm thấy tổ chức"))?;
    let user = match replay.user {
        Some(user) => users::find(tx, user)?,
        None => None,
    };
    let viewer = viewer_of(tx, user.as_ref())?;
    let (user_id, name) = (user.as_ref().map(|user| user.id), replay.caller.clone());
    Ok(Caller { actor: Actor { org: org.id, user: user_id, name, dialect, request: None }, org, user, viewer })
}

/// The listener that was posted to before, also if its address was changed since.
fn known_door(tx: &mut Tx<'_>, org: OrgId, listener: Option<Id>) -> Result<Door> {
    let gone = || Error::not_found("Webhook listener của lần gọi này không còn nữa");
    let listener = listener.ok_or_else(gone)?;
    let listener = listeners::find(tx, listener)?.ok_or_else(gone)?;
    let org = orgs::find(tx, org)?.ok_or_else(gone)?;
    Ok(Door { org, listener })
}

fn caller(
    tx: &mut Tx<'_>,
    digest: &str,
    dialect: Dialect,
    address: Option<IpAddr>,
    now: Instant,
) -> Result<(Caller, Id)> {
    let refused = || Error::unauthorized("Token không hợp lệ hoặc đã hết hạn");
    let (org, id) = secrets::find(tx, SecretKind::Token, digest)?.ok_or_else(refused)?;
    tx.within(org, |tx| {
        let token = tokens::find(tx, id)?.filter(|token| token.is_good(now, dialect)).ok_or_else(refused)?;
        if let Some(parent) = token.parent {
            // What was got for a lasting token ends with it.
            tokens::find(tx, parent)?.filter(|parent| parent.is_good(now, dialect)).ok_or_else(refused)?;
        }
        if !may_come_from(&token.networks, address) {
            return Err(Error::forbidden("Địa chỉ IP không được phép dùng token này"));
        }
        let org = orgs::find(tx, org)?.ok_or_else(refused)?;
        let user = match token.user {
            Some(user) => Some(users::find(tx, user)?.filter(|user| user.active).ok_or_else(refused)?),
            None => None,
        };
        let viewer = viewer_of(tx, user.as_ref())?;
        let actor = Actor {
            org: org.id,
            user: user.as_ref().map(|user| user.id),
            name: user.as_ref().map_or(token.name.as_str(), crate::users::display_name).to_owned(),
            dialect,
            request: None,
        };
        Ok((Caller { org, user, viewer, actor }, token.id))
    })
}

/// The listener at an address, and whether it is open to who posts.
fn door(tx: &mut Tx<'_>, digest: &str, address: Option<IpAddr>) -> Result<(Door, bool)> {
    let unknown = || Error::not_found("Không tìm thấy webhook listener này");
    let (org, id) = secrets::find(tx, SecretKind::Listener, digest)?.ok_or_else(unknown)?;
    tx.within(org, |tx| {
        let listener = listeners::find(tx, id)?.filter(|listener| listener.active).ok_or_else(unknown)?;
        let is_open = may_come_from(&listener.networks, address);
        let org = orgs::find(tx, org)?.ok_or_else(unknown)?;
        Ok((Door { org, listener }, is_open))
    })
}

/// On whose behalf a user reads: admins see everything, members what is shared with them, nobody the whole org.
pub fn viewer_of(tx: &mut Tx<'_>, user: Option<&User>) -> Result<Viewer> {
    match user {
        Some(user) if !user.role.sees_everything() => {
            Ok(Viewer::User { id: user.id, teams: users::teams_of(tx, user.id)? })
        }
        _ => Ok(Viewer::Org),
    }
}

/// Whether an address lies in one of the networks. No networks let everyone in; no known address lets nobody past a list.
pub(crate) fn may_come_from(networks: &[String], address: Option<IpAddr>) -> bool {
    networks.is_empty()
        || address.map(|address| address.to_canonical()).is_some_and(|address| {
            networks.iter().filter_map(|network| parse_network(network).ok()).any(|network| network.contains(&address))
        })
}

/// A network in CIDR notation, or a single address, of IPv4 or IPv6.
pub fn parse_network(text: &str) -> Result<IpNet> {
    let text = text.trim();
    let network = match text.parse::<IpAddr>() {
        Ok(address) => Some(IpNet::from(address.to_canonical())),
        Err(_) => text.parse::<IpNet>().ok().map(canonical),
    };
    network.ok_or_else(|| {
        Error::invalid(
            "allow",
            format!("{text} không phải địa chỉ IP hay mạng CIDR, ví dụ 203.0.113.0/24 hoặc 2001:db8::/32"),
        )
    })
}

/// A network of IPv4 addresses that is written as IPv6, such as `::ffff:203.0.113.0/120`, as the former: addresses are
/// compared so.
fn canonical(network: IpNet) -> IpNet {
    let mapped = match network {
        IpNet::V6(six) => six.addr().to_ipv4_mapped().zip(six.prefix_len().checked_sub(96)),
        IpNet::V4(_) => None,
    };
    mapped.and_then(|(address, length)| IpNet::new(address.into(), length).ok()).unwrap_or(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let allowed = |networks: &[&str], address: &str| {
            let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
            may_come_from(&networks, Some(address.parse().unwrap()))
        };
        assert!(allowed(&[], "198.51.100.7"));
        assert!(allowed(&["203.0.113.0/24", "198.51.100.7"], "198.51.100.7"));
        assert!(allowed(&["::ffff:198.51.100.0/120"], "198.51.100.7"));
        assert!(!allowed(&["::ffff:198.51.100.0/120"], "198.51.101.7"));
        assert!(allowed(&["198.51.100.7"], "::ffff:198.51.100.7"));
        assert!(allowed(&["2001:db8::/32"], "2001:db8::5"));
        assert!(!allowed(&["203.0.113.0/24", "2001:db8::/32"], "198.51.100.7"));
        assert!(!may_come_from(&["203.0.113.0/24".into()], None));
        assert!(parse_network("nonsense").is_err());
    }
}
