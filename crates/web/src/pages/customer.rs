//! One customer: facts that are edited in place, everything that belongs to them, their timeline, and how each dialect shows them.

mod create;
mod edit;
mod facts;
mod files;
mod persons;
mod timeline;

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use domain::{Customer, Error, Instant, Note, Result, Viewer};
use hub::bulk::Action;
use hub::customers::Whole;
use hub::{Tx, customers, notes};
use kit::lens::Seen;
use serde::Deserialize;

pub use self::create::{keep, show as show_new};
pub use self::edit::{save, show as show_edit};
pub use self::facts::{Editor, Fact, Shown, place_name};
pub use self::files::{download, remove as remove_file, upload};
pub use self::persons::{
    add as add_person, correct as correct_person, day as person_day, remove as remove_person, seen as person_seen,
};
pub use self::timeline::{Filter as TimelineFilter, Timeline, show as show_timeline};
use super::trail;
use crate::page::{Answer, Page, Section, Toast, fragment, go, show as show_page};
use crate::{Visitor, show as shown};

/// The record with a number, if `viewer` may see it; of one that was merged, the one it went into.
fn find(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Customer> {
    let unknown = || Error::not_found("Không tìm thấy khách hàng");
    let id = customers::find_by_number(tx, number)?.ok_or_else(unknown)?;
    customers::find_canonical(tx, viewer, id)?.ok_or_else(unknown)
}

/// What every view of a customer is drawn from.
struct Record {
    whole: Whole,
    facts: Vec<Vec<Shown>>,
    timeline: Timeline,
    /// The door by which they came.
    door: Option<String>,
}

#[derive(Template)]
#[template(path = "customer/page.html")]
struct CustomerPage {
    page: Page,
    visitor: Visitor,
    record: Record,
    now: Instant,
}

#[derive(Template)]
#[template(path = "customer/panel.html")]
struct Panel {
    page: Page,
    visitor: Visitor,
    record: Record,
    now: Instant,
}

/// `GET /customers/{number}`: the page, or what goes into the side panel.
pub async fn show(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    let (viewer, t, now) = (visitor.viewer.clone(), visitor.t, visitor.web.hub.now());
    let record = visitor
        .read(move |tx| {
            let id = find(tx, &viewer, number)?.id;
            let whole = customers::whole(tx, &viewer, id)?;
            let facts = Fact::groups(tx)?;
            let shown = |group: &Vec<Fact>| group.iter().map(|fact| fact.shown(&whole.customer, t)).collect();
            let facts = facts.iter().map(shown).collect();
            let timeline = Timeline::find(tx, &viewer, id, &TimelineFilter::default())?;
            let door = customers::first_door(tx, id)?;
            Ok(Record { facts, timeline, door, whole })
        })
        .await?;
    if record.whole.customer.number != number {
        // Merged into another: the old number leads on to it.
        return go(&visitor, &format!("/customers/{}", record.whole.customer.number), None);
    }
    let page = visitor.page(Section::Customers, shown::name(&record.whole.customer));
    if visitor.wants_fragment {
        return fragment(&Panel { page, visitor, record, now });
    }
    let visit = visitor.clone();
    show_page(&visit, &CustomerPage { page, visitor, record, now })
}

#[derive(Template)]
#[template(path = "customer/lens.html")]
struct LensView {
    page: Page,
    title: &'static str,
    seen: Seen,
}

/// `GET /customers/{number}/as/{dialect}`: the very JSON that a dialect answers, and what it cannot show.
pub async fn through(visitor: Visitor, Path((number, name)): Path<(i64, String)>) -> Answer {
    let lens = visitor.web.lenses.iter().find(|lens| lens.name() == name).cloned();
    let lens = lens.ok_or_else(|| Error::not_found("Không có giao diện này"))?;
    let (viewer, title) = (visitor.viewer.clone(), lens.title());
    let seen = visitor
        .read(move |tx| {
            let customer = find(tx, &viewer, number)?;
            let seen = lens.shown(tx, &customer)?;
            Ok(Seen { hidden: trail::name_facts(tx, seen.hidden)?, ..seen })
        })
        .await?;
    let page = visitor.page(Section::Customers, title);
    if visitor.wants_fragment {
        return fragment(&LensView { page, title, seen });
    }
    Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], seen.json).into_response())
}

/// What the note form sends.
#[derive(Deserialize)]
pub struct Written {
    #[serde(default)]
    body: String,
}

/// `POST /customers/{number}/notes`
pub async fn add_note(visitor: Visitor, Path(number): Path<i64>, Form(written): Form<Written>) -> Answer {
    let viewer = visitor.viewer.clone();
    let body = written.body.trim().to_owned();
    if body.is_empty() {
        return Err(Error::invalid("body", visitor.t.customer.note_empty).into());
    }
    visitor
        .write(move |tx| {
            let customer = find(tx, &viewer, number)?;
            notes::create(tx, Note { customer: Some(customer.id), body: body.clone(), ..Note::default() })
        })
        .await?;
    go(&visitor, &format!("/customers/{number}"), Some(&Toast::good(visitor.t.customer.note_added)))
}

/// `POST /customers/{number}/delete`
pub async fn delete(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    let viewer = visitor.viewer.clone();
    let gone = visitor.read(move |tx| find(tx, &viewer, number)).await?;
    // As a batch of one, so that it can be taken back.
    let done = visitor.web.hub.bulk(visitor.actor(), visitor.viewer.clone(), vec![gone.id], Action::Delete).await?;
    let toast = Toast::good(visitor.t.customer.deleted(shown::name(&gone)));
    let toast = toast.with_undo(format!("/customers/bulk/{}/undo", done.batch));
    go(&visitor, "/customers", Some(&toast))
}
