//! Where a value stands in the caller's document, written out only when somebody must be told.

use std::fmt;

use domain::Error;

/// How much of the caller's own text an error message repeats.
const SHOWN: usize = 60;

/// One step from the top of the document, linked to the step before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) parent: Option<&'a Place<'a>>,
    /// Member name, or the path handed in for the top; empty for a list inside a list.
    pub(crate) key: &'a str,
    pub(crate) index: Option<usize>,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
            if !self.key.is_empty() && !parent.is_nameless() {
                f.write_str(".")?;
            }
        }
        f.write_str(&shown(self.key))?;
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}

impl Place<'_> {
    fn is_nameless(&self) -> bool {
        self.key.is_empty() && self.index.is_none() && self.parent.is_none_or(Place::is_nameless)
    }
}

/// `Trường data[0].name phải là …`, and the same of the whole document when the field has no name.
pub(crate) fn invalid(field: impl fmt::Display, fault: impl fmt::Display) -> Error {
    let field = field.to_string();
    let subject = if field.is_empty() { "Dữ liệu gửi lên".to_owned() } else { format!("Trường {field}") };
    let message = format!("{subject} {fault}");
    Error::invalid(field, message)
}

/// A text of the caller's as a message may repeat it: cut short, and with nothing invisible in it.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN));
    for (count, c) in text.chars().enumerate() {
        if count == SHOWN {
            shown.push('…');
            break;
        }
        if c.is_control() {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}
