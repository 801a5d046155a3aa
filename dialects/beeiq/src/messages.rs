//! `send-sms`: into the outbox, one message for each phone, also when a phone is named twice.

use std::collections::HashSet;

use domain::Result;
use domain::identity::{self, Key, KeyKind};
use domain::message::MessageKind;
use hub::{Tx, customers, messages};

use crate::error::{Done, Status};
use crate::listener::Delivery;
use crate::wire::Sms;

/// Puts the messages into the outbox; the first one's number stands for all.
pub fn queue(tx: &mut Tx<'_>, delivery: &Delivery, sms: &Sms) -> Result<Done> {
    let mut first = None;
    let mut sent = HashSet::new();
    for phone in &sms.phones {
        let key = identity::phone(phone, delivery.country);
        if !sent.insert(key.clone().unwrap_or_else(|| phone.clone())) {
            continue;
        }
        let customer = match key {
            Some(key) => customers::find_by_key(tx, &Key { kind: KeyKind::Phone, key })?,
            None => None,
        };
        let number = messages::queue(tx, MessageKind::Sms, customer, phone, "", &sms.content)?;
        first.get_or_insert(number);
    }
    Ok(Done::new(Status::Queued, format!("SMS-{}", first.unwrap_or_default())))
}
