//! What is forgiven, what is not, and with which words.

use proptest::prelude::*;

use super::*;
use crate::json;

/// Bodies with the liberties that the BeeIQ document takes in its samples.
const FORGIVEN: [(&str, &str, &[Tolerance]); 10] = [
    (
        "{ senderUser: \"mai@example.com\", data: [] }",
        r#"{"senderUser":"mai@example.com","data":[]}"#,
        &[Tolerance::UnquotedKey],
    ),
    (
        "{\"data\": [{ //required\n\"actionType\": \"add-lead\" // required\r\n}]}",
        r#"{"data":[{"actionType":"add-lead"}]}"#,
        &[Tolerance::Comment],
    ),
    ("{\"type\": 0 //1: tổ chức\n}", r#"{"type":0}"#, &[Tolerance::Comment]),
    // As the document prints it: in one line, with the line breaks behind the comments lost.
    (
        "{ \"x\": { \"a\": \"lead\", //or \"customer\" \"b\": [1] //numbers }, \"c\": 0 }",
        r#"{"x":{"a":"lead","b":[1]},"c":0}"#,
        &[Tolerance::Comment],
    ),
    (
        "{\"dealId\": \"77\", //mã đơn\n\"closeDate\": 1710000000123, //mili giây\n\"tag\": \"\" //string\n}",
        r#"{"dealId":"77","closeDate":1710000000123,"tag":""}"#,
        &[Tolerance::Comment],
    ),
    (
        "{\"dealId\": \"7041\", \"model\": \"deal\", }",
        r#"{"dealId":"7041","model":"deal"}"#,
        &[Tolerance::TrailingComma],
    ),
    (
        "{\"addresses\": [{\"country\": \"VN\", }, ], }",
        r#"{"addresses":[{"country":"VN"}]}"#,
        &[Tolerance::TrailingComma],
    ),
    (
        "{\"content\": \"Xin chào\", \"phones\": [“0905000001”,”0905000002”]}",
        r#"{"content":"Xin chào","phones":["0905000001","0905000002"]}"#,
        &[Tolerance::CurlyQuote],
    ),
    (
        "{\"phones\": [‘0905000001’, '0905000002']}",
        r#"{"phones":["0905000001","0905000002"]}"#,
        &[Tolerance::CurlyQuote, Tolerance::SingleQuote],
    ),
    (
        "{\"gender\": [0, 1, 2] /* 0: nam */, \"bgInfo\": \"a\nb\tc\"}",
        r#"{"gender":[0,1,2],"bgInfo":"a\nb\tc"}"#,
        &[Tolerance::Comment, Tolerance::ControlCharacter],
    ),
];

/// Bodies whose repair would be a guess, and how they are refused.
const REFUSED: [(&str, &str); 29] = [
    (
        "{\"customerId\": \"LID-123\"\n  \"tag\": \"web\"}",
        "ở dòng 2, cột 3: thiếu dấu phẩy hoặc dấu '}', nhưng gặp dấu ngoặc kép",
    ),
    (
        "{\"permit: { \"status\": 3 }}",
        "ở dòng 1, cột 14: thiếu dấu hai chấm sau tên trường \"permit: { \", nhưng gặp 's'",
    ),
    ("{senderUser: <email>}", "ở dòng 1, cột 14: chỗ giữ sẵn <email> phải được thay bằng giá trị thật"),
    ("{\"body\": <a\n>}", "ở dòng 1, cột 10: cần một giá trị, nhưng gặp '<'"),
    ("{\"bgInfo\"\" x\"}", "ở dòng 1, cột 10: thiếu dấu hai chấm sau tên trường \"bgInfo\", nhưng gặp dấu ngoặc kép"),
    ("{ tags\" : []}", "ở dòng 1, cột 7: thiếu dấu hai chấm sau tên trường \"tags\", nhưng gặp dấu ngoặc kép"),
    ("{tags\"x\" : []}", "ở dòng 1, cột 6: thiếu dấu hai chấm sau tên trường \"tags\", nhưng gặp dấu ngoặc kép"),
    ("{\"im\": [],, \"tag\": \"\"}", "ở dòng 1, cột 11: cần một tên trường, nhưng gặp ','"),
    ("[1,,2]", "ở dòng 1, cột 4: cần một giá trị, nhưng gặp ','"),
    ("[{value: 1},...]", "ở dòng 1, cột 13: cần một giá trị, nhưng gặp '.'"),
    ("{\"data\": [1, 2 }", "ở dòng 1, cột 16: thiếu dấu phẩy hoặc dấu ']', nhưng gặp '}'"),
    ("{\"data\": [{", "ở dòng 1, cột 12: cần một tên trường, nhưng nội dung đã hết"),
    ("[1", "ở dòng 1, cột 3: thiếu dấu phẩy hoặc dấu ']', nhưng nội dung đã hết"),
    ("{\"a\"", "thiếu dấu hai chấm sau tên trường \"a\", nhưng nội dung đã hết"),
    ("{\"a\":", "cần một giá trị, nhưng nội dung đã hết"),
    ("[“a\"]", "ở dòng 1, cột 2: chuỗi bắt đầu ở đây không có dấu ngoặc đóng"),
    ("\"a", "ở dòng 1, cột 1: chuỗi bắt đầu ở đây không có dấu ngoặc đóng"),
    ("{\"phone\": 0905000001}", "ở dòng 1, cột 11: số bắt đầu bằng 0; số điện thoại và mã số phải nằm trong ngoặc kép"),
    ("{\"name\": Mai}", "ở dòng 1, cột 10: giá trị Mai là chữ nên phải nằm trong ngoặc kép"),
    ("[None, True]", "giá trị None là chữ nên phải nằm trong ngoặc kép"),
    ("[1.]", "số không đúng dạng"),
    ("[-]", "số không đúng dạng"),
    ("[1e]", "số không đúng dạng"),
    ("[+1]", "cần một giá trị, nhưng gặp '+'"),
    ("{} x", "ở dòng 1, cột 4: còn nội dung thừa sau khi JSON đã kết thúc: 'x'"),
    ("/* a", "chú thích /* không có dấu đóng */"),
    ("/ a", "gặp dấu '/' không phải là chú thích"),
    (r#""\x41""#, "ở dòng 1, cột 2: ký tự thoát sau '\\' không có trong JSON"),
    (r#"["\ud83d"]"#, "ở dòng 1, cột 3: mã \\u không phải là một ký tự Unicode"),
];

#[test]
fn liberties_are_forgiven_and_noted() {
    for (text, meant, tolerated) in FORGIVEN {
        let parsed = json::parse(text.as_bytes()).unwrap();
        assert_eq!(parsed.node.to_json(), meant);
        assert_eq!(parsed.tolerated, tolerated, "{text}");
    }
    let parsed = parse("\u{feff}\u{a0}[1]\u{3000}").unwrap();
    assert_eq!(parsed.tolerated, [Tolerance::ByteOrderMark, Tolerance::Blank]);
    assert_eq!(
        parsed.tolerated.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        "dấu BOM ở đầu, khoảng trắng ngoài chuẩn"
    );
}

#[test]
fn a_lost_quote_is_mended_where_a_document_prints_it() {
    let text = "{ refId : \"\", tags\" : [], b\"\n:1}";
    let mended = json::parse_repaired(text.as_bytes(), Repair::NameQuote).unwrap();
    assert_eq!(
        (mended.node.to_json().as_str(), &mended.tolerated[..]),
        (r#"{"refId":"","tags":[],"b":1}"#, &[Tolerance::UnquotedKey][..])
    );
    assert!(parse_repaired("{tags\"x\" : []}", Repair::NameQuote).is_err());
    assert!(parse(text).is_err());
}

#[test]
fn guesses_are_refused_with_their_place() {
    for (text, reason) in REFUSED {
        let refusal = json::parse(text.as_bytes()).unwrap_err();
        assert!(refusal.public().ends_with(reason), "{text}: {refusal}");
        assert!(refusal.public().starts_with("Không đọc được JSON ở dòng "), "{refusal}");
    }
}

#[test]
fn quotes_end_only_their_own_kind() {
    let text = |source| parse(source).unwrap().node.as_text().unwrap().to_owned();
    assert_eq!(text("“Quán \"Mộc\" – it's”"), "Quán \"Mộc\" – it's");
    assert_eq!(text("\"“a” 'b' ’\""), "“a” 'b' ’");
    assert_eq!(text("'“a” \"b\"'"), "“a” \"b\"");
    assert_eq!(text(r"'it\'s'"), "it's");
    assert!(parse("‘it’s’").is_err());
    assert!(parse("{“a\": “b\", “c\": 1}").is_err());
}

#[test]
fn escapes() {
    let parsed = parse(r#""\"\\\/\b\f\n\r\t\u00e0\ud83d\ude00""#).unwrap();
    assert_eq!(parsed.node, Node::Text("\"\\/\u{8}\u{c}\n\r\tà😀".into()));
    for bad in [r#""\u12""#, r#""\u+123""#, r#""\ud83d\u0041""#, r#""\ude00""#, r#""\"#, r#""\u00é0""#] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn keys_may_be_words_of_any_language() {
    let parsed = parse("{$a_1: 1, tên: 2, null: 3, 'x y': 4, “z”: 5}").unwrap();
    assert_eq!(parsed.node.to_json(), r#"{"$a_1":1,"tên":2,"null":3,"x y":4,"z":5}"#);
    for bad in ["{1a: 1}", "{a-b: 1}", "{a.b: 1}", "{: 1}", "{,}"] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn every_document_serde_json_reads_is_read(text in "[\\[\\]{}:,\"“”'a0-9.eE+/* \n\\\\-]{0,12}") {
        if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
            let parsed = parse(&text);
            prop_assert!(parsed.is_ok(), "{parsed:?}");
        }
        if let Some(node) = json::read_strict(&text) {
            prop_assert_eq!(parse(&text).unwrap().node, node);
        }
    }

    #[test]
    fn every_number_serde_json_reads_is_read(text in "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?") {
        let parsed = parse(&text);
        prop_assert!(parsed.is_ok(), "{parsed:?}");
        let node = parsed.unwrap().node;
        prop_assert_eq!(&json::parse(text.as_bytes()).unwrap().node, &node);
        prop_assert_eq!(json::parse(node.to_json().as_bytes()).unwrap().node, node, "what was read is stable");
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn no_damaged_body_panics(
        sample in 0..FORGIVEN.len() + REFUSED.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3, any::<u8>()), 1..6),
    ) {
        let text = FORGIVEN.iter().map(|row| row.0).chain(REFUSED.iter().map(|row| row.0)).nth(sample).unwrap();
        let mut bytes = text.as_bytes().to_vec();
        for (index, edit, byte) in edits {
            let at = index.index(bytes.len() + 1).min(bytes.len());
            match edit {
                0 => bytes.insert(at, byte),
                _ if at == bytes.len() => {}
                1 => drop(bytes.remove(at)),
                _ => bytes[at] = byte,
            }
        }
        let _ = json::parse(&bytes);
    }
}
