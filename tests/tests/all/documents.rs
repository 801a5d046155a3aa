//! What the documents say is there is there: tests that they name, and where packages come from.

use crate::tidy::{root, text};

/// What the short names of folders in `docs/asvs.md` stand for.
const FOLDERS: [(&str, &str); 5] = [
    ("web/", "crates/web/tests/web/"),
    ("front/", "crates/front/src/tests/"),
    ("all/", "tests/tests/all/"),
    ("delivery/", "crates/delivery/tests/"),
    ("browser/", "tests/browser/"),
];

/// Tests that a document names as `file::name`; without a name the whole file is meant.
fn named(document: &str) -> Vec<(String, String)> {
    let quoted = document.split('`').skip(1).step_by(2);
    let tests = quoted.filter_map(|quoted| quoted.split_once("::")).filter(|(file, _)| file.contains('.'));
    let whole = |file: &str| {
        let folder = FOLDERS.iter().find_map(|(short, long)| Some(format!("{long}{}", file.strip_prefix(short)?)));
        folder.unwrap_or_else(|| file.to_owned())
    };
    tests.map(|(file, name)| (whole(file), name.to_owned())).collect()
}

#[test]
fn every_test_that_the_list_of_requirements_names_is_there() {
    let tests = named(&text(&root().join("docs/asvs.md")));
    assert!(tests.len() > 90, "only {} tests are named", tests.len());
    for (file, name) in tests {
        let source = text(&root().join(&file));
        assert!(
            source.contains("#[test]") || source.contains("::test]") || source.contains("scene("),
            "{file} has no tests"
        );
        let is_there =
            name.is_empty() || source.contains(&format!("fn {name}(")) || source.contains(&format!("scene(\"{name}\""));
        assert!(is_there, "{file} has no {name}");
    }
}

#[test]
fn packages_come_from_the_registry_only() {
    let lock = text(&root().join("Cargo.lock"));
    let sources: Vec<&str> = lock.lines().filter(|line| line.starts_with("source = ")).collect();
    assert!(sources.len() > 100);
    for source in sources {
        assert_eq!(source, "source = \"registry+https://github.com/rust-lang/crates.io-index\"");
    }
    let rules = text(&root().join("deny.toml"));
    for section in ["[advisories]", "[licenses]", "[bans]", "[sources]"] {
        assert!(rules.contains(section), "deny.toml says nothing of {section}");
    }
}
