//! The house rules that the compiler does not keep: which crate may know which, and how a file begins and ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Lines of a file at most.
const LONGEST_FILE: usize = 600;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every Rust file below a folder of the workspace, named from there.
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(inside) = std::fs::read_dir(&folder) else { continue };
        for entry in inside {
            let path = entry.unwrap().path();
            let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if path.is_dir() && !path.ends_with("target") && !is_hidden {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// String literals of a Rust text, each with its line.
pub fn literals(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = source;
    let line_of = |rest: &str| source[..source.len() - rest.len()].lines().count().max(1);
    while let Some(place) = rest.find(['"', '\'', '/', 'r']) {
        let at = &rest[place..];
        if at.starts_with("//") {
            rest = at.split_once('\n').map_or("", |(_, after)| after);
        } else if at.starts_with("r\"") || at.starts_with("r#\"") {
            let closing = if at.starts_with("r\"") { "\"" } else { "\"#" };
            let (inside, after) = at[closing.len() + 1..].split_once(closing).unwrap_or((at, ""));
            found.push((line_of(at), inside.to_owned()));
            rest = after;
        } else if let Some(inside) = at.strip_prefix('"') {
            let end = end_of_string(inside);
            found.push((line_of(at), inside[..end].to_owned()));
            rest = inside.get(end + 1..).unwrap_or("");
        } else if let Some(after) = at.strip_prefix("'\"'").or_else(|| at.strip_prefix("'\\\"'")) {
            rest = after;
        } else {
            rest = &at[1..];
        }
    }
    found
}

fn end_of_string(inside: &str) -> usize {
    let mut escaped = false;
    for (place, letter) in inside.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place,
            _ => {}
        }
    }
    inside.len()
}

/// Crates that a manifest names under a heading.
fn named_under(manifest: &str, heading: &str) -> Vec<String> {
    let after = manifest.lines().skip_while(|line| line.trim() != heading).skip(1);
    let inside = after.take_while(|line| !line.starts_with('['));
    let names = inside.filter(|line| !line.trim_start().starts_with('#'));
    names
        .filter_map(|line| line.split(['.', ' ', '=']).next().filter(|name| !name.is_empty()).map(str::to_owned))
        .collect()
}

/// Every crate of ours with its manifest.
fn manifests() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in ["crates", "dialects"] {
        for entry in std::fs::read_dir(root().join(folder)).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.join("Cargo.toml").exists() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.insert(name, text(&path.join("Cargo.toml")));
            }
        }
    }
    found
}

fn is_dialect(name: &str) -> bool {
    root().join("dialects").join(name).exists()
}

/// Which crates of ours a crate may know; nobody else.
fn may_know(name: &str) -> &'static [&'static str] {
    match name {
        "domain" | "front" => &[],
        "store" => &["domain"],
        "hub" | "testbed" => &["domain", "hub", "store"],
        "kit" => &["domain", "hub", "front"],
        "delivery" => &["domain", "hub"],
        "web" => &["domain", "hub", "kit", "front"],
        dialect if is_dialect(dialect) => &["domain", "hub", "kit"],
        _ => panic!("{name} is a new crate: say here which others it may know"),
    }
}

#[test]
fn arrows_go_down_only() {
    let manifests = manifests();
    let ours: Vec<&String> = manifests.keys().collect();
    for (name, manifest) in &manifests {
        // The program is where everything meets.
        if name == "daumoi" {
            assert!(!named_under(manifest, "[dependencies]").contains(&"testbed".to_owned()));
            continue;
        }
        for known in named_under(manifest, "[dependencies]") {
            assert!(!ours.contains(&&known) || may_know(name).contains(&known.as_str()), "{name} knows {known}");
        }
        for known in named_under(manifest, "[dev-dependencies]") {
            let may = may_know(name).contains(&known.as_str()) || known == "testbed" || known == *name;
            assert!(!ours.contains(&&known) || may, "tests of {name} know {known}");
        }
    }
}

#[test]
fn only_the_store_knows_the_engines() {
    for (name, manifest) in manifests() {
        let engines = ["rusqlite", "postgres", "tokio-postgres", "tokio-postgres-rustls"];
        let named = ["[dependencies]", "[dev-dependencies]"].map(|heading| named_under(&manifest, heading)).concat();
        for engine in engines {
            let may = name == "store" || name == "testbed";
            assert!(may || !named.iter().any(|known| known == engine), "{name} knows {engine}");
        }
    }
}

#[test]
fn what_is_pure_stays_pure() {
    let manifests = manifests();
    for name in ["domain", "store", "hub"] {
        let named = named_under(&manifests[name], "[dependencies]");
        for known in ["axum", "hyper", "tower", "tower-http"] {
            assert!(!named.iter().any(|dependency| dependency == known), "{name} knows {known}");
        }
    }
    for known in named_under(&manifests["domain"], "[dependencies]") {
        assert!(["jiff", "unicode-normalization"].contains(&known.as_str()), "domain knows {known}");
    }
}

#[test]
fn every_file_says_what_it_is_for_and_fits_a_readers_head() {
    let files: Vec<_> = ["crates", "dialects", "tests", "benches", "fuzz"].into_iter().flat_map(rust_files).collect();
    assert!(files.len() > 50);
    for file in files {
        let text = text(&file);
        assert!(text.starts_with("//! "), "{} does not say what it is for", file.display());
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines", file.display());
    }
}

#[test]
fn literals_are_found() {
    let source = "let a = 'x'; // \"no\"\nlet b = \"one\\\"two\"; let c = r#\"three\"#; let d = '\"'; f(\"four\")";
    let found: Vec<_> = literals(source).into_iter().map(|(_, text)| text).collect();
    assert_eq!(found, ["one\\\"two", "three", "four"]);
}

#[test]
fn history_is_written_in_one_place() {
    let writers: Vec<_> = ["crates/hub", "crates/kit", "crates/web", "dialects"]
        .into_iter()
        .flat_map(rust_files)
        .filter(|file| text(file).contains("changes::record("))
        .collect();
    assert_eq!(
        writers,
        [root().join("crates/hub/src/history.rs")],
        "only what is written there reaches the subscribers"
    );
}
