//! How a proof tells its figures: one line each, the same form everywhere, so that they can be copied into `docs/proof.md`.

use std::fmt::Display;
use std::io::Write as _;

use anyhow::{Result, ensure};

/// Tells how a proof is getting on.
pub fn note(line: impl Display) {
    // A closed pipe ends the telling, not the proof.
    drop(writeln!(std::io::stdout(), "    {line}"));
}

/// Tells a figure that promises nothing.
pub fn figure(name: &str, value: impl Display) {
    drop(writeln!(std::io::stdout(), "figure  {name:<56} {value}"));
}

/// Tells a figure that was promised; a promise that is not kept ends the proof.
pub fn promise(name: &str, value: impl Display, promised: &str, is_kept: bool) -> Result<()> {
    let word = if is_kept { "kept" } else { "BROKEN" };
    drop(writeln!(std::io::stdout(), "{word:<7} {name:<56} {value} (promised: {promised})"));
    ensure!(is_kept, "{name}: {value}, and {promised} was promised");
    Ok(())
}

/// Tells that the same look at a set-up that was weakened on purpose found what was broken; one that sees nothing is blind.
pub fn control(name: &str, value: impl Display, has_seen_it: bool) -> Result<()> {
    let word = if has_seen_it { "seen" } else { "BLIND" };
    drop(writeln!(std::io::stdout(), "{word:<7} {name:<56} {value}"));
    ensure!(has_seen_it, "the proof is blind: {name}: {value}");
    Ok(())
}

/// Tells a line as it is.
pub fn line(line: impl Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}
