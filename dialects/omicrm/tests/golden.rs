//! The golden files, each an example, a document and a byte-exact test (`UPDATE_GOLDEN=1` rewrites them), and the stories
//! that they cannot tell.

#![expect(clippy::unwrap_used, reason = "only tests are here: a failed expectation is the point")]

mod story {
    mod arbitrary;
    mod bulk;
    mod doors;
    mod records;
    mod refusals;
    pub mod support;
}

use std::cell::RefCell;
use std::path::Path;

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
    let words = House::new().words();
    let words: Vec<(&str, &str)> = words.iter().map(|(word, value)| (*word, value.as_str())).collect();
    let differences = kit::golden::run(&folder, &words, fresh);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_route_has_a_row_and_a_golden_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let files = kit::golden::files(&root.join("golden"));
    let texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    for (method, path) in omicrm::ROUTES {
        assert!(readme.contains(&format!("| `{method} {path}` |")), "README.md has no row for {method} {path}");
        let start = format!("{method} {}", path.split('{').next().unwrap());
        let shows = |text: &String| text.lines().any(|line| line.starts_with(&start));
        assert!(texts.iter().any(shows), "no golden file asks {start}");
    }
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy();
        assert!(readme.contains(&format!("`{name}`")), "README.md does not name golden/{name}");
    }
}
