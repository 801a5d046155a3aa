//! Plain JSON keeps everything; what plain JSON cannot carry is refused or kept as text.

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Node {
    parse(text.as_bytes()).unwrap().node
}

fn refusal(bytes: &[u8]) -> String {
    match parse(bytes) {
        Err(Error::Invalid { field, message }) if field.is_empty() => message,
        other => panic!("not a refusal: {other:?}"),
    }
}

#[test]
fn order_and_repetition_survive() {
    let text = r#"{"b":1,"a":[true,false,null,-5],"b":"x","":{}}"#;
    let parsed = parse(text.as_bytes()).unwrap();
    assert_eq!(parsed.tolerated, []);
    assert_eq!(parsed.node.to_json(), text);
    assert_eq!(parsed.node.find("b"), Some(&Node::Text("x".into())), "the last one counts");
}

#[test]
fn no_digit_is_lost() {
    for whole in ["0", "84901234567", "-9223372036854775808", "18446744073709551615"] {
        let node = read(whole);
        assert!(matches!(node, Node::Number(_)), "{whole}");
        assert_eq!(node.to_json(), whole);
    }
    for fraction in ["1.5", "50000.25", "-0.001", "123456789012.345"] {
        assert_eq!(read(fraction).to_json(), fraction);
    }
    for long in
        ["18446744073709551616", "12345678901234567890123", "-9223372036854775809", "0.1234567890123456", "1e400"]
    {
        let parsed = parse(long.as_bytes()).unwrap();
        assert_eq!(parsed.node, Node::Text(long.into()));
        assert_eq!(parsed.tolerated, [Tolerance::LongNumber]);
    }
    assert_eq!(read(r#"{"id":98765432109876543210,"n":1}"#).to_json(), r#"{"id":"98765432109876543210","n":1}"#);
    assert_eq!(read("-0").to_json(), "0");
    assert_eq!(read("0.0e-5").to_json(), "0.0");
    assert_eq!(read("1e-400"), Node::Text("1e-400".into()));
}

#[test]
fn deep_nesting_is_refused_without_recursing_into_it() {
    let nest = |levels: usize| ["[".repeat(levels), "]".repeat(levels)].concat();
    assert!(read_strict(&nest(MAX_DEPTH)).is_some());
    assert!(read_strict(&nest(MAX_DEPTH + 1)).is_none());
    assert!(relaxed::parse(&nest(MAX_DEPTH)).is_ok());
    assert!(refusal(nest(MAX_DEPTH + 1).as_bytes()).contains("lồng nhau quá 127 cấp"));
    for opening in ["[", r#"{"a":"#, "[{a:"] {
        assert!(refusal(opening.repeat(100_000).as_bytes()).contains("lồng nhau quá 127 cấp"));
    }
}

#[test]
fn a_tree_cannot_fill_the_memory() {
    let zeros = ["[", &"0,".repeat(MAX_VALUES), "0]"].concat();
    assert!(refusal(zeros.as_bytes()).contains("quá nhiều giá trị"));
}

#[test]
fn unreadable_bytes_are_placed() {
    assert_eq!(refusal(b"{\n\"a\":\"\xff\"}"), "Nội dung không phải UTF-8: byte thứ 8, dòng 2 không hợp lệ");
    assert_eq!(refusal(b""), "Nội dung rỗng, cần dữ liệu JSON");
    assert_eq!(refusal(b" \n "), "Nội dung rỗng, cần dữ liệu JSON");
    assert!(refusal("\u{feff}".repeat(2).as_bytes()).contains("rỗng"));
    assert!(refusal(b"\xfe\xff\x00{").contains("UTF-8"));
}

#[test]
fn emptiness() {
    for empty in ["null", r#""""#, r#"" \t""#, "[]", "{}"] {
        assert!(read(empty).is_empty(), "{empty}");
    }
    for said in ["0", "false", r#""x""#, "[null]", r#"{"a":null}"#] {
        assert!(!read(said).is_empty(), "{said}");
    }
}

/// Any tree a strict parser can give.
pub(crate) fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        Just(Node::Null),
        any::<bool>().prop_map(Node::Bool),
        any::<i64>().prop_map(|n| Node::Number(n.into())),
        any::<u64>().prop_map(|n| Node::Number(n.into())),
        any::<String>().prop_map(Node::Text),
        "[“”‘’'\"\\\\/\u{0}-\u{1f} à-ỹ]{0,12}".prop_map(Node::Text),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Node::List),
            prop::collection::vec(("[a-c“'\\PC]{0,3}", inner), 0..6).prop_map(Node::Object),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(node in node()) {
        let text = node.to_json();
        prop_assert_eq!(read_strict(&text), Some(node.clone()));
        let parsed = relaxed::parse(&text).unwrap();
        prop_assert_eq!(&parsed.node, &node);
        let spaced = serde_json::to_string_pretty(&node).unwrap();
        prop_assert_eq!(relaxed::parse(&spaced).unwrap().node, node);
        prop_assert_eq!(parsed.tolerated, []);
    }

    #[test]
    fn short_fractions_keep_their_value(whole in 0_u32..1_000_000, fraction in "[0-9]{0,8}[1-9]") {
        let literal = format!("{whole}.{fraction}");
        prop_assert_eq!(read(&literal).to_json(), literal);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }
}
