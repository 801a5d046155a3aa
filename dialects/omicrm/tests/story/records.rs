//! What is written and read back: matching, updates, searches, and records of other dialects.

use domain::{Actor, CatalogKind, ContactKind, Customer, Dialect, System};
use hub::{arrivals, catalog, customers, fields};
use serde_json::{Value, json};

use super::support::{House, attribute, values, view};

const ADD: &str = "/api/v2/contact/add";
const UPDATE: &str = "/api/v2/contact/update";

#[test]
fn the_same_person_is_attached() {
    let house = House::new();
    house.ok(ADD, &json!({"fullName": "an nguyễn văn", "phones": ["+84 905 000 001"], "emails": ["an@example.com"], "tags": ["VIP"]}));
    let an = house.item("KH-1");
    assert_eq!(house.count(), 1);
    assert_eq!(
        (attribute(&an, "full_name"), values(&an, "phone_number")),
        ("Nguyễn Văn An".into(), vec!["0905000001".to_owned()])
    );
    assert_eq!((attribute(&an, "mail"), view(&an, "tags_view")), ("an@example.com".into(), vec!["VIP".to_owned()]));
    // Another name, or another id of the partner's, is another record.
    house.ok(ADD, &json!({"fullName": "Trần Bình", "phones": ["0905000001"]}));
    house.ok(ADD, &json!({"refId": "KH-2", "fullName": "Nguyễn Văn An", "phones": ["0905000001"]}));
    assert_eq!(house.count(), 3);
    assert_eq!(house.read(|tx| customers::duplicates(tx, 10)).len(), 3);
}

#[test]
fn lists_replace_and_free_their_keys() {
    let house = House::new();
    let phone = |raw: &str| json!({"refId": "KH-1", "phones": [{"data": raw, "type": "home", "valueType": "Nhà"}]});
    house.ok(UPDATE, &phone("0905000002"));
    assert_eq!(values(&house.item("KH-1"), "phone_number"), ["0905000002"]);
    // The old one is anybody's again.
    house.ok(ADD, &json!({"fullName": "Nguyễn Văn An", "phones": ["0905000001"]}));
    assert_eq!(house.count(), 2);
    // Absent leaves, null and blank too; again without a type keeps the type.
    house.ok(UPDATE, &json!({"refId": "KH-1", "note": "x", "phones": null, "emails": ""}));
    house.ok(UPDATE, &json!({"refId": "KH-1", "phones": ["0905.000.002"]}));
    let customer = house.customer(1);
    let points: Vec<_> = customer.points_of(ContactKind::Phone).map(|p| (p.raw.as_str(), p.label.as_str())).collect();
    assert_eq!(points, [("0905.000.002", "Nhà")]);
    house.ok(UPDATE, &json!({"refId": "KH-1", "phones": []}));
    assert!(values(&house.item("KH-1"), "phone_number").is_empty());
    assert_eq!(house.customer(1).note, "x");
}

#[test]
fn an_update_says_which_record_in_many_ways() {
    let house = House::new();
    let an = house.item("KH-1");
    for (number, key) in ["_id", "id", "public_id", "publicId"].into_iter().enumerate() {
        for value in [&an["id"], &an["public_id"]] {
            let note = format!("{number}{value}");
            house.ok(UPDATE, &json!({key: value, "note": note}));
            assert_eq!(house.customer(1).note, note);
        }
    }
    house.ok(UPDATE, &json!({"_id": an["id"], "refId": "KH-11"}));
    assert_eq!(house.item("KH-11")["id"], an["id"]);
    assert_eq!(house.names(&json!({"keyword": "KH-1"})), Vec::<String>::new());
}

#[test]
fn names_are_made_added_and_removed() {
    let house = House::new();
    house.ok(
        UPDATE,
        &json!({"refId": "KH-1", "tags": ["A", "B"], "business": ["Nghề mới"], "categories": ["Nhóm mới"]}),
    );
    house.ok(UPDATE, &json!({"refId": "KH-1", "tags": ["C", " a "], "tagRemoves": ["b", "không có"], "categoriesRemoves": ["Nhóm mới"], "businessRemoves": []}));
    let an = house.item("KH-1");
    assert_eq!(view(&an, "tags_view"), ["A", "C"]);
    assert_eq!((view(&an, "business_type_view").len(), view(&an, "contact_categories_view").len()), (1, 0));
    assert_eq!(an["tags"][0], an["tags_view"][0]["id"]);
    assert!(house.read(|tx| catalog::find_by_label(tx, CatalogKind::Tag, "không có")).is_none());
}

#[test]
fn values_of_attributes_come_back_as_sent() {
    let house = House::new();
    house.ok(ADD, &json!({"refId": "KH-2", "fullName": "Bình", "more_infomation": ["x"]}));
    for text in ["  hai dấu cách  ", "a | b", "Nguye\u{302}\u{303}n", "0012", "12.50", "dòng\nhai"] {
        let update = |code: &str| json!({"fieldCode": code, "values": [{"data": text}]});
        let updates = ["more_infomation", "note", "job_title"].map(update);
        house.ok(UPDATE, &json!({"refId": "KH-2", "otherDynamicUpdates": updates}));
        let item = house.item("KH-2");
        assert_eq!(
            (values(&item, "more_infomation"), attribute(&item, "note")),
            (vec![text.to_owned()], text.to_owned())
        );
        assert_eq!(attribute(&item, "job_title"), text.trim());
    }
}

#[test]
fn funnels_owner_and_dynamic_attributes() {
    let house = House::new();
    let funnel = house.funnel();
    house.ok(
        UPDATE,
        &json!({"refId": "KH-1", "userOwnerEmail": "NV@example.com",
        "filterContacts": [{"id": funnel, "index": 1, "secondLevelIndex": 1}],
        "otherDynamicUpdates": [
            {"fieldCode": "more_infomation", "values": [{"data": "Vàng", "type": "label2", "valueType": "Màu"}]},
            {"fieldCode": "job_title", "values": [{"data": "Giám đốc"}]},
            {"fieldCode": "birth_date", "values": [{"data": "02/03/1990"}]}]}),
    );
    let an = house.item("KH-1");
    assert_eq!((&an["user_owner_email"], an["user_owner_id"].as_str().unwrap().len()), (&json!("nv@example.com"), 24));
    assert_eq!(
        (&an["filter_contacts"][0], &an["filter_contacts_view"][0]["second_level_index"]),
        (&json!(funnel), &json!(1))
    );
    assert_eq!((attribute(&an, "job_title"), attribute(&an, "birth_date")), ("Giám đốc".into(), "02/03/1990".into()));
    assert_eq!(values(&an, "more_infomation"), ["Vàng"]);
    house.ok(UPDATE, &json!({"refId": "KH-1", "filterContacts": [{"id": funnel, "index": 2}],
        "otherDynamicUpdates": [{"fieldCode": "more_infomation", "values": []}, {"fieldCode": "job_title", "values": [{"data": ""}]}]}));
    let an = house.item("KH-1");
    assert_eq!(
        (&an["filter_contacts_view"][0]["index"], &an["filter_contacts_view"][0]["second_level_index"]),
        (&json!(2), &Value::Null)
    );
    assert_eq!((attribute(&an, "job_title"), values(&an, "more_infomation").len()), (String::new(), 0));
    assert_eq!(house.customer(1).standings.len(), 1);
}

#[test]
fn searches_hold_everything_that_is_given() {
    let house = House::new();
    let begun = house.hub.now();
    house.clock.set(begun.plus_seconds(3_600));
    house.ok(ADD, &json!({"refId": "KH-2", "refCode": "MÃ-2", "fullName": "Lê Thị Bình", "emails": ["binh@example.com"], "tags": ["T1"], "categories": ["G"]}));
    house.clock.set(begun.plus_seconds(7_200));
    house.ok(ADD, &json!({"refId": "KH-3", "fullName": "Trần Cường", "tags": ["T1", "T2"], "business": ["N"]}));
    house.ok(UPDATE, &json!({"refId": "KH-1", "note": "x"}));
    let (an, binh, cuong) = ("Nguyễn Văn An", "Lê Thị Bình", "Trần Cường");
    let hour = begun.millis() + 3_600_000;
    let id = |code: &str, key: &str| house.item(code)[key].clone();
    for (body, expected) in [
        (json!({}), vec![cuong, binh, an]),
        (json!({"keyword": ""}), vec![cuong, binh, an]),
        (json!({"keyword": "84905000001"}), vec![an]),
        (json!({"keyword": "BINH@example"}), vec![binh]),
        (json!({"keyword": "le binh"}), vec![binh]),
        (json!({"keyword": "KH-3"}), vec![cuong]),
        (json!({"keyword": "mã-2"}), vec![binh]),
        (json!({"tags": ["T1"]}), vec![cuong, binh]),
        (json!({"tags": ["T2", "không có"]}), vec![cuong]),
        (json!({"tags": ["không có"]}), vec![]),
        (json!({"tags": ["T1"], "categories": ["G"]}), vec![binh]),
        (json!({"business": ["n"]}), vec![cuong]),
        (json!({"includeIds": [id("KH-1", "id"), id("KH-2", "public_id"), "x"]}), vec![binh, an]),
        (json!({"includeIds": ["x"]}), vec![]),
        (json!({"includeIds": []}), vec![cuong, binh, an]),
        (json!({"excludeIds": [id("KH-1", "id"), id("KH-2", "public_id"), "x"]}), vec![cuong]),
        (json!({"ranges": [{"field": "created_date", "from": hour, "to": hour}]}), vec![binh]),
        (json!({"ranges": [{"field": "created_date", "from": (hour + 1).to_string()}]}), vec![cuong]),
        (json!({"ranges": [{"field": "created_date", "to": hour - 1}]}), vec![an]),
        (json!({"ranges": [{"field": "last_updated_date", "from": hour + 1}]}), vec![cuong, an]),
        (json!({"ranges": [{"field": "created_date", "from": i64::MIN, "to": i64::MAX}]}), vec![cuong, binh, an]),
        (json!({"tags": ["T1"], "excludeIds": [id("KH-3", "_id")], "keyword": "binh"}), vec![binh]),
    ] {
        assert_eq!(house.names(&body), expected, "{body}");
    }
    let (_, answer) = house.post("/api/v2/contact/search?page=2&size=2", r#"{"keyword":""}"#);
    let page = &answer["payload"];
    assert_eq!(
        (page["items"].as_array().unwrap().len(), &page["next_page"], &page["previous_page"]),
        (1, &json!(2), &json!(1))
    );
}

#[test]
fn a_deleted_contact_frees_its_ref_id() {
    let house = House::new();
    let id = house.item("KH-1")["public_id"].as_str().unwrap().to_owned();
    let (_, answer) = house.ask("DELETE", &format!("/api/contacts/delete/{id}"), super::support::KEY, "");
    assert_eq!(answer["payload"], json!(true));
    house.ok(ADD, &json!({"refId": "KH-1", "fullName": "Mới"}));
    assert_eq!(house.names(&json!({})), ["Mới"]);
}

#[test]
fn what_another_dialect_wrote_is_read_here() {
    let house = House::new();
    let actor = Actor { dialect: Dialect::Vbot, ..Actor::cli(house.org) };
    let written = house.hub.write(actor, |tx| {
        let mut customer = Customer {
            name: "Công ty Đông Á".into(),
            kind: domain::customer::Kind::Organization,
            ..Customer::default()
        };
        customer.codes.insert(System::Vbot, "V-1".into());
        let country = domain::identity::Country::VIET_NAM;
        customer.points.extend(domain::ContactPoint::new(ContactKind::Phone, "02838383838", "Work", country));
        customer.add_label(catalog::find_or_create(tx, CatalogKind::Tag, "Từ VBot")?);
        let field = fields::find_or_create(tx, domain::field::FieldEntity::Customer, "Hạng thẻ")?;
        customer.replace_value(fields::value(&field, "Vàng"));
        arrivals::admit(tx, customer, System::Vbot)
    });
    written.wait().unwrap();
    let page = house.search(&json!({"keyword": "dong a"}));
    let item = &page["items"][0];
    assert_eq!((attribute(item, "full_name"), attribute(item, "hang_the")), ("Công ty Đông Á".into(), "Vàng".into()));
    assert_eq!(
        (values(item, "phone_number"), view(item, "tags_view")),
        (vec!["02838383838".to_owned()], vec!["Từ VBot".to_owned()])
    );
    assert_eq!((&item["ref_id"], house.names(&json!({"keyword": "V-1"})).len()), (&json!(""), 1));
    // A code given here is linked, and what only the other dialect can say stays.
    house.ok(ADD, &json!({"refId": "KH-9", "fullName": "Đông Á", "phones": ["02838383838"]}));
    let customer = house.customer(2);
    assert_eq!((customer.codes.len(), customer.kind), (2, domain::customer::Kind::Organization));
}
