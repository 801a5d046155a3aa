//! One value of the caller's document, in whatever form the caller wrote it.

use domain::{Error, Result};
use jiff::{civil::Date, tz::TimeZone};
use serde_json::Number;

use super::Reader;
use crate::{
    dates,
    json::Node,
    place::{self, Place},
};

/// A value and where it stands. In every getter `null` is `None`.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    pub(super) node: &'a Node,
    pub(super) place: Place<'a>,
}

impl<'a> Value<'a> {
    /// The value as it was sent.
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// A string as sent; a number is written as text. `true` and `false` are none: clients write `false` for "there is none",
    /// and kept as a word it would be somebody's phone or code.
    pub fn text(&self) -> Result<Option<String>> {
        match self.node {
            Node::Bool(_) => Err(self.invalid("phải là chuỗi ký tự")),
            _ => self.written(),
        }
    }

    /// The same, `true` and `false` being written as text too: for values of custom fields, where a checkbox holds them, and for
    /// enumerations in which any word is allowed.
    pub fn written(&self) -> Result<Option<String>> {
        match self.node {
            Node::Null => Ok(None),
            Node::Bool(yes) => Ok(Some(yes.to_string())),
            Node::Number(number) => Ok(Some(spelled(number))),
            Node::Text(text) => Ok(Some(text.clone())),
            Node::List(_) | Node::Object(_) => Err(self.invalid("phải là chuỗi ký tự")),
        }
    }

    /// [`Value::text`] without surrounding blanks; a blank string is `None`.
    pub fn trimmed(&self) -> Result<Option<String>> {
        match self.node {
            Node::Text(text) => Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)),
            _ => self.text(),
        }
    }

    /// The same of `longest` letters at most.
    pub fn short(&self, longest: usize) -> Result<Option<String>> {
        match self.trimmed()? {
            Some(text) if text.chars().count() > longest => Err(self.invalid(&format!("dài quá {longest} ký tự"))),
            text => Ok(text),
        }
    }

    /// What a custom field holds: the one value, or those of a list, each as [`Value::written`] without surrounding blanks;
    /// blank ones are left out.
    pub fn values(&self) -> Result<Vec<String>> {
        let written: Vec<Option<String>> = match self.node {
            Node::List(_) => self.list()?.iter().map(Value::written).collect::<Result<_>>()?,
            _ => vec![self.written()?],
        };
        let values = written.iter().flatten().map(|text| text.trim()).filter(|text| !text.is_empty());
        Ok(values.map(str::to_owned).collect())
    }

    /// A whole number, also in quotes; a blank string is `None`.
    pub fn integer(&self) -> Result<Option<i64>> {
        let Some(text) = self.scalar("phải là số nguyên")? else { return Ok(None) };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.invalid("phải là số nguyên")),
        }
    }

    /// An amount as plain decimal text (`-?digits` or `-?digits.digits`), every digit as sent; a blank string is `None`.
    ///
    /// Grouping is undone where only one reading exists: `50,000.5`, `50.000,5`, `1.500.000`. A lone point is the decimal
    /// point, as programs write it, and a lone comma before three digits groups; `50000,5` is refused.
    pub fn decimal(&self) -> Result<Option<String>> {
        let Some(text) = self.scalar("phải là số")? else { return Ok(None) };
        match plain_decimal(&text) {
            Some(number) => Ok(Some(number)),
            None => Err(self.invalid("phải là số, ví dụ 50000 hoặc 50000.5")),
        }
    }

    /// `true`, `false`, 1 or 0, also in quotes; a blank string is `None`.
    pub fn flag(&self) -> Result<Option<bool>> {
        const FAULT: &str = "phải là 0 hoặc 1 (false hoặc true)";
        if let Node::Bool(yes) = self.node {
            return Ok(Some(*yes));
        }
        let Some(text) = self.scalar(FAULT)? else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(self.invalid(FAULT)),
        }
    }

    /// A calendar date in any form of [`dates::calendar_date`]; a blank string is `None`.
    pub fn date(&self, zone: &TimeZone) -> Result<Option<Date>> {
        let Some(text) = self.scalar("phải là ngày")? else { return Ok(None) };
        dates::calendar_date(&text, zone, self.place).map(Some)
    }

    /// An instant in microseconds UTC, in any form of [`dates::instant`]; a blank string is `None`.
    pub fn instant(&self, zone: &TimeZone) -> Result<Option<i64>> {
        let Some(text) = self.scalar("phải là thời điểm")? else { return Ok(None) };
        dates::instant(&text, zone, self.place).map(Some)
    }

    /// An object; a blank string and `[]`, which is how PHP writes an empty one, are `None`.
    pub fn object(&self) -> Result<Option<Reader<'a>>> {
        match self.node {
            Node::Object(members) => Ok(Some(Reader { members, place: self.place })),
            Node::Null | Node::Text(_) | Node::List(_) if self.node.is_empty() => Ok(None),
            _ => Err(self.invalid("phải là đối tượng JSON")),
        }
    }

    /// The elements of an array; `null` and a blank string are an empty list.
    pub fn list(&self) -> Result<Vec<Value<'_>>> {
        match self.place.index {
            None => elements(*self),
            Some(_) => {
                let place = Place { parent: Some(&self.place), key: "", index: None };
                elements(Value { node: self.node, place })
            }
        }
    }

    /// Where the value stands, in the caller's words.
    pub fn path(&self) -> String {
        self.place.to_string()
    }

    /// The error `Trường <path> <fault>`.
    pub fn invalid(&self, fault: &str) -> Error {
        place::invalid(self.place, fault)
    }

    /// The trimmed text of a string or number.
    fn scalar(&self, fault: &str) -> Result<Option<String>> {
        match self.node {
            Node::Bool(_) | Node::List(_) | Node::Object(_) => Err(self.invalid(fault)),
            _ => self.trimmed(),
        }
    }
}

/// The elements of a list that is not itself an element.
pub(super) fn elements(list: Value<'_>) -> Result<Vec<Value<'_>>> {
    match list.node {
        Node::List(items) => Ok(items
            .iter()
            .enumerate()
            .map(|(index, node)| Value { node, place: Place { index: Some(index), ..list.place } })
            .collect()),
        Node::Null | Node::Text(_) if list.node.is_empty() => Ok(Vec::new()),
        _ => Err(list.invalid("phải là danh sách")),
    }
}

/// The number without exponent and without the `.0` that JSON writers put behind whole numbers: `84901234567.0` is a
/// phone number.
fn spelled(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(fraction) => fraction.to_string(),
        None => number.to_string(),
    }
}

fn plain_decimal(text: &str) -> Option<String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let sign = if unsigned.len() < text.len() { "-" } else { "" };
    let (whole, fraction) = match (unsigned.rfind('.'), unsigned.rfind(',')) {
        (Some(point), Some(comma)) if comma > point => (ungrouped(&unsigned[..comma], '.')?, &unsigned[comma..]),
        (Some(point), Some(_)) => (ungrouped(&unsigned[..point], ',')?, &unsigned[point..]),
        (Some(point), None) if unsigned.find('.') == Some(point) => (unsigned[..point].to_owned(), &unsigned[point..]),
        (Some(_), None) => (ungrouped(unsigned, '.')?, ""),
        (None, Some(_)) => (ungrouped(unsigned, ',')?, ""),
        (None, None) => (unsigned.to_owned(), ""),
    };
    match fraction.get(1..) {
        _ if !digits(&whole) => None,
        None => Some(format!("{sign}{whole}")),
        Some(fraction) => digits(fraction).then(|| format!("{sign}{whole}.{fraction}")),
    }
}

/// `1.500.000` without its marks, if they stand before every third digit.
fn ungrouped(text: &str, mark: char) -> Option<String> {
    let mut groups = text.split(mark);
    let first = groups.next().filter(|group| (1..=3).contains(&group.len()))?;
    let mut whole = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        whole.push_str(group);
    }
    Some(whole)
}
