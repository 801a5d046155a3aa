//! What a call leaves behind: journal, history, customers that all dialects share.

use domain::customer::Stage;
use domain::{Dialect, Viewer};
use hub::customers;
use serde_json::json;

use super::support::House;

#[test]
fn each_write_leaves_a_row_without_its_token() {
    let house = House::new();
    let body = json!({"lead": {"subject": "Hỏi giá", "phone": "0983000148", "service_id": 1244, "lead_label": [999]}});
    let (status, answer) = house.ask("POST", "leads", body.to_string());
    let row = house.journal();
    assert_eq!(
        (row.dialect, row.version.as_str(), row.route.as_str()),
        (Dialect::Caresoft, "v1", "POST /{domain}/api/v1/lead")
    );
    assert_eq!((row.status, row.outcome.as_str(), row.body), (i64::from(status), "ok", body.to_string()));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&row.answer).unwrap(), answer);
    assert_eq!(row.touched, [1]);
    assert!(row.decisions.iter().any(|line| line.contains("999")), "{:?}", row.decisions);
    house.change(1, &json!({"subject": "Khác"}));
    let row = house.journal();
    assert_eq!((row.route.as_str(), row.touched.as_slice()), ("PUT /{domain}/api/v1/lead/{leadId}", &[1][..]));
    let history = house.read(|tx| {
        let id = customers::find_by_number(tx, 1)?.unwrap();
        Ok(customers::whole(tx, &Viewer::Org, id)?.history)
    });
    assert_eq!((history[0].request, history[0].dialect.as_str()), (Some(row.id), "caresoft"));
    for table in house.place.tables() {
        assert!(!house.place.rows(&table).iter().any(|row| row.contains("golden")), "{table}");
    }
    // Looking leaves none.
    let rows = house.place.number("SELECT count(*) FROM requests");
    house.detail(1);
    house.listed("");
    assert_eq!(house.place.number("SELECT count(*) FROM requests"), rows);
}

#[test]
fn a_new_customer_is_a_lead_and_a_known_one_stays_as_they_are() {
    let house = House::new();
    house.lead(&json!({"subject": "x", "phone": "0983000148", "username": "An", "service_id": 1244}));
    house.ask("POST", "contacts", json!({"contact": {"username": "Bình", "phone_no": "0905000002"}}).to_string());
    house.lead(&json!({"subject": "x", "phone": "0905000002", "username": "Khác", "service_id": 1244}));
    let look = |number: i64| {
        house.read(move |tx| {
            let id = customers::find_by_number(tx, number)?.unwrap();
            Ok(customers::find(tx, &Viewer::Org, id)?.unwrap())
        })
    };
    assert_eq!((look(1).stage, look(1).name.as_str()), (Stage::Lead, "An"));
    assert_eq!((look(2).stage, look(2).name.as_str()), (Stage::Customer, "Bình"));
    assert_eq!(house.place.number("SELECT count(*) FROM customers"), 2);
}

#[test]
fn a_lead_of_a_webhook_listener_is_listed() {
    let house = House::new();
    house.write(|tx| {
        let number = hub::listeners::create(tx, "Biểu mẫu", &hub::tokens::Secret::known("bieu-mau"))?;
        let listener = hub::listeners::list(tx)?.into_iter().find(|known| known.number == number).unwrap();
        let mut arrival = hub::intake::Arrival::default();
        arrival.customer.name = "Lê Bình".into();
        arrival.customer.note = "Cần tư vấn".into();
        let country = domain::identity::Country::VIET_NAM;
        let phone = domain::ContactPoint::new(domain::ContactKind::Phone, "0905000001", "", country);
        arrival.customer.add_points(phone);
        hub::intake::add_lead(tx, &listener, &arrival).map(drop)
    });
    let answer = house.get("leads?status_ids=525");
    assert_eq!((&answer["numFound"], &answer["leads"][0]["subject"]), (&json!(1), &json!("Cần tư vấn")));
    // The same person asks again through this door.
    house.lead(&json!({"subject": "Hỏi thêm", "phone": "+84905000001", "service_id": 1244}));
    assert_eq!(house.listed("requester_id=1"), (vec![2, 1], 2));
    assert_eq!(house.detail(1)["requester"]["username"], "Lê Bình");
}

#[test]
fn lenient_orgs_need_neither_service_nor_group_nor_assignee() {
    let house = House::new();
    house.set("caresoft.required", "lenient");
    let id = house.lead(&json!({"subject": "x", "phone": "0983000148"}));
    assert_eq!(house.detail(id)["group_id"], 1);
}

#[test]
fn the_same_again_changes_nothing() {
    let house = House::new();
    let id = house.lead(&json!({"subject": "x", "phone": "0983000148", "service_id": 1244, "lead_label": [10, 11]}));
    let before = house.everything();
    house.wait(60);
    house.change(id, &json!({"subject": "x", "lead_status_id": 525, "lead_label": [10, 11], "comment": ""}));
    assert_eq!(house.everything(), before);
    let commented = house.change(id, &json!({"comment": "y"}));
    assert_eq!(
        (&commented["created_at"], &commented["updated_at"]),
        (&json!("2024-03-21 15:11:06"), &json!("2024-03-21 15:12:06"))
    );
}

#[test]
fn the_leads_of_a_deleted_customer_are_gone() {
    let house = House::new();
    let id = house.lead(&json!({"subject": "x", "phone": "0983000148", "service_id": 1244}));
    house.write(|tx| {
        let id = customers::find_by_number(tx, 1)?.unwrap();
        customers::delete(tx, id)
    });
    assert_eq!(house.listed(""), (vec![], 0));
    assert_eq!(house.ask("GET", &format!("lead/{id}"), "").0, 404);
    // The phone is free again.
    house.lead(&json!({"subject": "x", "phone": "0983000148", "service_id": 1244}));
    assert_eq!(house.listed("requester_id=2"), (vec![2], 1));
}

#[test]
fn a_name_that_is_shown_already_keeps_its_parts() {
    let house = House::new();
    house.write(|tx| {
        let mut new = domain::Customer::default();
        new.name_from_parts("An", "Le");
        customers::create(tx, new, &[]).map(drop)
    });
    let look = || {
        house.read(|tx| {
            let id = customers::find_by_number(tx, 1)?.unwrap();
            Ok(customers::find(tx, &Viewer::Org, id)?.unwrap())
        })
    };
    let rename = |name: &str| {
        let (status, answer) = house.ask("PUT", "contacts/1", json!({"contact": {"username": name}}).to_string());
        assert_eq!((status, &answer["contact"]["username"]), (200, &json!(name)));
    };
    let before = house.everything();
    rename("An Le");
    assert_eq!(house.everything(), before);
    rename("An Trần");
    let renamed = look();
    assert_eq!((renamed.name.as_str(), renamed.given_name.as_str(), renamed.family_name.as_str()), ("An Trần", "", ""));
}

#[test]
fn nothing_that_comes_with_a_lead_is_lost() {
    let house = House::new();
    let points = |number: i64| {
        house.read(move |tx| {
            let id = customers::find_by_number(tx, number)?.unwrap();
            let found = customers::find(tx, &Viewer::Org, id)?.unwrap();
            Ok(found.points.into_iter().map(|point| point.raw).collect::<Vec<_>>())
        })
    };
    let ask = |phone: &str, email: &str| {
        house.lead(&json!({"subject": "x", "phone": phone, "email": email, "service_id": 1244}));
    };
    ask("0967000001", "rep@example.com");
    ask("0967000002", "rep@example.com");
    ask("+84 967 000 002", "REP@example.com");
    assert_eq!(points(1), ["0967000001", "0967000002", "rep@example.com"]);
    // The phone finds them from now on.
    ask("0967000002", "rep2@example.com");
    assert_eq!(points(1), ["0967000001", "0967000002", "rep@example.com", "rep2@example.com"]);
    ask("0967000009", "other@example.com");
    assert_eq!(house.read(|tx| customers::duplicates(tx, 10)).len(), 0);
    // A phone that is certain, and an e-mail that somebody else has too.
    ask("0967000009", "rep@example.com");
    assert_eq!(points(2), ["0967000009", "other@example.com", "rep@example.com"]);
    assert_eq!(house.read(|tx| customers::duplicates(tx, 10)).len(), 1);
    ask("", "rep@example.com");
    assert_eq!(house.listed("requester_id=1").1, 5);
}

#[test]
fn a_customer_who_can_take_no_more_still_asks() {
    let house = House::new();
    house.write(|tx| {
        let mut new = domain::Customer::default();
        let country = domain::identity::Country::VIET_NAM;
        let raws = (0..199).map(|n| format!("0905{n:06}"));
        new.add_points(raws.filter_map(|raw| domain::ContactPoint::new(domain::ContactKind::Phone, &raw, "", country)));
        customers::create(tx, new, &[]).map(drop)
    });
    house.lead(&json!({"subject": "x", "requester_id": 1, "phone": "0967000001", "email": "a@example.com", "service_id": 1244}));
    assert_eq!(house.place.number("SELECT count(*) FROM contact_points"), 200);
}
