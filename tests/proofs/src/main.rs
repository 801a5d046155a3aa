//! `prove`: the long proofs, each a program that ends with an error when a promise is broken.

mod slow;
mod tenants;

use std::process::Command;

use anyhow::{Result, ensure};
use clap::{CommandFactory as _, Parser, Subcommand};
use proofs::{differential, disk, failover, ledger, power, races, restore, say, soak, spool, stand};

/// Shows that what must never happen does not. Started by `./prove NAME`, which builds what is needed first.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    proof: Proof,
}

/// One line a proof: its arguments are in its own file, and have defaults with which it is run at full length.
#[derive(Subcommand)]
enum Proof {
    Slow(slow::Slow),
    Tenants(tenants::Tenants),
    /// The names of all proofs
    List,
    /// Every proof at its full length, one after the other; goes on when one fails
    All,
    /// kill -9 in the middle of a mixed load through all five doors: nothing acknowledged is lost, halved or doubled
    Ledger(ledger::Ledger),
    /// The power cut under a mixed load: nothing acknowledged is lost; with synchronous=NORMAL something is
    Power(power::Power),
    /// A disk that is full, or fails to flush: a clear error, reads go on, writing goes on by itself
    Disk(disk::Disk),
    /// Backup under load, and restore: nothing acknowledged before is missing; a million customers within a minute
    Restore(restore::Restore),
    /// Two nodes on one PostgreSQL, five doors, ten spellings: one number is one customer
    Races(races::Races),
    /// One random stream of calls to SQLite and to PostgreSQL: not one answer differs
    Differential(differential::Differential),
    /// PostgreSQL away for a minute: the listener goes on acknowledging, nothing is lost, the order is kept
    Spool(spool::Spool),
    /// PostgreSQL with Patroni and HAProxy: the primary dies while replication stands still; nothing acknowledged is lost
    Failover(failover::Failover),
    /// A mixed load for half an hour: memory stays flat
    Soak(soak::Soak),
    #[command(hide = true)]
    Serve(stand::Stand),
}

fn main() -> Result<()> {
    match Arguments::parse().proof {
        Proof::List => {
            names().into_iter().for_each(say::note);
            Ok(())
        }
        Proof::All => all(),
        Proof::Ledger(proof) => proof.run(),
        Proof::Power(proof) => proof.run(),
        Proof::Disk(proof) => proof.run(),
        Proof::Restore(proof) => proof.run(),
        Proof::Races(proof) => proof.run(),
        Proof::Differential(proof) => proof.run(),
        Proof::Spool(proof) => proof.run(),
        Proof::Failover(proof) => proof.run(),
        Proof::Soak(proof) => proof.run(),
        Proof::Serve(stand) => stand.run(),
        Proof::Slow(proof) => proof.run(),
        Proof::Tenants(proof) => proof.run(),
    }
}

/// Names of the proofs, in the order in which they stand above.
fn names() -> Vec<String> {
    let command = Arguments::command();
    let proofs = command.get_subcommands().filter(|proof| !proof.is_hide_set());
    proofs.map(|proof| proof.get_name().to_owned()).filter(|name| !["list", "all"].contains(&name.as_str())).collect()
}

/// Each in a process of its own, so that what one leaves behind is nothing to the next.
fn all() -> Result<()> {
    let mut broken = Vec::new();
    for name in names() {
        say::note(format_args!("---- {name}"));
        let ended = Command::new(std::env::current_exe()?).arg(&name).status()?;
        if !ended.success() {
            broken.push(name);
        }
    }
    ensure!(broken.is_empty(), "not shown: {}", broken.join(", "));
    say::note("every proof was run to its end");
    Ok(())
}
