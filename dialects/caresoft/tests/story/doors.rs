//! Who is let in, and how often.

use domain::customer::Kind;
use domain::{Customer, Dialect, Permit, Role};
use hub::customers;
use serde_json::json;

use super::support::House;

const STATUS: &str = "/dau-moi/api/v1/lead/status";

#[test]
fn only_a_good_token_of_the_org_comes_in() {
    let house = House::new();
    house.add_token("fleeting", |new| new.expires_at = Some(hub_now_plus(60)));
    house.add_token("other-dialect", |new| new.dialects = vec![Dialect::Vbot]);
    house.add_token("fenced", |new| new.networks = vec!["203.0.113.0/24".into()]);
    let number = house.add_token("revoked", |_| {});
    house.write(move |tx| hub::tokens::revoke(tx, number));
    let before = house.place.everything_but(&[]);
    let ask = |token: &str, path: &str| house.ask_as(token, "GET", path, "");
    assert_eq!(ask("golden", STATUS).0, 200);
    assert_eq!(ask("fleeting", STATUS).0, 200);
    house.wait(61);
    let refused = json!({"code": "errors", "message": "Unauthorized", "error": "Unauthorized"});
    for token in ["", "sai", "fleeting", "other-dialect", "revoked"] {
        assert_eq!(ask(token, STATUS), (401, refused.clone()), "{token}");
    }
    assert_eq!(ask("fenced", STATUS).0, 403);
    // What is and what is not another's domain looks alike.
    let nowhere = ask("golden", "/khong-co/api/v1/lead/status");
    assert_eq!(nowhere, (404, json!({"code": "errors", "message": "Domain incorrect"})));
    assert_eq!(ask("golden", "/hang-xom/api/v1/lead/status"), nowhere);
    assert_eq!(ask("neighbour", STATUS), nowhere);
    assert_eq!(ask("neighbour", "/Hang-Xom/api/v1/lead/status").1["data"], json!([]));
    let lead = json!({"lead": {"subject": "x", "phone": "0983000148", "service_id": 1244}}).to_string();
    for (token, status) in [("", 401), ("other-dialect", 401), ("neighbour", 404)] {
        assert_eq!(house.ask_as(token, "POST", "/dau-moi/api/v1/lead", lead.clone()).0, status);
    }
    assert_eq!(house.place.everything_but(&[]), before);
}

fn hub_now_plus(seconds: i64) -> domain::Instant {
    testbed::STILL.plus_seconds(seconds)
}

#[test]
fn too_many_calls() {
    let house = House::new();
    let status = || house.ask("GET", "lead/status", "").0;
    assert!((0..40).all(|_| status() == 200));
    house.set("caresoft.rate_limit", "on");
    house.wait(1);
    assert!((0..15).all(|_| status() == 200));
    let refused = json!({"code": "errors", "message": "Too Many Attempts."});
    assert!((0..20).all(|_| house.ask("GET", "lead/status", "") == (429, refused.clone())));
    let shut = json!({"code": "errors", "message": "Domain incorrect too many times , retry after 15 minutes "});
    assert_eq!(house.ask("GET", "lead/status", ""), (404, shut.clone()));
    house.wait(899);
    assert_eq!(house.ask("GET", "lead/status", ""), (404, shut));
    house.wait(1);
    assert_eq!(status(), 200);
}

#[test]
fn members_see_what_is_shared_with_them() {
    let house = House::new();
    let member = testbed::user(&house.hub, house.org, "nv@example.com", Role::Member);
    house.add_token("member", |new| new.user = Some(member.id));
    let own = house.lead(&json!({"subject": "Chung", "phone": "0905000001", "service_id": 1244}));
    let hidden = house.lead(&json!({"subject": "Riêng", "phone": "0905000002", "service_id": 1244}));
    let owner = house.owner;
    house.write(move |tx| {
        let id = customers::find_by_number(tx, 2)?.unwrap();
        let permit = Permit::OnlyMe { me: owner };
        customers::change(tx, id, |customer| {
            customer.permit = permit;
            Ok(())
        })
        .map(drop)
    });
    let ask = |method: &str, path: String| {
        let body = json!({"lead": {"subject": "z"}, "contact": {"username": "z"}}).to_string();
        house.ask_as("member", method, &format!("/dau-moi/api/v1/{path}"), body)
    };
    let before = house.everything();
    for (method, path) in [("GET", "lead"), ("PUT", "lead"), ("GET", "contacts"), ("PUT", "contacts")] {
        assert_eq!(ask(method, format!("{path}/{hidden}")).0, 404, "{method} {path}");
    }
    assert_eq!(ask("GET", "contactsByPhone?phoneNo=0905000002".into()).0, 404);
    for query in ["", "requester_id=2", "service_id=1244", "status_ids=525", "updated_since=2020-01-01"] {
        let (_, answer) = ask("GET", format!("leads?{query}"));
        let expected = if query == "requester_id=2" { vec![] } else { vec![json!(own)] };
        let ids: Vec<_> = answer["leads"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
        assert_eq!((&ids, answer["numFound"].as_u64()), (&expected, Some(expected.len() as u64)), "{query}");
    }
    let (status, answer) = house.ask_as(
        "member",
        "POST",
        "/dau-moi/api/v1/lead",
        json!({"lead": {"subject": "z", "requester_id": 2, "service_id": 1244}}).to_string(),
    );
    assert_eq!(status, 400, "{answer}");
    assert_eq!(house.everything(), before);
    assert_eq!(house.listed("").1, 2);
    // Whom they see gets what they send, and what somebody hidden has is told to nobody.
    let (status, answer) = house.ask_as(
        "member",
        "POST",
        "/dau-moi/api/v1/lead",
        json!({"lead": {"subject": "z", "requester_id": 1, "phone": "0905000002", "username": "An", "service_id": 1244}})
            .to_string(),
    );
    assert_eq!((status, &answer["lead"]["requester_id"]), (200, &json!(1)), "{answer}");
    let contact = house.get("contacts/1")["contact"].clone();
    assert_eq!((&contact["username"], &contact["phone_no2"]), (&json!("An"), &json!("0905000002")));
    assert_eq!(house.get("contactsByPhone?phoneNo=0905000002")["contact"]["id"], json!(2));
}

#[test]
fn members_are_told_of_what_they_wrote_as_they_read_it() {
    let house = House::new();
    let member = testbed::user(&house.hub, house.org, "nv@example.com", Role::Member);
    house.add_token("member", |new| new.user = Some(member.id));
    let owner = house.owner;
    let lead = house.lead(&json!({"subject": "Hỏi giá", "phone": "0905000001", "service_id": 1244}));
    let company = house.write(move |tx| {
        let permit = Permit::OnlyMe { me: owner };
        let firm = Customer { kind: Kind::Organization, name: "Công ty Kín".into(), permit, ..Customer::default() };
        let firm = customers::create(tx, firm, &[])?;
        let id = customers::find_by_number(tx, 1)?.unwrap();
        let company = customers::find_ref(tx, firm.id)?;
        customers::change(tx, id, |customer| {
            customer.company = company;
            Ok(())
        })?;
        Ok(firm.number)
    });
    let body = json!({"contact": {"username": "Lê An"}}).to_string();
    let organization = |token: &str, method: &str, path: &str, member: &str| {
        let (status, answer) = house.ask_as(token, method, &format!("/dau-moi/api/v1/{path}"), body.clone());
        assert_eq!(status, 200, "{answer}");
        answer.pointer(member).unwrap_or_else(|| panic!("{answer}")).clone()
    };
    for (method, path, place) in [
        ("PUT", "contacts/1".to_owned(), "/contact/organization_id"),
        ("GET", "contacts/1".to_owned(), "/contact/organization_id"),
        ("GET", format!("lead/{lead}"), "/lead/requester/organization_id"),
    ] {
        assert_eq!(organization("member", method, &path, place), json!(null), "{method} {path}");
        assert_eq!(organization("golden", method, &path, place), json!(company), "{method} {path}");
    }
    // They cannot know that another company would be gone.
    let open = house.write(|tx| {
        let firm = Customer { kind: Kind::Organization, name: "Công ty Mở".into(), ..Customer::default() };
        customers::create(tx, firm, &[]).map(|firm| firm.number)
    });
    let body = json!({"contact": {"organization_id": open}}).to_string();
    let (status, answer) = house.ask_as("member", "PUT", "/dau-moi/api/v1/contacts/1", body.clone());
    assert_eq!(status, 400, "{answer}");
    assert_eq!(organization("golden", "GET", "contacts/1", "/contact/organization_id"), json!(company));
    let (status, answer) = house.ask_as("golden", "PUT", "/dau-moi/api/v1/contacts/1", body);
    assert_eq!((status, &answer["contact"]["organization_id"]), (200, &json!(open)), "{answer}");
}
