//! The timeline of a customer: everything that happened, through which door, which fields, and the request behind it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query};
use domain::Customer;
use domain::change::Change;
use hub::customers;
use serde::Deserialize;

use super::find;
use crate::page::{Answer, Page, Section, fragment, go};
use crate::{Visitor, show as shown};

/// Lines of a page of the timeline.
const LINES: usize = 40;

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
    /// Lines that were shown already.
    #[serde(default)]
    pub from: usize,
}

impl Filter {
    fn allows(&self, change: &Change) -> bool {
        (self.who.is_empty() || change.actor == self.who)
            && (self.door.is_empty() || change.dialect == self.door)
            && (self.field.is_empty() || change.fields.iter().any(|field| field.field == self.field))
    }

    /// As it stands in an address, with the line to go on from.
    pub fn raw(&self, from: &usize) -> String {
        let mut raw = form_urlencoded::Serializer::new(String::new());
        for (key, value) in [("who", &self.who), ("door", &self.door), ("field", &self.field)] {
            if !value.is_empty() {
                raw.append_pair(key, value);
            }
        }
        raw.append_pair("from", &from.to_string());
        raw.finish()
    }
}

/// A page of a timeline, and what it can be narrowed to.
pub struct Timeline {
    /// The lines, newest first.
    pub lines: Vec<Change>,
    /// Who did something.
    pub people: Vec<String>,
    /// Doors through which something came.
    pub doors: Vec<String>,
    /// Fields that changed.
    pub fields: Vec<String>,
    /// Where the next page begins.
    pub next: Option<usize>,
    /// What it was narrowed to.
    pub filter: Filter,
}

impl Timeline {
    /// A page of a history.
    pub fn of(history: &[Change], filter: &Filter) -> Self {
        let people: BTreeSet<&String> = history.iter().map(|change| &change.actor).collect();
        let doors: BTreeSet<&String> = history.iter().map(|change| &change.dialect).collect();
        let fields: BTreeSet<&String> =
            history.iter().flat_map(|change| &change.fields).map(|field| &field.field).collect();
        let all: Vec<&Change> = history.iter().filter(|change| filter.allows(change)).collect();
        let end = filter.from.saturating_add(LINES);
        Self {
            lines: all.iter().skip(filter.from).take(LINES).map(|change| (*change).clone()).collect(),
            people: people.into_iter().cloned().collect(),
            doors: doors.into_iter().cloned().collect(),
            fields: fields.into_iter().cloned().collect(),
            next: (all.len() > end).then_some(end),
            filter: filter.clone(),
        }
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

/// `GET /customers/{number}/timeline`: the lines alone.
pub async fn show(visitor: Visitor, Path(number): Path<i64>, Query(filter): Query<Filter>) -> Answer {
    if !visitor.wants_fragment {
        return go(&visitor, &format!("/customers/{number}#timeline"), None);
    }
    let viewer = visitor.viewer.clone();
    let (customer, history) = visitor
        .read(move |tx| {
            let id = find(tx, &viewer, number)?.id;
            let whole = customers::whole(tx, &viewer, id)?;
            Ok((whole.customer, whole.history))
        })
        .await?;
    let timeline = Timeline::of(&history, &filter);
    let page = visitor.page(Section::Customers, shown::name(&customer));
    fragment(&Lines { page, visitor, timeline, customer })
}
