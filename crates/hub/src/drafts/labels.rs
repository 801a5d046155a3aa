//! Items of a list as clients name them: by label, code or number, several between commas, although a label may have a comma
//! of its own.

use domain::catalog::{CatalogItem, CatalogKind, Label};
use domain::{Error, Result};
use store::Tx;

use crate::catalog::{self, Unknown};

/// Commas that one label may have.
const MOST_COMMAS: usize = 4;
/// Items that one record may be given at once.
const MOST_ITEMS: usize = 200;
/// How much of the caller's own text a message repeats.
const SHOWN: usize = 60;

/// Items of one list in the client's words.
#[derive(Debug, Clone)]
pub struct Worded {
    /// The list.
    pub kind: CatalogKind,
    /// What the client calls the field.
    pub field: &'static str,
    /// The items: a text for each, or several in one text where a record may have several.
    pub words: Vec<String>,
}

/// The items that were named, in their order and each once.
pub fn find(tx: &mut Tx<'_>, worded: &Worded, unknown: Unknown) -> Result<Vec<Label>> {
    let mut found: Vec<Label> = Vec::new();
    for words in &worded.words {
        for item in items(tx, worded, words)? {
            let label = match (item, unknown) {
                (Named::Item(label), _) => label,
                (Named::Unknown(word), Unknown::Create) => created(tx, worded, &word)?,
                (Named::Unknown(word), Unknown::Refuse) => {
                    let fault = format!("có giá trị không nằm trong danh mục: {}", shown(&word));
                    return Err(refused(worded, &fault));
                }
            };
            if !found.iter().any(|known| known.item == label.item) {
                found.push(label);
            }
        }
        if found.len() > MOST_ITEMS {
            return Err(too_many(worded));
        }
    }
    Ok(found)
}

fn created(tx: &mut Tx<'_>, worded: &Worded, word: &str) -> Result<Label> {
    catalog::find_or_create(tx, worded.kind, word).map_err(|error| match error {
        Error::Invalid { message, .. } => Error::invalid(worded.field, format!("Trường {}: {message}", worded.field)),
        other => other,
    })
}

fn refused(worded: &Worded, fault: &str) -> Error {
    Error::invalid(worded.field, format!("Trường {} {fault}", worded.field))
}

fn too_many(worded: &Worded) -> Error {
    refused(worded, &format!("có quá {MOST_ITEMS} giá trị"))
}

enum Named {
    Item(Label),
    Unknown(String),
}

/// The items of one text. Where several may stand, the longest run between commas that is an item counts, so that
/// `A (b, c), D` are two; what is none ends at the next comma outside parentheses.
fn items(tx: &mut Tx<'_>, worded: &Worded, text: &str) -> Result<Vec<Named>> {
    let kind = worded.kind;
    if kind.is_single() {
        let word = text.trim();
        return Ok(if word.is_empty() { Vec::new() } else { vec![named(tx, kind, word)?] });
    }
    let mut ends = commas(text);
    if ends.len() > MOST_ITEMS * 2 {
        return Err(too_many(worded));
    }
    ends.push((text.len(), false));
    let (mut found, mut start, mut next) = (Vec::new(), 0, 0);
    while next < ends.len() {
        let first = text[start..ends[next].0].trim();
        let last = match first.is_empty() {
            true => next,
            false => match longest(tx, kind, text, start, &ends[next..])? {
                Some((item, more)) => {
                    found.push(Named::Item(item.label()));
                    next + more
                }
                None => {
                    let inside = ends[next..].iter().take_while(|(_, is_inside)| *is_inside).count();
                    found.push(named(tx, kind, text[start..ends[next + inside].0].trim())?);
                    next + inside
                }
            },
        };
        (start, next) = (ends[last].0 + 1, last + 1);
    }
    Ok(found)
}

/// The longest run from `start` that is an item, and how many commas it has.
fn longest(
    tx: &mut Tx<'_>,
    kind: CatalogKind,
    text: &str,
    start: usize,
    ends: &[(usize, bool)],
) -> Result<Option<(CatalogItem, usize)>> {
    for (more, (end, _)) in ends.iter().enumerate().take(MOST_COMMAS + 1).rev() {
        if let Some(item) = catalog::find_by_label(tx, kind, &text[start..*end])? {
            return Ok(Some((item, more)));
        }
    }
    Ok(None)
}

/// Where the commas of a text stand, and whether inside parentheses. Parentheses that do not close hold nothing.
fn commas(text: &str) -> Vec<(usize, bool)> {
    let mut commas: Vec<(usize, bool)> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => open.push(commas.len()),
            ')' => {
                if let Some(first) = open.pop() {
                    commas[first..].iter_mut().for_each(|(_, is_inside)| *is_inside = true);
                }
            }
            ',' => commas.push((at, false)),
            _ => {}
        }
    }
    commas
}

/// An item by label, otherwise by code, otherwise by number.
fn named(tx: &mut Tx<'_>, kind: CatalogKind, word: &str) -> Result<Named> {
    let found: Option<CatalogItem> = match catalog::find_by_label(tx, kind, word)? {
        Some(item) => Some(item),
        None => match (catalog::find_by_code(tx, kind, word)?, word.parse()) {
            (None, Ok(number)) => catalog::find_by_number(tx, kind, number)?,
            (item, _) => item,
        },
    };
    Ok(found.map_or_else(|| Named::Unknown(word.to_owned()), |item| Named::Item(item.label())))
}

/// A text of the caller's, cut short.
pub(crate) fn shown(text: &str) -> String {
    let cut = text.char_indices().nth(SHOWN);
    cut.map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_inside_parentheses() {
        let inside = |text: &str| commas(text).into_iter().map(|(_, is_inside)| is_inside).collect::<Vec<_>>();
        assert_eq!(inside("a, b (c, d), e"), [false, true, false]);
        assert_eq!(inside("a (b, c"), [false]);
        assert_eq!(inside("a) , (b, (c, d), e), f"), [false, true, true, true, false]);
    }
}
