//! How a record is shown, in the side panel or on a page of its own, and how it answers a change that something stood in the way of.

use askama::Template;
use axum::http::StatusCode;
use domain::change::Change;
use domain::{Error, Result};

use super::trail;
use crate::Visitor;
use crate::page::{Answer, Page, Toast, fragment, fragment_and_say, fragment_at, show as show_page, show_with};

#[derive(Template)]
#[template(path = "components/record_page.html")]
struct Whole<'r> {
    page: &'r Page,
    article: String,
}

#[derive(Template)]
#[template(path = "components/record_panel.html")]
struct Panel<'r> {
    page: &'r Page,
    place: &'r str,
    article: String,
}

#[derive(Template)]
#[template(path = "components/record_changed.html")]
struct Changed {
    article: String,
    behind: String,
}

/// What stood in the way of a change, told where the change was asked for.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The part of the record that it was sent from, or the name of the field that is wrong where that tells of it itself; empty for the
    /// head of the record.
    pub part: &'static str,
    /// What people read.
    pub text: String,
}

/// Fields that tell themselves what is wrong with them.
const TELLING: [&str; 1] = ["value"];

impl Refusal {
    /// Of what cannot be, told at its field where that can do so, otherwise in the part that it was sent from.
    pub fn of(visitor: &Visitor, error: &Error, part: &'static str) -> Self {
        let field = match error {
            Error::Invalid { field, .. } => TELLING.into_iter().find(|known| known == field),
            _ => None,
        };
        Self { part: field.unwrap_or(part), text: visitor.said(error.public()) }
    }
}

/// A record that is drawn by `article`: what goes into the side panel, or the page that it has at `place`.
pub fn show(visitor: &Visitor, page: &Page, place: &str, article: &impl Template) -> Answer {
    let article = article.render()?;
    if visitor.wants_fragment {
        return fragment(&Panel { page, place, article });
    }
    show_page(visitor, &Whole { page, article })
}

/// The record after a change that was asked for in it, or with what stood in the way; and what stands for it behind the side panel, its
/// tile on the board or its row in the table: somebody else may have been faster.
pub fn answer(
    visitor: &Visitor,
    page: &Page,
    article: &impl Template,
    behind: &impl Template,
    done: std::result::Result<Toast, StatusCode>,
) -> Answer {
    let article = article.render()?;
    if let (Err(status), false) = (&done, visitor.wants_fragment) {
        return show_with(visitor, *status, &Whole { page, article });
    }
    let changed = Changed { article, behind: behind.render()? };
    match done {
        Ok(toast) => fragment_and_say(page, &changed, &toast),
        Err(status) => fragment_at("closest .record", status, &changed),
    }
}

/// Whether the record itself tells of an error: that somebody was faster, or that what was sent cannot be. Any other is answered as
/// everywhere.
pub fn told(error: Error) -> Result<Error> {
    match error {
        Error::Conflict { .. } | Error::Invalid { .. } => Ok(error),
        other => Err(other),
    }
}

/// The status of such an error, and how it is told in the part that the change was sent from; `otherwise` is what is said when
/// `history` does not tell who was faster.
pub fn said(
    visitor: &Visitor,
    error: &Error,
    part: &'static str,
    history: &[Change],
    otherwise: &str,
) -> (StatusCode, Refusal) {
    match error {
        Error::Conflict { .. } => (StatusCode::CONFLICT, Refusal { part, text: clash(visitor, history, otherwise) }),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, Refusal::of(visitor, error, part)),
    }
}

/// Who was faster, and what they did.
pub fn clash(visitor: &Visitor, history: &[Change], otherwise: &str) -> String {
    match trail::last(history, &visitor.zone, visitor.t) {
        Some((who, what)) => visitor.t.common.clash_by(who, what),
        None => otherwise.to_owned(),
    }
}
