//! The forms a member may come in, and the blame when it does not.

use std::fmt::Debug;

use jiff::civil::date;

use super::*;
use crate::json;

fn tree(text: &str) -> Node {
    json::parse(text.as_bytes()).unwrap().node
}

fn blame<T: Debug>(outcome: Result<T>) -> (String, String) {
    match outcome {
        Err(Error::Invalid { field, message }) => (field, message),
        other => panic!("not a refusal: {other:?}"),
    }
}

#[test]
fn paths_are_the_callers_words() {
    let root = tree(r#"{"data":[{"data":{"phones":["1",{"value":["x"]},[[{"v":{}}]]]}}]}"#);
    let reader = Reader::object(&root, "").unwrap();
    let data = reader.list("data").unwrap();
    let item = data[0].object().unwrap().unwrap();
    let contact = item.nested("data").unwrap().unwrap();
    let phones = contact.list("phones").unwrap();
    let phone = phones[1].object().unwrap().unwrap();
    let expected = "data[0].data.phones[1].value";
    assert_eq!(blame(phone.text("value")), (expected.into(), format!("Trường {expected} phải là chuỗi ký tự")));
    assert_eq!(phone.missing("type").public(), "Trường data[0].data.phones[1].type là bắt buộc");
    assert_eq!(contact.path(), "data[0].data");
    let inner = phones[2].list().unwrap();
    let innermost = inner[0].list().unwrap();
    assert_eq!(innermost[0].path(), "data[0].data.phones[2][0][0]");
    let object = innermost[0].object().unwrap().unwrap();
    assert_eq!(blame(object.text("v")).0, "data[0].data.phones[2][0][0].v");
}

#[test]
fn the_top_may_have_a_name() {
    let node = tree(r#"{"name":[]}"#);
    assert_eq!(blame(Reader::item(&node, "data", 3).unwrap().text("name")).0, "data[3].name");
    assert_eq!(blame(Reader::object(&node, "detail").unwrap().text("name")).0, "detail.name");
    assert_eq!(blame(Reader::object(&node, "").unwrap().text("name")).0, "name");
    let message = "Dữ liệu gửi lên phải là đối tượng JSON".to_owned();
    assert_eq!(blame(Reader::object(&tree("[]"), "")), (String::new(), message));
    assert_eq!(blame(Reader::item(&tree("1"), "data", 0)).1, "Trường data[0] phải là đối tượng JSON");
}

#[test]
fn names_in_order_of_preference() {
    let node = tree(r#"{"a":"","b":"2","c":"3","n":null,"n":"last"}"#);
    let reader = Reader::object(&node, "").unwrap();
    assert_eq!(reader.text(["c", "b"]).unwrap().as_deref(), Some("3"));
    assert_eq!(reader.text(["a", "b"]).unwrap().as_deref(), Some("2"), "an empty one gives way");
    assert_eq!(reader.text(["x", "a"]).unwrap().as_deref(), Some(""));
    assert_eq!(reader.text("n").unwrap().as_deref(), Some("last"));
    assert_eq!(reader.text("x").unwrap(), None);
    assert_eq!(reader.members().map(|(key, _)| key).collect::<Vec<_>>(), ["a", "b", "c", "n", "n"]);
}

#[test]
fn presence_tells_absent_from_empty() {
    let node = tree(r#"{"null":null,"text":" ","list":[],"object":{},"zero":0,"no":false}"#);
    let reader = Reader::object(&node, "").unwrap();
    for empty in ["null", "text", "list", "object"] {
        assert_eq!(reader.presence(empty), Presence::Empty, "{empty}");
    }
    assert_eq!(reader.presence("zero"), Presence::Given);
    assert_eq!(reader.presence(["x", "no"]), Presence::Given);
    assert_eq!(reader.presence("x"), Presence::Absent);
}

#[test]
fn scalars() {
    let node = tree(
        r#"{"s":" a ","n":84901234567,"f":84901234567.0,"b":true,"e":" ","z":null,"l":[],"q":" 42 ","big":9223372036854775808}"#,
    );
    let reader = Reader::object(&node, "").unwrap();
    assert_eq!(reader.text("s").unwrap().as_deref(), Some(" a "));
    assert_eq!(reader.trimmed("s").unwrap().as_deref(), Some("a"));
    assert_eq!(reader.text("n").unwrap().as_deref(), Some("84901234567"));
    assert_eq!(reader.text("f").unwrap().as_deref(), Some("84901234567"));
    assert_eq!(reader.text("e").unwrap().as_deref(), Some(" "));
    assert_eq!(reader.trimmed("e").unwrap(), None);
    assert_eq!(reader.integer("n").unwrap(), Some(84_901_234_567));
    assert_eq!(reader.integer("f").unwrap(), Some(84_901_234_567));
    assert_eq!(reader.integer("q").unwrap(), Some(42));
    for none in ["e", "z", "x"] {
        assert_eq!(reader.integer(none).unwrap(), None);
        assert_eq!(reader.decimal(none).unwrap(), None);
        assert_eq!(reader.flag(none).unwrap(), None);
        assert_eq!(reader.date(none, &TimeZone::UTC).unwrap(), None);
    }
    for bad in ["s", "b", "l", "big"] {
        assert_eq!(blame(reader.integer(bad)).1, format!("Trường {bad} phải là số nguyên"));
    }
    assert_eq!(blame(reader.flag("l")).1, "Trường l phải là 0 hoặc 1 (false hoặc true)");
    assert_eq!(blame(reader.text("l")).1, "Trường l phải là chuỗi ký tự");
}

#[test]
fn true_and_false_are_no_texts() {
    let node = tree(r#"{"b":false,"l":["x",true],"o":[{"value":false}],"s":"abc"}"#);
    let reader = Reader::object(&node, "").unwrap();
    let fault = |path: &str| format!("Trường {path} phải là chuỗi ký tự");
    assert_eq!(blame(reader.text("b")).1, fault("b"));
    assert_eq!(blame(reader.trimmed("b")).1, fault("b"));
    assert_eq!(blame(reader.short("b", 5)).1, fault("b"));
    assert_eq!(blame(reader.texts("b")).1, fault("b"));
    assert_eq!(blame(reader.comma_separated("b")).1, fault("b"));
    assert_eq!(blame(reader.comma_separated("l")).1, fault("l[1]"));
    assert_eq!(blame(reader.texts("l")).1, fault("l[1]"));
    assert_eq!(blame(reader.texts_under("o", "value")).1, fault("o[0].value"));
    assert_eq!(reader.short("s", 3).unwrap().as_deref(), Some("abc"));
    assert_eq!(blame(reader.short("s", 2)).1, "Trường s dài quá 2 ký tự");
}

#[test]
fn custom_fields_hold_true_and_false() {
    let node = tree(r#"{"b":false,"l":[" x ",true,"",null,7],"s":" a ","e":" ","z":null,"o":{}}"#);
    let reader = Reader::object(&node, "").unwrap();
    let values = |name: &str| reader.value(name).unwrap().values();
    assert_eq!(reader.value("b").unwrap().written().unwrap().as_deref(), Some("false"));
    assert_eq!(values("b").unwrap(), ["false"]);
    assert_eq!(values("l").unwrap(), ["x", "true", "7"]);
    assert_eq!(values("s").unwrap(), ["a"]);
    assert!(values("e").unwrap().is_empty() && values("z").unwrap().is_empty());
    assert_eq!(blame(values("o")).1, "Trường o phải là chuỗi ký tự");
}

#[test]
fn money_keeps_its_digits() {
    let decimal = |text: &str| {
        let node = Node::Object(vec![("v".into(), tree(text))]);
        Reader::object(&node, "").unwrap().decimal("v")
    };
    for (sent, read) in [
        ("50000", "50000"),
        ("\"50000\"", "50000"),
        ("\" 50000.10 \"", "50000.10"),
        ("50000.25", "50000.25"),
        ("1e3", "1000"),
        ("-5", "-5"),
        ("\"50,000\"", "50000"),
        ("\"50,000.5\"", "50000.5"),
        ("\"50.000,5\"", "50000.5"),
        ("\"-1.500.000\"", "-1500000"),
        ("\"1,500,000\"", "1500000"),
        ("\"1.500.000,25\"", "1500000.25"),
        ("12345678901234567890.123", "12345678901234567890.123"),
    ] {
        assert_eq!(decimal(sent).unwrap().as_deref(), Some(read), "{sent}");
    }
    for bad in [
        "\"50000,5\"",
        "\"5,00\"",
        "\"1.50.000\"",
        "\"5.\"",
        "\".5\"",
        "\"5 USD\"",
        "\"--5\"",
        "\"1e3\"",
        "\",\"",
        "\"1,\"",
        "\"٥\"",
        "true",
        "[]",
    ] {
        assert!(blame(decimal(bad)).1.starts_with("Trường v phải là số"), "{bad}");
    }
}

#[test]
fn flags() {
    for (text, flag) in [
        ("true", true),
        ("1", true),
        ("\"1\"", true),
        ("\"TRUE\"", true),
        ("false", false),
        ("0", false),
        ("\"0\"", false),
        ("\"false\"", false),
    ] {
        let node = tree(&format!("{{\"f\":{text}}}"));
        assert_eq!(Reader::object(&node, "").unwrap().flag("f").unwrap(), Some(flag), "{text}");
    }
    assert!(Reader::object(&tree(r#"{"f":2}"#), "").unwrap().flag("f").is_err());
}

#[test]
fn lists() {
    let node = tree(
        r#"{"l":[1,"",null," b "],"o":{"value":"c"},"s":"t1, t2,,","e":"","z":null,"n":5,"mixed":["a",{"value":" b "},{"v":"c"},{"value":7},{}]}"#,
    );
    let reader = Reader::object(&node, "").unwrap();
    assert_eq!(reader.list("l").unwrap().len(), 4);
    for empty in ["e", "z", "x"] {
        assert!(reader.list(empty).unwrap().is_empty() && reader.list_or_one(empty).unwrap().is_empty());
        assert!(reader.texts(empty).unwrap().is_empty() && reader.comma_separated(empty).unwrap().is_empty());
    }
    for lone in ["o", "s", "n"] {
        assert_eq!(blame(reader.list(lone)).1, format!("Trường {lone} phải là danh sách"));
        assert_eq!(reader.list_or_one(lone).unwrap().len(), 1);
    }
    assert_eq!(reader.texts("l").unwrap(), ["1", "b"]);
    assert_eq!(reader.texts("s").unwrap(), ["t1, t2,,"]);
    assert_eq!(reader.comma_separated("s").unwrap(), ["t1", "t2"]);
    assert_eq!(reader.comma_separated("l").unwrap(), ["1", "b"]);
    assert_eq!(reader.texts_under("mixed", ["value", "v"]).unwrap(), ["a", "b", "c", "7"]);
    assert_eq!(reader.texts_under("o", "value").unwrap(), ["c"]);
    assert_eq!(blame(reader.texts("mixed")).0, "mixed[1]");
    let nested = tree(r#"{"phones":[{"value":[]}]}"#);
    assert_eq!(blame(Reader::object(&nested, "").unwrap().texts_under("phones", "value")).0, "phones[0].value");
}

#[test]
fn objects() {
    let node = tree(r#"{"o":{"a":1},"php":[],"e":"","z":null,"l":[1],"s":"x"}"#);
    let reader = Reader::object(&node, "").unwrap();
    assert_eq!(reader.nested("o").unwrap().unwrap().integer("a").unwrap(), Some(1));
    for none in ["php", "e", "z", "x"] {
        assert!(reader.nested(none).unwrap().is_none());
    }
    for bad in ["l", "s"] {
        assert_eq!(blame(reader.nested(bad)).1, format!("Trường {bad} phải là đối tượng JSON"));
    }
}

#[test]
fn dates_carry_their_path() {
    let node =
        tree(r#"{"d":"Fri Jan 01 1993 00:00:00 GMT+0700 (ICT)","ms":1482470382793,"bad":"31/02/2024","t":true}"#);
    let reader = Reader::item(&node, "data", 0).unwrap();
    assert_eq!(reader.date("d", &TimeZone::UTC).unwrap(), Some(date(1993, 1, 1)));
    assert_eq!(reader.instant("ms", &TimeZone::UTC).unwrap(), Some(1_482_470_382_793_000));
    let message = "Trường data[0].bad không phải ngày hợp lệ: 31/02/2024";
    assert_eq!(blame(reader.date("bad", &TimeZone::UTC)), ("data[0].bad".into(), message.into()));
    assert_eq!(blame(reader.instant("t", &TimeZone::UTC)).1, "Trường data[0].t phải là thời điểm");
}

#[test]
fn duplicates_are_found_anywhere() {
    for (text, path) in [
        (r#"{"a":1,"b":2,"a":3}"#, "a"),
        (r#"{"data":[{},{"x":{"y":1,"y":2}}]}"#, "data[1].x.y"),
        (r#"{"l":[[{"k":1,"k":1}]]}"#, "l[0][0].k"),
    ] {
        let node = tree(text);
        let expected = (path.to_owned(), format!("Trường {path} bị lặp lại"));
        assert_eq!(blame(Reader::object(&node, "").unwrap().reject_duplicates()), expected);
    }
    let many: Vec<String> = (0..100).map(|n| format!("\"k{n}\":{{}}")).collect();
    let unique = tree(&format!("{{{}}}", many.join(",")));
    assert!(Reader::object(&unique, "").unwrap().reject_duplicates().is_ok());
    let repeated = tree(&format!("{{{},\"k7\":1}}", many.join(",")));
    assert_eq!(blame(Reader::object(&repeated, "").unwrap().reject_duplicates()).0, "k7");
}

#[test]
fn nul_is_found_anywhere() {
    for (text, path) in [
        (r#"{"a":"x\u0000"}"#, "a"),
        (r#"{"data":[1,["\u0000"]]}"#, "data[1][0]"),
        (r#"{"o":{"k\u0000":1}}"#, "o.k\\u{0}"),
    ] {
        let node = tree(text);
        let expected = (path.to_owned(), format!("Trường {path} chứa ký tự U+0000 không được phép"));
        assert_eq!(blame(Reader::object(&node, "").unwrap().reject_nul()), expected);
    }
    let clean = tree(r#"{"a":["\u0001",{"b":"c"}]}"#);
    assert!(Reader::object(&clean, "").unwrap().reject_nul().is_ok());
}

#[test]
fn long_names_are_cut_in_messages() {
    let node = tree(&format!("{{\"{}\":[]}}", "ă".repeat(100_000)));
    let reader = Reader::object(&node, "").unwrap();
    let (key, value) = reader.members().next().unwrap();
    assert_eq!(key.chars().count(), 100_000);
    assert!(blame(value.text()).1.len() < 200);
}
