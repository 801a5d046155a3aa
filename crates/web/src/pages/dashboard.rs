//! The first page: how things stand, each number with the way to its list; and that list of who came.

mod arrivals;
mod chart;

use std::collections::HashMap;

use askama::Template;
use axum::extract::RawQuery;
use domain::catalog::LeadStatusType;
use domain::org::Org;
use domain::{CatalogKind, Id, Instant, Result, Viewer};
use hub::leads::lanes::{self, Lane, Standing};
use hub::overview::{self, Arrivals, MOST_COUNTED};
use hub::{Tx, catalog};
use jiff::civil::Date;

pub use self::arrivals::show as arrivals;
use self::chart::{Chart, Share};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, show as show_page};
use crate::pages::leads::Status;
use crate::pages::sent::{Sent, last_days};

/// Days that the page can look back over; the second unless another is asked for.
const SPANS: [i64; 3] = [7, 14, 30];

/// Figures that members see: the first so many.
const FOR_MEMBERS: usize = 3;

/// Who came on one day.
struct Day {
    day: Date,
    found: Vec<Arrivals>,
}

/// A status, and how many of the leads made in these days have it.
struct Step {
    number: i64,
    label: String,
    share: Share,
    /// Whether such leads became deals.
    is_won: bool,
}

/// Open tickets of an age.
struct Age {
    label: String,
    link: String,
    share: Share,
    is_old: bool,
}

/// Everything that was counted.
struct Counted {
    days: Vec<Day>,
    sources: HashMap<Id, (i64, String)>,
    steps: Vec<Step>,
    /// Leads made in these days, and those of them that became deals.
    made: i64,
    converted: i64,
    ages: Vec<Age>,
    failed: Vec<(String, i64)>,
    messages: i64,
    events: i64,
}

/// A source, with what came from it.
struct Source {
    /// Its number; 0 where none was said.
    number: i64,
    label: String,
    customers: i64,
    leads: i64,
    share: Share,
}

/// A number that stands out.
struct Figure {
    label: &'static str,
    value: String,
    hint: String,
    link: String,
    icon: &'static str,
    is_bad: bool,
}

#[derive(Template)]
#[template(path = "dashboard/show.html")]
struct Dashboard {
    page: Page,
    span: i64,
    spans: [i64; 3],
    figures: Vec<Figure>,
    customers: Chart,
    leads: Chart,
    sources: Vec<Source>,
    range: String,
    steps: Vec<Step>,
    made: i64,
    conversion: i64,
    ages: Vec<Age>,
    failed: Vec<(String, Share)>,
    converted: Option<i64>,
    since: String,
    is_empty: bool,
}

/// `GET /`
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let sent = Sent::read(raw.unwrap_or_default().as_bytes());
    let span = sent.number("days").filter(|days| SPANS.contains(days)).unwrap_or(SPANS[1]);
    let (viewer, org, t, now) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t, visitor.web.hub.now());
    let counted = visitor.read(move |tx| count(tx, &viewer, &org, now, span, t)).await?;
    let page = visitor.page(Section::Dashboard, t.nav.dashboard);
    let range = match (counted.days.first(), counted.days.last()) {
        (Some(first), Some(last)) => format!("from={}&to={}", first.day, last.day),
        _ => String::new(),
    };
    let customers = Chart::of(&counted.days, "customer", t);
    let leads = Chart::of(&counted.days, "lead", t);
    let mut figures = figures(&counted, &customers, &leads, &range, t);
    if !page.is_admin() {
        // The lists behind the others are for admins.
        figures.truncate(FOR_MEMBERS);
    }
    let sources = sources(&counted, t);
    let is_empty = customers.total == 0 && leads.total == 0;
    let Counted { steps, made, converted, ages, failed, .. } = counted;
    let conversion = converted * 100 / made.max(1);
    let most = failed.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let failed = failed.into_iter().map(|(door, count)| (door, Share::of(count, most))).collect();
    let since = range.split('&').next().unwrap_or_default().to_owned();
    let converted = steps.iter().find(|step| step.is_won).map(|step| step.number);
    show_page(
        &visitor,
        &Dashboard {
            page,
            span,
            spans: SPANS,
            figures,
            customers,
            leads,
            sources,
            range,
            steps,
            made,
            conversion,
            ages,
            failed,
            converted,
            since,
            is_empty,
        },
    )
}

fn count(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    org: &Org,
    now: Instant,
    span: i64,
    t: &'static Messages,
) -> Result<Counted> {
    let zone = org.settings.time_zone();
    let days = last_days(now, span, &zone);
    let (from, to) = match (days.first(), days.last()) {
        (Some(first), Some(last)) => (first.1, last.2),
        _ => (now, now),
    };
    let spans: Vec<_> = days.iter().map(|(_, from, to)| (*from, *to)).collect();
    let found = overview::arrivals(tx, viewer, &spans)?;
    let counted = days.iter().zip(found).map(|((day, ..), found)| Day { day: *day, found }).collect();
    let items = catalog::list(tx, CatalogKind::Source)?.into_iter();
    let sources = items.map(|item| (item.id, (item.number, crate::show::visible(&item.label)))).collect();
    let mut counts = Vec::new();
    for status in Status::all(tx)? {
        let lane = Lane { standing: Standing::In(status.item.id), from: Some(from), to: Some(to), ..Lane::default() };
        counts.push((lanes::count_all(tx, viewer, &lane)?, status));
    }
    let made = counts.iter().map(|(count, _)| count).sum();
    let converted = counts.iter().filter(|(_, status)| status.meaning == LeadStatusType::Converted);
    let converted = converted.map(|(count, _)| count).sum();
    let most = counts.iter().map(|(count, _)| *count).max().unwrap_or(0);
    let step = |(count, status): &(i64, Status)| Step {
        number: status.item.number,
        label: crate::show::visible(&status.item.label),
        share: Share::of(*count, most),
        is_won: status.meaning == LeadStatusType::Converted,
    };
    let (messages, events) = overview::waiting(tx)?;
    Ok(Counted {
        steps: counts.iter().map(step).collect(),
        made,
        converted,
        ages: ages(tx, viewer, now, &zone, t)?,
        failed: overview::failed_calls(tx, from)?,
        messages,
        events,
        days: counted,
        sources,
    })
}

/// Open tickets by how many days ago they were made, in steps of the org's calendar.
fn ages(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    now: Instant,
    zone: &jiff::tz::TimeZone,
    t: &'static Messages,
) -> Result<Vec<Age>> {
    let days = last_days(now, 8, zone);
    let [oldest, .., today] = &days[..] else { return Ok(Vec::new()) };
    let begin = |back: usize| days.get(days.len() - 1 - back).map_or(now, |day| day.1);
    let name = |back: usize| days.get(days.len() - 1 - back).map_or(String::new(), |day| day.0.to_string());
    let bounds = [
        (t.dashboard.age_today, begin(0), today.2, format!("from={}", name(0)), false),
        (t.dashboard.age_days, begin(2), begin(0), format!("from={}&to={}", name(2), name(1)), false),
        (t.dashboard.age_week, oldest.2, begin(2), format!("from={}&to={}", name(6), name(3)), false),
        (t.dashboard.age_old, Instant(0), oldest.2, format!("to={}", name(7)), true),
    ];
    let spans = bounds.each_ref().map(|(_, from, to, ..)| (*from, *to));
    let counts = overview::open_tickets(tx, viewer, &spans)?;
    let most = counts.iter().copied().max().unwrap_or(0);
    let ages = bounds.into_iter().zip(counts).map(|((label, _, _, link, is_old), count)| Age {
        label: label.to_owned(),
        link: format!("/tickets?state=open&{link}"),
        share: Share::of(count, most),
        is_old,
    });
    Ok(ages.collect())
}

fn figures(counted: &Counted, customers: &Chart, leads: &Chart, range: &str, t: &'static Messages) -> Vec<Figure> {
    let number = crate::show::number;
    let capped = |count: i64| if count >= MOST_COUNTED { format!("{}+", number(&count)) } else { number(&count) };
    let open: i64 = counted.ages.iter().map(|age| age.share.count).sum();
    let old: i64 = counted.ages.iter().filter(|age| age.is_old).map(|age| age.share.count).sum();
    let failed: i64 = counted.failed.iter().map(|(_, count)| count).sum();
    let figure = |label, value, hint, link: String, icon, is_bad| Figure { label, value, hint, link, icon, is_bad };
    let came = |chart: &Chart| t.dashboard.today(number(&chart.today));
    let since = range.split('&').next().unwrap_or_default();
    vec![
        figure(
            t.dashboard.new_customers,
            number(&customers.total),
            came(customers),
            format!("/arrivals?noun=customer&{range}"),
            "customers",
            false,
        ),
        figure(
            t.dashboard.new_leads,
            number(&leads.total),
            came(leads),
            format!("/arrivals?noun=lead&{range}"),
            "leads",
            false,
        ),
        figure(
            t.dashboard.open_tickets,
            capped(open),
            t.dashboard.older(capped(old)),
            "/tickets?state=open".to_owned(),
            "tickets",
            old > 0,
        ),
        figure(
            t.dashboard.failed_calls,
            number(&failed),
            t.dashboard.days(counted.days.len()),
            format!("/inbox?failed=1&{since}"),
            "inbox",
            failed > 0,
        ),
        figure(
            t.dashboard.queue_messages,
            capped(counted.messages),
            t.dashboard.queue_messages_hint.to_owned(),
            "/outbox?state=queued".to_owned(),
            "mail",
            false,
        ),
        figure(
            t.dashboard.queue_events,
            capped(counted.events),
            t.dashboard.queue_events_hint.to_owned(),
            "/outbox/deliveries?state=waiting".to_owned(),
            "outbox",
            false,
        ),
    ]
}

/// What came from each source, the most first; where none was said comes last.
fn sources(counted: &Counted, t: &'static Messages) -> Vec<Source> {
    let mut by_source: HashMap<Option<Id>, (i64, i64)> = HashMap::new();
    for arrivals in counted.days.iter().flat_map(|day| &day.found) {
        let known = arrivals.source.filter(|source| counted.sources.contains_key(source));
        let (customers, leads) = by_source.entry(known).or_default();
        *(if arrivals.subject == "lead" { leads } else { customers }) += arrivals.count;
    }
    let most = by_source.values().map(|(customers, leads)| customers + leads).max().unwrap_or(0);
    let mut found: Vec<Source> = by_source
        .into_iter()
        .map(|(source, (customers, leads))| {
            let (number, label) = source
                .and_then(|id| counted.sources.get(&id).cloned())
                .unwrap_or((0, t.dashboard.no_source.to_owned()));
            Source { number, label, customers, leads, share: Share::of(customers + leads, most) }
        })
        .collect();
    found.sort_by_key(|source| (source.number == 0, -source.share.count, source.number));
    found
}
