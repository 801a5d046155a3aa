//! The commands, one file for each noun.

mod customers;
mod journal;
mod listener;
mod mail;
mod merge;
mod org;
mod outbox;
mod replay;
mod row_security;
mod sms;
mod team;
mod token;
mod upkeep;
mod user;
mod webhook;
mod work;

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
    #[command(subcommand)]
    Mail(mail::Mail),
    #[command(subcommand)]
    Sms(sms::Sms),
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    #[command(subcommand)]
    Outbox(outbox::Outbox),
    Work(work::Work),
    Customers(customers::Customers),
    Customer(customers::Customer),
    Duplicates(journal::Duplicates),
    Merge(merge::Merge),
    Requests(journal::Requests),
    Replay(replay::Replay),
    Messages(journal::Messages),
    Migrate(upkeep::Migrate),
    RowSecurity(row_security::RowSecurity),
    Doctor(doctor::Doctor),
    Backup(upkeep::Backup),
    Restore(upkeep::Restore),
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
        Command::Mail(command) => command.run(&ground)?,
        Command::Sms(command) => command.run(&ground)?,
        Command::Webhook(command) => command.run(&ground)?,
        Command::Outbox(command) => command.run(&ground)?,
        Command::Work(command) => command.run(&ground)?,
        Command::Customers(command) => command.run(&ground)?,
        Command::Customer(command) => command.run(&ground)?,
        Command::Duplicates(command) => command.run(&ground)?,
        Command::Merge(command) => command.run(&ground)?,
        Command::Requests(command) => command.run(&ground)?,
        Command::Replay(command) => command.run(&ground)?,
        Command::Messages(command) => command.run(&ground)?,
        Command::Migrate(command) => command.run(&ground)?,
        Command::RowSecurity(command) => command.run(&ground)?,
        Command::Doctor(command) => return command.run(&ground),
        Command::Backup(command) => command.run(&ground)?,
        Command::Restore(command) => command.run(&ground)?,
    }
    Ok(ExitCode::SUCCESS)
}
