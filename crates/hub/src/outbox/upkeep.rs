//! Upkeep of the outbox: what is sent again, what is forgotten, how much waits.

use domain::message::MessageKind;
use domain::webhook::{Delivery, DeliveryState};
use domain::{Actor, Id, Instant, OrgId, Result};
use store::{Tx, deliveries, endpoints, messages, orgs, send_counts};

use crate::Hub;

/// Deliveries looked at in one transaction of upkeep.
const PAGE: i64 = 500;
/// Days for which it is kept how much was sent to whom.
const COUNTED_DAYS: i64 = 60;

/// What is sent to an endpoint again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// Made at this moment or later.
    pub since: Option<Instant>,
    /// Made before this moment.
    pub until: Option<Instant>,
    /// Also what has arrived, not only dead letters.
    pub delivered: bool,
}

impl Hub {
    /// Sends what is over to an endpoint once more, a few hundred a transaction; gives how many.
    pub async fn redeliver(&self, org: OrgId, endpoint: Id, again: Again) -> Result<u64> {
        let (mut after, mut count) = (Id::default(), 0);
        loop {
            let (last, sent) =
                self.write(Actor::cli(org), move |tx| redeliver_page(tx, endpoint, again, after)).await?;
            count += sent;
            match last {
                Some(last) => after = last,
                None => return Ok(count),
            }
        }
    }

    /// Forgets what arrived longer ago than each org keeps it; gives how many deliveries. Dead letters stay as long as their
    /// endpoint.
    pub async fn sweep_deliveries(&self) -> Result<u64> {
        let orgs = self.read(OrgId(0), orgs::list).await?;
        let mut swept = 0;
        for org in orgs {
            let before = self.now().minus_days(org.settings.delivery_days());
            let today = domain::sending::day(self.now(), &org.settings.time_zone());
            let mut after = Id::default();
            loop {
                let page = self.write(Actor::cli(org.id), move |tx| sweep_page(tx, before, after)).await?;
                swept += page.1;
                match page.0 {
                    Some(last) => after = last,
                    None => break,
                }
            }
            self.write(Actor::cli(org.id), move |tx| {
                MessageKind::ALL
                    .into_iter()
                    .try_for_each(|kind| send_counts::sweep(tx, kind, today - COUNTED_DAYS).map(drop))
            })
            .await?;
        }
        Ok(swept)
    }

    /// How much waits to go out, of all orgs and counted up to `most` for each endpoint and kind.
    pub async fn waiting(&self, most: i64) -> Result<i64> {
        let orgs = self.read(OrgId(0), orgs::list).await?;
        let mut waiting = 0;
        for org in orgs {
            waiting += self
                .read(org.id, move |tx| {
                    let mut count = 0;
                    for endpoint in endpoints::list(tx)? {
                        count += deliveries::waiting(tx, endpoint.id, most)?;
                    }
                    for kind in MessageKind::ALL {
                        count += messages::waiting(tx, kind, most)?;
                    }
                    Ok(count)
                })
                .await?;
        }
        Ok(waiting)
    }
}

fn redeliver_page(tx: &mut Tx<'_>, endpoint: Id, again: Again, after: Id) -> Result<(Option<Id>, u64)> {
    let page = match again.delivered {
        true => deliveries::oldest(tx, after, PAGE)?,
        false => deliveries::dead(tx, endpoint, after, PAGE)?,
    };
    let last = page.last().filter(|_| page.len() as i64 == PAGE).map(|delivery| delivery.id);
    let is_meant = |delivery: &&Delivery| {
        delivery.endpoint == endpoint
            && again.since.is_none_or(|since| delivery.created_at >= since)
            && again.until.is_none_or(|until| delivery.created_at < until)
    };
    let ids: Vec<Id> = page.iter().filter(is_meant).map(|delivery| delivery.id).collect();
    let sent = if ids.is_empty() { 0 } else { deliveries::redeliver(tx, &ids)? };
    Ok((last, sent))
}

fn sweep_page(tx: &mut Tx<'_>, before: Instant, after: Id) -> Result<(Option<Id>, u64)> {
    let page = deliveries::oldest(tx, after, PAGE)?;
    let known: Vec<Id> = endpoints::list(tx)?.into_iter().map(|endpoint| endpoint.id).collect();
    let is_done = |delivery: &&Delivery| {
        let is_kept = delivery.state == DeliveryState::Dead && known.contains(&delivery.endpoint);
        delivery.due_at.is_none() && delivery.created_at < before && !is_kept
    };
    let ids: Vec<Id> = page.iter().filter(is_done).map(|delivery| delivery.id).collect();
    if !ids.is_empty() {
        deliveries::delete(tx, &ids)?;
    }
    let is_last = (page.len() as i64) < PAGE || page.last().is_some_and(|delivery| delivery.created_at >= before);
    Ok((page.last().filter(|_| !is_last).map(|delivery| delivery.id), ids.len() as u64))
}
