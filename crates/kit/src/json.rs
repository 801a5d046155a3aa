//! JSON as it came: member order and repeated members are kept, and what had to be tolerated is noted.

mod strict;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use domain::{Error, Result};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

use crate::relaxed;

pub(crate) use strict::{Strict, read as read_strict};

/// How many lists and objects may stand inside one another. It is serde_json's own limit, so both parsers agree.
pub const MAX_DEPTH: usize = 127;

/// How many values one tree may hold. A body of 25 MB can name 12 million of them (`[0,0,0,…`), each twenty times
/// larger in memory than on the wire; real batches stay far below.
pub const MAX_VALUES: usize = 2_000_000;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that loses nothing in 64 bits; a longer one is kept as [`Node::Text`].
    Number(Number),
    /// A string, unescaped.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// The members in the order sent; the same name may occur twice.
    Object(Vec<(String, Node)>),
}

/// A document that could be read, and what it was forgiven.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The document.
    pub node: Node,
    /// Each kind of liberty once, in the order met; empty for plain JSON.
    pub tolerated: Vec<Tolerance>,
}

/// What is mended of a document that takes no liberty but has a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Nothing: a mistake refuses the document.
    Nothing,
    /// The lost first quote of a member name (`tags" : []`), as OMICRM's document prints it.
    NameQuote,
}

/// A liberty taken with JSON that leaves no doubt about what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// A byte order mark before the document.
    ByteOrderMark,
    /// A blank that JSON does not know, such as a no-break space.
    Blank,
    /// `// …` or `/* … */`.
    Comment,
    /// A comma before `}` or `]`.
    TrailingComma,
    /// A member name without quotes.
    UnquotedKey,
    /// A string in `'…'`.
    SingleQuote,
    /// A string in `“…”` or `‘…’`, in either direction.
    CurlyQuote,
    /// A raw line break, tab or other control character inside a string.
    ControlCharacter,
    /// A number with more digits than 64 bits hold, kept as text.
    LongNumber,
}

impl Tolerance {
    /// How the journal calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "dấu BOM ở đầu",
            Self::Blank => "khoảng trắng ngoài chuẩn",
            Self::Comment => "chú thích",
            Self::TrailingComma => "dấu phẩy thừa ở cuối",
            Self::UnquotedKey => "tên trường không có ngoặc kép",
            Self::SingleQuote => "dấu nháy đơn",
            Self::CurlyQuote => "dấu ngoặc cong",
            Self::ControlCharacter => "ký tự điều khiển trong chuỗi",
            Self::LongNumber => "số quá dài, giữ dạng chữ",
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads a body: plain JSON first, then as people write it (see [`relaxed`]).
///
/// Fails with `Invalid` on the empty field when the bytes are not UTF-8 or cannot be read without guessing; the message
/// gives line, column and reason.
pub fn parse(bytes: &[u8]) -> Result<Parsed> {
    parse_text(utf8(bytes)?)
}

/// The same with a repair that the dialect's document asks for.
pub fn parse_repaired(bytes: &[u8], repair: Repair) -> Result<Parsed> {
    parse_text_repaired(utf8(bytes)?, repair)
}

/// The same for a text that is known to be UTF-8, such as one item of a batch or a JSON parameter of a form.
pub fn parse_text(text: &str) -> Result<Parsed> {
    parse_text_repaired(text, Repair::Nothing)
}

fn parse_text_repaired(text: &str, repair: Repair) -> Result<Parsed> {
    match read_strict(text) {
        Some(node) => Ok(Parsed { node, tolerated: Vec::new() }),
        None => relaxed::parse_repaired(text, repair),
    }
}

pub(crate) fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        let readable = error.valid_up_to();
        let line = bytes[..readable].iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::invalid("", format!("Nội dung không phải UTF-8: byte thứ {}, dòng {line} không hợp lệ", readable + 1))
    })
}

impl Node {
    /// Compact JSON with members and repetitions as they came.
    pub fn to_json(&self) -> String {
        // Writing to memory fails only for keys that are no strings, and ours are.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The string, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn as_object(&self) -> Option<&[(String, Node)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The member of that name; the last one when it is repeated, as in JavaScript and PHP.
    pub fn find(&self, key: &str) -> Option<&Node> {
        self.as_object()?.iter().rev().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// Whether it says nothing: `null`, a blank string, `[]` or `{}`.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(yes) => serializer.serialize_bool(*yes),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, node) in members {
                    map.serialize_entry(key, node)?;
                }
                map.end()
            }
        }
    }
}
