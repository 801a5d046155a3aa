//! Cutting a body gives the same items as reading it whole.

use proptest::prelude::*;

use super::*;
use crate::json::tests::node;

fn trees(batch: Batch<'_>) -> Vec<Node> {
    batch.items.into_iter().map(|item| item.read().unwrap().node).collect()
}

#[test]
fn plain_items_stay_raw() {
    let body = r#"{"senderUser":"mai@example.com","data":[ {"a":1.50} , 2,"x" ],"n":1}"#;
    let batch = split(body.as_bytes(), "data").unwrap();
    assert_eq!(batch.envelope.to_json(), r#"{"senderUser":"mai@example.com","data":[],"n":1}"#);
    assert!(matches!(batch.items[0], Item::Raw(r#"{"a":1.50}"#)));
    assert_eq!(batch.items.len(), 3);
}

#[test]
fn other_shapes_stay_in_the_envelope() {
    for body in [r#"{"data":{"a":1}}"#, r#"{"data":null}"#, r#"{"other":[1]}"#, "[1,2]", "7", r#"{"data":1.5}"#] {
        let batch = split(body.as_bytes(), "data").unwrap();
        assert_eq!(batch.envelope.to_json(), body);
        assert!(batch.items.is_empty());
    }
}

#[test]
fn liberties_are_noted_for_the_whole() {
    let batch = split("{data: [1, 2,]}".as_bytes(), "data").unwrap();
    assert_eq!(batch.tolerated, [Tolerance::UnquotedKey, Tolerance::TrailingComma]);
    assert_eq!(trees(batch), [Node::Number(1.into()), Node::Number(2.into())]);
    assert!(split(b"{\"data\": [1", "data").is_err());
}

#[test]
fn an_unreadable_item_harms_no_other() {
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let body = format!(r#"{{"data":[1,{deep},"\ud800",2]}}"#);
    let outcomes: Vec<bool> =
        split(body.as_bytes(), "data").unwrap().items.into_iter().map(|item| item.read().is_ok()).collect();
    assert_eq!(outcomes, [true, false, false, true]);
}

#[test]
fn a_repeated_list_is_visible_and_the_last_counts() {
    for body in [r#"{"data":[1],"data":[2]}"#, "{data:[1],data:[2]}"] {
        let batch = split(body.as_bytes(), "data").unwrap();
        assert_eq!(batch.envelope.to_json(), r#"{"data":[],"data":[]}"#);
        assert_eq!(trees(batch), [Node::Number(2.into())]);
    }
}

#[test]
fn a_list_cannot_fill_the_memory() {
    let body = format!(r#"{{"data":[{}0]}}"#, "0,".repeat(json::MAX_VALUES));
    assert!(split(body.as_bytes(), "data").unwrap_err().public().contains("quá nhiều giá trị"));
}

proptest! {
    #[test]
    fn cut_items_are_the_items(items in prop::collection::vec(node(), 0..5), other in node()) {
        let whole = Node::Object(vec![("o".into(), other), ("data".into(), Node::List(items.clone()))]);
        let body = whole.to_json();
        prop_assert_eq!(trees(split(body.as_bytes(), "data").unwrap()), items);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = split(&bytes, "data");
    }
}
