//! Records that may be one: the queue with its evidence, two side by side, the merge, and merges to take back.

use askama::Template;
use axum::extract::{Path, Query};
use domain::merge::{Fact, Side};
use domain::{Customer, Error, Id, Instant, Result};
use hub::merges::{self, Comparison, Doubt, Merge, Preview, UNDOABLE_DAYS, Wish};
use hub::{Tx, funnels};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::customer::place_name;
use super::sent::Sent;
use super::trail::FUNNELS;
use super::words;
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, Toast, fragment, go, show as show_page};

/// Pairs or merges of a page.
const ROWS: i64 = 30;

/// Where a page of the queue begins.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct After {
    #[serde(default)]
    high: String,
    #[serde(default)]
    low: String,
}

#[derive(Template)]
#[template(path = "duplicates/list.html")]
struct List {
    page: Page,
    rows: Rows,
}

#[derive(Template)]
#[template(path = "duplicates/rows.html")]
struct Rows {
    page: Page,
    doubts: Vec<Doubt>,
    next: Option<String>,
    zone: TimeZone,
}

/// What two records share, as people read it.
pub fn evidence(kind: &str, t: &'static Messages) -> String {
    let t = match kind {
        "phone" => t.duplicates.same_phone,
        "email" => t.duplicates.same_email,
        "national_id" => t.duplicates.same_national_id,
        "name" => t.duplicates.same_name,
        other => return other.to_owned(),
    };
    t.to_owned()
}

/// `GET /duplicates`
pub async fn list(visitor: Visitor, Query(after): Query<After>) -> Answer {
    let viewer = visitor.viewer.clone();
    let id = |text: &str| text.parse::<i64>().ok().map(Id);
    let after = id(&after.high).zip(id(&after.low));
    let (doubts, next) = visitor.read(move |tx| merges::queue(tx, &viewer, after, ROWS)).await?;
    let page = visitor.page(Section::Duplicates, visitor.t.nav.duplicates);
    let next = next.map(|(high, low)| format!("/duplicates?high={high}&low={low}"));
    let rows = Rows { page: page.clone(), doubts, next, zone: visitor.zone.clone() };
    if visitor.wants_fragment {
        return fragment(&rows);
    }
    show_page(&visitor, &List { page, rows })
}

/// Two records to be looked at.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Two {
    #[serde(default)]
    one: String,
    #[serde(default)]
    other: String,
}

/// `GET /duplicates/compare`: on to the page of two records that somebody names.
pub async fn find(visitor: Visitor, Query(two): Query<Two>) -> Answer {
    let number = |text: &str| {
        let digits = text.trim().trim_start_matches(|letter: char| !letter.is_ascii_digit());
        digits.parse::<i64>().map_err(|_| Error::invalid("", "Hãy nhập số của khách hàng, ví dụ 212 hoặc PID-212"))
    };
    go(&visitor, &format!("/duplicates/{}/{}", number(&two.one)?, number(&two.other)?), None)
}

#[derive(Template)]
#[template(path = "duplicates/compare.html")]
struct Compare {
    page: Page,
    both: Comparison,
    preview: Preview,
    zone: TimeZone,
}

impl Compare {
    /// Whether a fact is taken from the record that goes, when nobody chooses.
    fn is_from_loser(&self, side: &Side) -> bool {
        *side == Side::Loser
    }

    /// What changes hands, with how many.
    fn moves(&self) -> Vec<(&'static str, i64)> {
        let named = |(what, count): &(&'static str, i64)| (moved(what, self.page.t), *count);
        self.preview.moves.iter().filter(|(_, count)| *count > 0).map(named).collect()
    }
}

fn moved(what: &str, t: &'static Messages) -> &'static str {
    match what {
        "leads" => t.nav.leads,
        "deals" => t.nav.deals,
        "tickets" => t.nav.tickets,
        "notes" => t.duplicates.notes,
        "messages" => t.duplicates.messages,
        "attachments" => t.duplicates.attachments,
        _ => t.duplicates.people,
    }
}

/// What a fact is called that history has no words for.
pub fn fact(field: &str, t: &'static Messages) -> String {
    words::field(field.strip_prefix("label:").unwrap_or(field), t)
}

/// Contact points, tags and owners of a record, in a line each.
pub fn several(customer: &Customer) -> Vec<String> {
    let points = customer.points.iter().map(|point| point.raw.clone());
    let labels = customer.labels.iter().filter(|label| !label.kind.is_single()).map(|label| label.label.clone());
    points.chain(labels).map(|text| crate::show::visible(&text)).filter(|text| !text.is_empty()).collect()
}

/// `GET /duplicates/{winner}/{loser}`
pub async fn compare(visitor: Visitor, Path((winner, loser)): Path<(i64, i64)>) -> Answer {
    let viewer = visitor.viewer.clone();
    let (both, preview) = visitor
        .read(move |tx| {
            let mut both = merges::compare(tx, &viewer, winner, loser)?;
            name_places(tx, &mut both)?;
            let wish = Wish { winner, loser, ..Wish::default() };
            Ok((both, merges::preview(tx, &viewer, &wish)?))
        })
        .await?;
    let page = visitor.page(Section::Duplicates, visitor.t.duplicates.compare);
    show_page(&visitor, &Compare { page, both, preview, zone: visitor.zone.clone() })
}

/// Tells where each of two stands in a funnel by the names of its stages.
fn name_places(tx: &mut Tx<'_>, both: &mut Comparison) -> Result<()> {
    let Comparison { one, other, facts } = both;
    if !facts.iter().any(|difference| matches!(difference.fact, Fact::Standing(_))) {
        return Ok(());
    }
    let funnels = funnels::list(tx)?;
    for difference in facts {
        let Fact::Standing(id) = difference.fact else { continue };
        if let Some(funnel) = funnels.iter().find(|funnel| funnel.id == id) {
            difference.field = format!("{FUNNELS}{}", funnel.name);
            difference.one = place_name(one, funnel).unwrap_or_default();
            difference.other = place_name(other, funnel).unwrap_or_default();
        }
    }
    Ok(())
}

/// `POST /duplicates/{winner}/{loser}`
pub async fn merge(visitor: Visitor, Path((winner, loser)): Path<(i64, i64)>, sent: Sent) -> Answer {
    let side = |word: &str| if word == "loser" { Side::Loser } else { Side::Winner };
    let chosen = sent.pairs().iter().filter_map(|(name, value)| {
        let fact = Fact::of(name.strip_prefix("fact.")?)?;
        Some((fact, side(value)))
    });
    let version = |name: &str| sent.text(name).parse::<i64>().ok();
    let versions = version("winner_version").zip(version("loser_version"));
    let wish = Wish { winner, loser, versions, choices: chosen.collect() };
    let viewer = visitor.viewer.clone();
    let merged = visitor.write(move |tx| merges::merge(tx, &viewer, &wish)).await?;
    let said = visitor.t.duplicates.merged(loser, winner);
    let toast = Toast::good(said).with_undo(format!("/duplicates/merges/{}/undo", merged.number));
    go(&visitor, &format!("/customers/{winner}"), Some(&toast))
}

/// `POST /duplicates/{one}/{other}/dismiss`
pub async fn dismiss(visitor: Visitor, Path((one, other)): Path<(i64, i64)>) -> Answer {
    let viewer = visitor.viewer.clone();
    visitor.write(move |tx| merges::dismiss(tx, &viewer, one, other)).await?;
    go(&visitor, "/duplicates", Some(&Toast::good(visitor.t.duplicates.dismissed)))
}

#[derive(Template)]
#[template(path = "duplicates/merges.html")]
struct Merges {
    page: Page,
    rows: MergeRows,
}

#[derive(Template)]
#[template(path = "duplicates/merge_rows.html")]
struct MergeRows {
    page: Page,
    merges: Vec<(Merge, Customer, Customer)>,
    next: Option<String>,
    now: Instant,
    zone: TimeZone,
}

impl MergeRows {
    /// Whether a merge can still be taken back.
    fn is_undoable(&self, merge: &Merge) -> bool {
        merge.undone.is_none() && self.now <= merge.at.plus_seconds(UNDOABLE_DAYS * 86_400)
    }
}

/// Where a page of the merges begins.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Before {
    #[serde(default)]
    before: String,
}

/// `GET /duplicates/merges`
pub async fn list_merges(visitor: Visitor, Query(Before { before }): Query<Before>) -> Answer {
    let (viewer, before) = (visitor.viewer.clone(), before.parse().ok().map(Id));
    let (merges, now) = visitor.read(move |tx| Ok((merges::list(tx, &viewer, before, ROWS)?, tx.now()))).await?;
    let next = merges.last().filter(|_| merges.len() as i64 == ROWS);
    let next = next.map(|(merge, _, _)| format!("/duplicates/merges?before={}", merge.id));
    let page = visitor.page(Section::Duplicates, visitor.t.duplicates.merges);
    let rows = MergeRows { page: page.clone(), merges, next, now, zone: visitor.zone.clone() };
    if visitor.wants_fragment {
        return fragment(&rows);
    }
    show_page(&visitor, &Merges { page, rows })
}

/// `POST /duplicates/merges/{number}/undo`
pub async fn undo(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    let viewer = visitor.viewer.clone();
    let parted = visitor.write(move |tx| merges::undo(tx, &viewer, number)).await?;
    let said = visitor.t.duplicates.parted(parted.loser.number, parted.winner.number);
    go(&visitor, "/duplicates/merges", Some(&Toast::good(said)))
}
