//! What a listener adds to the records that it makes, and to no others.

use domain::CatalogKind;
use domain::message::MessageKind;
use serde_json::json;

use super::support::{House, labels};

const DEFAULTS: &str = "/webhook/listener/defaults";

#[test]
fn the_tag_is_for_new_records_without_tags() {
    let house = House::new();
    let tags =
        |id: &str| labels(&house.customer(id), CatalogKind::Tag).iter().map(ToString::to_string).collect::<Vec<_>>();
    house.one("add-contact", &json!({"name": "Cũ", "phones": ["0905000001"]}));
    house.one_to(DEFAULTS, "add-contact", &json!({"name": "Cũ", "phones": ["0905000001"]}));
    house.one_to(DEFAULTS, "update-contact", &json!({"phones": ["0905000001"], "title": "x"}));
    assert!(tags("PID-1").is_empty());
    let (_, id) = house.one_to(DEFAULTS, "add-contact", &json!({"name": "Mới", "tag": ""}));
    assert_eq!(tags(&id), ["Từ biểu mẫu"]);
    let (_, id) = house.one_to(DEFAULTS, "add-lead", &json!({"name": "Mới", "tag": "riêng"}));
    assert_eq!(tags(&id), ["riêng"]);
}

#[test]
fn the_source_is_by_stage_and_never_what_was_sent() {
    let house = House::new();
    let sources =
        |id: &str| labels(&house.customer(id), CatalogKind::Source).iter().map(ToString::to_string).collect::<Vec<_>>();
    let sent = json!({"name": "An", "source": "Zalo", "sourceContact": "Zalo", "phones": ["0905000001"]});
    let (_, contact) = house.one_to(DEFAULTS, "add-contact", &sent);
    assert_eq!(sources(&contact), ["Website"]);
    let (_, lead) =
        house.one_to(DEFAULTS, "add-lead", &json!({"name": "Bình", "source": "Zalo", "phones": ["0905000002"]}));
    assert_eq!(sources(&lead), ["Facebook"]);
    assert_eq!(house.whole(&lead).leads[0].label(CatalogKind::Source).unwrap().label, "Facebook");
    let (_, account) = house.one_to(DEFAULTS, "add-contact", &json!({"name": "Công ty A", "type": 1}));
    assert_eq!(sources(&account), ["Website"]);
    // A lead that becomes a customer keeps where it came from.
    house.one_to(DEFAULTS, "add-contact", &json!({"name": "Bình", "phones": ["0905000002"]}));
    assert_eq!(sources(&lead), ["Facebook"]);
    let (_, plain) = house.one("add-contact", &json!({"name": "Chi", "source": "Zalo"}));
    assert!(sources(&plain).is_empty());
}

#[test]
fn new_records_are_welcomed_where_they_can_be_reached() {
    let house = House::new();
    let told = |house: &House| {
        let mut told: Vec<_> = house.messages().into_iter().map(|m| (m.kind, m.recipient, m.subject, m.body)).collect();
        told.reverse();
        told
    };
    house.one_to(
        DEFAULTS,
        "add-contact",
        &json!({"name": "An", "lastname": "Nguyen", "emails": ["an@example.com"], "phones": ["0905000001"]}),
    );
    let email = (
        MessageKind::Email,
        "an@example.com".into(),
        "Chào An Nguyen".into(),
        "Mã của bạn là PID-1, số 0905000001.".into(),
    );
    let sms = (MessageKind::Sms, "0905000001".into(), String::new(), "Cam on An Nguyen (PID-1)".into());
    assert_eq!(told(&house), [email, sms]);
    // Known, changed, or out of reach: nothing.
    house.one_to(DEFAULTS, "add-contact", &json!({"name": "An", "phones": ["0905000001"]}));
    house.one_to(DEFAULTS, "update-contact", &json!({"customerId": "PID-1", "emails": ["hai@example.com"]}));
    house.one_to(DEFAULTS, "add-contact", &json!({"name": "Không địa chỉ", "emails": ["không phải"], "phones": ["x"]}));
    assert_eq!(told(&house).len(), 2);
    // Only where there is an address; leads and those who come with a deal or ticket too; never the company.
    house.one_to(DEFAULTS, "add-lead", &json!({"name": "Bình", "phones": ["0905000002"], "companyContact": {"name": "Công ty A", "phones": ["0906613999"]}}));
    house.one_to(
        DEFAULTS,
        "add-deal",
        &json!({"name": "Đơn", "dealWith": {"name": "Chi", "emails": ["chi@example.com"]}}),
    );
    house.one_to(DEFAULTS, "add-ticket", &json!({"body": "x", "name": "Dũng", "phone": "0905000004"}));
    let recipients: Vec<_> = told(&house).into_iter().skip(2).map(|(_, recipient, ..)| recipient).collect();
    assert_eq!(recipients, ["0905000002", "chi@example.com", "0905000004"]);
}

#[test]
fn a_template_that_cannot_be_filled_costs_the_message_and_not_the_record() {
    let house = House::new();
    house.add_listener("mau-hong", |listener| listener.sms = Some("{{ number / (number - 1) }}".into()));
    let (status, _) =
        house.one_to("/webhook/listener/mau-hong", "add-contact", &json!({"name": "An", "phones": ["0905000001"]}));
    assert_eq!(status, "created");
    assert!(house.messages().is_empty());
    assert!(house.journal().decisions.iter().any(|line| line.starts_with("Không gửi được SMS chào mừng")));
}
