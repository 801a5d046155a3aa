//! Words stand in the catalogs and nowhere else.

use std::path::{Path, PathBuf};

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|known| known == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A template without what askama reads, and without its tags.
fn words(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '<']) {
        text.push_str(&rest[..at]);
        text.push(' ');
        let inside = &rest[at..];
        let (begin, end) = match inside.get(..2).unwrap_or(inside) {
            "{{" => (2, "}}"),
            "{%" => (2, "%}"),
            "{#" => (2, "#}"),
            _ if inside.starts_with('<') => (1, ">"),
            _ => (1, ""),
        };
        // A tag may hold expressions with `>` in them.
        let mut skipped = &inside[begin..];
        if end == ">" {
            while let Some((before, after)) = skipped.split_once("{{").filter(|(before, _)| !before.contains('>')) {
                let _ = before;
                skipped = after.split_once("}}").map_or("", |(_, after)| after);
            }
            while let Some((before, after)) = skipped.split_once("{%").filter(|(before, _)| !before.contains('>')) {
                let _ = before;
                skipped = after.split_once("%}").map_or("", |(_, after)| after);
            }
        }
        rest = if end.is_empty() { skipped } else { skipped.split_once(end).map_or("", |(_, after)| after) };
    }
    text + rest
}

/// Names that are the same in every language.
const NAMES: [&str; 31] = [
    "1Office", "OMICRM", "VBot", "CareSoft", "BeeIQ", "Web", "CLI", "Ctrl", "Enter", "Esc", "C", "G", "J", "K", "URL",
    "JSON", "SMS", "CSV", "IP", "SLA", "curl", "doctype", "html", "B", "webhook", "id", "vbot", "project", "code",
    // A standard by its name.
    "Standard", "Webhooks",
];

#[test]
fn no_template_has_words_of_its_own() {
    let templates = files("templates", "html");
    assert!(templates.len() > 20);
    let mut found = Vec::new();
    for file in templates {
        let text = words(&std::fs::read_to_string(&file).unwrap());
        let plain = text.replace("&nbsp;", " ").replace("&times;", " ").replace("&amp;", " ");
        for word in
            plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic))
        {
            if !NAMES.contains(&word) {
                found.push(format!("{}: {word}", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_template_has_inline_script_or_style() {
    for file in files("templates", "html") {
        let text = std::fs::read_to_string(&file).unwrap();
        for forbidden in [" style=", " onclick=", " onchange=", " onsubmit=", " onload=", "hx-on", "javascript:"] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", file.display());
        }
    }
}

#[test]
fn every_message_is_used() {
    let mut sources = String::new();
    for file in files("templates", "html").into_iter().chain(files("src", "rs")) {
        sources.push_str(&std::fs::read_to_string(file).unwrap());
    }
    let mut unused = Vec::new();
    for file in files("messages/vi", "txt") {
        let section = file.file_stem().unwrap().to_string_lossy().into_owned();
        for line in std::fs::read_to_string(&file).unwrap().lines().filter(|line| !line.starts_with('#')) {
            let Some((key, _)) = line.split_once('=') else { continue };
            let key = key.trim();
            let is_used = sources.match_indices(key).any(|(at, _)| {
                let before = sources[..at].chars().next_back();
                let after = sources[at + key.len()..].chars().next();
                before == Some('.') && !after.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
            });
            if !is_used {
                unused.push(format!("{section}.{key}"));
            }
        }
    }
    assert!(unused.is_empty(), "{unused:?}");
}
