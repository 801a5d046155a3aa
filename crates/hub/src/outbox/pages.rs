//! The outbox page by page, for people to look at.

use domain::message::{MessageKind, MessageState};
use domain::webhook::{Delivery, DeliveryState};
use domain::{Error, Id, Message, Result};
use store::{Tx, deliveries, messages};

/// Rows that are read at a time.
const READ: i64 = 200;
/// Rows that are looked through for one page at most: what is sought may be rare.
const MOST: usize = 4_000;

/// Some rows, newest first, and what to ask with for those before them; nothing when all were seen.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The id to ask with next.
    pub next: Option<Id>,
}

/// Messages of a kind and in a state, where these are given.
pub fn messages_page(
    tx: &mut Tx<'_>,
    kind: Option<MessageKind>,
    state: Option<MessageState>,
    before: Option<Id>,
    size: usize,
) -> Result<Page<Message>> {
    let is_meant = |message: &Message| {
        kind.is_none_or(|kind| message.kind == kind) && state.is_none_or(|state| message.state == state)
    };
    gather(before, size, |before| messages::page(tx, before, READ), |message| message.id, is_meant)
}

/// Deliveries to an endpoint and in a state, where these are given.
pub fn deliveries_page(
    tx: &mut Tx<'_>,
    endpoint: Option<Id>,
    state: Option<DeliveryState>,
    before: Option<Id>,
    size: usize,
) -> Result<Page<Delivery>> {
    let is_meant = |delivery: &Delivery| {
        endpoint.is_none_or(|endpoint| delivery.endpoint == endpoint)
            && state.is_none_or(|state| delivery.state == state)
    };
    gather(before, size, |before| deliveries::list(tx, before, READ), |delivery| delivery.id, is_meant)
}

fn gather<T>(
    mut before: Option<Id>,
    size: usize,
    mut read: impl FnMut(Option<Id>) -> Result<Vec<T>>,
    id: impl Fn(&T) -> Id,
    is_meant: impl Fn(&T) -> bool,
) -> Result<Page<T>> {
    let (mut rows, mut seen) = (Vec::new(), 0);
    loop {
        let some = read(before)?;
        let is_last = (some.len() as i64) < READ;
        seen += some.len();
        for row in some {
            before = Some(id(&row));
            if is_meant(&row) {
                rows.push(row);
                if rows.len() == size {
                    return Ok(Page { rows, next: before });
                }
            }
        }
        if is_last {
            return Ok(Page { rows, next: None });
        }
        if seen >= MOST {
            return Ok(Page { rows, next: before });
        }
    }
}

/// The message of a kind with a number.
pub fn message(tx: &mut Tx<'_>, kind: MessageKind, number: i64) -> Result<Message> {
    messages::find_by_number(tx, kind, number)?
        .ok_or_else(|| Error::not_found(format!("Không có tin {} số {number}", kind.word())))
}

/// The delivery with an id.
pub fn delivery(tx: &mut Tx<'_>, id: Id) -> Result<Delivery> {
    deliveries::find(tx, id)?.ok_or_else(|| Error::not_found("Không có lần gửi này của webhook"))
}
