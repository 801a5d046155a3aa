//! The golden files, each an example, a document and a byte-exact test (`UPDATE_GOLDEN=1` rewrites them), and the stories
//! that they cannot tell.

#![expect(clippy::unwrap_used, clippy::panic, reason = "only tests are here: a failed expectation is the point")]

mod story {
    mod arbitrary;
    mod calls;
    mod doors;
    mod lists;
    mod refusals;
    pub mod support;
}

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use story::support::House;

#[test]
fn golden() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    // A house stands until the next file needs one, so that few databases are open at once.
    let standing: RefCell<Option<House>> = RefCell::default();
    let fresh = || {
        drop(standing.take());
        let house = House::new();
        let router = house.router.clone();
        standing.replace(Some(house));
        router
    };
    let differences = kit::golden::run(&folder, &[], fresh);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_route_has_a_row_and_a_golden_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let files = kit::golden::files(&root.join("golden"));
    let asked: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            let lines = text.lines().filter(|line| ["GET ", "POST ", "PUT "].iter().any(|verb| line.starts_with(verb)));
            lines.map(template).collect::<Vec<_>>()
        })
        .collect();
    for (method, path) in caresoft::ROUTES {
        let row = format!("| `{method} {path}` |");
        assert!(readme.contains(&row), "README.md has no row {row}");
        let plain = format!("{method} {}", path.replace("{leadId}", "{id}").replace("{contactId}", "{id}"));
        assert!(asked.contains(&plain), "no golden file asks {plain}");
    }
    let named = |file: &PathBuf| file.file_name().unwrap().to_string_lossy().into_owned();
    for file in files.iter().map(named) {
        assert!(readme.contains(&format!("`{file}`")), "README.md does not name golden/{file}");
    }
}

/// The route that a request line asks for: `GET /dau-moi/api/v1/lead/3?x` gives `GET /{domain}/api/v1/lead/{id}`.
fn template(line: &str) -> String {
    let (method, target) = line.split_once(' ').unwrap();
    let path = target.split('?').next().unwrap();
    let mut parts: Vec<&str> = path.split('/').collect();
    parts[1] = "{domain}";
    if parts.last().is_some_and(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit())) {
        let last = parts.len() - 1;
        parts[last] = "{id}";
    }
    format!("{method} {}", parts.join("/"))
}
