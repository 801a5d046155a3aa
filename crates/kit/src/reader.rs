//! Reads the members of an object leniently, and blames by the path the caller knows (`data[0].data.phones[1].value`).
//!
//! A path is a chain of borrowed steps and becomes text only in an error. Keys that nobody asks for are ignored.

mod checks;
#[cfg(test)]
mod tests;
mod value;

use domain::{Error, Result};
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    json::Node,
    place::{self, Place},
};

pub use value::Value;

/// An object and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    members: &'a [(String, Node)],
    place: Place<'a>,
}

/// The names a member may have: `"phone"`, or `["jobTitle", "jobTitlte"]` with the best spelling first.
///
/// The first name that carries something wins; if none does, the first that is there at all. A repeated member counts
/// with its last value, as in JavaScript and PHP.
pub trait Names: Copy {
    /// The names, best first.
    fn names(&self) -> &[&str];
}

impl Names for &str {
    fn names(&self) -> &[&str] {
        std::slice::from_ref(self)
    }
}

impl<const N: usize> Names for [&str; N] {
    fn names(&self) -> &[&str] {
        self
    }
}

/// What an update says about a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Not mentioned: stays as it is.
    Absent,
    /// `null`, a blank string, `[]` or `{}`.
    Empty,
    /// Anything else.
    Given,
}

impl<'a> Reader<'a> {
    /// The object at `path`, the empty path being the whole document.
    pub fn object(node: &'a Node, path: &'a str) -> Result<Self> {
        Self::at(node, Place { parent: None, key: path, index: None })
    }

    /// The object that is element `index` of the list at `path`, for lists that are read item by item.
    pub fn item(node: &'a Node, path: &'a str, index: usize) -> Result<Self> {
        Self::at(node, Place { parent: None, key: path, index: Some(index) })
    }

    fn at(node: &'a Node, place: Place<'a>) -> Result<Self> {
        match node {
            Node::Object(members) => Ok(Self { members, place }),
            _ => Err(place::invalid(place, "phải là đối tượng JSON")),
        }
    }

    /// The member, whatever it is; `None` only when it is absent.
    pub fn value(&self, names: impl Names) -> Option<Value<'_>> {
        let mut present =
            names.names().iter().filter_map(|name| self.members.iter().rev().find(|(key, _)| key == name));
        let first = present.next()?;
        let (key, node) = std::iter::once(first).chain(present).find(|(_, node)| !node.is_empty()).unwrap_or(first);
        Some(Value { node, place: Place { parent: Some(&self.place), key, index: None } })
    }

    /// Every member in the order sent, for objects that serve as a map.
    pub fn members(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.members.iter().map(|(key, node)| {
            (key.as_str(), Value { node, place: Place { parent: Some(&self.place), key, index: None } })
        })
    }

    /// Whether the member is there, and whether it says something.
    pub fn presence(&self, names: impl Names) -> Presence {
        match self.value(names) {
            None => Presence::Absent,
            Some(value) if value.node().is_empty() => Presence::Empty,
            Some(_) => Presence::Given,
        }
    }

    /// See [`Value::text`]; absent counts as `null` here and in all that follow.
    pub fn text(&self, names: impl Names) -> Result<Option<String>> {
        self.value(names).map_or(Ok(None), |value| value.text())
    }

    /// See [`Value::trimmed`].
    pub fn trimmed(&self, names: impl Names) -> Result<Option<String>> {
        self.value(names).map_or(Ok(None), |value| value.trimmed())
    }

    /// See [`Value::short`].
    pub fn short(&self, names: impl Names, longest: usize) -> Result<Option<String>> {
        self.value(names).map_or(Ok(None), |value| value.short(longest))
    }

    /// See [`Value::integer`].
    pub fn integer(&self, names: impl Names) -> Result<Option<i64>> {
        self.value(names).map_or(Ok(None), |value| value.integer())
    }

    /// See [`Value::decimal`].
    pub fn decimal(&self, names: impl Names) -> Result<Option<String>> {
        self.value(names).map_or(Ok(None), |value| value.decimal())
    }

    /// See [`Value::flag`].
    pub fn flag(&self, names: impl Names) -> Result<Option<bool>> {
        self.value(names).map_or(Ok(None), |value| value.flag())
    }

    /// See [`Value::date`].
    pub fn date(&self, names: impl Names, zone: &TimeZone) -> Result<Option<Date>> {
        self.value(names).map_or(Ok(None), |value| value.date(zone))
    }

    /// See [`Value::instant`].
    pub fn instant(&self, names: impl Names, zone: &TimeZone) -> Result<Option<i64>> {
        self.value(names).map_or(Ok(None), |value| value.instant(zone))
    }

    /// See [`Value::object`].
    pub fn nested(&self, names: impl Names) -> Result<Option<Reader<'_>>> {
        self.value(names).map_or(Ok(None), |value| value.object())
    }

    /// The elements of an array; `null`, `""` and absent are an empty list.
    pub fn list(&self, names: impl Names) -> Result<Vec<Value<'_>>> {
        self.value(names).map_or(Ok(Vec::new()), value::elements)
    }

    /// The same where a lone object or scalar stands for a list of one.
    pub fn list_or_one(&self, names: impl Names) -> Result<Vec<Value<'_>>> {
        match self.value(names) {
            Some(value) if value.node().as_list().is_none() && !value.node().is_empty() => Ok(vec![value]),
            Some(value) => value::elements(value),
            None => Ok(Vec::new()),
        }
    }

    /// Strings, trimmed, blank ones left out; a lone string is a list of one and is not split.
    pub fn texts(&self, names: impl Names) -> Result<Vec<String>> {
        let values = self.list_or_one(names)?;
        values.iter().filter_map(|value| value.trimmed().transpose()).collect()
    }

    /// Strings, or strings inside objects: `["a", {"value": "b"}]` under `value`. Otherwise as [`Reader::texts`].
    pub fn texts_under(&self, names: impl Names, inner: impl Names) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for value in self.list_or_one(names)? {
            texts.extend(match value.node() {
                Node::Object(_) => match value.object()? {
                    Some(object) => object.trimmed(inner)?,
                    None => None,
                },
                _ => value.trimmed()?,
            });
        }
        Ok(texts)
    }

    /// One string of parts between commas (`"t1, t2"`), or a list of strings. Otherwise as [`Reader::texts`].
    pub fn comma_separated(&self, names: impl Names) -> Result<Vec<String>> {
        match self.value(names) {
            Some(value) if value.node().as_list().is_some() => {
                value.list()?.iter().filter_map(|part| part.trimmed().transpose()).collect()
            }
            Some(value) => {
                let text = value.text()?.unwrap_or_default();
                Ok(text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
            }
            None => Ok(Vec::new()),
        }
    }

    /// Where this object stands, in the caller's words.
    pub fn path(&self) -> String {
        self.place.to_string()
    }

    /// The error that a member must be given.
    pub fn missing(&self, name: &str) -> Error {
        self.invalid(name, "là bắt buộc")
    }

    /// The error `Trường <path of name> <fault>`.
    pub fn invalid(&self, name: &str, fault: &str) -> Error {
        place::invalid(Place { parent: Some(&self.place), key: name, index: None }, fault)
    }
}
