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

#[test]
fn nothing_is_told_about_customers_who_are_hidden_from_the_caller() {
    let house = House::new();
    house.add("KH1", "Khách mở", "0905000001");
    house.add("KH2", "Khách kín", "0905000002");
    let me = house.read(|tx| Ok(hub::users::find_by_email(tx, super::support::EMAIL)?.unwrap().id));
    let (shown, hidden) = (house.customer("KH1").id, house.customer("KH2").id);
    house.write(move |tx| {
        let field = hub::fields::find_or_create(tx, domain::field::FieldEntity::Customer, "hang")?;
        for (id, value, permit) in
            [(shown, "Bạc", domain::Permit::Everybody), (hidden, "Vàng", domain::Permit::OnlyMe { me })]
        {
            hub::customers::change(tx, id, |customer| {
                let kind = domain::ContactKind::Email;
                let email = format!("{}@example.com", customer.codes[&domain::System::Vbot]);
                customer.add_points(domain::ContactPoint::new(kind, &email, "", domain::identity::Country::VIET_NAM));
                customer.replace_value(hub::fields::value(&field, value));
                customer.permit = permit;
                Ok(())
            })?;
        }
        Ok(())
    });
    let is_known = |token: &str, key: &str, value: &str| {
        let body = json!({ "field_key": key, "field_value": value }).to_string();
        let (_, answer) = house.post_as(token, "/v3.0/api/customer/check-exist-field-value", body);
        assert_eq!(answer["error"], 0, "{answer}");
        answer["data"].clone()
    };
    for (key, shown, hidden) in [
        ("customer_code", "KH1", "KH2"),
        ("customer_phones", "0905000001", "0905000002"),
        ("customer_email", "KH1@example.com", "KH2@example.com"),
        ("hang", "bạc", "vàng"),
    ] {
        assert_eq!((is_known(TOKEN, key, shown), is_known(TOKEN, key, hidden)), (json!(true), json!(true)), "{key}");
        let told = (is_known("member", key, shown), is_known("member", key, hidden));
        assert_eq!(told, (json!(true), json!(false)), "{key}");
    }
}
