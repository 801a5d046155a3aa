//! Lenient JSON: plain JSON reads as serde_json reads it, and what was read reads the same when it is written and read again.

#![no_main]

use kit::json::{self, Node, Tolerance};
use kit::relaxed;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let read = json::parse(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else {
        assert!(read.is_err(), "no UTF-8, and yet read");
        return;
    };
    let relaxed = relaxed::parse(text);
    assert_eq!(read.is_ok(), relaxed.is_ok(), "the quick road and the lenient one disagree");
    if let Ok(plain) = serde_json::from_str::<Value>(text) {
        let parsed = read.as_ref().expect("plain JSON is read");
        let relaxed = relaxed.as_ref().expect("plain JSON is read leniently too");
        assert_eq!(parsed.node, relaxed.node);
        // A number of more digits than 64 bits hold is a text to us, and rounded by others.
        if !parsed.tolerated.contains(&Tolerance::LongNumber) {
            assert!(same(&parsed.node, &plain), "{} is not {plain}", parsed.node.to_json());
        }
    }
    if let Ok(parsed) = read {
        let written = parsed.node.to_json();
        let again = json::parse_text(&written).expect("what we write can be read");
        assert_eq!(again.node, parsed.node);
        assert!(again.tolerated.is_empty(), "what we write is plain: {:?}", again.tolerated);
    }
});

/// Whether both hold the same; of members of one name the last one counts.
fn same(node: &Node, plain: &Value) -> bool {
    match (node, plain) {
        (Node::Null, Value::Null) => true,
        (Node::Bool(one), Value::Bool(other)) => one == other,
        (Node::Number(one), Value::Number(other)) => one == other || one.as_f64().zip(other.as_f64()).is_some_and(near),
        (Node::Text(one), Value::String(other)) => one == other,
        (Node::List(items), Value::Array(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(one, other)| same(one, other))
        }
        (Node::Object(members), Value::Object(others)) => {
            members.iter().all(|(key, _)| others.contains_key(key))
                && others.iter().all(|(key, other)| node.find(key).is_some_and(|one| same(one, other)))
        }
        _ => false,
    }
}

/// Whether two numbers differ by no more than serde_json rounds, which may be off by a unit in the last place.
fn near((one, other): (f64, f64)) -> bool {
    one == other || (one - other).abs() <= 2.0 * f64::EPSILON * one.abs()
}
