//! What is to be sent: messages put into the outbox.

use domain::contact_point::ContactKind;
use domain::message::{MessageKind, MessageState};
use domain::{Customer, Id, Listener, Message, Result};
use store::{Tx, messages};

use crate::sending;
use crate::templates::{self, Letter};

/// Puts a message into the outbox; gives its number. An org without an SMS provider has a trial, and is refused after it.
pub fn queue(
    tx: &mut Tx<'_>,
    kind: MessageKind,
    customer: Option<Id>,
    recipient: &str,
    subject: &str,
    body: &str,
) -> Result<i64> {
    put(tx, kind, customer, recipient, Letter { subject: subject.to_owned(), text: body.to_owned(), html: None })
}

/// Puts an e-mail into the outbox; gives its number.
pub fn queue_letter(tx: &mut Tx<'_>, customer: Option<Id>, recipient: &str, letter: Letter) -> Result<i64> {
    put(tx, MessageKind::Email, customer, recipient, letter)
}

fn put(tx: &mut Tx<'_>, kind: MessageKind, customer: Option<Id>, recipient: &str, letter: Letter) -> Result<i64> {
    let state = if tx.story().holds_messages { MessageState::Held } else { sending::first_state(tx, kind)? };
    let message = Message {
        id: tx.new_id(),
        number: messages::next_number(tx, kind)?,
        kind,
        customer,
        recipient: recipient.to_owned(),
        subject: letter.subject,
        body: letter.text,
        html: letter.html,
        state,
        created_at: tx.now(),
        due_at: (state == MessageState::Queued).then_some(tx.now()),
        ..Message::default()
    };
    messages::insert(tx, &message)?;
    crate::customers::must_not_be_merged(tx, customer)?;
    Ok(message.number)
}

/// Writes down a message that needs no sending, such as one that another system sent; its id, number and instant are made
/// here. Gives its number.
pub fn record(tx: &mut Tx<'_>, mut sent: Message) -> Result<i64> {
    sent.id = tx.new_id();
    sent.number = messages::next_number(tx, sent.kind)?;
    sent.created_at = tx.now();
    messages::insert(tx, &sent)?;
    Ok(sent.number)
}

/// The newest messages of the org.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Message>> {
    messages::list(tx, limit)
}

/// Messages to a customer, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Message>> {
    messages::of_customer(tx, customer)
}

/// Puts the automatic messages of a listener into the outbox for a customer it has just made, where there is an address. A
/// template that cannot be filled for this customer costs the message, not the customer.
pub fn welcome(tx: &mut Tx<'_>, listener: &Listener, customer: &Customer, code: &str) -> Result<()> {
    if customer.do_not_contact {
        return Ok(());
    }
    let first = |kind| customer.points_of(kind).find(|point| point.key.is_some()).map(|point| point.raw.clone());
    if let (Some(template), Some(address)) = (&listener.email, first(ContactKind::Email)) {
        let queued = templates::letter(template, customer, code)
            .and_then(|letter| queue_letter(tx, Some(customer.id), &address, letter));
        or_decide(tx, queued, "Không gửi được e-mail chào mừng")?;
    }
    if let (Some(template), Some(phone)) = (&listener.sms, first(ContactKind::Phone)) {
        let queued = templates::render(template, customer, code)
            .and_then(|body| queue(tx, MessageKind::Sms, Some(customer.id), &phone, "", &body));
        or_decide(tx, queued, "Không gửi được SMS chào mừng")?;
    }
    Ok(())
}

/// A refusal costs the message and is noted in the journal; a fault costs the whole call.
fn or_decide(tx: &mut Tx<'_>, queued: Result<i64>, what: &str) -> Result<()> {
    match queued {
        Err(error) if error.is_refusal() => tx.decide(format!("{what}: {}", error.public())),
        other => drop(other?),
    }
    Ok(())
}
