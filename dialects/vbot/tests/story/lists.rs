//! Statuses, types, groups and fields: shared with the other dialects, and let go of by those who carry them.

use domain::field::{FieldEntity, FieldType};
use domain::{CatalogKind, Viewer};
use hub::{Filter, catalog, customers, fields};
use serde_json::json;

use super::support::{House, customer, labels};

#[test]
fn what_is_in_use_is_let_go_of_and_the_history_says_so() {
    let house = House::new();
    let mut new = customer("KH01", "Nguyễn Văn An", "0905000001");
    new["fileds"] = json!([{"field_key": "THONG_TIN_KHAC", "field_value": "một"}]);
    assert_eq!(house.crm("customer/create", new).0, 0);
    house.add("KH02", "Lê Thị Cúc", "0905000002");
    house.add("KH03", "Trần Bình", "0905000003");
    assert_eq!(house.crm("customer/delete", json!({"customer_no": "KH03"})).0, 0);
    let status = house.customer("KH01").label(CatalogKind::Status).unwrap().item;
    let carrying = || {
        house.read(move |tx| {
            let filter = Filter { labels: vec![vec![status]], ..Filter::everything(Viewer::Org) };
            Ok(customers::search(tx, &filter, 0, 10)?.1)
        })
    };
    assert_eq!(carrying(), 2);
    for (path, members, field, old) in [
        ("status/delete", json!({"status_no": "MA_TRANG_THAI_KHACH_HANG"}), "status", "Trạng thái khách hàng"),
        ("type/delete", json!({"type_no": "MA_LOAI_KHACH_HANG"}), "type", "Loại khách hàng"),
        ("field/delete", json!({"field_no": "THONG_TIN_KHAC"}), "fields.THONG_TIN_KHAC", "một"),
    ] {
        assert_eq!(house.crm(path, members), (0, json!(true)), "{path}");
        let history = house.whole("KH01").history;
        let change = &history[0].fields[0];
        assert_eq!((change.field.as_str(), change.old.as_str(), change.new.as_str()), (field, old, ""), "{path}");
        assert_eq!((history[0].dialect.as_str(), history[0].actor.as_str()), ("vbot", "Token golden"));
    }
    assert_eq!(carrying(), 0);
    for no in ["KH01", "KH02"] {
        let left = house.customer(no);
        assert_eq!(labels(&left, CatalogKind::Status), [""; 0]);
        assert_eq!(labels(&left, CatalogKind::Group), ["Ten_nhom_khach_hang"]);
        assert!(left.values.is_empty());
    }
}

#[test]
fn many_let_go_some_at_a_time() {
    let house = House::new();
    let count = 140;
    for number in 0..count {
        house.add(&format!("KH{number}"), &format!("Khách số {number}"), &format!("0905{number:06}"));
    }
    assert_eq!(house.crm("type/delete", json!({"type_no": "MA_LOAI_KHACH_HANG"})), (0, json!(true)));
    for no in ["KH0", "KH70", "KH139"] {
        assert_eq!(labels(&house.customer(no), CatalogKind::Type), [""; 0]);
        assert_eq!(house.whole(no).history[0].fields[0].old, "Loại khách hàng");
    }
    let journal = house.journal();
    assert_eq!((journal.outcome.as_str(), journal.touched.len()), ("ok", count));
    assert_eq!(house.crm("type/delete", json!({"type_no": "MA_LOAI_KHACH_HANG"})).0, 404);
}

#[test]
fn a_label_without_a_code_gets_one() {
    let house = House::new();
    let known = house.write(|tx| catalog::find_or_create(tx, CatalogKind::Group, "Khách sỉ"));
    assert_eq!(house.crm("group/create", json!({"group_no": "SI", "group_name": "khách SỈ"})), (0, json!("SI")));
    let item = house.read(|tx| catalog::find_by_code(tx, CatalogKind::Group, "SI")).unwrap();
    assert_eq!((item.id, item.label.as_str()), (known.item, "Khách sỉ"));
    assert_eq!(house.crm("group/create", json!({"group_no": "SI2", "group_name": "Khách sỉ"})).0, 409);
}

#[test]
fn customers_follow_names_and_codes() {
    let house = House::new();
    house.add("KH01", "Nguyễn Văn An", "0905000001");
    let codes = json!({"status_no_old": "MA_TRANG_THAI_KHACH_HANG", "status_no_new": "TT"});
    assert_eq!(house.crm("status/updateNo", codes), (0, json!("TT")));
    assert_eq!(house.crm("status/update", json!({"status_no": "TT", "status_name": "Tiềm năng thử"})).0, 0);
    let customer = house.customer("KH01");
    let status = customer.label(CatalogKind::Status).unwrap();
    assert_eq!((status.code.as_deref(), status.label.as_str()), (Some("TT"), "Tiềm năng thử"));
    let group = json!({"group_no": "G", "group_name": "Nhóm G", "group_description": "Mô tả"});
    assert_eq!(house.crm("group/create", group).0, 0);
    let item = house.read(|tx| catalog::find_by_code(tx, CatalogKind::Group, "G")).unwrap();
    assert_eq!(item.extra.as_deref(), Some("Mô tả"));
}

#[test]
fn every_type_of_field_with_its_options() {
    let house = House::new();
    let field =
        |code: &'static str| house.read(move |tx| fields::find_by_code(tx, FieldEntity::Customer, code)).unwrap();
    for (word, kind) in [
        ("STRING", FieldType::Text),
        ("TEXT", FieldType::LongText),
        ("NUMBER", FieldType::Number),
        ("DATE", FieldType::Date),
        ("PHONE", FieldType::Phone),
        ("SELECT", FieldType::Select),
        ("CHECKBOX", FieldType::Checkbox),
        ("RADIO", FieldType::Radio),
    ] {
        let no = format!("F_{word}");
        let new =
            json!({"field_no": no, "field_name": no, "field_type": [word.to_lowercase()], "field_options": ["a", "b"]});
        assert_eq!(house.crm("field/create", new), (0, json!(no)));
        let made = house.read(move |tx| fields::find_by_code(tx, FieldEntity::Customer, &no)).unwrap();
        assert_eq!((made.kind, made.options.len()), (kind, 2));
    }
    let change = json!({"field_no": "F_SELECT", "field_options": [{"label": "b"}, "c"], "field_description": "Chọn"});
    assert_eq!(house.crm("field/update", change).0, 0);
    let changed = field("F_SELECT");
    let options: Vec<_> = changed.options.iter().map(|option| (option.number, option.label.as_str())).collect();
    assert_eq!(options, [(2, "b"), (3, "c")], "an option keeps its number");
    assert_eq!((changed.label.as_str(), changed.description.as_str()), ("F_SELECT", "Chọn"));
    let mut new = customer("KH01", "Nguyễn Văn An", "0905000001");
    new["fileds"] = json!({"F_CHECKBOX": ["a", "b"], "F_NUMBER": 12.50, "F_STRING": ""});
    assert_eq!(house.crm("customer/create", new).0, 0);
    let values = house.customer("KH01").values;
    let value = |code: &str| values.iter().find(|value| value.code == code).map(|value| value.items.len());
    assert_eq!((value("F_CHECKBOX"), value("F_NUMBER"), value("F_STRING")), (Some(2), Some(1), None));
    let codes = json!({"field_no_old": "F_CHECKBOX", "field_no_new": "NHIEU"});
    assert_eq!(house.crm("field/updateNo", codes), (0, json!("NHIEU")));
    assert!(house.customer("KH01").values.iter().any(|value| value.code == "NHIEU"));
}

#[test]
fn an_item_that_was_made_meanwhile_with_the_label_of_another_is_refused() {
    let house = House::new();
    let before = house.everything();
    for (path, members, error) in [
        ("status/create", json!({"status_no": "X", "status_name": "Trạng thái cũ"}), 409),
        ("status/update", json!({"status_no": "MA_TRANG_THAI_OLD", "status_name": "Trạng thái khách hàng"}), 409),
        ("type/updateNo", json!({"type_no_old": "MA_KIEU_OLD", "type_no_new": "MA_LOAI_KHACH_HANG"}), 409),
        ("field/updateNo", json!({"field_no_old": "THONG_TIN_KHAC", "field_no_new": "MA_TRUONG_THONG_TIN"}), 409),
        ("group/delete", json!({"group_no": "KHONG_CO"}), 404),
        ("field/delete", json!({"field_no": "KHONG_CO"}), 404),
        ("field/create", json!({"field_no": "X", "field_name": "X"}), -1),
        ("group/create", json!({"group_no": "X"}), -1),
        ("group/create", json!({"group_name": "X"}), -1),
    ] {
        assert_eq!(house.crm(path, members).0, error, "{path}");
        assert_eq!(house.everything(), before, "{path}");
    }
}

#[test]
fn refusals_name_the_member_that_was_sent() {
    let house = House::new();
    house.add("KH01", "Nguyễn Văn An", "0905000001");
    let (code, text) = ("K".repeat(251), "x".repeat(1_001));
    let before = house.everything();
    for (path, members, message) in [
        ("customer/create", customer(&code, "An", "0905000002"), "Trường customer_no dài quá 250 ký tự"),
        ("customer/create", customer("K", &text, "0905000002"), "Trường customer_name dài quá 1000 ký tự"),
        (
            "customer/update",
            json!({"customer_no": "KH01", "customer_name": text}),
            "Trường customer_name dài quá 1000 ký tự",
        ),
        (
            "customer/update",
            json!({"customer_no": "KH01", "customer_phones": ["0905000001", text]}),
            "Trường customer_phones[1] dài quá 1000 ký tự",
        ),
        (
            "customer/update",
            json!({"customer_no": "KH01", "customer_phones": format!("0905000001; {text}")}),
            "Trường customer_phones dài quá 1000 ký tự",
        ),
        (
            "customer/update",
            json!({"customer_no": "KH01", "customer_email": text}),
            "Trường customer_email dài quá 1000 ký tự",
        ),
        (
            "customer/update",
            json!({"customer_no": "KH01", "customer_status_code": code}),
            "Trường customer_status_code dài quá 250 ký tự",
        ),
        (
            "customer/update",
            json!({"customer_no": "KH01", "fileds": [{"field_key": code, "field_value": "x"}]}),
            "Trường fileds[0].field_key dài quá 250 ký tự",
        ),
        (
            "customer/updateNO",
            json!({"customer_no_old": "KH01", "customer_no_new": code}),
            "Trường customer_no_new dài quá 250 ký tự",
        ),
        ("status/create", json!({"status_no": code, "status_name": "x"}), "Trường status_no dài quá 250 ký tự"),
        ("status/create", json!({"stattus_no": code, "status_name": "x"}), "Trường stattus_no dài quá 250 ký tự"),
        ("type/create", json!({"type_no": "K", "type_name": code}), "Trường type_name dài quá 250 ký tự"),
        ("group/update", json!({"group_no": "K", "group_name": code}), "Trường group_name dài quá 250 ký tự"),
        (
            "group/updateNo",
            json!({"customer_no_old": "MA_NHOM_KHACH_HANG", "customer_name_new": code}),
            "Trường customer_name_new dài quá 250 ký tự",
        ),
        (
            "field/create",
            json!({"field_no": code, "field_name": "x", "field_type": "TEXT"}),
            "Trường field_no dài quá 250 ký tự",
        ),
        (
            "field/create",
            json!({"field_no": "K", "field_name": code, "field_type": "TEXT"}),
            "Trường field_name dài quá 250 ký tự",
        ),
        (
            "field/updateNo",
            json!({"field_no_old": "THONG_TIN_KHAC", "field_no_new": code}),
            "Trường field_no_new dài quá 250 ký tự",
        ),
    ] {
        assert_eq!(house.crm(path, members), (-1, json!(message)), "{path}");
        assert_eq!(house.everything(), before, "{path}");
    }
}
