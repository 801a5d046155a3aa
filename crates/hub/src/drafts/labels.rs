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
        for item in items(tx, worded.kind, words)? {
            if found.len() == MOST_ITEMS {
                let message = format!("Trường {} có quá {MOST_ITEMS} giá trị", worded.field);
                return Err(Error::invalid(worded.field, message));
            }
            let label = match (item, unknown) {
                (Named::Item(label), _) => label,
                (Named::Unknown(word), Unknown::Create) => catalog::find_or_create(tx, worded.kind, &word)
                    .map_err(|error| Error::invalid(worded.field, format!("Trường {}: {}", worded.field, error.public())))?,
                (Named::Unknown(word), Unknown::Refuse) => {
                    let message =
                        format!("Trường {} có giá trị không nằm trong danh mục: {}", worded.field, shown(&word));
                    return Err(Error::invalid(worded.field, message));
                }
            };
            if !found.iter().any(|known| known.item == label.item) {
                found.push(label);
            }
        }
    }
    Ok(found)
}

enum Named {
    Item(Label),
    Unknown(String),
}

/// The items of one text. Where several may stand, the longest run between commas that is an item counts, so that
/// `A (b, c), D` are two; what is none ends at the next comma outside parentheses.
fn items(tx: &mut Tx<'_>, kind: CatalogKind, text: &str) -> Result<Vec<Named>> {
    if kind.is_single() {
        let word = text.trim();
        return Ok(if word.is_empty() { Vec::new() } else { vec![named(tx, kind, word)?] });
    }
    let commas = commas(text);
    let mut found = Vec::new();
    let mut start = 0;
    while start <= text.len() && found.len() <= MOST_ITEMS {
        let ends: Vec<(usize, bool)> =
            commas.iter().copied().filter(|(at, _)| *at >= start).chain([(text.len(), false)]).take(MOST_COMMAS + 1).collect();
        let mut known = None;
        for (end, _) in ends.iter().rev() {
            let word = text[start..*end].trim();
            if !word.is_empty()
                && let Some(item) = catalog::find_by_label(tx, kind, word)?
            {
                known = Some((item, *end));
                break;
            }
        }
        if let Some((item, end)) = known {
            found.push(Named::Item(item.label()));
            start = end + 1;
            continue;
        }
        let outside = commas.iter().find(|(at, is_inside)| *at >= start && !is_inside);
        let end = outside.map_or(text.len(), |(at, _)| *at);
        let word = text[start..end].trim();
        if !word.is_empty() {
            found.push(named(tx, kind, word)?);
        }
        start = end + 1;
    }
    Ok(found)
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
