//! What is to be sent: messages put into the outbox, and the templates they are made from.

use std::collections::BTreeMap;

use domain::contact_point::ContactKind;
use domain::listener::EmailTemplate;
use domain::message::{MessageKind, MessageState};
use domain::{Customer, Error, Id, Listener, Message, Result};
use minijinja::{Environment, UndefinedBehavior};
use store::{Tx, messages};

/// Puts a message into the outbox; gives its number.
pub fn queue(
    tx: &mut Tx<'_>,
    kind: MessageKind,
    customer: Option<Id>,
    recipient: &str,
    subject: &str,
    body: &str,
) -> Result<i64> {
    let message = Message {
        id: tx.new_id(),
        number: messages::next_number(tx, kind)?,
        kind,
        customer,
        recipient: recipient.to_owned(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        state: MessageState::Queued,
        answer: String::new(),
        created_at: tx.now(),
        sent_at: None,
    };
    messages::insert(tx, &message)?;
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
    if let (Some(EmailTemplate { subject, body }), Some(address)) = (&listener.email, first(ContactKind::Email)) {
        let filled = render(subject, customer, code).and_then(|subject| Ok((subject, render(body, customer, code)?)));
        match filled {
            Ok((subject, body)) => {
                queue(tx, MessageKind::Email, Some(customer.id), &address, &subject, &body)?;
            }
            Err(error) => tx.decide(format!("Không soạn được e-mail chào mừng: {}", error.public())),
        }
    }
    if let (Some(template), Some(phone)) = (&listener.sms, first(ContactKind::Phone)) {
        match render(template, customer, code) {
            Ok(body) => {
                queue(tx, MessageKind::Sms, Some(customer.id), &phone, "", &body)?;
            }
            Err(error) => tx.decide(format!("Không soạn được SMS chào mừng: {}", error.public())),
        }
    }
    Ok(())
}

/// A template filled with a customer's facts: `name`, `given_name`, `family_name`, `salutation`, `phone`, `email`, `code` (as
/// people read it, such as `PID-212`), `number`, `company`, and custom fields as `fields.<code>`. What is not known is empty.
pub fn render(template: &str, customer: &Customer, code: &str) -> Result<String> {
    let first = |kind| customer.points_of(kind).next().map_or("", |point| point.raw.as_str());
    let fields: BTreeMap<&str, String> =
        customer.values.iter().map(|value| (value.code.as_str(), value.joined())).collect();
    let facts = minijinja::context! {
        name => &customer.name,
        given_name => &customer.given_name,
        family_name => &customer.family_name,
        salutation => &customer.salutation,
        phone => first(ContactKind::Phone),
        email => first(ContactKind::Email),
        code => code,
        number => customer.number,
        company => customer.company.as_ref().map_or("", |company| company.name.as_str()),
        fields => fields,
    };
    engine().render_str(template, facts).map_err(|error| fault("template", &error))
}

/// Refuses a template that cannot be filled, naming its setting.
pub fn check_template(setting: &str, template: &str) -> Result<()> {
    render(template, &Customer::default(), "").map(drop).map_err(|error| Error::invalid(setting, error.public()))
}

fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Chainable);
    // A template is written by a user: it may not keep a thread busy.
    engine.set_fuel(Some(20_000));
    engine
}

fn fault(setting: &str, error: &minijinja::Error) -> Error {
    let line = error.line().unwrap_or(1);
    Error::invalid(setting, format!("Mẫu tin nhắn có lỗi ở dòng {line}: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        let customer = Customer { name: "Lê Bình".into(), number: 7, ..Customer::default() };
        let filled = render("Chào {{ name }} ({{code}}){{ nothing }}{{ fields.x }}!", &customer, "PID-7").unwrap();
        assert_eq!(filled, "Chào Lê Bình (PID-7)!");
        assert!(check_template("sms_body", "{{ name").is_err());
        assert!(check_template("sms_body", "{% for x in range(100000000) %}{{ x }}{% endfor %}").is_err());
    }
}
