//! What verbs say – refusals, lines of history, decisions – in the language of whoever reads it. Verbs speak Vietnamese to every
//! caller; `messages/sayings.txt` has the same in English, and a text that is not there stays as it is.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::messages::Language;

/// Texts inside of texts that are translated too.
const DEEPEST: usize = 3;
/// Longer texts are no sayings of ours.
const LONGEST: usize = 4_000;

/// A saying in both languages.
struct Saying {
    /// What stands before, between and after the parts that differ.
    parts: Vec<&'static str>,
    english: &'static str,
}

/// Every saying, those with the most letters of their own first: `{1} {2}` fits too much.
static SAYINGS: LazyLock<Vec<Saying>> = LazyLock::new(|| {
    let lines = include_str!("../messages/sayings.txt").lines();
    let pairs = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" => "));
    let mut all: Vec<Saying> =
        pairs.map(|(vietnamese, english)| Saying { parts: literals(vietnamese), english }).collect();
    all.sort_by_key(|saying| std::cmp::Reverse(saying.parts.iter().map(|part| part.len()).sum::<usize>()));
    all
});

/// A text as a reader of that language reads it.
pub fn said(text: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::Vietnamese => Cow::Borrowed(text),
        Language::English => english(text, DEEPEST),
    }
}

fn english(text: &str, depth: usize) -> Cow<'_, str> {
    if depth == 0 || text.is_empty() || text.len() > LONGEST {
        return Cow::Borrowed(text);
    }
    let found = SAYINGS.iter().find_map(|saying| Some((saying, captured(text, &saying.parts)?)));
    let Some((saying, values)) = found else { return Cow::Borrowed(text) };
    let mut told = String::with_capacity(text.len());
    let mut rest = saying.english;
    while let Some((before, place, after)) = placeholder(rest) {
        told.push_str(before);
        told.push_str(&values.get(place - 1).map_or(Cow::Borrowed(""), |value| english(value, depth - 1)));
        rest = after;
    }
    told.push_str(rest);
    Cow::Owned(told)
}

/// What stands before the first `{1}` … `{9}` of a text, its number, and what stands behind it.
fn placeholder(text: &str) -> Option<(&str, usize, &str)> {
    text.match_indices('{').find_map(|(at, _)| {
        let (digit, after) = text[at + 1..].split_at_checked(1)?;
        let place = digit.parse::<usize>().ok().filter(|place| *place > 0)?;
        Some((&text[..at], place, after.strip_prefix('}')?))
    })
}

fn literals(template: &'static str) -> Vec<&'static str> {
    let (mut parts, mut rest) = (Vec::new(), template);
    while let Some((before, _, after)) = placeholder(rest) {
        parts.push(before);
        rest = after;
    }
    parts.push(rest);
    parts
}

/// What stands between the parts, if the text is made of them.
fn captured<'t>(text: &'t str, parts: &[&str]) -> Option<Vec<&'t str>> {
    let (first, others) = parts.split_first()?;
    let mut rest = text.strip_prefix(first)?;
    let Some((last, between)) = others.split_last() else { return rest.is_empty().then(Vec::new) };
    let mut values = Vec::with_capacity(others.len());
    for part in between {
        let (value, after) = rest.split_once(part)?;
        values.push(value);
        rest = after;
    }
    values.push(rest.strip_suffix(last)?);
    values.iter().all(|value| !value.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn told(text: &str) -> String {
        said(text, Language::English).into_owned()
    }

    #[test]
    fn sayings_are_told_in_english_with_their_values() {
        assert_eq!(told("Không tìm thấy khách hàng"), "There is no such customer");
        assert_eq!(told("Mã KH-1 đã tồn tại"), "The code KH-1 exists already");
        assert_eq!(
            told("Khớp khách hàng 212 theo điện thoại 0834567890, viết là 01234567890"),
            "Matched customer 212 by phone 0834567890, written 01234567890"
        );
        assert_eq!(
            told("Thiết lập country phải là mã nước hai chữ cái, ví dụ VN"),
            "The setting country must be a country code of two letters, such as VN"
        );
        assert_eq!(
            told("Không có chỗ điền {{x}}. Các chỗ điền: a"),
            "There is no place {{x}} to fill in. There are: a"
        );
        for text in ["", "Nguyễn Văn An", "Mã  đã tồn tại", "{1}"] {
            assert_eq!(told(text), text, "what is not ours stays");
        }
        assert_eq!(said("Không tìm thấy khách hàng", Language::Vietnamese), "Không tìm thấy khách hàng");
    }

    #[test]
    fn every_line_reads() {
        let (mut seen, mut faults) = (BTreeSet::new(), Vec::new());
        for line in
            include_str!("../messages/sayings.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let Some((vietnamese, english)) = line.split_once(" => ") else {
                faults.push(format!("no ` => `: {line}"));
                continue;
            };
            let places = |text| literals_of(text);
            if !seen.insert(vietnamese) || places(vietnamese) != places(english) {
                faults.push(line.to_owned());
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }

    fn literals_of(text: &str) -> BTreeSet<usize> {
        let (mut places, mut rest) = (BTreeSet::new(), text);
        while let Some((_, place, after)) = placeholder(rest) {
            places.insert(place);
            rest = after;
        }
        places
    }

    /// Every refusal that a page may show has an English text: the sources are searched for the words after `Error::…(`.
    #[test]
    fn every_refusal_is_there() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = Vec::new();
        for place in ["domain/src", "hub/src", "web/src", "delivery/src", "daumoi/src/courier.rs"] {
            sources(&crates.join(place), &mut files);
        }
        let mut missing = BTreeSet::new();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for literal in refusals(text).into_iter().filter(|literal| !literal.is_ascii()) {
                if !SAYINGS.iter().any(|saying| numbered(&literal) == whole(saying)) {
                    missing.insert(format!("{}: {literal}", file.file_name().unwrap().to_string_lossy()));
                }
            }
        }
        // Only calls of dialects meet these, which speak Vietnamese.
        missing.retain(|line| !["grants.rs:", "intake.rs:", "path.rs:"].iter().any(|file| line.starts_with(file)));
        assert!(missing.is_empty(), "not in messages/sayings.txt: {missing:#?}");
    }

    fn sources(place: &Path, files: &mut Vec<PathBuf>) {
        if place.is_dir() {
            for entry in fs::read_dir(place).unwrap() {
                sources(&entry.unwrap().path(), files);
            }
        } else if place.extension().is_some_and(|ending| ending == "rs") {
            files.push(place.to_owned());
        }
    }

    /// The literals between the brackets of every error that is made.
    fn refusals(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for maker in ["not_found(", "conflict(", "invalid(", "forbidden(", "unauthorized("] {
            for (at, _) in text.match_indices(&format!("Error::{maker}")) {
                let mut depth = 1;
                let mut letters = text[at + 7 + maker.len()..].chars();
                while depth > 0 {
                    match letters.next() {
                        Some('(') => depth += 1,
                        Some('"') => found.push(literal(&mut letters)),
                        Some(')') => depth -= 1,
                        Some(_) => {}
                        None => break,
                    }
                }
            }
        }
        found
    }

    fn literal(letters: &mut std::str::Chars<'_>) -> String {
        let mut literal = String::new();
        while let Some(letter) = letters.next() {
            match letter {
                '"' => break,
                '\\' => literal.extend(letters.next()),
                letter => literal.push(letter),
            }
        }
        literal
    }

    /// A format string or a plain text with its values counted, such as `Mã {1} đã tồn tại`, as text to compare.
    fn numbered(literal: &str) -> String {
        let (mut out, mut rest) = (String::new(), literal);
        while let Some(at) = rest.find('{') {
            let (before, inside) = rest.split_at(at);
            out.push_str(before);
            let braces = inside.chars().take_while(|letter| *letter == '{').count();
            let end = inside.find('}').unwrap_or(inside.len() - 1);
            if braces.is_multiple_of(2) {
                out.push_str(&inside[..=end]);
            } else {
                out.push_str(&"{".repeat(braces / 2));
                out.push('\u{1}');
            }
            rest = &inside[end + 1..];
            if !braces.is_multiple_of(2) && braces > 1 {
                rest = rest.trim_start_matches('}');
                out.push_str(&"}".repeat(braces / 2));
            }
        }
        out.push_str(rest);
        out
    }

    fn whole(saying: &Saying) -> String {
        saying.parts.join("\u{1}")
    }
}
