//! Which messages go out: the trial, the account that is missing, quiet hours, caps, and those who want none.

use domain::message::{MessageKind, MessageState};
use domain::{Error, Id, Instant, Message};
use hub::outbox::{self, Post};
use hub::{customers, messages, orgs, sending, templates};
use testbed::STILL;

use crate::support::{House, person};

const SMS: MessageKind = MessageKind::Sms;
const EMAIL: MessageKind = MessageKind::Email;
/// STILL is 15:11 in Viet Nam; this is midnight after it.
const MIDNIGHT: Instant = Instant(1_711_040_400_000_000);

impl House {
    fn queue(&self, kind: MessageKind, customer: Option<Id>, recipient: &str) -> domain::Result<i64> {
        let recipient = recipient.to_owned();
        self.write(move |tx| messages::queue(tx, kind, customer, &recipient, "Chào", "Xin chào"))
    }

    fn set_account(&self, kind: MessageKind) {
        self.write(move |tx| sending::set_account(tx, kind, "http", "sealed")).unwrap();
    }

    fn set(&self, key: &'static str, value: &'static str) {
        self.write(move |tx| orgs::set(tx, &[(key.to_owned(), value.to_owned())])).unwrap();
    }

    /// Claims what is due; gives the recipients.
    fn claim(&self, kind: MessageKind) -> Vec<String> {
        let until = self.hub.now().plus_seconds(60);
        let post: Option<Post> = self.write(move |tx| outbox::claim_messages(tx, kind, 100, until)).unwrap();
        post.map_or_else(Vec::new, |post| post.letters.into_iter().map(|letter| letter.recipient).collect())
    }

    /// Every message, oldest first.
    fn messages(&self) -> Vec<Message> {
        let mut all = self.read(|tx| messages::list(tx, 1_000)).unwrap();
        all.reverse();
        all
    }
}

#[test]
fn without_a_provider_there_is_a_trial_that_is_sent_to_nobody() {
    let house = House::new();
    for _ in 0..20 {
        house.queue(SMS, None, "0905 000 001").unwrap();
    }
    let refused = house.queue(SMS, None, "0905 000 001").unwrap_err();
    assert!(matches!(&refused, Error::Forbidden { message } if message.contains("20 SMS")), "{refused}");
    assert_eq!(house.read(sending::trial).unwrap(), (20, Some(20)));
    house.set("sms.trial", "21");
    assert_eq!(house.queue(SMS, None, "0905 000 001").unwrap(), 21, "a refused message takes no number");
    assert!(house.messages().iter().all(|message| message.state == MessageState::Trial && message.due_at.is_none()));

    house.set_account(SMS);
    house.queue(SMS, None, "0905 000 001").unwrap();
    assert_eq!(house.claim(SMS), ["+84905000001"], "the trial stays what it was");
    assert!(house.claim(SMS).is_empty(), "it is claimed for a while");
    house.clock.set(STILL.plus_seconds(61));
    assert_eq!(house.claim(SMS), ["+84905000001"], "and comes back when nobody settles it");
}

#[test]
fn an_email_waits_for_its_server_and_not_for_ever() {
    let house = House::new();
    house.queue(EMAIL, None, "Le.Binh@example.com").unwrap();
    assert!(house.claim(EMAIL).is_empty());
    let [waiting] = house.messages().try_into().unwrap();
    assert_eq!(waiting.state, MessageState::Queued);
    assert!(waiting.due_at > Some(STILL) && waiting.answer.contains("máy chủ"), "{waiting:?}");
    house.set_account(EMAIL);
    assert_eq!(house.claim(EMAIL), ["Le.Binh@example.com"]);

    house.write(|tx| sending::remove_account(tx, MessageKind::Email)).unwrap();
    house.queue(EMAIL, None, "binh@example.com").unwrap();
    house.clock.set(STILL.plus_seconds(3 * 86_400 + 1));
    assert!(house.claim(EMAIL).is_empty());
    assert!(house.messages().iter().all(|message| message.state == MessageState::Failed));
}

#[test]
fn quiet_hours_put_off_what_is_not_begun() {
    let house = House::new();
    house.set_account(SMS);
    house.set("sms.quiet_hours", "15:00-16:30");
    house.queue(SMS, None, "0905000001").unwrap();
    assert!(house.claim(SMS).is_empty());
    let end = Instant(MIDNIGHT.0 - 7 * 3_600_000_000 - 1_800_000_000);
    assert_eq!(house.messages()[0].due_at, Some(end));
    house.clock.set(end);
    assert_eq!(house.claim(SMS), ["+84905000001"]);
}

#[test]
fn caps_hold_for_a_recipient_and_for_the_org_and_end_with_the_day() {
    let house = House::new();
    house.set_account(SMS);
    house.set("sms.recipient_daily_cap", "2");
    house.set("sms.daily_cap", "3");
    for phone in ["0905000001", "+84 905 000 001", "84905000001", "0905000002", "0905000003"] {
        house.queue(SMS, None, phone).unwrap();
    }
    assert_eq!(house.claim(SMS), ["+84905000001", "+84905000001", "+84905000002"]);
    let answers: Vec<_> = house.messages().into_iter().map(|message| message.answer).collect();
    assert!(answers[2].contains("một người nhận") && answers[4].contains("của tổ chức"), "{answers:?}");
    assert_eq!(house.messages()[4].due_at, Some(MIDNIGHT));
    house.clock.set(MIDNIGHT);
    assert_eq!(house.claim(SMS).len(), 3, "a new day, the same caps");
}

#[test]
fn those_who_want_none_get_none() {
    let house = House::new();
    house.set_account(SMS);
    let mut quiet = person("Lê Bình", &["0905000001"]);
    quiet.do_not_contact = true;
    let quiet = house.add(quiet).unwrap().id;
    let gone = house.add(person("Trần An", &["0905000002"])).unwrap().id;
    let other = house.add(person("Vũ Chi", &["0905000003"])).unwrap().id;
    house.queue(SMS, Some(quiet), "0905000001").unwrap();
    house.queue(SMS, Some(gone), "0905000002").unwrap();
    house.queue(SMS, Some(other), "0905000003").unwrap();
    house.queue(SMS, None, "gọi tôi").unwrap();
    house.write(move |tx| messages::queue(tx, SMS, None, "0905000004", "", " \n").map(drop)).unwrap();
    house.write(move |tx| customers::delete(tx, gone)).unwrap();
    assert_eq!(house.claim(SMS), ["+84905000003"]);
    let states: Vec<_> = house.messages().iter().map(|message| message.state).collect();
    let failed = MessageState::Failed;
    assert_eq!(states, [failed, failed, MessageState::Queued, failed, failed]);
}

#[test]
fn a_letter_keeps_both_its_forms() {
    let house = House::new();
    let letter =
        templates::Letter { subject: "Chào".into(), text: "Xin chào".into(), html: Some("<p>Xin chào</p>".into()) };
    house.write(move |tx| messages::queue_letter(tx, None, "binh@example.com", letter.clone())).unwrap();
    let [message] = house.messages().try_into().unwrap();
    assert_eq!((message.body.as_str(), message.html.as_deref()), ("Xin chào", Some("<p>Xin chào</p>")));
}

#[test]
fn what_could_not_be_sent_is_not_put_in_line_once_more() {
    let house = House::new();
    house.set_account(SMS);
    let an = house.add(person("An", &["0905000001"])).unwrap().id;
    let numbers = [(None, "0905000002"), (None, "không có số"), (Some(an), "0905000001")]
        .map(|(customer, recipient)| house.queue(SMS, customer, recipient).unwrap());
    house.write(move |tx| customers::delete(tx, an)).unwrap();
    assert_eq!(house.claim(SMS), ["+84905000002"]);
    let retry = |number: i64| house.write(move |tx| outbox::retry_message(tx, SMS, number));
    for (number, reason) in numbers.into_iter().zip(["đang chờ gửi", "không hợp lệ", "đã bị xoá"]) {
        let refused = retry(number).unwrap_err();
        assert!(matches!(&refused, Error::Conflict { message } if message.contains(reason)), "{refused}");
    }
    let states = house.messages().into_iter().map(|message| message.state).collect::<Vec<_>>();
    assert_eq!(states, [MessageState::Queued, MessageState::Failed, MessageState::Failed]);

    let letter = house.queue(EMAIL, None, "binh@example.com").unwrap();
    house.clock.set(STILL.plus_seconds(3 * 86_400 + 1));
    assert!(house.claim(EMAIL).is_empty(), "it is given up");
    let retry = || house.write(move |tx| outbox::retry_message(tx, EMAIL, letter));
    assert!(retry().unwrap_err().to_string().contains("máy chủ gửi e-mail"));
    house.set_account(EMAIL);
    retry().unwrap();
    assert_eq!(house.claim(EMAIL), ["binh@example.com"]);
}
