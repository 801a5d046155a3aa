//! The commands, one file for each noun.

mod customers;
mod journal;
mod listener;
mod org;
mod team;
mod token;
mod upkeep;
mod user;

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Cli;
use crate::ground::Ground;
use crate::{demo, doctor, serve};

/// What the program is asked to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    #[command(subcommand)]
    Org(org::Org),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Team(team::Team),
    #[command(subcommand)]
    Token(token::Token),
    #[command(subcommand)]
    Listener(listener::Listener),
    Customers(customers::Customers),
    Customer(customers::Customer),
    Duplicates(journal::Duplicates),
    Requests(journal::Requests),
    Messages(journal::Messages),
    Migrate(upkeep::Migrate),
    Doctor(doctor::Doctor),
    Backup(upkeep::Backup),
}

/// Does what is asked.
pub fn run(cli: Cli) -> Result<ExitCode> {
    let ground = Ground::from(&cli.ground);
    match cli.command {
        Command::Demo(command) => command.run(&cli.ground)?,
        Command::Serve(command) => command.run(&ground)?,
        Command::Org(command) => command.run(&ground)?,
        Command::User(command) => command.run(&ground)?,
        Command::Team(command) => command.run(&ground)?,
        Command::Token(command) => command.run(&ground)?,
        Command::Listener(command) => command.run(&ground)?,
        Command::Customers(command) => command.run(&ground)?,
        Command::Customer(command) => command.run(&ground)?,
        Command::Duplicates(command) => command.run(&ground)?,
        Command::Requests(command) => command.run(&ground)?,
        Command::Messages(command) => command.run(&ground)?,
        Command::Migrate(command) => command.run(&ground)?,
        Command::Doctor(command) => return command.run(&ground),
        Command::Backup(command) => command.run(&ground)?,
    }
    Ok(ExitCode::SUCCESS)
}
