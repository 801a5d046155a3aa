//! Takes the packages named in package-lock.json from the npm registry, checked against the digests in that file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// Installs into the build folder, unless what is there was made from the same lock file; gives the folder of packages.
pub fn install(home: &Path, out: &Path) -> Outcome<PathBuf> {
    let folder = out.join("npm");
    let (modules, stamp) = (folder.join("node_modules"), folder.join("installed"));
    let lock = fs::read_to_string(home.join("package-lock.json"))?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(modules);
    }
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(home.join(file), folder.join(file))?;
    }
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(program)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])
        .current_dir(&folder)
        .output();
    let run = run.map_err(|error| {
        format!(
            "npm could not be run ({error}). The pages take htmx and their typeface from the npm registry when daumoi is \
             built: please install Node.js with npm (Debian: apt-get install npm) and build again"
        )
    })?;
    if !run.status.success() {
        return Err(format!("npm ci failed in {}:\n{}", folder.display(), String::from_utf8_lossy(&run.stderr)).into());
    }
    fs::write(stamp, lock)?;
    Ok(modules)
}
