//! What is written, and what is left alone.

use domain::catalog::CatalogKind;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{Address, CustomerRef, Kind, Stage};
use domain::dialect::System;
use domain::field::{FieldEntity, FieldValue, ValueItem};
use domain::identity::Country;
use domain::{Actor, Customer, Role};
use serde_json::json;

use super::support::{DELETE, GETS, House, INSERT, ITEM, UPDATE, contact};

fn points(customer: &Customer, kind: ContactKind) -> Vec<&str> {
    customer.points_of(kind).map(|point| point.raw.as_str()).collect()
}

fn labels(customer: &Customer, kind: CatalogKind) -> Vec<&str> {
    customer.labels_of(kind).map(|label| label.label.as_str()).collect()
}

#[test]
fn every_parameter_is_kept() {
    let house = House::new();
    let row = house.insert(json!({
        "group_type_id": "Việt ↔ Anh  ,Ngôn ngữ khác ↔ Ngôn ngữ khác (ngoài tiếng Anh, tiếng Việt), anh ↔ đức",
        "phones": "0905 000 001,84905000002", "emails": "an@example.com, ANH@example.com ", "cf31": "0905.000.003",
        "cf7": "tự do", "user_ids": "NV06,NV99,nguyễn văn c",
        "contacts": [{"type": "Skype", "title": "anh.skype"}, {"type": "ZALO", "title": "0905000004"},
                     {"type": "Số điện thoại", "title": "0905000005"}, {"type": "branch", "title": "12 Phố A"}],
        "create_from_crm_call_history_id": "77",
    }));
    let kept = house.customer(1);
    assert_eq!(
        labels(&kept, CatalogKind::Group),
        ["Việt ↔ Anh", "Ngôn ngữ khác ↔ Ngôn ngữ khác (ngoài tiếng Anh, tiếng Việt)", "Anh ↔ Đức"]
    );
    assert_eq!(points(&kept, ContactKind::Phone), ["0905 000 001", "84905000002", "0905000005", "0905.000.003"]);
    assert_eq!(points(&kept, ContactKind::Email), ["an@example.com", "ANH@example.com"]);
    assert_eq!(kept.owners.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Nhân viên 06", "Nguyễn Văn C"]);
    assert_eq!((kept.stage, kept.kind), (Stage::Customer, Kind::Person));
    assert_eq!(row["phones"], "0905 000 001, 84905000002");
    assert_eq!((&row["cf31"], &row["cf7"]), (&json!("0905.000.003"), &json!("tự do")));
    assert_eq!(row["contacts"][1], json!({"type": "Skype", "title": "anh.skype"}));
    assert!(house.journal().decisions.iter().any(|line| line.contains("NV99")));
    for search in ["0905000003", "000.001", "tran thi anh", "KH-1", "anh@example.com"] {
        assert_eq!(house.get(GETS, &format!("search={}", search.replace(' ', "+")))["total_item"], 1, "{search}");
    }
}

#[test]
fn a_field_of_phones_holds_phones_whoever_writes_it() {
    let house = House::new();
    house.insert(json!({"phones": "0905000001", "cf31": "0905000001, 0905000002"}));
    let found = |phone: &str| house.get(GETS, &format!("search={phone}"))["total_item"].as_i64();
    assert_eq!(points(&house.customer(1), ContactKind::Phone), ["0905000001", "0905000002"]);
    // The number that was sent twice stays for the sake of the field.
    house.post(UPDATE, &json!({"code": "KH-1", "phones": ""}));
    assert_eq!(points(&house.customer(1), ContactKind::Phone), ["0905000002", "0905000001"]);
    assert_eq!(found("0905000001"), Some(1));
    // Another door writes the field, and later all phones.
    let id = house.customer(1).id;
    house.write(move |tx| {
        let field = hub::fields::find_by_number(tx, 31)?.unwrap();
        hub::customers::change(tx, id, |customer| {
            customer.replace_value(hub::fields::value(&field, "0905000003"));
            Ok(())
        })
    });
    assert_eq!(points(&house.customer(1), ContactKind::Phone), ["0905000003"]);
    assert_eq!([found("0905000001"), found("0905000003")], [Some(0), Some(1)]);
    house.write(move |tx| {
        hub::customers::change(tx, id, |customer| {
            customer.replace_points(ContactKind::Phone, Vec::new());
            Ok(())
        })
    });
    assert_eq!(points(&house.customer(1), ContactKind::Phone), ["0905000003"]);
    // Somebody else's number in the field of a new record: two records and a pair, as with `phones`.
    let other = json!({"code": "KH-2", "name": "Lê Bình", "cf31": "0905000003"});
    house.insert(other);
    assert_eq!(found("0905000003"), Some(2));
    assert_eq!(house.place.number("SELECT count(*) FROM duplicates"), 1);
}

#[test]
fn a_row_that_is_sent_back_changes_nothing() {
    let house = House::new();
    house.insert(json!({"cf31": "0905000002"}));
    house.write(|tx| {
        let firm = Customer { kind: Kind::Organization, name: "Công ty Gió".into(), ..Customer::default() };
        let firm = hub::customers::create(tx, firm, &[])?;
        let firm = CustomerRef { id: firm.id, number: firm.number, name: firm.name };
        let field = hub::fields::find_by_code(tx, FieldEntity::Customer, "more_infomation")?.unwrap();
        let items = [("Nguyễn Văn B", "Người thân"), ("Vàng", "Màu sắc")]
            .map(|(text, word)| ValueItem { type_label: word.into(), ..ValueItem::plain(text) });
        let id = hub::customers::find_by_number(tx, 1)?.unwrap();
        hub::customers::change(tx, id, move |customer| {
            customer.company = Some(firm);
            customer.replace_value(FieldValue::of(&field, items.to_vec()));
            Ok(())
        })
    });
    let known = house.customer(1);
    let mut row = house.get(ITEM, "code=KH-1")["data"].clone();
    row["name"] = json!("Trần Thị Ánh Nga");
    let answer = house.post(UPDATE, &row);
    assert_eq!(answer["error"], false, "{answer}");
    let after = house.customer(1);
    assert_eq!(after.name, "Trần Thị Ánh Nga");
    assert_eq!((&after.company, &after.values, &after.points), (&known.company, &known.values, &known.points));
}

#[test]
fn a_staff_code_counts_before_a_name() {
    let house = House::new();
    house.write(|tx| {
        for (email, name, staff_code, is_active) in [
            ("mot@example.com", "Người một", Some("AN"), true),
            ("hai@example.com", "An", None, true),
            ("ba@example.com", "Người ba", Some("Binh"), true),
            ("bon@example.com", "Cùng tên", None, false),
            ("nam@example.com", "Cùng tên", None, true),
            ("sau@example.com", "Đã nghỉ", Some("NGHI"), false),
            ("bay@example.com", "Nghi", None, true),
        ] {
            let staff_code = staff_code.map(str::to_owned);
            let made = hub::users::create(
                tx,
                &hub::users::NewUser {
                    email: email.into(),
                    name: name.into(),
                    role: Role::Member,
                    staff_code: staff_code.clone(),
                    number: None,
                    password_hash: None,
                },
            )?;
            let edit = hub::users::Edit {
                name: name.into(),
                staff_code,
                phone: None,
                role: Role::Member,
                active: is_active,
                teams: Vec::new(),
            };
            hub::users::change(tx, Role::Owner, made.number, &edit)?;
        }
        Ok(())
    });
    for (word, owners) in [
        ("an", vec!["mot@example.com"]),
        ("AN", vec!["mot@example.com"]),
        ("người Ba", vec!["ba@example.com"]),
        ("Binh", vec!["ba@example.com"]),
        // Neither as it is kept nor in one case throughout.
        ("bINH", vec![]),
        ("cùng tên", vec!["nam@example.com"]),
        ("HAI@example.com", vec!["hai@example.com"]),
        ("nghi", vec![]),
    ] {
        house.insert(json!({"code": format!("KH-{word}"), "user_ids": word}));
        let number = house.get(GETS, "limit=1")["data"][0]["ID"].as_i64().unwrap();
        let kept = house.customer(number);
        assert_eq!(kept.owners.iter().map(|user| user.email.as_str()).collect::<Vec<_>>(), owners, "{word}");
    }
}

#[test]
fn a_description_comes_back_as_it_was_sent() {
    let house = House::new();
    let desc = " <p class=\"x\">Khách &amp; bạn</p>\r\n<script>alert('1')</script>\t<b>đậm</b> ";
    house.insert(json!({"desc": desc}));
    assert_eq!(house.get(ITEM, "code=KH-1")["data"]["desc"], desc);
    assert_eq!(house.get(GETS, "")["data"][0]["desc"], desc);
    house.post(UPDATE, &json!({"code": "KH-1", "name": "Khác"}));
    assert_eq!(house.customer(1).note, desc);
}

#[test]
fn the_same_code_changes_nothing() {
    let house = House::new();
    house.insert(json!({"phones": "0905000001"}));
    let before = house.everything();
    for more in [json!({"name": "Khác"}), json!({"code": " KH-1 "}), json!({"files": [{"file": "eGlu"}]})] {
        let answer = house.post(INSERT, &contact(more));
        assert_eq!(answer, json!({"error": true, "message": "Mã KH-1 đã tồn tại"}));
    }
    assert_eq!(house.everything(), before);
    let kept = std::fs::read_dir(house.place.folder().join("files")).unwrap().count();
    assert_eq!(kept, 0, "no bytes are put away for a call that is refused");
}

#[test]
fn a_record_of_another_door_is_the_same_person() {
    let house = House::new();
    let other = house.write(|tx| {
        let mut known = Customer { name: "Tran Thi Anh".into(), note: "Cũ".into(), ..Customer::default() };
        known.add_points(ContactPoint::new(ContactKind::Phone, "+84 905 000 001", "Mobile", Country::VIET_NAM));
        let address = Address { street: "1 Phố B".into(), city: "Hà Nội".into(), ..Address::default() };
        known.addresses.push(address);
        known.add_points(ContactPoint::new(ContactKind::Im, "anh.viber", "Viber", Country::VIET_NAM));
        known.salutation = "Tiến sĩ".into();
        hub::customers::create(tx, known, &[])
    });
    let row = house.insert(json!({"phones": "0905000001", "desc": "Mới"}));
    assert_eq!(row["ID"], other.number);
    let kept = house.customer(other.number);
    assert_eq!((kept.note.as_str(), kept.name.as_str()), ("Cũ", "Tran Thi Anh"));
    assert_eq!(kept.codes[&System::OneOffice], "KH-1");
    assert_eq!((&row["address"], &row["place_of_address"]), (&json!("1 Phố B"), &json!("Hà Nội")));
    // Sent back as shown, nothing is lost of what only the other door knows.
    let answer = house.post(UPDATE, &row);
    assert_eq!(answer["error"], false, "{answer}");
    let after = house.customer(other.number);
    assert_eq!((&after.points, &after.addresses), (&kept.points, &kept.addresses));
    assert_eq!(after.salutation, "Tiến sĩ");
    let answer = house.post(UPDATE, &json!({"ID": 1, "contacts": [{"type": "Telegram", "title": "x"}]}));
    assert_eq!(answer["error"], true, "{answer}");
}

#[test]
fn an_update_leaves_alone_what_it_does_not_name() {
    let house = House::new();
    house.insert(
        json!({"phones": "0905000001", "cf31": "0905000003", "desc": "x", "status_id": "Leads bị trùng (không hợp lệ)",
        "contacts": [{"type": "Email", "title": "an@example.com"}], "birthday": "01/02/1990"}),
    );
    let before = house.customer(1);
    let answer = house.post(UPDATE, &json!({"code": "KH-1", "phones": "0905000009", "status_id": "", "birthday": ""}));
    assert_eq!(answer["message"], "Cập nhật thành công");
    let after = house.customer(1);
    assert_eq!(points(&after, ContactKind::Phone), ["0905000009", "0905000003"]);
    assert_eq!((after.birth_date, labels(&after, CatalogKind::Status).len()), (None, 0));
    assert_eq!((&after.note, &after.values, &after.name), (&before.note, &before.values, &before.name));
    assert_eq!(points(&after, ContactKind::Email), ["an@example.com"]);
    house.post(UPDATE, &json!({"code": "KH-1", "cf31": "0905000004", "contacts": "[]"}));
    let after = house.customer(1);
    assert_eq!(points(&after, ContactKind::Phone), ["0905000009", "0905000004"]);
    assert!(points(&after, ContactKind::Email).is_empty());
    for field in ["name", "type", "trade_ids", "fountain_head_id"] {
        let answer = house.post(UPDATE, &json!({"code": "KH-1", field: " "}));
        assert_eq!(answer["message"], format!("Trường {field} là bắt buộc"));
    }
}

#[test]
fn deleting_is_all_or_nothing() {
    let house = House::new();
    house.insert(json!({"code": "KH-1"}));
    house.insert(json!({"code": "KH-2", "name": "Lê Bình"}));
    let before = house.everything();
    assert_eq!(house.post(DELETE, &json!({"delIds": "KH-1,KH-3"}))["error"], true);
    assert_eq!(house.everything(), before);
    assert_eq!(house.post(DELETE, &json!({"delIds": "KH-1, KH-2"}))["error"], false);
    assert_eq!(house.get(GETS, "")["total_item"], 0);
    assert_eq!(house.insert(json!({"code": "KH-1"}))["ID"], 3, "a code is free again");
}

#[test]
fn lists_show_every_kind_of_record_by_pages() {
    let house = House::new();
    house.write(|tx| {
        for (place, kind, stage) in [
            (0, Kind::Person, Stage::Lead),
            (1, Kind::Organization, Stage::Customer),
            (2, Kind::Person, Stage::Customer),
        ] {
            let name = format!("Khách {place}");
            hub::customers::create(tx, Customer { name, kind, stage, ..Customer::default() }, &[])?;
        }
        Ok(())
    });
    for index in 0..110 {
        house.insert(json!({"code": format!("KH-{index}"), "name": format!("Người {index}")}));
    }
    let page = |query: &str| {
        let answer = house.get(GETS, query);
        (answer["data"].as_array().unwrap().len(), answer["total_item"].as_i64().unwrap())
    };
    assert_eq!(page(""), (50, 113));
    assert_eq!(page("limit=200"), (100, 113));
    assert_eq!(page("limit=100&page=2"), (13, 113));
    assert_eq!(page("page=999999999999"), (0, 113));
    assert_eq!(page("type=T%E1%BB%95+ch%E1%BB%A9c"), (1, 1));
    assert_eq!(page("search=kh%C3%A1ch"), (3, 3));
}

#[test]
fn what_lists_do_not_know_is_added_in_lenient_mode() {
    let house = House::new();
    let fields = json!({"code": "x", "type": "1", "name": "Công ty A", "status_id": "Mới, lạ", "formal_name": "Tiến sĩ",
        "group_type_id": "Nhóm mới (a, b), Anh ↔ Đức", "contacts": [{"type": "Viber", "title": "a"}]});
    let refused = house.post(INSERT, &fields);
    assert_eq!(refused["error"], true);
    let answer = house.post_as(&format!("{INSERT}?access_token=lenient"), "application/json", fields.to_string());
    let row = &answer["data"];
    assert_eq!(row["group_type_id"], "Nhóm mới (a, b), Anh ↔ Đức", "{answer}");
    assert_eq!((&row["status_id"], &row["formal_name"]), (&json!("Mới, lạ"), &json!("Tiến sĩ")));
    assert_eq!(row["contacts"][0]["type"], "Viber");
    let other = house.other;
    let items = house.hub.write(Actor::cli(other), |tx| hub::catalog::list(tx, CatalogKind::Group)).wait().unwrap();
    assert!(items.iter().any(|item| item.label == "Nhóm mới (a, b)"));
}
