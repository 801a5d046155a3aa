//! A stand-in for the program whose commits are not flushed to the disk: what the power proof must catch. The same doors on the
//! same hub, opened with the one setting that the program never uses.

use std::path::PathBuf;

use anyhow::Result;
use axum::Router;
use hub::files::Files;
use hub::{Hub, Options, Place};
use kit::http::Shared;
use kit::passage::guarded;
use store::db::Durability;
use tokio::net::TcpListener;

use crate::say;

/// Serves on a SQLite file with `synchronous=NORMAL`; takes the flags of `daumoi serve` that the proofs use.
#[derive(Debug, clap::Args)]
pub struct Stand {
    #[arg(long, env = "DAUMOI_DATA")]
    data: PathBuf,
    #[arg(long)]
    listen: String,
    #[arg(long)]
    log: Option<String>,
}

impl Stand {
    /// Serves until it is killed.
    pub fn run(&self) -> Result<()> {
        let options = Options { durability: Durability::Normal, ..Options::default() };
        let files = Files::local(&self.data.join("files"))?;
        let hub = Hub::open(&Place::Sqlite(self.data.join("daumoi.db")), options, files)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = TcpListener::bind(&self.listen).await?;
            say::line(format_args!("listening on http://{}", listener.local_addr()?));
            axum::serve(listener, doors(&hub)).await?;
            Ok(())
        })
    }
}

/// All five doors on a hub.
pub fn doors(hub: &Hub) -> Router {
    let shared = Shared::new(hub.clone());
    Router::new()
        .merge(guarded(beeiq::routes(shared.clone())))
        .merge(guarded(caresoft::routes(shared.clone())))
        .merge(guarded(omicrm::routes(shared.clone())))
        .merge(guarded(oneoffice::routes(shared.clone())))
        .merge(guarded(vbot::routes(shared)))
}
