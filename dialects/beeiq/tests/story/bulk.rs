//! Ten thousand items in one delivery: each stands alone.

use serde_json::{Value, json};

use super::support::House;

#[test]
fn ten_thousand_items_stand_alone() {
    let house = House::new();
    let item = |n: usize| match n % 7 {
        0 => json!({"actionType": "add-contact", "data": {"name": "", "phones": [format!("09{n:08}")]}}),
        _ => {
            json!({"actionType": "add-contact", "data": {"name": format!("Khách {n}"), "phones": [format!("09{:08}", n / 2)]}})
        }
    };
    let items: Vec<Value> = (0..10_000).map(item).collect();
    let results = house.send(&Value::Array(items));
    assert_eq!(results.len(), 10_000);
    // Two neighbours share a phone: the second is the first again, unless the first was refused.
    let expected = |n: usize| match n % 7 {
        0 => "error",
        1 => "created",
        _ if n % 2 == 1 => "duplicated",
        _ => "created",
    };
    for (n, result) in results.iter().enumerate() {
        assert_eq!(
            (result["index"].as_u64(), result["status"].as_str()),
            (Some(n as u64), Some(expected(n))),
            "{result}"
        );
    }
    let created = (0..10_000).filter(|n| expected(*n) == "created").count();
    assert_eq!(house.count(), created as i64);
    let row = house.journal();
    assert_eq!((row.outcome.as_str(), row.touched.len()), ("partly", created));
    assert_eq!(row.body_digest.is_some(), row.body_size > 256 * 1024);
}

#[test]
fn one_item_more_is_refused_as_a_whole() {
    let house = House::new();
    let items = vec![json!({"actionType": "add-contact", "data": {"name": "An"}}); 100_001];
    let (status, answer) = house.post(json!({"senderUser": "sender@example.com", "data": items}).to_string());
    assert_eq!((status, &answer["message"]), (400, &json!("Trường data có quá 100000 phần tử")));
    assert_eq!(house.count(), 0);
}
