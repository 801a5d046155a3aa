//! The folder of a spool: its lock, its numbered files, and what a former process left in them.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use domain::{Error, Result};

use super::ASIDE;
use super::log::Waiting;
use super::record::{self, HEAD, Head};

/// How the files end.
const ENDING: &str = "calls";

/// Makes a folder that is closed to others, where there is none.
pub(super) fn make(folder: &Path) -> Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| fault(folder, &error))
}

/// Takes a folder for this process; what is returned holds it.
pub(super) fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = opened.map_err(|error| fault(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Error::conflict(format!("{} is in use by another process", folder.display())))
        }
        Err(TryLockError::Error(error)) => Err(fault(&path, &error)),
    }
}

/// The calls of a file, each with where it stands. The last file may end in what was being written when the process died: nobody
/// was told that it is kept, so it is cut off.
pub(super) fn recover(folder: &Path, file: u64, is_last: bool) -> Result<Vec<(u64, Head)>> {
    let path = path(folder, file);
    let bytes = fs::read(&path).map_err(|error| fault(&path, &error))?;
    let (mut found, mut offset) = (Vec::new(), 0);
    while let Some((head, _)) = record::read(&bytes[offset..]) {
        found.push((offset as u64, head));
        offset += HEAD + head.length;
    }
    let rest = bytes.len() - offset;
    if rest == 0 {
        return Ok(found);
    }
    if is_last {
        tracing::warn!(path = %path.display(), bytes = rest, "the end of the spool was not whole and is cut off");
        let cut = OpenOptions::new().write(true).open(&path).and_then(|file| {
            file.set_len(offset as u64)?;
            file.sync_all()
        });
        return cut.map(|()| found).map_err(|error| fault(&path, &error));
    }
    tracing::error!(path = %path.display(), bytes = rest, "a part of the spool is damaged; a copy is set aside");
    let aside = folder.join(ASIDE);
    make(&aside)?;
    let copied = fs::copy(&path, aside.join(format!("{file:016x}.damaged")));
    copied.map(|_| found).map_err(|error| fault(&path, &error))
}

/// What the files of a folder hold.
pub(super) fn look(folder: &Path) -> Result<Waiting> {
    let mut found = Waiting::default();
    for file in files(folder)? {
        // The process that uses the folder may have removed it since.
        let Ok(bytes) = fs::read(path(folder, file)) else { continue };
        let mut rest = &bytes[..];
        while let Some((head, content)) = record::read(rest) {
            let size = HEAD + content.len();
            found.calls += 1;
            found.bytes += size as u64;
            found.oldest = Some(found.oldest.map_or(head.at, |oldest| oldest.min(head.at)));
            rest = &rest[size..];
        }
    }
    Ok(found)
}

/// The numbers of the files in a folder, in their order.
pub(super) fn files(folder: &Path) -> Result<Vec<u64>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| fault(folder, &error))? {
        let path = entry.map_err(|error| fault(folder, &error))?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            found.extend(u64::from_str_radix(stem, 16));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The place of a file.
pub(super) fn path(folder: &Path, file: u64) -> PathBuf {
    folder.join(format!("{file:016x}.{ENDING}"))
}

/// Makes the names of files last.
pub(super) fn sync(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| fault(folder, &error))
}

/// What went wrong, and where.
pub(super) fn fault(path: &Path, error: &std::io::Error) -> Error {
    Error::broken(format!("{}: {error}", path.display()))
}
