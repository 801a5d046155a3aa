//! `tenants`: the whole generated matrix of pages and ids, and the doors', asked by somebody of another org.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use proofs::say;

/// Every page and route × every kind of id of another org, at least 50,000 requests: nothing is read, nothing changes
#[derive(Debug, Args)]
pub struct Tenants {}

impl Tenants {
    /// Does it.
    pub fn run(self) -> Result<()> {
        let Self {} = self;
        let folder = tempfile::TempDir::new()?;
        let told = folder.path().join("asked");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("no workspace")?;
        // The questions are tests: here all of them are asked, there a part. The control among them asks as who may.
        let ended = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["test", "--quiet", "-p", "stories", "--test", "all", "--", "pages::", "tenants::"])
            .env("DAUMOI_TEST_EVERYTHING", &told)
            .current_dir(root)
            .status()?;
        ensure!(ended.success(), "a question was answered that should not have been: see above");
        let asked: usize = std::fs::read_to_string(told)?.parse()?;
        say::promise("questions to the pages about another org's ids", asked, "50,000 or more", asked >= 50_000)?;
        say::promise("of them, answered with its secrets or changing it", 0, "0", true)
    }
}
