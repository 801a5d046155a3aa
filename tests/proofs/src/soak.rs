//! The soak: a mixed load for half an hour, and the memory of the program while it lasts.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use stories::Program;

use crate::desk::Desk;
use crate::load::{End, Load};
use crate::say;

/// How often the memory is looked at.
const EVERY: Duration = Duration::from_secs(2);
/// Megabytes at most, as the load figures promise.
const MOST: f64 = 250.0;
/// The last third of the time may need so much more than the third before it.
const FLAT: f64 = 1.1;

/// `./prove soak`: memory under a long load
#[derive(Debug, clap::Args)]
pub struct Soak {
    /// Minutes it lasts
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    /// Connections at once, 64 at most
    #[arg(long, default_value_t = 64)]
    callers: usize,
}

impl Soak {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        ensure!((1..=64).contains(&self.callers) && self.minutes > 0, "1 to 64 callers, and a minute at least");
        let folder = tempfile::tempdir()?;
        let program = Program::new(folder.path(), None).logging_to(&folder.path().join("log"));
        let desk = Desk::make(&program, "ngam")?;
        let serving = program.serve();
        let (begun, end) = (Instant::now(), Duration::from_secs(60 * self.minutes));
        let (address, pid) = (serving.address(), serving.pid());
        let (acknowledged, resident) = thread::scope(|scope| {
            let load = scope.spawn(|| {
                let mut acknowledged = 0;
                for round in 0.. {
                    if begun.elapsed() >= end {
                        break;
                    }
                    let patience = Duration::ZERO;
                    let load = Load { desk: &desk, address, round, callers: self.callers, patience };
                    let (sent, ()) = load.until(usize::MAX, || Ok(()))?;
                    let other = sent.iter().find(|call| call.end != End::Acknowledged);
                    ensure!(other.is_none(), "a call was not acknowledged: {other:?}");
                    acknowledged += sent.len();
                    say::note(format_args!("{acknowledged} acknowledged, {} s", begun.elapsed().as_secs()));
                }
                Ok(acknowledged)
            });
            let mut resident = Vec::new();
            while !load.is_finished() {
                resident.push(megabytes(pid)?);
                thread::sleep(EVERY);
            }
            let acknowledged = load.join().map_err(|_| anyhow::anyhow!("the load panicked"))??;
            Ok::<_, anyhow::Error>((acknowledged, resident))
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        serving.stop();
        say::figure("soak: acknowledged writes", acknowledged);
        say::figure("soak: a second", format_args!("{:.0}", acknowledged as f64 / seconds));
        let most = resident.iter().copied().fold(0.0, f64::max);
        say::promise("soak: resident memory at most", format_args!("{most:.0} MB"), "250 MB", most <= MOST)?;
        let growth = growth(&resident);
        let shown = format_args!("{growth:.3} of the second");
        say::promise("soak: memory in the last third", shown, "at most 1.1 of the second", growth <= FLAT)?;
        let leaking: Vec<f64> =
            (0..resident.len()).map(|look| 100.0 + look as f64 * 100.0 / resident.len() as f64).collect();
        let seen = self::growth(&leaking);
        say::control("control: memory that doubles in that time", format_args!("{seen:.3}"), seen > FLAT)
    }
}

/// The memory of the last third of the looks, as a share of that of the third before.
fn growth(resident: &[f64]) -> f64 {
    let third = resident.len() / 3;
    let mean = |looks: &[f64]| looks.iter().sum::<f64>() / looks.len().max(1) as f64;
    mean(&resident[2 * third..]) / mean(&resident[third..2 * third]).max(f64::MIN_POSITIVE)
}

/// Resident memory of a process.
fn megabytes(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kilobytes: f64 = line.split_whitespace().next().unwrap_or("0").parse()?;
    Ok(kilobytes / 1_024.0)
}
