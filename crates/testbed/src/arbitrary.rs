//! What clients may send, whatever that is: any JSON, samples with a part replaced, bytes put where they do not belong.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use serde_json::{Map, Value};

/// Runs a property on so many cases; panics with the smallest one that breaks it.
pub fn hold<S: Strategy>(cases: u32, of: S, property: impl Fn(S::Value) -> TestCaseResult) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner.run(&of, property).unwrap();
}

/// Any JSON of some depth. Now and then a text is one of `words`, a number one of `numbers` and a name one of `keys`: those mean
/// something to whoever reads it.
pub fn json(
    words: &'static [&'static str],
    numbers: &'static [i64],
    keys: &'static [&'static str],
) -> impl Strategy<Value = Value> {
    let text =
        prop_oneof![select(words).prop_map(str::to_owned), "\\PC{0,12}", "[\\[\\]{}\",:a0 ]{0,12}", any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        select(numbers).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let key = prop_oneof![select(keys).prop_map(str::to_owned), any::<String>()];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Something else in the place of some value of a sample.
#[derive(Debug, Clone)]
pub struct Change {
    place: Index,
    /// What is put there.
    pub new: Value,
}

impl Change {
    /// Puts it there.
    pub fn make(&self, sample: &mut Value) {
        let at = self.place.index(size(sample));
        replace(sample, &mut { at }, &self.new);
    }
}

/// A change that puts one of `new` somewhere.
pub fn change(new: impl Strategy<Value = Value>) -> impl Strategy<Value = Change> {
    (any::<Index>(), new).prop_map(|(place, new)| Change { place, new })
}

/// Puts `new` in the place of the value that comes `at`th when walking down.
fn replace(value: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        value.clone_from(new);
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, at, new)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, at, new)),
        _ => {}
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// A few bytes in the place of a few others.
#[derive(Debug, Clone)]
pub struct Splice {
    place: Index,
    bytes: Vec<u8>,
    gone: usize,
}

impl Splice {
    /// A body with them.
    pub fn make(&self, body: impl Into<Vec<u8>>) -> Vec<u8> {
        let mut body = body.into();
        let start = self.place.index(body.len());
        let end = (start + self.gone).min(body.len());
        body.splice(start..end, self.bytes.iter().copied());
        body
    }
}

/// Any bytes anywhere.
pub fn splice() -> impl Strategy<Value = Splice> {
    (any::<Index>(), prop::collection::vec(any::<u8>(), 0..6), 0..8_usize).prop_map(|(place, bytes, gone)| Splice {
        place,
        bytes,
        gone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_value_of_a_sample_is_a_place() {
        let sample = json!({"a": [1, {"b": 2}], "c": 3});
        assert_eq!(size(&sample), 6);
        let put = |at: usize| {
            let mut changed = sample.clone();
            replace(&mut changed, &mut { at }, &json!("x"));
            changed
        };
        assert_eq!(put(0), json!("x"));
        assert_eq!(put(1), json!({"a": "x", "c": 3}));
        assert_eq!(put(2), json!({"a": ["x", {"b": 2}], "c": 3}));
        assert_eq!(put(4), json!({"a": [1, {"b": "x"}], "c": 3}));
        assert_eq!(put(5), json!({"a": [1, {"b": 2}], "c": "x"}));
    }
}
