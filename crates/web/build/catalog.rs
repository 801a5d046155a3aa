//! Turns the message catalogs into Rust: a field or function for each message, so that a key that is missing in a language,
//! or was never written, does not compile.
//!
//! `messages/<language>/<section>.txt` has lines `key = text`. `{name}` in a text is a value, `{count|call|calls}` one of two
//! words, the first if the value is 1. A key with values becomes a function that takes them in the order of the Vietnamese text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::{Outcome, listed};

type Section = BTreeMap<String, String>;
type Language = BTreeMap<String, Section>;

/// Writes `messages.rs` into the build folder.
pub fn write(folder: &Path, out: &Path) -> Outcome<()> {
    let (vi, en) = (read(&folder.join("vi"))?, read(&folder.join("en"))?);
    let mut rust = String::new();
    let mut whole =
        String::from("/// Every message of one language, by section.\n#[derive(Debug)]\npub struct Messages {\n");
    for (section, messages) in &vi {
        let other = en.get(section).ok_or_else(|| format!("messages/en/{section}.txt is missing"))?;
        compare(section, messages, other)?;
        define(&mut rust, section, messages)?;
        writeln!(whole, "    /// Messages of `{section}.txt`.\n    pub {section}: {},", type_name(section))?;
    }
    if let Some(only) = en.keys().find(|section| !vi.contains_key(*section)) {
        return Err(format!("messages/vi/{only}.txt is missing").into());
    }
    whole.push_str("}\n");
    rust.push_str(&whole);
    for (name, language) in [("VI", &vi), ("EN", &en)] {
        writeln!(rust, "/// The messages of one language.\npub static {name}: Messages = Messages {{")?;
        for (section, messages) in language {
            writeln!(rust, "    {section}: {} {{", type_name(section))?;
            for (key, text) in messages {
                writeln!(rust, "        {key}: {text:?},")?;
            }
            rust.push_str("    },\n");
        }
        rust.push_str("};\n");
    }
    fs::write(out.join("messages.rs"), rust)?;
    Ok(())
}

fn read(folder: &Path) -> Outcome<Language> {
    let mut language = Language::new();
    for file in listed(folder, "txt")? {
        let section = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let mut messages = Section::new();
        for (number, line) in fs::read_to_string(&file)?.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = format!("{}:{}", file.display(), number + 1);
            let (key, text) = line.split_once('=').ok_or_else(|| format!("{place}: expected `key = text`"))?;
            let is_name = |key: &str| key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            if !is_name(key.trim()) || text.trim().is_empty() {
                return Err(format!("{place}: a key is a-z, 0-9 and _, and its text is not empty").into());
            }
            if messages.insert(key.trim().to_owned(), text.trim().to_owned()).is_some() {
                return Err(format!("{place}: {} stands twice", key.trim()).into());
            }
        }
        language.insert(section, messages);
    }
    Ok(language)
}

fn compare(section: &str, one: &Section, other: &Section) -> Outcome<()> {
    for (key, text) in one {
        let translated = other.get(key).ok_or_else(|| format!("messages/en/{section}.txt has no {key}"))?;
        let (mut ours, mut theirs) = (values(text), values(translated));
        ours.sort();
        theirs.sort();
        if ours != theirs {
            return Err(format!("{section}.{key} has other values in English: {ours:?}, {theirs:?}").into());
        }
    }
    match other.keys().find(|key| !one.contains_key(*key)) {
        Some(key) => Err(format!("messages/vi/{section}.txt has no {key}").into()),
        None => Ok(()),
    }
}

/// The values that a text names, each once, in their order.
fn values(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split('{').skip(1) {
        let inside = part.split('}').next().unwrap_or_default();
        let name = inside.split('|').next().unwrap_or_default().to_owned();
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn define(rust: &mut String, section: &str, messages: &Section) -> Outcome<()> {
    let name = type_name(section);
    writeln!(rust, "/// Messages of `{section}.txt`.\n#[derive(Debug)]\npub struct {name} {{")?;
    for (key, text) in messages {
        let public = if values(text).is_empty() { "pub " } else { "" };
        writeln!(rust, "    /// `{text}`\n    {public}{key}: &'static str,")?;
    }
    writeln!(rust, "}}\nimpl {name} {{")?;
    for (key, text) in messages {
        let values = values(text);
        if values.is_empty() {
            continue;
        }
        let takes: String = values.iter().map(|value| format!(", {value}: impl Display")).collect();
        let gives: String = values.iter().map(|value| format!("({value:?}, {value}.to_string()), ")).collect();
        writeln!(rust, "    /// `{text}`\n    pub fn {key}(&self{takes}) -> String {{")?;
        writeln!(rust, "        fill(self.{key}, &[{gives}])\n    }}")?;
    }
    rust.push_str("}\n");
    Ok(())
}

fn type_name(section: &str) -> String {
    section.split('_').map(|part| format!("{}{}", part[..1].to_uppercase(), &part[1..])).collect()
}
