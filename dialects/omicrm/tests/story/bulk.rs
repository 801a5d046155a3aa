//! Ten thousand contacts in one call: each stands alone.

use serde_json::{Value, json};

use super::support::House;

#[test]
fn ten_thousand_contacts_stand_alone() {
    let house = House::new();
    let contact = |n: usize| match n % 7 {
        0 => json!({"refId": "KH-1", "fullName": "Lại là An"}),
        _ => {
            json!({"refId": format!("M{n}"), "fullName": format!("Khách {n}"), "phones": [format!("09{n:08}")], "tags": ["Nhập"]})
        }
    };
    let contacts: Vec<Value> = (0..10_000).map(contact).collect();
    let (status, answer) = house.post("/api/v2/contact/addMany", json!({"data": contacts}).to_string());
    let refused = (0..10_000).filter(|n| n % 7 == 0).count();
    assert_eq!((status, &answer["status_code"]), (200, &json!(9999)));
    assert_eq!(answer["payload"]["success"], json!(false));
    let errors = answer["payload"]["error"].as_object().unwrap();
    assert_eq!((errors.len(), &errors["9996"]), (refused, &json!("contact_existed")));
    assert_eq!(house.count(), 1 + 10_000 - refused as i64);
    assert_eq!(house.search(&json!({"tags": ["nhập"]}))["total_items"], json!(10_000 - refused));
    let row = house.journal();
    assert_eq!((row.outcome.as_str(), row.touched.len()), ("partly", 10_000 - refused));
}

#[test]
fn one_contact_more_is_refused_as_a_whole() {
    let house = House::new();
    let contacts = vec![json!({"fullName": "An"}); 10_001];
    assert_eq!(
        house.refused("/api/v2/contact/addMany", &json!({"data": contacts})),
        "Trường data có quá 10000 phần tử"
    );
    assert_eq!(house.count(), 1);
}

#[test]
fn a_broken_contact_harms_no_other() {
    let house = House::new();
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let good = |n: usize| format!(r#"{{"refId": "M{n}", "fullName": "Khách {n}"}}"#);
    let body = format!(r#"{{"data": [{}, {deep}, 7, null, {{"refId": {{}}}}, {}]}}"#, good(1), good(2));
    let (_, answer) = house.post("/api/v2/contact/addMany", body);
    let errors = answer["payload"]["error"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    assert_eq!(errors["4"], json!("Trường data[4].refId phải là chuỗi ký tự"));
    assert_eq!(house.count(), 3);
}

#[test]
fn the_elder_call_takes_a_bare_list() {
    let house = House::new();
    let body = "\u{feff} [{full_name: 'Bình', phones: [{data: '0905000002', value: 'home'}]}, {}]";
    let (_, answer) = house.post("/api/contacts/add-more", body);
    assert_eq!((&answer["status_code"], &answer["payload"]), (&json!(9999), &json!(true)));
    assert_eq!((house.count(), house.journal().outcome.as_str()), (2, "partly"));
    let (_, answer) = house.post("/api/contacts/add-more", "[{}]");
    assert_eq!((&answer["status_code"], &answer["payload"]), (&json!(-9999), &json!(false)));
}
