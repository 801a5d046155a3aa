//! `daumoi work`: send what waits in the outbox, without serving anything.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use delivery::{Options, Worker};
use front::logs::Format;
use hub::Options as HubOptions;
use tokio::runtime::Builder;

use crate::args::NetworksArg;
use crate::ground::Ground;
use crate::serve::{Signals, log_format};

/// Send what waits in the outbox: SMS, e-mail and webhooks; several may work on one PostgreSQL
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi work --database postgres://daumoi@db/daumoi --log-format json
  daumoi work --once                              send what is due now, and end

`daumoi serve` sends as well, unless it is told --no-delivery.")]
pub struct Work {
    #[command(flatten)]
    networks: NetworksArg,
    /// Send what is due now, and end
    #[arg(long)]
    once: bool,
    /// Requests to one endpoint at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// Seconds that one attempt may take
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=60))]
    patience: u16,
    /// Seconds after which another worker takes over what one had in hand when it died
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u16).range(2..=3600))]
    lease: u16,
    /// Connections to PostgreSQL
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(2..=100))]
    database_connections: u16,
    /// What is logged: a level, or a list such as info,hub=debug
    #[arg(long, value_name = "LEVELS", default_value = "info")]
    log: String,
    /// How it is logged: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = log_format)]
    log_format: Format,
}

impl Work {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        if self.lease <= self.patience + self.patience / 4 {
            bail!("--lease must be longer than --patience by more than a quarter, or things would be sent twice");
        }
        front::logs::init(self.log_format, &self.log)
            .map_err(|error| anyhow!("--log {:?} cannot be read: {error}", self.log))?;
        front::raise_open_files();
        ground.must_exist()?;
        let connections = usize::from(self.database_connections);
        let hub = ground.open_or_make(HubOptions { connections, ..HubOptions::default() })?;
        let options = Options {
            concurrency: usize::from(self.concurrency),
            patience: Duration::from_secs(u64::from(self.patience)),
            lease: Duration::from_secs(u64::from(self.lease)),
            ..Options::default()
        };
        let worker = Worker::new(hub, self.networks.net()?, options);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        if self.once {
            runtime.block_on(worker.work_off());
            return Ok(());
        }
        runtime.block_on(async {
            let signals = Signals::catch()?;
            // A closed standard output is no reason not to work.
            drop(writeln!(io::stdout().lock(), "working"));
            worker.run(signals.stop()).await;
            anyhow::Ok(())
        })
    }
}
