//! The success rule of a gateway: a place in its JSON answer and the value that must stand there.

use domain::{Error, Result};
use serde_json::Value;

/// `JSONPATH=VALUE`. Of JSONPath (RFC 9535) the names and indexes: `$.data[0].status`, `status`, `$['a b']`.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    steps: Vec<Step>,
    value: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

impl Rule {
    /// Reads a rule, refusing what is not understood.
    pub fn read(text: &str) -> Result<Self> {
        let fault = || {
            Error::invalid(
                "success",
                format!(
                    "Quy tắc thành công \"{text}\" phải có dạng JSONPATH=GIÁ_TRỊ, ví dụ $.status=ok hoặc $.data[0].code=0"
                ),
            )
        };
        let mut steps = Vec::new();
        let mut rest = text.trim();
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
        } else if !rest.starts_with('[') {
            let (name, after) = name(rest).ok_or_else(fault)?;
            steps.push(Step::Name(name));
            rest = after;
        }
        loop {
            if let Some(value) = rest.strip_prefix('=') {
                return Ok(Self { steps, value: value.trim().to_owned() });
            }
            let (step, after) = match rest.as_bytes().first() {
                Some(b'.') => name(&rest[1..]).map(|(name, after)| (Step::Name(name), after)),
                Some(b'[') => bracket(&rest[1..]),
                _ => None,
            }
            .ok_or_else(fault)?;
            steps.push(step);
            rest = after;
        }
    }

    /// Whether an answer fulfils it: texts are compared as they are, everything else as it is written in JSON.
    pub fn holds(&self, answer: &Value) -> bool {
        let found = self.steps.iter().try_fold(answer, |value, step| match step {
            Step::Name(name) => value.get(name),
            Step::Index(index) => value.get(index),
        });
        found.is_some_and(|value| match value.as_str() {
            Some(text) => text == self.value,
            None => {
                let written = value.to_string();
                written == self.value
            }
        })
    }
}

/// A bare name and what follows it.
fn name(text: &str) -> Option<(String, &str)> {
    let end = text.find(['.', '[', '=', '*', '?', ' ', '"', '\'']).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    (!name.is_empty()).then(|| (name.to_owned(), after))
}

/// What stands behind `[`, and what follows the `]`.
fn bracket(text: &str) -> Option<(Step, &str)> {
    for quote in ['\'', '"'] {
        if let Some(inside) = text.strip_prefix(quote) {
            let (name, after) = inside.split_once(quote)?;
            return Some((Step::Name(name.to_owned()), after.strip_prefix(']')?));
        }
    }
    let (index, after) = text.split_once(']')?;
    Some((Step::Index(index.parse().ok()?), after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_hold() {
        let answer = json!({"status": "ok", "code": 0, "done": true, "data": [{"a b": {"x=y": "1"}}, null]});
        for rule in [
            "$.status=ok",
            "status=ok",
            " $.code = 0",
            "done=true",
            "$['status']=ok",
            "$.data[0]['a b'][\"x=y\"]=1",
            "data[1]=null",
        ] {
            let held = Rule::read(&rule.replace(" =", "=")).map(|rule| rule.holds(&answer));
            assert_eq!(held, Ok(true), "{rule}");
        }
        for rule in ["$.status=no", "$.none=ok", "$.data[2]=null", "$.code=00", "$.status="] {
            assert_eq!(Rule::read(rule).map(|rule| rule.holds(&answer)), Ok(false), "{rule}");
        }
        assert_eq!(Rule::read("status=a=b").map(|rule| rule.value), Ok("a=b".to_owned()));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for rule in
            ["", "ok", "$", "$.", "$..a=1", "$.*=1", "$[*]=1", "$[?(@.a)]=1", "$.a[b]=1", "$['a=1", "=ok", "$.a b=1"]
        {
            assert!(Rule::read(rule).is_err(), "{rule}");
        }
    }
}
