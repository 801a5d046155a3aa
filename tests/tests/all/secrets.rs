//! Tokens and listener addresses: shown once, kept as digests, open only to those they are for.

use domain::{Dialect, Error, Id, Role};
use hub::orgs::NewOrg;
use hub::preset::Preset;
use hub::tokens::{NewToken, Secret};
use hub::{listeners, tokens};
use serde_json::json;
use testbed::{STILL, TestPlace};

use crate::doors::Doors;
use crate::support::{House, block_on};

/// Whether a text stands anywhere in the files or tables.
fn is_kept(place: &TestPlace, text: &str) -> bool {
    let tables = place.everything_but(&[]);
    if tables.iter().any(|(_, rows)| rows.iter().any(|row| row.contains(text))) {
        return true;
    }
    let files = std::fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).any(|path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

fn new_token(dialects: &[Dialect]) -> NewToken {
    NewToken { name: "Thử".into(), dialects: dialects.to_vec(), user: None, expires_at: None, networks: Vec::new() }
}

#[test]
fn no_secret_of_a_new_org_is_kept() {
    let place = TestPlace::new();
    let (hub, _) = place.still_hub();
    let new = NewOrg {
        slug: "Dau-Moi".into(),
        name: "Đầu Mối".into(),
        admin_email: "chu@example.com".into(),
        preset: Preset::Usual,
        vbot: None,
    };
    let made = hub.create_org(new.clone()).unwrap();
    assert_eq!(made.org.slug, "dau-moi");
    assert!(matches!(hub.create_org(new), Err(Error::Conflict { .. })), "a slug is taken once");
    let secrets = [made.token.reveal(), made.listener_secret.reveal(), made.password.as_str()];
    for secret in secrets {
        assert!(!is_kept(&place, secret), "a secret is kept in clear");
    }
    assert!(is_kept(&place, "dau-moi"), "the look itself finds what is there");

    let caller = block_on(hub.caller(made.token.reveal(), Dialect::Caresoft, None)).unwrap();
    assert_eq!((caller.org.id, caller.user.as_ref().map(|user| user.role)), (made.org.id, Some(Role::Owner)));
    assert_eq!(caller.actor.name, "chu@example.com");
    let door = block_on(hub.door(made.listener_secret.reveal(), None)).unwrap();
    assert_eq!((door.org.id, door.listener.number), (made.org.id, made.listener));
    assert!(block_on(hub.door(made.token.reveal(), None)).is_err(), "a token is no listener");
    assert!(
        block_on(hub.caller(made.listener_secret.reveal(), Dialect::Beeiq, None)).is_err(),
        "a listener is no token"
    );
}

#[test]
fn a_token_opens_only_its_own_doors_from_its_own_networks_and_in_its_time() {
    let house = House::new();
    let made = ["mot", "hai", "ba"].map(Secret::known);
    house
        .write(move |tx| {
            tokens::create(tx, &new_token(&[Dialect::Vbot]), &made[0])?;
            let near = NewToken { networks: vec!["203.0.113.0/24".into()], ..new_token(&[Dialect::Omicrm]) };
            tokens::create(tx, &near, &made[1])?;
            let short = NewToken { expires_at: Some(STILL.plus_seconds(60)), ..new_token(&[Dialect::Omicrm]) };
            tokens::create(tx, &short, &made[2])?;
            assert!(tokens::create(tx, &new_token(&[]), &made[0]).is_err());
            Ok(())
        })
        .unwrap();
    let enters = |secret: &str, dialect, address: Option<&str>| {
        block_on(house.hub.caller(secret, dialect, address.map(|address| address.parse().unwrap()))).is_ok()
    };
    assert!(enters("mot", Dialect::Vbot, None));
    assert!(enters("  mot ", Dialect::Vbot, None));
    assert!(!enters("mot", Dialect::Omicrm, None));
    assert!(!enters("MOT", Dialect::Vbot, None));
    assert!(enters("hai", Dialect::Omicrm, Some("203.0.113.9")));
    assert!(!enters("hai", Dialect::Omicrm, Some("203.0.114.9")));
    assert!(!enters("hai", Dialect::Omicrm, None));
    assert!(enters("ba", Dialect::Omicrm, None));
    house.clock.set(STILL.plus_seconds(60));
    assert!(!enters("ba", Dialect::Omicrm, None), "run out");
    house.write(|tx| tokens::revoke(tx, 1)).unwrap();
    assert!(!enters("mot", Dialect::Vbot, None), "taken back");
    assert!(house.write(|tx| tokens::revoke(tx, 1)).is_err());
    let listed = house.read(tokens::list).unwrap();
    assert_eq!(listed.iter().map(|token| token.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(listed[1].networks, ["203.0.113.0/24"]);
}

#[test]
fn a_token_of_a_user_who_left_opens_nothing() {
    let house = House::new();
    let user = testbed::user(&house.hub, house.org, "an@example.com", Role::Member);
    let secret = Secret::random().unwrap();
    let kept = secret.clone();
    let id = user.id;
    house
        .write(move |tx| tokens::create(tx, &NewToken { user: Some(id), ..new_token(&[Dialect::Vbot]) }, &kept))
        .unwrap();
    assert!(block_on(house.hub.caller(secret.reveal(), Dialect::Vbot, None)).is_ok());
    house.place.execute(if house.place.is_postgres() {
        "UPDATE users SET active = false"
    } else {
        "UPDATE users SET active = 0"
    });
    assert!(block_on(house.hub.caller(secret.reveal(), Dialect::Vbot, None)).is_err());
    let nobody = house.write(|tx| {
        tokens::create(tx, &NewToken { user: Some(Id(424_242)), ..new_token(&[Dialect::Vbot]) }, &Secret::known("x"))
    });
    assert!(nobody.is_err());
}

#[test]
fn a_rotated_listener_has_two_addresses_for_a_while() {
    let house = House::new();
    let secrets = ["mot", "hai", "ba"].map(Secret::known);
    let first = secrets[0].clone();
    let number = house.write(move |tx| listeners::create(tx, "Trang web", &first)).unwrap();
    let open =
        || secrets.iter().map(|secret| block_on(house.hub.door(secret.reveal(), None)).is_ok()).collect::<Vec<_>>();
    let rotate = |place: usize| {
        let secret = secrets[place].clone();
        house.write(move |tx| listeners::rotate(tx, number, &secret)).unwrap();
    };
    assert_eq!(open(), [true, false, false]);
    rotate(1);
    assert_eq!(open(), [true, true, false]);
    house.clock.set(STILL.plus_seconds(86_400));
    rotate(2);
    assert_eq!(open(), [false, true, true], "never more than two");
    house.clock.set(STILL.plus_seconds(9 * 86_400));
    assert_eq!(open(), [false, false, true]);
    house
        .write(move |tx| {
            listeners::change(tx, number, |listener| {
                listener.networks = vec!["203.0.113.7".into()];
                listener.default_tag = Some("Web".into());
                listener.sms = Some("Chào {{ name }}".into());
            })
        })
        .unwrap();
    let enters = |address: &str| block_on(house.hub.door("ba", Some(address.parse().unwrap())));
    assert!(matches!(enters("203.0.113.8"), Err(Error::Forbidden { .. })));
    assert_eq!(enters("203.0.113.7").unwrap().listener.default_tag.as_deref(), Some("Web"));
    let wrong = house.write(move |tx| listeners::change(tx, number, |listener| listener.networks = vec!["x".into()]));
    assert!(matches!(wrong, Err(Error::Invalid { .. })));
    let wrong = house.write(move |tx| listeners::change(tx, number, |listener| listener.sms = Some("{{ name".into())));
    assert!(matches!(wrong, Err(Error::Invalid { .. })));
    house.write(move |tx| listeners::change(tx, number, |listener| listener.active = false)).unwrap();
    assert!(enters("203.0.113.7").is_err());
}

#[test]
fn uses_are_counted_beside_the_calls() {
    let house = House::new();
    let (token, path) = (Secret::random().unwrap(), Secret::random().unwrap());
    let (kept_token, kept_path) = (token.clone(), path.clone());
    house
        .write(move |tx| {
            tokens::create(tx, &new_token(&[Dialect::Vbot]), &kept_token)?;
            listeners::create(tx, "Trang web", &kept_path)
        })
        .unwrap();
    block_on(house.hub.caller(token.reveal(), Dialect::Vbot, None)).unwrap();
    let listener = block_on(house.hub.door(path.reveal(), None)).unwrap().listener;
    house.hub.count_listener_call(house.org, listener.id, 3, 1);
    house.hub.count_listener_call(house.org, listener.id, 2, 0);
    block_on(house.hub.write_uses()).unwrap();
    block_on(house.hub.write_uses()).unwrap();
    let (tokens, listeners) = house.read(|tx| Ok((tokens::list(tx)?, listeners::list(tx)?))).unwrap();
    assert_eq!(tokens[0].last_used_at, Some(STILL));
    let counted = &listeners[0];
    assert_eq!((counted.calls, counted.items, counted.refused, counted.last_used_at), (2, 5, 1, Some(STILL)));
}

/// Some clients repeat the token they came in with in the body. A field that no document knows is ignored, and journalled.
#[test]
fn a_secret_that_is_repeated_in_the_body_is_not_journalled() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let bodies = |secret: &str| {
        [
            (
                format!("/{}/api/v1/lead", tenant.slug),
                json!({"lead": {"subject": "Hỏi giá", "phone": "0905000001", "service_id": 1244}, "key": secret}),
            ),
            ("/api/v2/contact/add".to_owned(), json!({"fullName": "Lê Bình", "phone": "0905000002", "apiKey": secret})),
            (
                "/api/customer/contact/insert".to_owned(),
                json!({"code": "K1", "back": format!("https://example.com/?t={secret}")}),
            ),
            (
                "/api/crm/customer/create".to_owned(),
                json!({"vbot_id": "vbot-dau-moi", "project_code": "PR-dau-moi", "customer_name": "Trần Chi", "note": secret}),
            ),
        ]
    };
    for (path, body) in bodies(&tenant.token) {
        doors.ask(&tenant, "POST", &path, &body);
    }
    let beside = json!({"senderUser": tenant.sender, "data": [], "to": tenant.listener});
    doors.ask(&tenant, "POST", &tenant.listener, &beside);
    let journal = doors.place.texts("SELECT body FROM requests ORDER BY id");
    assert_eq!(journal.len(), 5, "{journal:?}");
    for body in &journal {
        assert!(body.contains("***"), "{body}");
    }
    for secret in [tenant.token.as_str(), tenant.listener.rsplit('/').next().unwrap()] {
        assert!(!is_kept(&doors.place, secret), "{journal:?}");
    }
}
