//! Who is let in, and what they may see.

use axum::body::Body;
use axum::http::Request;
use domain::{Permit, Role};
use serde_json::{Value, json};

use super::support::{GETS, House, INSERT, ITEM, UPDATE, contact};

#[test]
fn wrong_tokens_are_refused_and_nothing_is_journalled() {
    let house = House::new();
    let before = house.place.everything_but(&[]);
    for token in ["", "khong-co", "expired", "vbot", "%00", "golden%20x"] {
        for path in [INSERT, GETS, ITEM, UPDATE] {
            let request = Request::post(format!("{path}?access_token={token}"))
                .body(Body::from(contact(json!({})).to_string()))
                .unwrap();
            let (status, answer) = house.send(request);
            assert_eq!(
                (status, &answer["error"], &answer["code"]),
                (200, &json!(true), &json!("token_not_valid")),
                "{token}"
            );
        }
    }
    let (_, fenced) = house.send(Request::get(format!("{GETS}?access_token=fenced")).body(Body::empty()).unwrap());
    assert_eq!(fenced["error"], true);
    assert_eq!(house.place.everything_but(&[]), before);
}

#[test]
fn the_token_comes_in_four_ways() {
    let house = House::new();
    let form = "application/x-www-form-urlencoded";
    let fields = "type=0&name=An&fountain_head_id=Hotline+CSKH&trade_ids=PHI%C3%8AN+D%E1%BB%8ACH+(VUT)";
    let made = |answer: Value| assert_eq!(answer["error"], false, "{answer}");
    made(house.post_as(&format!("{INSERT}?access_token=golden&code=a&{fields}"), form, ""));
    made(house.post_as(INSERT, form, format!("access_token=golden&code=b&{fields}")));
    made(house.post_as(INSERT, "text/plain", contact(json!({"code": "c", "access_token": "golden"})).to_string()));
    for scheme in ["Bearer", "bearer"] {
        let request = Request::post(format!("{INSERT}?code={scheme}&{fields}"))
            .header("authorization", format!("{scheme} golden"))
            .body(Body::empty())
            .unwrap();
        made(house.send(request).1);
    }
    for request in house.read(|tx| hub::journal::list(tx, 10)) {
        assert!(!request.body.contains("golden"), "{}", request.body);
        assert!(!request.route.contains("golden") && request.route.starts_with("POST /api/"));
    }
}

#[test]
fn no_org_sees_another() {
    let house = House::new();
    house.insert(json!({"code": "KH-1"}));
    let ask = |path: &str, fields: Value| {
        house.post_as(&format!("{path}?access_token=lenient"), "application/json", fields.to_string())
    };
    assert_eq!(ask(ITEM, json!({"code": "KH-1"}))["error"], true);
    assert_eq!(ask(ITEM, json!({"ID": 1}))["error"], true);
    assert_eq!(ask(GETS, json!({}))["total_item"], 0);
    assert_eq!(ask(UPDATE, json!({"code": "KH-1", "name": "B"}))["error"], true);
    assert_eq!(ask(INSERT, contact(json!({"code": "KH-1"})))["error"], false, "codes count in each org");
    assert_eq!(house.customer(1).name, "Trần Thị Ánh");
}

#[test]
fn members_see_what_is_shared_with_them() {
    let house = House::new();
    house.insert(json!({"code": "KH-1", "phones": "0905000001"}));
    let owner = testbed::user(&house.hub, house.org, "khac@example.com", Role::Member).id;
    house.write(move |tx| {
        let id = hub::customers::find_by_number(tx, 1)?.unwrap();
        hub::customers::change(tx, id, |customer| {
            customer.permit = Permit::OnlyMe { me: owner };
            customer.codes.clear();
            Ok(())
        })
    });
    let ask = |path: &str, fields: Value| {
        house.post_as(&format!("{path}?access_token=member"), "application/json", fields.to_string())
    };
    assert_eq!(ask(GETS, json!({}))["total_item"], 0);
    assert_eq!(ask(ITEM, json!({"ID": 1}))["error"], true);
    assert_eq!(ask(UPDATE, json!({"ID": 1, "name": "B"}))["error"], true);
    // The same person all the same, of whom only the number is told.
    let answer = ask(INSERT, contact(json!({"code": "KH-2", "phones": "+84905000001"})));
    assert_eq!(answer["data"], json!({"ID": 1, "code": "KH-2"}));
    let deals = ask("/api/customer/deal/gets", json!({}));
    assert_eq!((&deals["total_item"], &deals["data"][0]["code"]), (&json!(1), &json!("HD-01")));
    assert_eq!(house.get("/api/customer/deal/gets", "")["total_item"], 2);
}
