//! `POST /token`: grants, their renewal and their end.

use axum::body::Body;
use axum::http::Request;
use domain::{Instant, Role};
use serde_json::{Value, json};
use testbed::STILL;

use super::support::{EMAIL, House, PASSWORD, PROJECT, VBOT_ID, add_user};

fn ask(house: &House, members: &Value) -> (u16, Value) {
    let request = Request::post("/token").header("content-type", "application/json");
    house.told(request.body(Body::from(members.to_string())).unwrap())
}

fn password(email: &str, password: &str) -> Value {
    json!({"grant_type": "password", "username": email, "password": password})
}

fn renewal(token: &str) -> Value {
    json!({"grant_type": "refresh_token", "refresh_token": token})
}

fn works(house: &House, token: &str) -> bool {
    let body = json!({"vbot_id": VBOT_ID, "project_code": PROJECT, "status_no": "KHONG_CO"}).to_string();
    let (status, answer) = house.post_as(token, "/api/crm/status/delete", body);
    assert!(answer["error"] == 404 || status == 401, "{answer}");
    status == 200
}

fn text<'a>(answer: &'a Value, key: &str) -> &'a str {
    answer[key].as_str().unwrap()
}

#[test]
fn a_password_grants_a_token_that_can_be_renewed_once() {
    let house = House::new();
    let (status, first) = ask(&house, &password(" Admin@Example.com", PASSWORD));
    assert_eq!((status, &first["token_type"], &first["expires_in"]), (200, &json!("bearer"), &json!(899)));
    assert_eq!(
        first.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["access_token", "token_type", "expires_in", "refresh_token"]
    );
    assert!(works(&house, text(&first, "access_token")));
    assert_eq!(house.journal().caller, EMAIL);
    assert!(!works(&house, text(&first, "refresh_token")), "a refresh token opens nothing");

    house.clock.set(Instant(STILL.0 + 899_000_000));
    assert!(!works(&house, text(&first, "access_token")));
    let (status, second) = ask(&house, &renewal(text(&first, "refresh_token")));
    assert_eq!(status, 200);
    assert!(works(&house, text(&second, "access_token")));
    let (status, answer) = ask(&house, &renewal(text(&first, "refresh_token")));
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")), "it was used up");

    house.clock.set(Instant(STILL.0 + 40 * 86_400_000_000));
    assert_eq!(ask(&house, &renewal(text(&second, "refresh_token"))).0, 400);
    let tokens = house.place.number("SELECT count(*) FROM tokens");
    assert_eq!(ask(&house, &password(EMAIL, PASSWORD)).0, 200);
    assert_eq!(house.place.number("SELECT count(*) FROM tokens"), tokens, "what has run out is taken away");
}

#[test]
fn a_form_is_read_too_and_nothing_of_it_is_kept() {
    let house = House::new();
    let form = "grant_type=password&username=admin%40example.com&password=m%E1%BA%ADt+kh%E1%BA%A9u+d%C3%A0i";
    for path in ["/token", "/Token", "/v2.0/token"] {
        let (status, answer) = house.told(Request::post(path).body(Body::from(form)).unwrap());
        assert_eq!(status, 200, "{answer}");
        let kept = format!("{:?}", house.place.everything_but(&[]));
        for secret in [PASSWORD, text(&answer, "access_token"), text(&answer, "refresh_token")] {
            assert!(!kept.contains(secret), "a secret is kept in clear");
        }
    }
    assert_eq!(house.place.number("SELECT count(*) FROM requests"), 0);
}

#[test]
fn a_grant_ends_with_its_user_and_when_it_is_taken_back() {
    let house = House::new();
    let grant = || ask(&house, &password(EMAIL, PASSWORD)).1;
    let first = grant();
    let number = house.read(hub::tokens::list).last().unwrap().number;
    house.write(move |tx| hub::tokens::revoke(tx, number));
    assert!(!works(&house, text(&first, "access_token")));
    assert_eq!(ask(&house, &renewal(text(&first, "refresh_token"))).0, 400);
    let second = grant();
    house.place.execute("UPDATE users SET active = false WHERE email = 'admin@example.com'");
    assert!(!works(&house, text(&second, "access_token")));
    assert_eq!(ask(&house, &renewal(text(&second, "refresh_token"))).0, 400);
    assert_eq!(ask(&house, &password(EMAIL, PASSWORD)).0, 400);
}

#[test]
fn the_password_tells_orgs_apart_and_ambiguity_is_refused() {
    let house = House::new();
    let other = house.add_org("khac", "foreign");
    // The same password there, so that it does not tell the two apart.
    add_user(&house.hub, other, EMAIL, Role::Owner);
    let (status, answer) = ask(&house, &password(EMAIL, PASSWORD));
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    assert!(text(&answer, "error_description").contains("nhiều tổ chức"), "{answer}");
    let hash = hub::users::hash_password("một mật khẩu khác").unwrap();
    house.place.execute(&format!("UPDATE users SET password = '{hash}' WHERE org_id = {}", other.0));
    assert!(works(&house, text(&ask(&house, &password(EMAIL, PASSWORD)).1, "access_token")));
    let (_, theirs) = ask(&house, &password(EMAIL, "một mật khẩu khác"));
    let body = json!({"vbot_id": "vbot-khac", "project_code": "PR-khac", "status_no": "KHONG_CO"}).to_string();
    let (_, answer) = house.post_as(text(&theirs, "access_token"), "/api/crm/status/delete", body);
    assert_eq!(answer["error"], 404);
}

#[test]
fn guessing_is_stopped() {
    let house = House::new();
    for _ in 0..10 {
        assert_eq!(ask(&house, &password(EMAIL, "sai")).0, 400);
    }
    let (status, answer) = ask(&house, &password(EMAIL, PASSWORD));
    assert_eq!((status, &answer["error"]), (429, &json!("invalid_grant")));
    assert_eq!(ask(&house, &password("member@example.com", PASSWORD)).0, 200);
    house.clock.set(Instant(STILL.0 + 900_000_000));
    assert_eq!(ask(&house, &password(EMAIL, PASSWORD)).0, 200);
}
