//! Makes what the pages are served with: one style file, one script, the typeface, icons, and the message catalogs.

#[path = "build/catalog.rs"]
mod catalog;
#[path = "build/files.rs"]
mod files;
#[path = "build/icon.rs"]
mod icon;
#[path = "build/npm.rs"]
mod npm;

use std::error::Error;
use std::path::{Path, PathBuf};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let home = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    for watched in ["build.rs", "build", "assets", "messages", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let modules = npm::install(&home, &out)?;
    files::write(&home, &modules, &out)?;
    catalog::write(&home.join("messages"), &out)?;
    Ok(())
}

/// The files of a folder with an ending, by name.
fn listed(folder: &Path, ending: &str) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    found.sort();
    Ok(found)
}
