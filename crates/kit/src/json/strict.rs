//! Plain JSON through serde_json: the road nearly every body takes.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{MAX_VALUES, Node};

/// The document, or `None` when it is not plain JSON or this reader would lose something of it; the relaxed parser then
/// reads it or says what is wrong.
pub(crate) fn read(text: &str) -> Option<Node> {
    let mut json = serde_json::Deserializer::from_str(text);
    let node = Strict { values: &Cell::new(0) }.deserialize(&mut json).ok()?;
    json.end().ok()?;
    Some(node)
}

/// Builds a [`Node`] and counts the values of the whole document.
#[derive(Clone, Copy)]
pub(crate) struct Strict<'c> {
    pub(crate) values: &'c Cell<usize>,
}

impl Strict<'_> {
    pub(crate) fn count<E: Error>(self) -> Result<(), E> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > MAX_VALUES { Err(E::custom("too many values")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Node, E> {
        Ok(Node::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    /// serde_json hands over integers beyond 64 bits and long fractions already rounded. The relaxed parser sees the
    /// digits themselves; `arbitrary_precision` would too, but for every crate in the program and for every number.
    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Err(E::custom("a fraction, whose digits may be lost already"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = object.next_key::<String>()? {
            members.push((key, object.next_value_seed(self)?));
        }
        Ok(Node::Object(members))
    }
}
