//! The timeline of a customer: everything that happened, through which door, which fields, and the request behind it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query};
use domain::change::Change;
use domain::{Customer, Id, Result, Viewer};
use hub::{Tx, customers};
use serde::Deserialize;

use super::find;
use crate::page::{Answer, Page, Section, fragment, show as show_page};
use crate::pages::trail;
use crate::{Visitor, show as shown};

/// Lines of a page of the timeline.
const LINES: usize = 40;
/// Lines that are read at once in search of those.
const READ: i64 = 500;
/// How often that is done for one page: what is rare is then gone on for by hand.
const READS: usize = 20;

/// What a timeline was narrowed to.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    /// By whom.
    #[serde(default)]
    pub who: String,
    /// Through which door.
    #[serde(default)]
    pub door: String,
    /// About which field.
    #[serde(default)]
    pub field: String,
    /// The line before which the page begins.
    #[serde(default)]
    pub before: String,
}

impl Filter {
    fn allows(&self, change: &Change) -> bool {
        (self.who.is_empty() || change.actor == self.who)
            && (self.door.is_empty() || change.dialect == self.door)
            && (self.field.is_empty() || change.fields.iter().any(|field| field.field == self.field))
    }

    /// Where a page of it goes on that ended with a line.
    pub fn after(&self, number: &i64, last: &Id) -> String {
        format!("/customers/{number}/timeline?{}", self.raw(last))
    }

    /// As it stands in an address, with the line to go on from.
    fn raw(&self, before: &Id) -> String {
        let mut raw = form_urlencoded::Serializer::new(String::new());
        for (key, value) in [("who", &self.who), ("door", &self.door), ("field", &self.field)] {
            if !value.is_empty() {
                raw.append_pair(key, value);
            }
        }
        raw.append_pair("before", &before.to_string());
        raw.finish()
    }
}

/// A page of a timeline, and what it can be narrowed to.
pub struct Timeline {
    /// The lines, newest first.
    pub lines: Vec<Change>,
    /// Who did something lately.
    pub people: Vec<String>,
    /// Doors through which something came lately.
    pub doors: Vec<String>,
    /// Fields that changed lately.
    pub fields: Vec<String>,
    /// The line before which the next page begins.
    pub next: Option<Id>,
    /// What it was narrowed to.
    pub filter: Filter,
}

impl Timeline {
    /// A page of the history of a customer.
    pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, customer: Id, filter: &Filter) -> Result<Self> {
        let mut before = filter.before.parse().ok().map(Id);
        let (mut lines, mut seen) = (Vec::new(), Vec::new());
        for _ in 0..READS {
            let mut past = customers::history(tx, viewer, customer, before, READ)?;
            trail::name_fields(tx, &mut past.lines)?;
            lines.extend(past.lines.iter().filter(|change| filter.allows(change)).cloned());
            if seen.is_empty() {
                seen = past.lines;
            }
            before = past.next;
            if before.is_none() || lines.len() > LINES {
                break;
            }
        }
        if lines.len() > LINES {
            lines.truncate(LINES);
            before = lines.last().map(|last| last.id);
        }
        trail::leave_calls(tx, &mut lines)?;
        let people: BTreeSet<&String> = seen.iter().map(|change| &change.actor).collect();
        let doors: BTreeSet<&String> = seen.iter().map(|change| &change.dialect).collect();
        let fields: BTreeSet<&String> =
            seen.iter().flat_map(|change| &change.fields).map(|field| &field.field).collect();
        Ok(Self {
            people: people.into_iter().cloned().collect(),
            doors: doors.into_iter().cloned().collect(),
            fields: fields.into_iter().cloned().collect(),
            next: before,
            filter: filter.clone(),
            lines,
        })
    }
}

#[derive(Template)]
#[template(path = "customer/timeline.html")]
struct Lines {
    page: Page,
    visitor: Visitor,
    timeline: Timeline,
    customer: Customer,
}

#[derive(Template)]
#[template(path = "customer/timeline_page.html")]
struct Whole {
    page: Page,
    visitor: Visitor,
    timeline: Timeline,
    customer: Customer,
}

/// `GET /customers/{number}/timeline`: the lines alone, or without script a page of them.
pub async fn show(visitor: Visitor, Path(number): Path<i64>, Query(filter): Query<Filter>) -> Answer {
    let viewer = visitor.viewer.clone();
    let (customer, timeline) = visitor
        .read(move |tx| {
            let customer = find(tx, &viewer, number)?;
            let timeline = Timeline::find(tx, &viewer, customer.id, &filter)?;
            Ok((customer, timeline))
        })
        .await?;
    let page = visitor.page(Section::Customers, shown::name(&customer));
    if visitor.wants_fragment {
        return fragment(&Lines { page, visitor, timeline, customer });
    }
    let visit = visitor.clone();
    show_page(&visit, &Whole { page, visitor, timeline, customer })
}
