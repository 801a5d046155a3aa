//! The program: one customer database behind five Vietnamese CRM interfaces.

mod args;
mod commands;
mod courier;
mod demo;
mod doctor;
mod doors;
mod ground;
mod serve;
mod show;
#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// A third of the writer's time went into the system's allocator; this one also serves SQLite.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match commands::run(args::read()) {
        Ok(code) => code,
        // Whoever read the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error gone there is nobody to tell.
            drop(writeln!(io::stderr(), "daumoi: {}", sentence(&error)));
            ExitCode::FAILURE
        }
    }
}

/// What went wrong, in one line.
fn sentence(error: &anyhow::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<io::Error>() {
        Some(cause) => cause.kind() == ErrorKind::BrokenPipe,
        None => cause
            .downcast_ref::<serde_json::Error>()
            .is_some_and(|cause| cause.io_error_kind() == Some(ErrorKind::BrokenPipe)),
    })
}
