//! Who is let in: keys, access tokens, what ends them, and other orgs.

use domain::{Actor, Role};
use hub::tokens::{self, NewToken, Secret};
use serde_json::{Value, json};

use super::support::{House, KEY};

fn token(house: &House, key: &str) -> Option<String> {
    let (status, answer) = house.ask("GET", &format!("/api/auth?apiKey={key}"), "", "");
    assert_eq!(status, 200);
    let token = answer["payload"]["access_token"].as_str().map(str::to_owned);
    assert_eq!(token.is_some(), answer["status_code"] == json!(9999), "{answer}");
    token
}

fn status(house: &House, token: &str) -> u16 {
    let (status, answer) = house.ask("POST", "/api/v2/contact/search", token, "{}");
    assert_eq!(status == 200, answer["status_code"] == json!(9999), "{answer}");
    status
}

#[test]
fn a_key_gives_a_token_for_a_day() {
    let house = House::new();
    let first = token(&house, KEY).unwrap();
    let second = token(&house, KEY).unwrap();
    assert!(first.len() >= 43 && first != second);
    assert_eq!((status(&house, &first), status(&house, &second)), (200, 200));
    let begun = house.hub.now();
    house.clock.set(begun.plus_seconds(86_399));
    assert_eq!(status(&house, &first), 200);
    house.clock.set(begun.plus_seconds(86_400));
    assert_eq!((status(&house, &first), status(&house, KEY)), (401, 200));
    // What ran out is taken away with the next exchange.
    token(&house, KEY).unwrap();
    assert_eq!(house.place.number("SELECT count(*) FROM tokens WHERE parent_id IS NOT NULL"), 1);
}

#[test]
fn a_token_ends_with_its_key_and_opens_nothing_else() {
    let house = House::new();
    let owner = house.read(|tx| Ok(hub::users::find_by_email(tx, "admin@example.com")?.unwrap().id));
    let number = house.add_key("khoa-moi", |_| {}, owner);
    let got = token(&house, "khoa-moi").unwrap();
    assert_eq!(token(&house, &got), None);
    assert_eq!(status(&house, &got), 200);
    assert!(!house.read(tokens::list).iter().any(|token| token.parent.is_some()));
    house.write(move |tx| tokens::revoke(tx, number));
    assert_eq!((status(&house, &got), token(&house, "khoa-moi")), (401, None));
}

#[test]
fn keys_that_do_not_work() {
    let house = House::new();
    for key in ["khoa-la", "khoa-vbot", "khoa-het-han", "khoa-co-rao", "%00", "%ff"] {
        let (status, answer) = house.ask("GET", &format!("/api/auth?apiKey={key}"), "", "");
        assert_eq!((status, &answer["status_code"], &answer["payload"]), (200, &json!(-9999), &Value::Null), "{key}");
    }
    let (status, answer) = house.ask("GET", "/api/auth", "", "");
    assert_eq!((status, &answer["message"]), (200, &json!("api_key_is_required")));
    for key in ["", "khoa-la", "khoa-vbot", "khoa-het-han"] {
        for (method, path) in omicrm::ROUTES.iter().filter(|(_, path)| *path != "/api/auth") {
            let (status, answer) = house.ask(method, &path.replace("{id}", "KH-1"), key, "{}");
            assert_eq!((status, &answer["message"]), (401, &json!("access_token_invalid")), "{key} {path}");
        }
    }
    assert_eq!(house.ask("POST", "/api/v2/contact/search", "khoa-co-rao", "{}").0, 403);
}

#[test]
fn secrets_are_kept_nowhere() {
    let house = House::new();
    let got = token(&house, KEY).unwrap();
    house.ask("POST", "/api/v2/contact/add", &got, r#"{"fullName": "An"}"#);
    for table in house.place.tables() {
        let rows = house.place.rows(&table);
        assert!(!rows.iter().any(|row| row.contains(&got) || row.contains(KEY)), "{table}");
    }
    assert_eq!(house.journal().route, "POST /api/v2/contact/add");
}

#[test]
fn no_org_sees_another() {
    let house = House::new();
    let other = testbed::org(&house.hub, "khac");
    let owner = testbed::user(&house.hub, other, "khac@example.com", Role::Owner);
    let new = NewToken {
        name: "Khác".into(),
        dialects: vec![domain::Dialect::Omicrm],
        user: Some(owner.id),
        expires_at: None,
        networks: Vec::new(),
    };
    let secret = Secret::known("khoa-khac");
    house.hub.write(Actor::cli(other), move |tx| tokens::create(tx, &new, &secret)).wait().unwrap();
    let (an, funnel) = (house.item("KH-1"), house.funnel());
    let before = house.everything();
    let (id, public) = (an["id"].as_str().unwrap(), an["public_id"].as_str().unwrap());
    for id in [id, public, "KH-1"] {
        let (_, answer) = house.ask("GET", &format!("/api/v2/contact/get/{id}"), "khoa-khac", "");
        assert_eq!(answer["message"], json!("contact_not_found"));
        let (_, answer) = house.ask("DELETE", &format!("/api/contacts/delete/{id}"), "khoa-khac", "");
        assert_eq!(answer["message"], json!("contact_not_found"));
    }
    for body in [
        json!({"_id": id, "note": "x"}),
        json!({"public_id": public, "note": "x"}),
        json!({"refId": "KH-1", "note": "x"}),
    ] {
        let (_, answer) = house.ask("POST", "/api/v2/contact/update", "khoa-khac", body.to_string());
        assert_eq!((&answer["payload"], &answer["message"]), (&json!(false), &json!("contact_not_found")));
    }
    let body = json!({"fullName": "B", "filterContacts": [{"id": funnel, "index": 1}]});
    let (_, answer) = house.ask("POST", "/api/v2/contact/add", "khoa-khac", body.to_string());
    assert_eq!(answer["message"], json!("filter_contact_invalid"));
    for body in
        ["{}".to_owned(), json!({"includeIds": [id, public]}).to_string(), r#"{"keyword": "0905000001"}"#.to_owned()]
    {
        let (_, answer) = house.ask("POST", "/api/v2/contact/search", "khoa-khac", body);
        assert_eq!(answer["payload"]["total_items"], json!(0));
    }
    assert_eq!(house.everything(), before);
}

#[test]
fn what_is_not_shared_is_not_there() {
    let house = House::new();
    let owner = house.read(|tx| Ok(hub::users::find_by_email(tx, "admin@example.com")?.unwrap().id));
    let an = house.customer(1).id;
    house.write(move |tx| {
        hub::customers::change(tx, an, |customer| {
            customer.permit = domain::Permit::OnlyMe { me: owner };
            Ok(())
        })
    });
    let (id, member) = (house.item("KH-1")["id"].as_str().unwrap().to_owned(), "khoa-nhan-vien");
    for (method, path, body) in [
        ("GET", format!("/api/v2/contact/get/{id}"), String::new()),
        ("GET", "/api/contacts/details/KH-1".into(), String::new()),
        ("GET", "/api/contacts/get?phone=0905000001".into(), String::new()),
        ("POST", "/api/v2/contact/update".into(), json!({"refId": "KH-1", "note": "x"}).to_string()),
        ("DELETE", format!("/api/contacts/delete/{id}"), String::new()),
    ] {
        let (_, answer) = house.ask(method, &path, member, body);
        assert_eq!(answer["message"], json!("contact_not_found"), "{path}");
    }
    let (_, answer) = house.ask("POST", "/api/v2/contact/search", member, json!({"includeIds": [id]}).to_string());
    assert_eq!(answer["payload"]["total_items"], json!(0));
    // What is attached to it is not shown either.
    let body = json!({"full_name": "An", "phones": ["0905000001"]});
    let (_, answer) = house.ask("POST", "/api/contacts/add", member, body.to_string());
    assert_eq!((&answer["status_code"], &answer["payload"]), (&json!(9999), &json!(true)));
    assert_eq!(house.count(), 1);
}
