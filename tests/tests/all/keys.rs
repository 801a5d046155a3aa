//! Who comes in: every route of all five interfaces, asked with tokens that open nothing. Each vendor's own failure, and nothing
//! changed.

use domain::{Dialect, Role};
use hub::tokens::{self, NewToken, Secret};
use hub::{Tx, listeners};
use serde_json::{Value, json};

use super::doors::{Doors, Tenant, enter};
use super::questions::{self, Question};

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    NotSent,
    Unknown,
    Expired,
    Revoked,
    OfAnotherDialect,
    OfAListener,
    OfAUserWhoLeft,
    OfAnotherOrg,
}

const FAULTS: [Fault; 8] = [
    Fault::NotSent,
    Fault::Unknown,
    Fault::Expired,
    Fault::Revoked,
    Fault::OfAnotherDialect,
    Fault::OfAListener,
    Fault::OfAUserWhoLeft,
    Fault::OfAnotherOrg,
];

/// Whose name must not be read.
const NAME: &str = "Bí Mật";

#[test]
fn a_token_that_opens_nothing() {
    let doors = Doors::new();
    let (mine, theirs) = (doors.tenant("cua-toi"), doors.tenant("cua-ho"));
    for (index, door) in Dialect::DOORS.into_iter().enumerate() {
        enter(&doors, &mine, door, NAME, &format!("090500000{index}"), "CH-1");
    }
    for door in [Dialect::OneOffice, Dialect::Omicrm, Dialect::Vbot, Dialect::Caresoft] {
        let questions = questions::of(door, &mine, None);
        assert!(questions.len() >= questions::routes(door).len());
        for fault in FAULTS {
            let token = token(&doors, &mine, &theirs, door, fault);
            let of_mine = doors.place.everything_of(mine.org);
            let all = doors.place.everything_but(&["requests", "counters"]);
            for question in &questions {
                let (status, answer) = ask(&doors, &token, question);
                match failure(door, fault, &question.path) {
                    Some(failure) => assert_eq!(told(status, &answer), failure, "{fault:?} {question:?}: {answer}"),
                    None => assert!(status < 500, "{fault:?} {question:?}: {status} {answer}"),
                }
                assert!(!answer.to_string().contains(NAME), "{fault:?} {question:?} tells: {answer}");
            }
            assert_eq!(doors.place.everything_of(mine.org), of_mine, "{door:?} {fault:?}");
            // A token of another org opens that one, where an interface does not say which org it means.
            if fault != Fault::OfAnotherOrg {
                assert_eq!(doors.place.everything_but(&["requests", "counters"]), all, "{door:?} {fault:?}");
            }
        }
    }
}

#[test]
fn a_listener_that_is_none() {
    let doors = Doors::new();
    let (mine, theirs) = (doors.tenant("cua-toi"), doors.tenant("cua-ho"));
    enter(&doors, &mine, Dialect::Beeiq, NAME, "0905000001", "CH-1");
    let closed = Secret::known("da-dong");
    write(&doors, &mine, move |tx| {
        let number = listeners::create(tx, "đã đóng", &closed)?;
        listeners::change(tx, number, |listener| listener.active = false).map(drop)
    });
    let before = doors.place.everything_but(&[]);
    let own = mine.listener.clone();
    let paths = [
        "/webhook/listener/khong-co".to_owned(),
        "/webhook/listener/da-dong".to_owned(),
        format!("/webhook/listener/{}", mine.token),
        format!("/webhook/listener/{}", theirs.token),
        "/webhook/listener/1".to_owned(),
        format!("{own}x"),
        own.to_uppercase().replace("/WEBHOOK/LISTENER", "/webhook/listener"),
    ];
    for question in questions::of(Dialect::Beeiq, &mine, None) {
        for path in &paths {
            let (status, answer) = doors.ask(&mine, question.method, path, &question.body);
            let none = json!({"success": false, "message": "Không tìm thấy webhook listener này", "data": []});
            assert_eq!((status, answer), (404, none), "{path}");
        }
    }
    assert_eq!(doors.place.everything_but(&[]), before);
}

fn write<T: Send + 'static>(
    doors: &Doors,
    tenant: &Tenant,
    work: impl FnMut(&mut Tx<'_>) -> domain::Result<T> + Send + 'static,
) -> T {
    doors.hub.write(domain::Actor::cli(tenant.org), work).wait().unwrap()
}

/// A token with a fault, as a client would send it.
fn token(doors: &Doors, mine: &Tenant, theirs: &Tenant, door: Dialect, fault: Fault) -> String {
    let text = format!("{}-{fault:?}", door.word());
    let secret = Secret::known(&text);
    let mut new =
        NewToken { name: text.clone(), dialects: vec![door], user: None, expires_at: None, networks: Vec::new() };
    match fault {
        Fault::NotSent => return String::new(),
        Fault::Unknown => return text,
        Fault::OfAListener => return mine.listener.rsplit('/').next().unwrap_or_default().to_owned(),
        Fault::OfAnotherOrg => return theirs.token.clone(),
        Fault::Expired => new.expires_at = Some(doors.hub.now()),
        Fault::OfAnotherDialect => new.dialects = Dialect::DOORS.into_iter().filter(|other| *other != door).collect(),
        Fault::OfAUserWhoLeft => {
            let user = testbed::user(&doors.hub, mine.org, &format!("{text}@example.com").to_lowercase(), Role::Owner);
            new.user = Some(user.id);
        }
        Fault::Revoked => {}
    }
    write(doors, mine, move |tx| {
        let number = tokens::create(tx, &new, &secret)?;
        if fault == Fault::Revoked { tokens::revoke(tx, number) } else { Ok(()) }
    });
    if fault == Fault::OfAUserWhoLeft {
        doors
            .place
            .execute(&format!("UPDATE users SET active = false WHERE email = '{}@example.com'", text.to_lowercase()));
    }
    text
}

/// Asks with a token in the place where the question has it.
fn ask(doors: &Doors, token: &str, question: &Question) -> (u16, Value) {
    let path = match question.path.as_str() {
        "/api/auth" if !token.is_empty() => format!("/api/auth?apiKey={token}"),
        path => path.to_owned(),
    };
    doors.ask_as(token, question.method, &path, &question.body)
}

/// What an answer tells of its failure: the status, and the words by which clients of that vendor know.
fn told(status: u16, answer: &Value) -> (u16, String) {
    let words = ["error", "code", "status_code", "message"].map(|key| &answer[key]);
    let words = words.into_iter().filter(|word| !word.is_null()).map(|word| match word {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    (status, words.collect::<Vec<_>>().join(" | "))
}

/// How a vendor refuses a token with a fault; nothing where it is let in or does not count.
fn failure(door: Dialect, fault: Fault, path: &str) -> Option<(u16, String)> {
    let none = "Token không hợp lệ hoặc đã hết hạn";
    let (status, words) = match (door, fault) {
        (Dialect::OneOffice | Dialect::Omicrm, Fault::OfAnotherOrg) => return None,
        (Dialect::OneOffice, _) => (200, format!("true | token_not_valid | {none}")),
        (Dialect::Omicrm, Fault::NotSent) if path == "/api/auth" => (200, "-9999 | api_key_is_required".to_owned()),
        (Dialect::Omicrm, _) if path == "/api/auth" => (200, "-9999 | api_key_invalid".to_owned()),
        (Dialect::Omicrm, _) => (401, "-9999 | access_token_invalid".to_owned()),
        // The grant of a token asks for none.
        (Dialect::Vbot, _) if path.ends_with("/token") => return None,
        // The third version does not say which org it means.
        (Dialect::Vbot, Fault::OfAnotherOrg) if path.starts_with("/v3.0") => return None,
        (Dialect::Vbot, Fault::OfAnotherOrg) => {
            (200, "403 | vbot_id và project_code không thuộc tổ chức của token".to_owned())
        }
        (Dialect::Vbot, _) => (401, format!("401 | {none}")),
        (Dialect::Caresoft, Fault::OfAnotherOrg) => (404, "errors | Domain incorrect".to_owned()),
        (Dialect::Caresoft, _) => (401, "Unauthorized | errors | Unauthorized".to_owned()),
        (Dialect::Beeiq | Dialect::Web | Dialect::Cli, _) => return None,
    };
    Some((status, words))
}
