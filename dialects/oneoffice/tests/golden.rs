//! The golden files, each an example, a document and a byte-exact test (`UPDATE_GOLDEN=1` rewrites them), and the stories
//! that they cannot tell.

#![expect(clippy::unwrap_used, reason = "only tests are here: a failed expectation is the point")]

mod story {
    mod arbitrary;
    mod calls;
    mod doors;
    mod records;
    pub mod support;
    mod uploads;
}

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use story::support::House;

#[test]
fn golden() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let house = RefCell::new(House::new());
    let fresh = || {
        house.borrow_mut().move_to_another_org();
        house.borrow().router.clone()
    };
    let differences = kit::golden::run(&folder, &[], fresh);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_route_has_a_row_and_a_golden_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let files = kit::golden::files(&root.join("golden"));
    let named = |file: &PathBuf| file.file_name().unwrap().to_string_lossy().into_owned();
    for (method, path) in oneoffice::ROUTES {
        let row = format!("| `{method} {path}` |");
        assert!(readme.contains(&row), "README.md has no row {row}");
        let start = format!("{method} {path}");
        let shows = |file: &PathBuf| {
            let text = std::fs::read_to_string(file).unwrap();
            text.lines()
                .any(|line| line.strip_prefix(&start).is_some_and(|rest| rest.is_empty() || rest.starts_with('?')))
        };
        assert!(files.iter().any(shows), "no golden file asks {start}");
    }
    for file in files.iter().map(named) {
        assert!(readme.contains(&format!("`{file}`")), "README.md does not name golden/{file}");
    }
}
