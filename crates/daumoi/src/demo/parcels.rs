//! What the example sends on: an endpoint that took events for some days and then wanted no more, so that it is switched off.
//! Nothing leaves this machine: what the receiver answered is written down as a worker would.

use domain::webhook::{Event, Format};
use domain::{Actor, Dialect, Instant, OrgId, Result};
use hub::outbox::{self, End, Settled};
use hub::webhooks::{self, NewEndpoint};
use hub::{FixedClock, Hub};

use super::fill::OWNER;

/// Where the events go: nobody answers there.
const URL: &str = "https://ke-toan.example.com/khach";
/// Deliveries that arrive before the endpoint begins to fail.
const ARRIVED: usize = 6;
/// Deliveries in all that are looked at.
const MOST: i64 = 40;

/// Sets the endpoint up; gives its number.
pub async fn subscribe(hub: &Hub, org: OrgId) -> Result<i64> {
    let new = NewEndpoint {
        url: URL.into(),
        events: vec![Event::CustomerCreated, Event::CustomerUpdated],
        dialects: Vec::new(),
        format: Format::Standard,
    };
    let actor = Actor { dialect: Dialect::Web, name: OWNER.into(), ..Actor::cli(org) };
    hub.create_endpoint(actor, new, None).await.map(|(number, _)| number)
}

/// Tells what became of the deliveries: most arrived, one was answered with an error, the last with 410.
pub async fn settle(hub: &Hub, clock: &FixedClock, org: OrgId, number: i64, now: Instant) -> Result<()> {
    let actor = Actor::cli(org);
    let until = now.plus_seconds(60);
    let load = hub.write(actor.clone(), move |tx| {
        let endpoint = webhooks::find(tx, number)?.id;
        outbox::claim_deliveries(tx, endpoint, MOST, until)
    });
    let Some(load) = load.await? else { return Ok(()) };
    let mut deliveries = load.deliveries;
    deliveries.sort_by_key(|delivery| delivery.created_at);
    // What came last is still claimed when the endpoint is switched off, and given up with the rest.
    for (place, delivery) in deliveries.into_iter().take(ARRIVED + 2).enumerate() {
        let (end, status, answer) = match place {
            ..ARRIVED => (End::Arrived, 200, "ok"),
            ARRIVED => (End::Failed(None), 502, "Bad Gateway"),
            _ => (End::Gone, 410, "Gone"),
        };
        clock.set(Instant(delivery.created_at.0.max(now.0 - 3_600_000_000)).plus_seconds(1));
        let settled = Settled {
            id: delivery.id,
            step: delivery.step,
            end,
            status: Some(status),
            millis: 84 + 17 * place as i64,
            answer: answer.into(),
            jitter: 0,
        };
        let done = [(delivery, settled)];
        hub.write(actor.clone(), move |tx| outbox::settle_deliveries(tx, &done)).await?;
    }
    Ok(())
}
