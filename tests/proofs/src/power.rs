//! Power cuts: the data lies on a file system that is told, in the middle of a load, to stop and to forget what it has not
//! written. What was acknowledged is there afterwards; with `synchronous=NORMAL` it is not.

use std::path::Path;

use anyhow::{Result, bail, ensure};
use stories::Program;

use crate::check::Verdict;
use crate::ledger::{Lives, report};
use crate::mount::Mount;
use crate::say;

/// `./prove power`: power cuts
#[derive(Debug, clap::Args)]
pub struct Power {
    /// How often the power is cut
    #[arg(long, default_value_t = 100)]
    cuts: usize,
    /// Cuts of the weakened set-up, which must lose something
    #[arg(long, default_value_t = 10)]
    weak_cuts: usize,
    /// Writes that are acknowledged before each cut
    #[arg(long, default_value_t = 500)]
    writes: usize,
    /// Connections at once, 64 at most
    #[arg(long, default_value_t = 64)]
    callers: usize,
}

impl Power {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        if let Some(obstacle) = Mount::obstacle() {
            bail!("cannot be shown here: {obstacle}");
        }
        ensure!((1..=64).contains(&self.callers), "1 to 64 callers");
        let folder = tempfile::tempdir()?;
        let [each, whole] = self.cut_again_and_again(&folder.path().join("full"), self.cuts, false)?;
        report("power cuts, FULL", self.cuts, self.cuts * self.writes, &each, &whole)?;
        let [weak, _] = self.cut_again_and_again(&folder.path().join("normal"), self.weak_cuts, true)?;
        let (lost, half) = (weak.lost.len(), weak.half.len());
        let told = format!("{lost} lost, {half} half-written of {} in {} cuts", weak.acknowledged, self.weak_cuts);
        say::control("control: synchronous=NORMAL", told, lost > 0)
    }

    /// Cuts again and again; gives what was found after each cut, and what was found of everything at the end.
    fn cut_again_and_again(&self, place: &Path, cuts: usize, is_weak: bool) -> Result<[Verdict; 2]> {
        let disk = Mount::ext4(place, 2_048)?;
        let (data, log) = (disk.place().join("data"), place.with_extension("log"));
        let program = Program::new(&data, None).logging_to(&log);
        let mut lives = Lives::begin(&program, &data, None, self.callers)?;
        let program =
            if is_weak { Program::at(std::env::current_exe()?, &data, None).logging_to(&log) } else { program };
        let (mut random, mut told_late) = (fastrand::Rng::new(), 0);
        for cut in 0..cuts {
            let serving = program.serve();
            lives.audit()?;
            let enough = random.usize(self.writes..=self.writes + self.writes / 2);
            let last = lives.live(serving, cut, enough, |serving| {
                let is_cut = disk.cut();
                serving.kill();
                is_cut
            })?;
            told_late += lives.unanswered_after(last);
            disk.restore()?;
            if cut % 10 == 9 {
                say::note(format_args!("{} cuts, {} acknowledged", cut + 1, lives.verdict.acknowledged));
            }
            ensure!(is_weak || lives.verdict.is_sound(), "{}", lives.verdict.faults());
        }
        say::figure("answers read after the cut, which count for nothing", told_late);
        let serving = program.serve();
        lives.audit()?;
        let whole = lives.audit_all()?;
        serving.kill();
        Ok([lives.verdict, whole])
    }
}
