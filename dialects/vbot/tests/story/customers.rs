//! What customers become: taken in, attached, changed, renamed and taken away.

use domain::change::What;
use domain::customer::Address;
use domain::identity::Country;
use domain::{CatalogKind, ContactKind, ContactPoint, Customer, System, Viewer};
use hub::{Filter, customers};
use serde_json::{Value, json};

use super::support::{House, TOKEN, customer, labels};

fn points(customer: &Customer, kind: ContactKind) -> Vec<&str> {
    customer.points_of(kind).map(|point| point.raw.as_str()).collect()
}

#[test]
fn the_sample_is_kept_whole() {
    let house = House::new();
    let mut sample = customer(" VPMEDIA01", "VPMEDIA", "0365296xxx");
    sample["customer_phones"] = json!(["0365296xxx", "0965713xxx"]);
    sample["customer_email"] = json!("canh.dsa");
    sample["customer_address"] = json!("1 Đường Láng, Hà Nội");
    sample["fileds"] = json!([{"field_key": "THONG_TIN_KHAC", "field_value": "giá trị"}]);
    assert_eq!(house.crm("customer/create", sample), (0, json!("VPMEDIA01")));
    let kept = house.customer("VPMEDIA01");
    assert_eq!(kept.name, "VPMEDIA");
    assert_eq!(points(&kept, ContactKind::Phone), ["0365296xxx", "0965713xxx"]);
    assert_eq!(points(&kept, ContactKind::Email), ["canh.dsa"]);
    assert_eq!(kept.addresses[0].line(), "1 Đường Láng, Hà Nội");
    assert_eq!(labels(&kept, CatalogKind::Status), ["Trạng thái khách hàng"]);
    assert_eq!(labels(&kept, CatalogKind::Type), ["Loại khách hàng"]);
    assert_eq!(labels(&kept, CatalogKind::Group), ["Ten_nhom_khach_hang"]);
    assert_eq!(kept.values[0].joined(), "giá trị");
    let journal = house.journal();
    assert_eq!((journal.route.as_str(), journal.version.as_str()), ("POST /api/crm/customer/create", "v1"));
    assert_eq!((journal.caller.as_str(), journal.outcome.as_str()), ("Token golden", "ok"));
    assert_eq!(journal.touched, [kept.number]);
}

#[test]
fn a_known_person_gets_the_code() {
    let house = House::new();
    let known = house.write(|tx| {
        let mut new = Customer { name: "Nguyễn Văn An".into(), ..Customer::default() };
        let country = Country::VIET_NAM;
        new.add_points(ContactPoint::new(ContactKind::Phone, "0905 000 001", "Nhà", country));
        customers::create(tx, new, &[])
    });
    house.add("KH01", "nguyen van an", "0905000001");
    let attached = house.customer("KH01");
    assert_eq!((attached.id, attached.name.as_str()), (known.id, "Nguyễn Văn An"), "nothing is overwritten");
    house.add("KH02", "Lê Thị Cúc", "0905000001");
    assert_ne!(house.customer("KH02").id, known.id, "another name is another person");
    assert_eq!(house.read(|tx| customers::duplicates(tx, 10)).len(), 1);
    assert_eq!(house.crm("customer/create", customer("KH01", "Khác", "0905000009")).0, 409);
}

#[test]
fn an_update_leaves_alone_what_it_cannot_say() {
    let house = House::new();
    house.add("KH01", "Nguyễn Văn An", "0905000001");
    let id = house.customer("KH01").id;
    house.write(move |tx| {
        let group = hub::catalog::find_or_create(tx, CatalogKind::Group, "Nhóm hai")?;
        let tag = hub::catalog::find_or_create(tx, CatalogKind::Tag, "Thân thiết")?;
        customers::change(tx, id, |customer| {
            customer.points[0].label = "Di động".into();
            let country = Country::VIET_NAM;
            let emails = ["a@example.com", "b@example.com"];
            customer.add_points(
                emails.iter().filter_map(|raw| ContactPoint::new(ContactKind::Email, raw, "Work", country)),
            );
            customer.add_label(group.clone());
            customer.add_label(tag.clone());
            Ok(())
        })
        .map(drop)
    });
    let change = json!({
        "customer_no": "KH01", "customer_phones": ["0905 000 001", "0905000002"], "customer_email": "c@example.com",
        "customer_group_name": "MA_NHOM_KHACH_HANG"
    });
    assert_eq!(house.crm("customer/update", change), (0, json!("KH01")));
    let changed = house.customer("KH01");
    assert_eq!(points(&changed, ContactKind::Phone), ["0905 000 001", "0905000002"]);
    assert_eq!(changed.points[0].label, "Di động");
    assert_eq!(points(&changed, ContactKind::Email), ["c@example.com", "b@example.com"]);
    assert_eq!(labels(&changed, CatalogKind::Group), ["Nhóm khách hàng", "Nhóm hai"]);
    assert_eq!(labels(&changed, CatalogKind::Tag), ["Thân thiết"]);
    assert_eq!(changed.name, "Nguyễn Văn An");
    assert_eq!(house.crm("customer/update", json!({"customer_no": "KH01", "customer_group_name": "Nhóm hai"})).0, 0);
    assert_eq!(labels(&house.customer("KH01"), CatalogKind::Group).len(), 2, "in the group already");
}

#[test]
fn values_are_kept_as_sent() {
    let house = House::new();
    house.add("KH01", "Nguyễn Văn An", "0905000001");
    let field = json!({"field_no": "MAU", "field_name": "Mẫu", "field_type": "KIEU_RIENG"});
    assert_eq!(house.crm("field/create", field).0, 0);
    for text in ["  hai dấu cách  ", "a|b", "a | b", "|", "a||b", "a, b", "Nguye\u{302}\u{303}n", "0012", "12.50"] {
        for key in ["THONG_TIN_KHAC", "MAU"] {
            let change = json!({"customer_no": "KH01", "fileds": [{"field_key": key, "field_value": text}]});
            assert_eq!(house.crm("customer/update", change).0, 0);
            let known = house.customer("KH01");
            let value = known.values.iter().find(|value| value.code == key).unwrap();
            assert_eq!(value.joined(), text, "{key}");
        }
    }
    let pair = |value: Value| json!({"customer_no": "KH01", "fileds": [{"field_key": "MAU", "field_value": value}]});
    let silent = json!({"customer_no": "KH01", "fileds": [{"field_key": "MAU"}]});
    let spelt = "hue\u{302}\u{301}@example.vn";
    assert_eq!(house.crm("customer/update", json!({"customer_no": "KH01", "customer_email": spelt})).0, 0);
    assert_eq!(points(&house.customer("KH01"), ContactKind::Email), [spelt]);
    for (says, left) in [(pair(Value::Null), 2), (silent, 2), (pair(json!(" ")), 1)] {
        assert_eq!(house.crm("customer/update", says).0, 0);
        assert_eq!(house.customer("KH01").values.len(), left);
    }
}

#[test]
fn what_an_attached_record_did_not_take_is_in_its_history() {
    let house = House::new();
    house.write(|tx| {
        let street = "12 Phố A".to_owned();
        let mut known = Customer { name: "Đinh Văn Lạc".to_owned(), ..Customer::default() };
        known.addresses.push(Address { street, ..Address::default() });
        known.add_points(ContactPoint::new(ContactKind::Phone, "0905000005", "", Country::VIET_NAM));
        customers::create(tx, known, &[])
    });
    let mut again = customer("KH02", "Đinh Lạc", "0905000005");
    again["customer_address"] = json!("12 Phố B");
    assert_eq!(house.crm("customer/create", again).0, 0);
    let id = house.customer("KH02").id;
    let history = house.read(move |tx| customers::whole(tx, &Viewer::Org, id)).history;
    let told = history.iter().find(|line| line.what == What::Duplicate).unwrap();
    let fields: Vec<_> = told.fields.iter().map(|it| (it.field.as_str(), it.old.as_str(), it.new.as_str())).collect();
    assert_eq!(fields, [("name", "Đinh Văn Lạc", "Đinh Lạc"), ("addresses", "12 Phố A", "12 Phố B")]);
}

#[test]
fn an_email_that_is_there_already_takes_no_other_ones_place() {
    let house = House::new();
    house.add("KH01", "Nguyễn Văn An", "0905000001");
    for email in ["one@example.com", "two@example.com"] {
        house.write(move |tx| {
            let id = customers::find_by_code(tx, System::Vbot, "KH01")?.unwrap();
            let point = ContactPoint::new(ContactKind::Email, email, "", Country::VIET_NAM);
            customers::change(tx, id, |customer| {
                customer.add_points(point.clone());
                Ok(())
            })
        });
    }
    for (sent, left) in [
        ("two@example.com", ["two@example.com", "one@example.com"]),
        ("three@example.com", ["three@example.com", "one@example.com"]),
    ] {
        assert_eq!(house.crm("customer/update", json!({"customer_no": "KH01", "customer_email": sent})).0, 0);
        assert_eq!(points(&house.customer("KH01"), ContactKind::Email), left);
    }
}

#[test]
fn a_new_code_finds_and_the_old_one_is_free() {
    let house = House::new();
    house.add("KH01", "Nguyễn Văn An", "0905000001");
    let id = house.customer("KH01").id;
    let codes = json!({"customer_no_old": "KH01", "customer_no_new": " KH99 "});
    assert_eq!(house.crm("customer/updateNO", codes), (0, json!("KH99")));
    assert_eq!(house.customer("KH99").id, id);
    let found = |word: &'static str| {
        house.read(move |tx| {
            let filter = Filter { keyword: Some(word.into()), ..Filter::everything(Viewer::Org) };
            Ok(customers::search(tx, &filter, 0, 10)?.1)
        })
    };
    assert_eq!((found("KH99"), found("KH01")), (1, 0));
    house.add("KH01", "Trần Bình", "0905000002");
    let history = house.whole("KH99").history;
    assert!(history[0].fields.iter().any(|field| field.field == "codes.vbot" && field.new == "KH99"));
}

#[test]
fn all_are_taken_away_in_slices() {
    let house = House::new();
    let count = 150;
    for number in 0..count {
        let (no, name) = (format!("KH{number}"), format!("Khách số {number}"));
        house.add(&no, &name, &format!("0905{number:06}"));
    }
    house.write(|tx| {
        let new = Customer { name: "Không có mã".into(), ..Customer::default() };
        customers::create(tx, new, &[]).map(drop)
    });
    let body = json!({"vbot_id": super::support::VBOT_ID, "project_code": super::support::PROJECT}).to_string();
    let (status, answer) = house.post_as(TOKEN, "/v2.0/api/crm/customer/deleteAll", body);
    assert_eq!((status, answer), (200, json!({"error": 0, "message": "success", "data": true})));
    assert_eq!(house.place.number("SELECT count(*) FROM customers WHERE deleted_at IS NULL"), 1);
    assert_eq!(house.journal().touched.len(), count);
}

#[test]
fn a_member_changes_what_they_may_see() {
    let house = House::new();
    house.add("KH01", "Nguyễn Văn An", "0905000001");
    let (id, owner) = (house.customer("KH01").id, house.read(hub::users::list)[0].id);
    let rename = || json!({"customer_no": "KH01", "customer_name": "Trần An"});
    assert_eq!(house.crm_as("member", "customer/update", rename()).0, 0);
    house.write(move |tx| {
        customers::change(tx, id, |customer| {
            customer.permit = domain::Permit::OnlyMe { me: owner };
            Ok(())
        })
        .map(drop)
    });
    assert_eq!(house.crm_as("member", "customer/update", rename()).0, 404);
    assert_eq!(house.crm_as("member", "customer/delete", json!({"customer_no": "KH01"})).0, 404);
    let (_, answer) = house.post_as("member", "/v3.0/api/customer/count-all", "");
    assert_eq!(answer["data"], 0);
    assert_eq!(house.crm("customer/delete", json!({"customer_no": "KH01"})), (0, Value::Bool(true)));
}

#[test]
fn unknown_words_are_made_where_the_org_says_so() {
    let house = House::new();
    let mut new = customer("KH01", "Nguyễn Văn An", "0905000001");
    new["customer_status_code"] = json!("MOI_STATUS");
    new["customer_type_code"] = json!("MOI_TYPE");
    new["customer_group_name"] = json!("Nhóm mới");
    new["fileds"] = json!([{"field_key": "MOI_FIELD", "field_value": "x"}]);
    let before = house.everything();
    let (error, message) = house.crm("customer/create", new.clone());
    assert_eq!(error, 404);
    assert!(message.as_str().unwrap().contains("customer_status_code"), "{message}");
    assert!(message.as_str().unwrap().contains("MOI_STATUS"), "{message}");
    assert_eq!(house.everything(), before);
    house.set("vbot.unknown", "create");
    assert_eq!(house.crm("customer/create", new), (0, json!("KH01")));
    let made = house.customer("KH01");
    let status = made.label(CatalogKind::Status).unwrap();
    assert_eq!((status.code.as_deref(), status.label.as_str()), (Some("MOI_STATUS"), "MOI_STATUS"));
    assert_eq!(labels(&made, CatalogKind::Group), ["Nhóm mới"]);
    assert_eq!((made.values[0].code.as_str(), made.values[0].joined().as_str()), ("MOI_FIELD", "x"));
    assert_eq!(house.crm("status/delete", json!({"status_no": "MOI_STATUS"})).0, 0);
}
