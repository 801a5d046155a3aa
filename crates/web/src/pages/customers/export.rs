//! A list as a file for spreadsheets, with cells that no spreadsheet takes for a formula.

use std::future::ready;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::IntoResponse;
use domain::{Customer, Error, Result};
use futures_util::{StreamExt as _, stream};
use hub::browse::{self, After};

use super::{Column, Query};
use crate::page::Answer;
use crate::{Visitor, show};

/// Rows that one unit of work reads, so that nobody waits long behind an export.
const AT_ONCE: i64 = 500;
/// Rows of a file at most.
const MOST: usize = 100_000;

/// `GET /customers.csv`: everything that matches, in the order and with the columns of the list, sent on while it is read.
pub async fn csv(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let query = Query { after: None, ..Query::read(raw.as_deref().unwrap_or_default()) };
    let columns = query.columns(&visitor.read(Column::all).await?);
    let (t, slug) = (visitor.t, visitor.org.slug.clone());
    let mut head = String::from("\u{feff}");
    let heads = [t.customers.number.to_owned(), t.common.name.to_owned()];
    line(&mut head, heads.into_iter().chain(columns.iter().map(|column| column.label(t))));
    let mut export = Export { visitor, query, columns, after: None, rows: 0, is_over: false };
    // Read before anything is answered, so that a refusal is one.
    let (total, first) = export.next().await?;
    if total > MOST as i64 {
        return Err(Error::invalid("", t.customers.too_many_rows(MOST)).into());
    }
    let begin = stream::once(ready(Ok(head + &first)));
    let rest = stream::unfold(export, async |mut export| {
        if export.is_over {
            return None;
        }
        let part = export.next().await.map(|(_, part)| part);
        // A file that is cut off must not look like a whole one: the connection ends with the error.
        export.is_over |= part.is_err();
        Some((part, export))
    });
    let name = format!("attachment; filename=\"customers-{slug}.csv\"");
    let head = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    // Who compresses it asks once more after the end.
    Ok((head, Body::from_stream(begin.chain(rest).fuse())).into_response())
}

/// A file on its way.
struct Export {
    visitor: Visitor,
    query: Query,
    columns: Vec<Column>,
    after: Option<After>,
    rows: usize,
    is_over: bool,
}

impl Export {
    /// How many match in all, and the lines of the next of them.
    async fn next(&mut self) -> Result<(i64, String)> {
        let (asked, viewer, org) = (self.query.clone(), self.visitor.viewer.clone(), self.visitor.org.clone());
        let after = self.after;
        let found = self
            .visitor
            .read(move |tx| {
                let filter = asked.filter(tx, &viewer, &org)?;
                browse::customers(tx, &filter, asked.order, after, AT_ONCE)
            })
            .await?;
        let mut part = String::new();
        for customer in &found.customers {
            line(&mut part, cells(customer, &self.columns, &self.visitor));
        }
        self.rows += found.customers.len();
        self.after = found.next;
        self.is_over = self.after.is_none() || self.rows >= MOST;
        Ok((found.total, part))
    }
}

fn cells<'a>(customer: &'a Customer, columns: &'a [Column], visitor: &'a Visitor) -> impl Iterator<Item = String> + 'a {
    let first = [hub::customers::reading_code(customer), show::name(customer)];
    first.into_iter().chain(columns.iter().map(|column| column.text(customer, &visitor.zone, visitor.t)))
}

/// Adds a line as RFC 4180 has it.
fn line(file: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            file.push(',');
        }
        file.push('"');
        file.push_str(&harmless(&cell).replace('"', "\"\""));
        file.push('"');
    }
    file.push_str("\r\n");
}

/// A cell that no spreadsheet runs: one that begins like a formula gets an apostrophe before it. So does a phone with a plus, which
/// a spreadsheet would otherwise turn into a number.
fn harmless(cell: &str) -> String {
    let begins_badly = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if begins_badly { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let mut file = String::new();
        let cells = ["=cmd|' /C calc'!A1", "+84905000001", "-1", "@SUM(A1)", "\tx", "An \"Bé\", Lê", "plain"];
        line(&mut file, cells.into_iter().map(str::to_owned));
        assert_eq!(
            file,
            "\"'=cmd|' /C calc'!A1\",\"'+84905000001\",\"'-1\",\"'@SUM(A1)\",\"'\tx\",\"An \"\"Bé\"\", Lê\",\"plain\"\r\n"
        );
    }
}
