//! Pages of leads against a plain filter over all of them.

use serde_json::{Value, json};

use super::support::House;

/// Forty leads of six customers, made a minute apart, some of them changed and closed later.
fn filled() -> (House, Vec<Value>) {
    let house = House::new();
    for n in 0..40_i64 {
        house.wait(60);
        let mut lead = json!({"subject": format!("Lead {n}"), "phone": format!("090500000{}", n % 6)});
        lead["service_id"] = json!([1244, 2_005_289][(n % 2) as usize]);
        if n % 3 == 0 {
            lead["assignee_id"] = json!(124_734_559);
        }
        lead["lead_status_id"] = json!([525, 557, 558, 643][(n % 4) as usize]);
        house.lead(&lead);
    }
    for id in (1..40).step_by(5) {
        house.wait(60);
        house.change(id, &json!({"lead_status_id": if id % 2 == 0 { 527 } else { 528 }}));
    }
    let all = house.get("leads?count=500")["leads"].as_array().unwrap().clone();
    assert_eq!(all.len(), 40);
    (house, all)
}

/// Whether a row belongs to what a parameter asks for.
fn holds(row: &Value, name: &str, value: &str) -> bool {
    let is = |key: &str| row[key].as_i64() == value.parse().ok();
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    match name {
        "requester_id" | "assignee_id" | "service_id" | "convert_type" => is(name),
        "status_ids" => value.split(',').any(|id| row["lead_status_id"].as_i64() == id.parse().ok()),
        "created_since" => text("created_at") >= value,
        "created_to" => text("created_at") <= value,
        "updated_since" => text("updated_at") >= value,
        "updated_to" => text("updated_at") <= value,
        "convert_since" => !row["convert_at"].is_null() && text("convert_at") >= value,
        "convert_to" => !row["convert_at"].is_null() && text("convert_at") <= value,
        other => panic!("{other}"),
    }
}

#[test]
fn every_filter_alone_and_with_every_other() {
    let (house, all) = filled();
    let middle = all[20]["created_at"].as_str().unwrap();
    let late = all[0]["created_at"].as_str().unwrap();
    let closed = all.iter().filter_map(|row| row["convert_at"].as_str()).min().unwrap();
    let parameters = [
        ("requester_id", "2"),
        ("assignee_id", "124734559"),
        ("service_id", "1244"),
        ("status_ids", "525"),
        ("status_ids", "557,528,99"),
        ("convert_type", "2"),
        ("created_since", middle),
        ("created_to", middle),
        ("updated_since", late),
        ("updated_to", late),
        ("convert_since", closed),
        ("convert_to", closed),
    ];
    for one in parameters {
        for other in parameters {
            let query = if one == other {
                format!("{}={}", one.0, one.1)
            } else {
                format!("{}={}&{}={}", one.0, one.1, other.0, other.1)
            };
            if one.0 == other.0 && one.1 != other.1 {
                continue;
            }
            let expected: Vec<i64> = all
                .iter()
                .filter(|row| holds(row, one.0, one.1) && holds(row, other.0, other.1))
                .map(|row| row["id"].as_i64().unwrap())
                .collect();
            let (ids, total) = house.listed(&format!("{query}&count=500"));
            assert_eq!((&ids, total), (&expected, expected.len() as i64), "{query}");
            let (page, total) = house.listed(&format!("{query}&count=3&page=2"));
            let second: Vec<i64> = expected.iter().skip(3).take(3).copied().collect();
            assert_eq!((page, total), (second, expected.len() as i64), "{query} page 2");
        }
    }
}

#[test]
fn newest_first_and_nothing_after_the_last_page() {
    let (house, all) = filled();
    let ids: Vec<i64> = all.iter().map(|row| row["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, (1..=40).rev().collect::<Vec<_>>());
    assert_eq!(house.listed("count=15&page=3"), ((1..=10).rev().collect(), 40));
    assert_eq!(house.listed("page=4&count=15"), (vec![], 40));
    assert_eq!(house.listed("page=9223372036854775807&count=500"), (vec![], 40));
    assert_eq!(house.listed("count=100000").0.len(), 40);
}
