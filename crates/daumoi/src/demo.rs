//! `daumoi demo`.
use anyhow::Result;
use clap::Args;

use crate::args::GroundArgs;

/// x
#[derive(Debug, Args)]
pub struct Demo {}

impl Demo {
    pub fn run(self, _: &GroundArgs) -> Result<()> {
        Ok(())
    }
}
