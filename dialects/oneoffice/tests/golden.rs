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

use std::path::Path;

use story::support::House;

#[test]
fn golden() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let differences = kit::golden::run(root, &[], House::after, |house| house.router.clone());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_route_has_a_row_and_a_golden_file() {
    let routes: Vec<String> = oneoffice::ROUTES.iter().map(|(method, path)| format!("{method} {path}")).collect();
    let owed = kit::golden::owed(Path::new(env!("CARGO_MANIFEST_DIR")), &routes);
    assert!(owed.is_empty(), "{}", owed.join("\n"));
}
