//! What was changed in the settings, by whom and when.

use askama::Template;
use axum::extract::RawQuery;
use domain::Id;
use domain::change::Change;
use hub::settings;

use super::{Part, Sent, page};
use crate::Visitor;
use crate::page::{Answer, Page, fragment, show as show_page};

/// Lines of a page.
const LINES: i64 = 50;

#[derive(Template)]
#[template(path = "settings/history.html")]
struct History {
    page: Page,
    part: Part,
    visitor: Visitor,
    lines: Vec<Change>,
    next: Option<Id>,
}

#[derive(Template)]
#[template(path = "settings/history_lines.html")]
struct Lines {
    page: Page,
    visitor: Visitor,
    lines: Vec<Change>,
    next: Option<Id>,
}

/// `GET /settings/history`
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    visitor.must_be_admin()?;
    let before = Sent::read(raw.unwrap_or_default().as_bytes()).number("before").map(Id);
    let lines = visitor.read(move |tx| settings::history_before(tx, before, LINES)).await?;
    let next = lines.last().filter(|_| lines.len() as i64 == LINES).map(|last| last.id);
    let page = page(&visitor, Part::History);
    if visitor.wants_fragment && before.is_some() {
        return fragment(&Lines { page, visitor, lines, next });
    }
    let visit = visitor.clone();
    show_page(&visit, &History { page, part: Part::History, visitor, lines, next })
}
