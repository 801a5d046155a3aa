//! What deals, notes, tickets and messages write, and about whom.

use domain::customer::Stage;
use domain::{CatalogKind, Permit};
use serde_json::json;

use super::support::House;

#[test]
fn every_field_of_a_deal_is_kept() {
    let house = House::new();
    let deal = json!({
        "dealId": "1234567890", "name": "Booking-ID #0003", "value": 50000, "currency": "vnd", "description": "Mô tả",
        "stage": "Báo giá", "closeDate": 1_482_470_382_793_i64, "category": "UI Design", "package": "Goi A",
        "owner_opportunity": {"users": ["nhanvien1@example.com", "la@example.com"], "groups": ["Nhom 1", "Nhom 2"]},
        "dealWith": {"name": "An", "contactType": "lead", "phones": ["0905000001"]},
        "contacts": [{"name": "Phong", "emails": ["phong@example.com"]}, {"name": "", "phones": []}],
        "permit": {"status": 2}, "cusFields": [{"name": "Referred By", "value": "x"}, {"name": "referred by", "value": "Cong Tran"}]
    });
    assert_eq!(house.one("add-deal", &deal), ("created".into(), "1234567890".into()));
    let deal = house.whole("LID-1").deals.remove(0);
    assert_eq!(
        (deal.name.as_str(), deal.value.as_str(), deal.description.as_str()),
        ("Booking-ID #0003", "50000", "Mô tả")
    );
    let label = |kind| deal.label(kind).map(|label| label.label.as_str());
    assert_eq!((label(CatalogKind::DealStage), label(CatalogKind::Currency)), (Some("Báo giá"), Some("VND")));
    assert_eq!((label(CatalogKind::DealCategory), label(CatalogKind::Package)), (Some("UI Design"), Some("Goi A")));
    assert_eq!(deal.close_at.unwrap().rfc3339(), "2016-12-23T05:19:42.793Z");
    assert_eq!(deal.owners.iter().map(|user| user.email.as_str()).collect::<Vec<_>>(), ["nhanvien1@example.com"]);
    assert_eq!(deal.teams.iter().map(|team| team.name.as_str()).collect::<Vec<_>>(), ["Nhom 1", "Nhom 2"]);
    assert_eq!((deal.customer.unwrap().number, deal.contacts.len(), deal.contacts[0].name.as_str()), (1, 1, "Phong"));
    assert_eq!(deal.permit, Permit::OnlyMe { me: house.user("sender@example.com") });
    assert_eq!((deal.values.len(), deal.values[0].joined().as_str()), (1, "Cong Tran"));
    assert_eq!(house.customer("LID-1").stage, Stage::Lead);
    assert_eq!(house.customer("PID-2").stage, Stage::Customer);
}

#[test]
fn a_deal_is_updated_in_what_was_sent() {
    let house = House::new();
    let with = json!({"name": "An", "phones": ["0905000001"]});
    house.one("add-deal", &json!({"dealId": "A1", "name": "Gia hạn", "value": 5, "dealWith": with}));
    let first = house.whole("PID-1").deals.remove(0);
    assert_eq!(first.label(CatalogKind::DealStage).unwrap().label, "Tiếp cận");
    house.one("add-deal", &json!({"name": "gia  hạn", "description": "mới", "stage": "Lạ"}));
    let found = house.whole("PID-1").deals.remove(0);
    assert_eq!((found.name.as_str(), found.value.as_str(), found.description.as_str()), ("Gia hạn", "5", "mới"));
    assert_eq!(found.label(CatalogKind::DealStage).unwrap().label, "Lạ");
    house.one("add-deal", &json!({"dealId": "A1", "name": "Gia hạn 2025", "dealWith": {"phones": ["0905000001"]}, "contacts": [with, with]}));
    let found = house.whole("PID-1").deals.remove(0);
    assert_eq!((found.name.as_str(), found.contacts.len()), ("Gia hạn 2025", 1));
    assert_eq!(house.place.number("SELECT count(*) FROM deals"), 1);
}

#[test]
fn nobody_is_left_behind_by_a_deal_that_is_refused() {
    let house = House::new();
    let deal = json!({"name": "Đơn", "dealWith": {"name": "An", "phones": ["0905000001"]}, "contacts": [{"phones": ["0905000002"]}]});
    let before = house.everything();
    let (status, message) = house.one("add-deal", &deal);
    assert_eq!(status, "error");
    assert!(message.starts_with("not_found: Trường data[0].data.contacts[0] "), "{message}");
    assert_eq!(house.everything(), before);
}

#[test]
fn a_note_is_on_the_customer_the_lead_or_the_deal() {
    let house = House::new();
    house.one("add-contact", &json!({"name": "An", "phones": ["0905000001"]}));
    house.one("add-lead", &json!({"name": "Bình", "phones": ["0905000002"]}));
    let note = json!({"body": " Gọi lại\n", "phone": "0905000001", "tag": "webhook, Webhook", "channel": "Kite Chat", "permit": {"status": 2}});
    house.one("add-note", &note);
    let kept = house.whole("PID-1").notes.remove(0);
    assert_eq!((kept.body.as_str(), kept.author_name.as_str(), kept.lead), (" Gọi lại\n", "Người gửi", None));
    assert_eq!(kept.labels.iter().map(|label| label.label.as_str()).collect::<Vec<_>>(), ["webhook", "Kite Chat"]);
    assert_eq!(kept.permit, Permit::OnlyMe { me: house.user("sender@example.com") });
    for note in [
        json!({"body": "x", "customerId": "LID-2", "contactType": "lead"}),
        json!({"body": "x", "customerId": "LID-2"}),
    ] {
        house.one("add-note", &note);
        let whole = house.whole("LID-2");
        assert_eq!(whole.notes[0].lead, Some(whole.leads[0].id));
    }
    house.one("add-deal", &json!({"dealId": "A1", "name": "Đơn 1", "dealWith": {"customerId": "PID-1"}}));
    for keys in [
        json!({"dealId": "A1"}),
        json!({"dealId": "DEAL-1"}),
        json!({"name": "đơn 1"}),
        json!({"dealId": "Z", "name": "Đơn 1"}),
    ] {
        let mut note = keys.clone();
        (note["model"], note["body"]) = (json!("deal"), json!("Trên đơn"));
        assert_eq!(house.one("add-note", &note).0, "created", "{keys}");
        let whole = house.whole("PID-1");
        assert_eq!(whole.notes[0].deal, Some(whole.deals[0].id));
    }
}

#[test]
fn every_field_of_a_ticket_is_kept() {
    let house = House::new();
    house.one("add-contact", &json!({"name": "An", "phones": ["0905000001"]}));
    house.one("add-deal", &json!({"dealId": "A1", "name": "Đơn 1", "dealWith": {"customerId": "PID-1"}}));
    let ticket = json!({
        "contactType": "customer", "title": "Hỏng", "body": "Máy không lên", "phone": "0905000001", "dealId": "A1", "tag": "gấp",
        "groupName": "Phong Kinh Doanh", "slaName": "custom", "channel": "contact form",
        "cusFields": [{"name": "Số máy", "value": "SN-0"}, {"name": "Số máy", "value": "SN-1"}]
    });
    assert_eq!(house.one("add-ticket", &ticket), ("created".into(), "TICKET-1".into()));
    let whole = house.whole("PID-1");
    let ticket = &whole.tickets[0];
    assert_eq!((ticket.title.as_str(), ticket.body.as_str()), ("Hỏng", "Máy không lên"));
    assert_eq!((ticket.deal, ticket.customer.as_ref().unwrap().number), (Some(whole.deals[0].id), 1));
    assert_eq!(ticket.team.as_ref().unwrap().name, "Phong Kinh Doanh");
    assert_eq!(ticket.label(CatalogKind::Sla).unwrap().label, "custom");
    assert_eq!(ticket.label(CatalogKind::TicketChannel).unwrap().label, "Web Contact Form");
    assert_eq!(ticket.label(CatalogKind::Tag).unwrap().label, "gấp");
    assert_eq!((ticket.values.len(), ticket.values[0].joined().as_str()), (1, "SN-1"));
    assert!(whole.customer.labels.is_empty(), "tags of a ticket are not its customer's");
}

#[test]
fn who_needs_help_and_is_not_known_is_taken_in() {
    let house = House::new();
    house.one(
        "add-ticket",
        &json!({"body": "x", "contactType": "lead", "email": "moi@example.com", "phone": "0905000003"}),
    );
    let made = house.whole("LID-1");
    assert_eq!((made.customer.name.as_str(), made.customer.stage, made.leads.len()), ("0905000003", Stage::Lead, 1));
    house.one("add-ticket", &json!({"body": "x", "name": "Chi"}));
    assert_eq!(house.customer("PID-2").name, "Chi");
}

#[test]
fn each_phone_gets_one_message() {
    let house = House::new();
    house.one("add-contact", &json!({"name": "An", "phones": ["0905000001"]}));
    let sms = json!({"content": "Xin chào", "phones": ["+84905000001", {"value": "0905 000 001"}, "0905000002"]});
    assert_eq!(house.one("send-sms", &sms), ("queued".into(), "SMS-1".into()));
    let mut messages = house.messages();
    messages.reverse();
    let told: Vec<_> =
        messages.iter().map(|sms| (sms.recipient.as_str(), sms.body.as_str(), sms.customer.is_some())).collect();
    assert_eq!(told, [("+84905000001", "Xin chào", true), ("0905000002", "Xin chào", false)]);
    assert_eq!(house.whole("PID-1").messages.len(), 1);
}
