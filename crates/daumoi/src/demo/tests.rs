//! The example holds what it promises.

use std::collections::{BTreeMap, BTreeSet};

use domain::lead::Conversion;
use domain::webhook::{DeliveryState, EndpointState};
use domain::{CatalogKind, Clock, Dialect, Instant, Viewer};
use hub::{Filter, SystemClock, customers};

use super::{curls, fill, welcome};
use crate::args::GroundArgs;
use crate::ground::{FOR_A_COMMAND, Ground};

#[test]
fn every_status_stage_and_door_is_there() {
    every_thing_is_there(SystemClock.now());
}

/// What there is hangs on the day of the week, on the hour, and on how many Sundays there were.
#[test]
fn so_they_are_on_every_day_of_the_week() {
    let monday = Instant(1_767_546_000_000_000);
    for day in 0..7 {
        every_thing_is_there(monday.plus_seconds(day * (86_400 + 3_600 * 5)));
    }
}

fn every_thing_is_there(now: Instant) {
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::from(&GroundArgs { data: Some(folder.path().join("new")), ..GroundArgs::default() });
    let made = fill::fill_at(&ground, now).unwrap();
    let hub = ground.open_or_make(FOR_A_COMMAND).unwrap();
    let wholes = hub.read(made.org.id, |tx| {
        let (found, total) = customers::search(tx, &Filter::everything(Viewer::Org), 0, 1_000)?;
        assert_eq!(found.len() as i64, total);
        found.iter().map(|customer| customers::whole(tx, &Viewer::Org, customer.id)).collect::<domain::Result<Vec<_>>>()
    });
    let wholes = wholes.wait().unwrap();
    assert!(wholes.len() >= 240, "{} customers", wholes.len());

    let lists = hub.read(made.org.id, |tx| {
        let statuses = hub::catalog::list(tx, CatalogKind::LeadStatus)?;
        Ok((statuses, hub::catalog::list(tx, CatalogKind::DealStage)?, customers::duplicates(tx, 100)?))
    });
    let (statuses, stages, pairs) = lists.wait().unwrap();
    let leads: Vec<_> = wholes.iter().flat_map(|whole| &whole.leads).collect();
    let deals: Vec<_> = wholes.iter().flat_map(|whole| &whole.deals).collect();
    for status in &statuses {
        let has =
            |lead: &&&domain::Lead| lead.label(CatalogKind::LeadStatus).is_some_and(|label| label.item == status.id);
        assert!(leads.iter().any(|lead| has(&lead)), "no lead is {}", status.label);
    }
    for stage in &stages {
        let has = |deal: &domain::Deal| deal.label(CatalogKind::DealStage).is_some_and(|label| label.item == stage.id);
        assert!(deals.iter().any(|deal| has(deal)), "no deal is at {}", stage.label);
    }
    for currency in ["VND", "USD"] {
        let has = |deal: &domain::Deal| deal.label(CatalogKind::Currency).is_some_and(|label| label.label == currency);
        assert!(deals.iter().any(|deal| has(deal)), "no deal in {currency}");
    }
    let closed =
        |how| leads.iter().filter(|lead| lead.closing.as_ref().is_some_and(|closing| closing.how == how)).count();
    assert!(closed(Conversion::Deal) > 0 && closed(Conversion::Unqualified) > 0);
    let is_given_up = |lead: &domain::Lead| lead.label(CatalogKind::UnqualifiedReason).is_some();
    assert_eq!(leads.iter().filter(|lead| is_given_up(lead)).count(), closed(Conversion::Unqualified));
    assert!(pairs.len() >= 6, "{} pairs", pairs.len());

    let counts = BTreeMap::from([
        ("leads", leads.len()),
        ("deals", deals.len()),
        ("tickets", wholes.iter().map(|whole| whole.tickets.len()).sum()),
        ("notes", wholes.iter().map(|whole| whole.notes.len()).sum()),
        ("messages", wholes.iter().map(|whole| whole.messages.len()).sum()),
    ]);
    assert!(counts.values().all(|count| *count >= 20), "{counts:?}");
    let doors: BTreeSet<&str> =
        wholes.iter().flat_map(|whole| &whole.history).map(|change| change.dialect.as_str()).collect();
    assert!(Dialect::DOORS.iter().all(|door| doors.contains(door.word())), "{doors:?}");
    assert!(wholes.iter().any(|whole| whole.customer.company.is_some()));

    let (first, last) = (wholes.iter().map(|whole| whole.customer.created_at).min(), now);
    assert!(first.unwrap() < last.minus_days(180));
    assert!(wholes.iter().flat_map(|whole| &whole.history).all(|change| change.at < last));
    let states: BTreeSet<&str> =
        wholes.iter().flat_map(|whole| &whole.messages).map(|message| message.state.word()).collect();
    assert!(["queued", "sent", "failed"].iter().all(|state| states.contains(state)), "{states:?}");
    let standings: BTreeSet<(i64, Option<i64>)> = wholes
        .iter()
        .flat_map(|whole| &whole.customer.standings)
        .map(|standing| (standing.first, standing.second))
        .collect();
    assert_eq!(standings.len(), 8, "somebody stands at each place of the funnel");
    let open = wholes.iter().flat_map(|whole| &whole.tickets).filter(|ticket| ticket.is_open());
    let ages: BTreeSet<i64> = open.map(|ticket| (last.0 - ticket.created_at.0) / 86_400_000_000).collect();
    assert!([0, 2, 5].iter().all(|days| ages.contains(days)) && ages.len() > 5, "{ages:?}");

    let emails = wholes.iter().flat_map(|whole| whole.customer.points_of(domain::ContactKind::Email));
    let hosts: BTreeSet<&str> = emails.filter_map(|email| email.raw.rsplit('@').next()).collect();
    assert!(hosts.iter().all(|host| host.starts_with("example.")), "{hosts:?}");

    let address = "127.0.0.1:8080".parse().unwrap();
    let text = welcome(address, folder.path(), &made);
    assert!(text.contains(&made.password) && text.contains(made.token.reveal()));
    for (dialect, curl) in curls("http://127.0.0.1:8080", &made) {
        assert!(!curl.contains('\n'), "{dialect}: one line can be copied");
        assert!(text.contains(&curl));
    }
}

#[test]
fn calls_came_in_and_events_went_out() {
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::from(&GroundArgs { data: Some(folder.path().join("new")), ..GroundArgs::default() });
    let made = fill::fill(&ground).unwrap();
    let hub = ground.open_or_make(FOR_A_COMMAND).unwrap();
    let now = hub.now();
    let (calls, messages, deliveries, endpoints) = hub
        .read(made.org.id, |tx| {
            let calls = hub::journal::list(tx, 1_000)?;
            let (messages, deliveries) =
                (hub::messages::list(tx, 1_000)?, hub::outbox::list_deliveries(tx, None, 1_000)?);
            Ok((calls, messages, deliveries, hub::webhooks::list(tx)?))
        })
        .wait()
        .unwrap();
    let listeners = hub.read(made.org.id, hub::listeners::list).wait().unwrap();
    let through = calls.iter().filter(|call| call.dialect == Dialect::Beeiq).count() as i64;
    assert!(through > 0 && listeners[0].calls == through, "{} of {through}", listeners[0].calls);
    for door in Dialect::DOORS {
        let ends: BTreeSet<&str> =
            calls.iter().filter(|call| call.dialect == door).map(|call| call.outcome.as_str()).collect();
        assert!(ends.contains("ok") && ends.len() > 1, "{door:?}: {ends:?}");
    }
    assert!(calls.windows(2).all(|two| two[0].at >= two[1].at) && calls.iter().all(|call| call.at < now));
    assert!(calls.iter().all(|call| !call.target.as_deref().unwrap_or_default().contains(made.token.reveal())));
    assert!(calls.iter().any(|call| call.decisions.iter().any(|decision| decision.contains("viết là"))));
    let of = |state: &str| messages.iter().filter(|message| message.state.word() == state).count();
    assert!(of("queued") > 0 && of("trial") == 2 && of("failed") > 0);
    let of = |state: DeliveryState| deliveries.iter().filter(|delivery| delivery.state == state).count();
    assert!(of(DeliveryState::Delivered) > 3 && of(DeliveryState::Dead) > 0);
    assert!(endpoints.iter().all(|endpoint| endpoint.state == EndpointState::Disabled), "nothing is ever really sent");
}
