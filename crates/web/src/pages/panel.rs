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
    tile: String,
}

/// A record that is drawn by `article`: what goes into the side panel, or the page that it has at `place`.
pub fn show(visitor: &Visitor, page: &Page, place: &str, article: &impl Template) -> Answer {
    let article = article.render()?;
    if visitor.wants_fragment {
        return fragment(&Panel { page, place, article });
    }
    show_page(visitor, &Whole { page, article })
}

/// The record after a change, and its tile on the board behind the side panel.
pub fn changed(page: &Page, article: &impl Template, tile: &impl Template, toast: &Toast) -> Answer {
    fragment_and_say(page, &Changed { article: article.render()?, tile: tile.render()? }, toast)
}

/// The record with what stood in the way of a change, in the place of the one that the change was sent from.
pub fn refused(visitor: &Visitor, page: &Page, status: StatusCode, article: &impl Template) -> Answer {
    if visitor.wants_fragment {
        return fragment_at("closest .record", status, article);
    }
    show_with(visitor, status, &Whole { page, article: article.render()? })
}

/// Whether the record itself tells of an error: that somebody was faster, or that what was sent cannot be. Any other is answered as
/// everywhere.
pub fn told(error: Error) -> Result<Error> {
    match error {
        Error::Conflict { .. } | Error::Invalid { .. } => Ok(error),
        other => Err(other),
    }
}

/// The status and the words of such an error; `otherwise` is what is said when `history` does not tell who was faster.
pub fn said(visitor: &Visitor, error: &Error, history: &[Change], otherwise: &str) -> (StatusCode, String) {
    match error {
        Error::Conflict { .. } => (StatusCode::CONFLICT, clash(visitor, history, otherwise)),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, visitor.said(error.public())),
    }
}

/// Who was faster, and what they did.
pub fn clash(visitor: &Visitor, history: &[Change], otherwise: &str) -> String {
    match trail::last(history, &visitor.zone, visitor.t) {
        Some((who, what)) => visitor.t.common.clash_by(who, what),
        None => otherwise.to_owned(),
    }
}
