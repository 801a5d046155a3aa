//! A large body cut into its items, so that ten thousand contacts need one tree at a time in memory, not all at once.

#[cfg(test)]
mod tests;

use std::{cell::Cell, fmt};

use domain::Result;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    json::{self, Node, Parsed, Repair, Strict, Tolerance},
    relaxed,
};

/// A body whose long list has been cut out.
#[derive(Debug)]
pub struct Batch<'b> {
    /// The document. The member that was cut out stands in it as an empty list, so that a repetition can be seen.
    pub envelope: Node,
    /// The elements of that member in order; none when it is absent or no list (it then stands in `envelope` as sent).
    pub items: Vec<Item<'b>>,
    /// What the document as a whole was forgiven; each raw item brings its own.
    pub tolerated: Vec<Tolerance>,
}

/// One element of the list.
#[derive(Debug)]
pub enum Item<'b> {
    /// Still the bytes of the body: correct JSON, not yet a tree.
    Raw(&'b str),
    /// A tree already, because the body was no plain JSON and had to be read whole.
    Read(Node),
}

impl Item<'_> {
    /// The element as a tree. A raw one that is too deep, too large or holds half a surrogate pair is `Invalid` here and
    /// does not touch its neighbours.
    pub fn read(self) -> Result<Parsed> {
        match self {
            Self::Raw(text) => json::parse_text(text),
            Self::Read(node) => Ok(Parsed { node, tolerated: Vec::new() }),
        }
    }
}

/// Cuts the top-level member `list` out of a body. Errors as [`json::parse`].
pub fn split<'b>(bytes: &'b [u8], list: &str) -> Result<Batch<'b>> {
    split_repaired(bytes, list, Repair::Nothing)
}

/// The same with a repair that the dialect's document asks for.
pub fn split_repaired<'b>(bytes: &'b [u8], list: &str, repair: Repair) -> Result<Batch<'b>> {
    let text = json::utf8(bytes)?;
    match cut(text, list) {
        Some(batch) => Ok(batch),
        None => relaxed::parse_repaired(text, repair).map(|parsed| take_apart(parsed, list)),
    }
}

fn cut<'b>(text: &'b str, list: &str) -> Option<Batch<'b>> {
    let mut json = serde_json::Deserializer::from_str(text);
    let batch = Cut { list, strict: Strict { values: &Cell::new(0) } }.deserialize(&mut json).ok()?;
    json.end().ok()?;
    Some(batch)
}

fn take_apart(parsed: Parsed, list: &str) -> Batch<'static> {
    let Parsed { node: mut envelope, tolerated } = parsed;
    let mut items = Vec::new();
    if let Node::Object(members) = &mut envelope {
        for (_, member) in members.iter_mut().filter(|(key, _)| key == list) {
            if let Node::List(elements) = member {
                items = std::mem::take(elements);
            }
        }
    }
    Batch { envelope, items: items.into_iter().map(Item::Read).collect(), tolerated }
}

/// Reads an object, leaving the elements of one member raw.
struct Cut<'c> {
    list: &'c str,
    strict: Strict<'c>,
}

impl<'de> DeserializeSeed<'de> for Cut<'_> {
    type Value = Batch<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Batch<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cut<'_> {
    type Value = Batch<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> std::result::Result<Batch<'de>, A::Error> {
        let (mut members, mut items) = (Vec::new(), Vec::new());
        while let Some(key) = object.next_key::<String>()? {
            if key != self.list {
                members.push((key, object.next_value_seed(self.strict)?));
                continue;
            }
            let raw = object.next_value::<&RawValue>()?.get();
            let member = if raw.starts_with('[') {
                items = serde_json::Deserializer::from_str(raw)
                    .deserialize_seq(Slices(self.strict))
                    .map_err(A::Error::custom)?;
                Node::List(Vec::new())
            } else {
                json::read_strict(raw).ok_or_else(|| A::Error::custom("not plain"))?
            };
            members.push((key, member));
        }
        Ok(Batch { envelope: Node::Object(members), items, tolerated: Vec::new() })
    }
}

/// Notes where each element of a list lies.
struct Slices<'c>(Strict<'c>);

impl<'de> Visitor<'de> for Slices<'_> {
    type Value = Vec<Item<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Vec<Item<'de>>, A::Error> {
        let mut items = Vec::new();
        while let Some(raw) = list.next_element::<&RawValue>()? {
            self.0.count()?;
            items.push(Item::Raw(raw.get()));
        }
        Ok(items)
    }
}
