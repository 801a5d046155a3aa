//! Written through one door, read through another: all five see the same people.

use domain::Dialect;
use domain::dialect::System;
use serde_json::{Value, json};

use super::doors::{Doors, Tenant, enter};

const NAME: &str = "Nguyễn Văn An";

/// Whether the answer of some door shows a phone in the spelling it came in.
fn shows(answer: &Value, phone: &str) -> bool {
    answer.to_string().contains(phone)
}

/// What each door that reads answers about whoever has a phone.
fn reads(doors: &Doors, tenant: &Tenant, phone: &str) -> Vec<(Dialect, Value)> {
    let key = phone.replace('+', "%2B").replace(' ', "%20");
    vec![
        (Dialect::OneOffice, doors.get(tenant, &format!("/api/customer/contact/gets?search={key}"))),
        (Dialect::Omicrm, doors.post(tenant, "/api/v2/contact/search", &json!({"keyword": phone}))),
        (Dialect::Caresoft, doors.get(tenant, &format!("/{}/api/v1/contactsByPhone?phoneNo={key}", tenant.slug))),
    ]
}

#[test]
fn written_in_one_read_in_all() {
    for door in Dialect::DOORS {
        let doors = Doors::new();
        let tenant = doors.tenant("dau-moi");
        enter(&doors, &tenant, door, NAME, "0905000001", "A-1");
        for (reader, answer) in reads(&doors, &tenant, "+84 905 000 001") {
            assert!(shows(&answer, "0905000001"), "{door:?} → {reader:?}: {answer}");
            assert!(shows(&answer, NAME), "{door:?} → {reader:?}: {answer}");
        }
        // Through the listener one reads by sending again: it is known.
        let again = doors.deliver(&tenant, "add-contact", &json!({"name": "An", "phones": ["84905000001"]}));
        assert_ne!(again["status"], "created", "{door:?} → beeiq: {again}");
        assert_eq!(doors.customers(&tenant).len(), 1);
    }
}

#[test]
fn updated_through_one_seen_in_another_and_nothing_lost() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    enter(&doors, &tenant, Dialect::OneOffice, NAME, "0905000001", "O-1");
    enter(&doors, &tenant, Dialect::Omicrm, NAME, "0905000001", "R-1");
    let before = doors.customers(&tenant).remove(0);
    let update = json!({"refId": "R-1", "note": "đã gọi", "tags": ["vip"]});
    assert_eq!(doors.post(&tenant, "/api/v2/contact/update", &update)["payload"], json!(true));
    let row = doors.get(&tenant, "/api/customer/contact/item?code=O-1");
    assert_eq!(row["data"]["desc"], json!("đã gọi"));
    assert_eq!(row["data"]["trade_ids"], json!("PHIÊN DỊCH (VUT)"), "OMICRM did not send it: it stays");
    let after = doors.customers(&tenant).remove(0);
    assert_eq!(after.points, before.points);
    assert_eq!(after.codes, before.codes);
    assert_eq!(after.label(domain::CatalogKind::Source), before.label(domain::CatalogKind::Source));
}

#[test]
fn five_doors_one_person() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let spellings = ["0905000001", "+84905000001", "84 905 000 001", "0084.905.000.001", "0905-000-001"];
    for (door, phone) in Dialect::DOORS.into_iter().zip(spellings) {
        enter(&doors, &tenant, door, NAME, phone, &format!("{}-1", door.word()));
    }
    // The listener takes a known person for a duplicate and links nothing; an update brings its code.
    let update = json!({"phones": ["0905000001"], "contactId": "beeiq-1"});
    assert_eq!(doors.deliver(&tenant, "update-contact", &update)["status"], "updated");
    let customers = doors.customers(&tenant);
    assert_eq!(customers.len(), 1, "{customers:#?}");
    let codes = &customers[0].codes;
    assert_eq!(codes.get(&System::OneOffice).map(String::as_str), Some("oneoffice-1"));
    assert_eq!(codes.get(&System::OmicrmRefId).map(String::as_str), Some("omicrm-1"));
    assert_eq!(codes.get(&System::Vbot).map(String::as_str), Some("vbot-1"));
    assert_eq!(codes.get(&System::Beeiq).map(String::as_str), Some("beeiq-1"));
    assert!(doors.pairs(&tenant).is_empty());
}

#[test]
fn a_family_phone_is_two_records_and_a_pair() {
    for door in [Dialect::OneOffice, Dialect::Vbot, Dialect::Omicrm] {
        let doors = Doors::new();
        let tenant = doors.tenant("dau-moi");
        enter(&doors, &tenant, Dialect::Beeiq, NAME, "0905000001", "B-1");
        enter(&doors, &tenant, door, "Trần Thị Bình", "0905 000 001", "X-1");
        let customers = doors.customers(&tenant);
        assert_eq!(customers.len(), 2, "{door:?}");
        assert_eq!(doors.pairs(&tenant), [(customers[0].id, customers[1].id)], "{door:?}");
    }
}

#[test]
fn leads_cross_over() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    doors.deliver(&tenant, "add-lead", &json!({"name": "An", "lastname": "Nguyen", "phones": ["0905000001"]}));
    let leads = doors.get(&tenant, "/dau-moi/api/v1/leads");
    assert_eq!(leads["numFound"], 1);
    let number = doors.customers(&tenant)[0].number;
    assert_eq!(leads["leads"][0]["requester_id"], number);
    enter(&doors, &tenant, Dialect::Caresoft, "Lê Thị Cúc", "0905000002", "Hỏi giá");
    let found = doors.post(&tenant, "/api/v2/contact/search", &json!({"keyword": "le cuc"}));
    assert_eq!(found["payload"]["total_items"], 1);
}
