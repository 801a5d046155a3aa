//! The golden files, each an example, a document and a byte-exact test (`UPDATE_GOLDEN=1` rewrites them), and the stories
//! that they cannot tell.

#![expect(clippy::unwrap_used, reason = "only tests are here: a failed expectation is the point")]

mod story {
    mod arbitrary;
    mod bulk;
    mod calls;
    mod dealings;
    mod defaults;
    mod records;
    mod refusals;
    pub mod support;
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
    for (method, path) in beeiq::ROUTES {
        let row = format!("| `{method} {path}` |");
        assert!(readme.contains(&row), "README.md has no row {row}");
        let start = format!("{method} {}", path.replace("{secret}", "golden"));
        let shows =
            |file: &PathBuf| std::fs::read_to_string(file).unwrap().lines().any(|line| line.starts_with(&start));
        assert!(files.iter().any(shows), "no golden file asks {start}");
    }
    for file in files.iter().map(named) {
        assert!(readme.contains(&format!("`{file}`")), "README.md does not name golden/{file}");
    }
}
