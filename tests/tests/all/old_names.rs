//! What the names of a record that was merged into another still do, through the doors whose clients give names of their own.

use domain::{Actor, Customer, Dialect, Viewer};
use hub::merges::{self, Wish};
use serde_json::{Value, json};

use super::doors::{Doors, Tenant, enter};

/// Two customers with the codes `A-1` and `A-2` of a door, the second merged into the first.
fn merged(door: Dialect) -> (Doors, Tenant) {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    enter(&doors, &tenant, door, "Nguyễn An", "0905000001", "A-1");
    enter(&doors, &tenant, door, "Trần Bình", "0905000002", "A-2");
    merge(&doors, &tenant);
    (doors, tenant)
}

fn merge(doors: &Doors, tenant: &Tenant) {
    let wish = Wish { winner: 1, loser: 2, ..Wish::default() };
    doors.hub.write(Actor::cli(tenant.org), move |tx| merges::merge(tx, &Viewer::Org, &wish)).wait().unwrap();
}

fn rename(doors: &Doors, tenant: &Tenant, door: Dialect, code: &str, name: &str) -> Value {
    match door {
        Dialect::OneOffice => {
            doors.post(tenant, "/api/customer/contact/update", &json!({"code": code, "name": name}))["error"].clone()
        }
        Dialect::Omicrm => {
            doors.post(tenant, "/api/v2/contact/update", &json!({"refId": code, "fullName": name}))["payload"].clone()
        }
        Dialect::Vbot => {
            let body = json!({"vbot_id": format!("vbot-{}", tenant.slug), "project_code": format!("PR-{}", tenant.slug),
                "customer_no": code, "customer_name": name});
            doors.post(tenant, "/api/crm/customer/update", &body)["data"].clone()
        }
        _ => doors.deliver(tenant, "update-contact", &json!({"contactId": code, "name": name}))["id"].clone(),
    }
}

fn only(doors: &Doors, tenant: &Tenant) -> Customer {
    let mut all = doors.customers(tenant);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn an_update_by_an_old_code_reaches_the_record_that_stayed() {
    for (door, done) in [
        (Dialect::OneOffice, [json!(false), json!(false)]),
        (Dialect::Omicrm, [json!(true), json!(true)]),
        (Dialect::Vbot, [json!("A-2"), json!("A-1")]),
        (Dialect::Beeiq, [json!("PID-1"), json!("PID-1")]),
    ] {
        let (doors, tenant) = merged(door);
        let codes = only(&doors, &tenant).codes;
        for ((code, name), done) in [("A-2", "Lê Chi"), ("A-1", "Lê Dung")].into_iter().zip(done) {
            assert_eq!(rename(&doors, &tenant, door, code, name), done, "{door:?} {code}");
            let now = only(&doors, &tenant);
            assert_eq!((now.name.as_str(), &now.codes), (name, &codes), "{door:?} {code}: it keeps its own code");
        }
        doors.hub.write(Actor::cli(tenant.org), |tx| merges::undo(tx, &Viewer::Org, 1)).wait().unwrap();
        rename(&doors, &tenant, door, "A-2", "Bình");
        let names: Vec<String> = doors.customers(&tenant).into_iter().map(|customer| customer.name).collect();
        assert_eq!(names, ["Lê Dung", "Bình"], "{door:?}");
    }
}

#[test]
fn keys_that_came_with_a_merge_may_be_sent_again() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let contact = |n: i64| {
        json!({"refId": format!("A-{n}"), "refCode": format!("R-{n}"), "passport": format!("07920000000{n}"),
        "fullName": format!("Khách {n}"), "phones": [format!("090500000{n}")]})
    };
    for n in [1, 2] {
        doors.post(&tenant, "/api/v2/contact/add", &contact(n));
    }
    merge(&doors, &tenant);
    // As a client does that knows nothing of the merge and sends all it has.
    for n in [2, 1, 2] {
        assert_eq!(doors.post(&tenant, "/api/v2/contact/update", &contact(n))["payload"], json!(true), "{n}");
        assert_eq!(only(&doors, &tenant).name, format!("Khách {n}"));
    }
    assert_eq!(doors.pairs(&tenant), []);
}

#[test]
fn omicrm_searches_know_old_ids() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    for (name, phone, code) in
        [("Nguyễn An", "0905000001", "A-1"), ("Trần Bình", "0905000002", "A-2"), ("Lê Chi", "0905000003", "A-3")]
    {
        enter(&doors, &tenant, Dialect::Omicrm, name, phone, code);
    }
    let id = |code: &str| doors.get(&tenant, &format!("/api/v2/contact/get/{code}"))["payload"]["id"].clone();
    let [an, binh, chi] = ["A-1", "A-2", "A-3"].map(id);
    merge(&doors, &tenant);
    let found = |wanted: Value| {
        let page = doors.post(&tenant, "/api/v2/contact/search", &wanted);
        let items = page["payload"]["items"].as_array().unwrap();
        items.iter().map(|item| item["ref_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(json!({"includeIds": [binh]})), ["A-1"]);
    assert_eq!(found(json!({"includeIds": [chi, binh, an]})), ["A-3", "A-1"]);
    assert_eq!(found(json!({"excludeIds": [binh]})), ["A-3"]);
}
