//! Many contacts in one call: each stands alone, and only a slice of them is ever in memory as trees.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use domain::Error;
use hub::{Answer, Tx};
use kit::batch;
use kit::http::{self, Shared};
use kit::json::{Repair, Tolerance};
use kit::reader::Reader;
use serde::Serialize;

use crate::calls::{self, Entered, Site};
use crate::contacts;
use crate::error::{Empty, Refused, done, none_done, partly};
use crate::routes::Route;
use crate::wire::{self, Contact};

/// Contacts of one call at most.
const MOST_ITEMS: usize = 10_000;

/// What the caller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// What became of each that was refused.
    Each,
    /// Whether any was taken.
    Any,
}

/// `payload` where each is told of.
#[derive(Serialize)]
struct Result<'a> {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<BTreeMap<usize, &'a str>>,
}

/// A contact that was refused: its place, and why.
type Failure = (usize, String);

/// A contact as far as it could be read, before any transaction.
struct Prepared {
    index: usize,
    tolerated: Vec<Tolerance>,
    contact: std::result::Result<Contact, Refused>,
}

/// Takes in the list under `data`; in version 1 the body is the list itself.
pub async fn add(shared: &Shared, request: Request, route: Route, told: Told) -> Response {
    let Entered { call, site, body } = match calls::enter(shared, request, route).await {
        Ok(entered) => entered,
        Err(refused) => return http::response(refused.answer(Empty::Null)),
    };
    let wrapped = wrapped(&body);
    let bytes = wrapped.as_deref().unwrap_or(&body);
    let read = split(bytes);
    let batch = match read {
        Ok(batch) => batch,
        Err(refused) => {
            let empty = if told == Told::Any { Empty::False } else { Empty::Null };
            return http::response(shared.hub.refuse(call, refused.answer(empty)).await);
        }
    };
    let mut call = call;
    batch.tolerated.iter().for_each(|tolerance| call.tolerate(tolerance.to_string()));
    let (site, count) = (Arc::new(site), batch.items.len());
    let mut prepared = batch.items.into_iter().enumerate().map(|(index, item)| prepare(item, index, &site));
    let (mut hub_batch, mut failures, mut left) = (shared.hub.batch(call), Vec::new(), count);
    while left > hub_batch.slice_size() {
        let slice: Vec<Prepared> = prepared.by_ref().take(hub_batch.slice_size()).collect();
        left -= slice.len();
        let site = Arc::clone(&site);
        failures
            .extend(hub_batch.slice(slice, move |tx, item| act(tx, &site, item), refuse).await.into_iter().flatten());
    }
    let last: Vec<Prepared> = prepared.collect();
    let site = Arc::clone(&site);
    let finish = move |last: &[Option<Failure>]| {
        let all: Vec<&Failure> = failures.iter().chain(last.iter().flatten()).collect();
        answer(&all, count, told)
    };
    http::response(hub_batch.last(last, move |tx, item| act(tx, &site, item), refuse, finish).await)
}

/// A bare list, put under `data`; also `[` after blanks or a byte order mark.
fn wrapped(body: &[u8]) -> Option<Vec<u8>> {
    let start = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body).trim_ascii_start();
    start.starts_with(b"[").then(|| [b"{\"data\":", start, b"}"].concat())
}

fn split(body: &[u8]) -> std::result::Result<batch::Batch<'_>, Refused> {
    if body.trim_ascii().is_empty() {
        return Err(Refused::coded("request_body_required", "Thiếu nội dung yêu cầu"));
    }
    let batch = batch::split_repaired(body, "data", Repair::NameQuote)?;
    let envelope = Reader::object(&batch.envelope, "")?;
    envelope.reject_nul()?;
    envelope.reject_duplicates()?;
    // Reading it as a list refuses a `data` of another type; its elements are read one by one later.
    envelope.list("data")?;
    if batch.items.len() > MOST_ITEMS {
        return Err(envelope.invalid("data", &format!("có quá {MOST_ITEMS} phần tử")).into());
    }
    if batch.items.is_empty() {
        return Err(Refused::coded("data_is_required", "Trường data là bắt buộc và phải có ít nhất một khách hàng"));
    }
    Ok(batch)
}

fn prepare(item: batch::Item<'_>, index: usize, site: &Site) -> Prepared {
    let read = item.read().map_err(|error| {
        let field = format!("data[{index}]");
        let message = format!("Trường {field}: {}", error.public());
        Error::invalid(field, message)
    });
    match read {
        Ok(parsed) => {
            let contact = contact(&parsed.node, index, site);
            Prepared { index, tolerated: parsed.tolerated, contact }
        }
        Err(error) => Prepared { index, tolerated: Vec::new(), contact: Err(error.into()) },
    }
}

fn contact(node: &kit::json::Node, index: usize, site: &Site) -> std::result::Result<Contact, Refused> {
    let reader = Reader::item(node, "data", index)?;
    reader.reject_nul()?;
    reader.reject_duplicates()?;
    contacts::check_new(wire::contact(&reader, &site.zone)?)
}

fn act(tx: &mut Tx<'_>, site: &Site, prepared: &Prepared) -> domain::Result<Option<Failure>> {
    let contact = match &prepared.contact {
        Ok(contact) => contact,
        Err(refused) => return Ok(Some((prepared.index, refused.message.clone()))),
    };
    prepared.tolerated.iter().for_each(|tolerance| tx.decide(format!("data[{}]: {tolerance}", prepared.index)));
    contacts::admit(tx, site, contact).map(|_| None)
}

fn refuse(item: &Prepared, error: &Error) -> Option<Failure> {
    Some((item.index, Refused::from(error).message))
}

fn answer(failures: &[&Failure], count: usize, told: Told) -> Answer {
    let error = || Some(failures.iter().map(|(index, message)| (*index, message.as_str())).collect());
    let first = failures.first().map_or("", |(_, message)| message.as_str());
    match (told, failures.len()) {
        (Told::Each, 0) => done(Result { success: true, error: None }),
        (Told::Any, 0) => done(true),
        (Told::Each, refused) if refused == count => none_done(first, Result { success: false, error: error() }),
        (Told::Any, refused) if refused == count => none_done(first, false),
        (Told::Each, _) => partly(Result { success: false, error: error() }),
        (Told::Any, _) => partly(true),
    }
}
