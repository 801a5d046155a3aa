//! What the third version is asked.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::support::{House, TOKEN};

#[test]
fn pages_are_newest_first_and_count_all() {
    let house = House::new();
    for number in 1..=5 {
        house.add(&format!("KH{number}"), &format!("Khách {number}"), &format!("090500000{number}"));
    }
    let ask = |query: &str| {
        let request = Request::get(format!("/v3.0/api/customer/get-all?{query}")).header("x-api-key", TOKEN);
        let (status, answer) = house.told(request.body(Body::empty()).unwrap());
        assert_eq!((status, &answer["error"]), (200, &json!(0)), "{answer}");
        let items = answer["data"]["items"].as_array().unwrap().iter();
        let codes: Vec<String> = items.map(|item| item["customer_code"].as_str().unwrap().to_owned()).collect();
        (answer["data"]["total"].as_i64().unwrap(), codes)
    };
    assert_eq!(ask("page_size=2"), (5, vec!["KH5".into(), "KH4".into()]));
    assert_eq!(ask("page=3&page_size=2"), (5, vec!["KH1".into()]));
    assert_eq!(ask("page=9"), (5, vec![]));
    assert_eq!(ask("keyword=0905000002"), (1, vec!["KH2".into()]));
    assert_eq!(house.place.number("SELECT count(*) FROM requests"), 5, "questions are not journalled");
}
