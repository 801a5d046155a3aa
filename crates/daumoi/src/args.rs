//! The command line: its flags, and the rule by which each has an environment variable.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, Command, CommandFactory, FromArgMatches, Parser};
use ipnet::IpNet;

use crate::commands;

/// One customer database behind five Vietnamese CRM interfaces: 1Office, OMICRM, VBot, CareSoft and BeeIQ.
#[derive(Debug, Parser)]
#[command(
    name = "daumoi",
    version,
    propagate_version = true,
    after_help = "\
EXAMPLES
  daumoi demo                                     look around, with invented customers
  daumoi org create --slug acme --name 'Công ty ACME' --admin-email admin@acme.example
  daumoi serve --listen 0.0.0.0:8080
  daumoi customers --org acme '0912 345 678'

Every flag has an environment variable: --data is DAUMOI_DATA, --admin-email is DAUMOI_ADMIN_EMAIL.
All commands but restore work while the server runs."
)]
pub struct Cli {
    #[command(flatten)]
    pub ground: GroundArgs,
    #[command(subcommand)]
    pub command: commands::Command,
}

/// Where the data is.
#[derive(Debug, Clone, Default, Args)]
pub struct GroundArgs {
    /// Folder of the SQLite file and the attached files; ./data unless given
    #[arg(long, global = true, value_name = "DIR", help_heading = "Data")]
    pub data: Option<PathBuf>,
    /// PostgreSQL in place of the SQLite file: postgres://user:password@host/name
    #[arg(long, global = true, value_name = "URL", help_heading = "Data")]
    pub database: Option<String>,
    /// Where attached files are: a folder or s3://bucket; DIR/files unless given
    #[arg(long, global = true, value_name = "PLACE", help_heading = "Data")]
    pub files: Option<String>,
}

/// The org a command is about.
#[derive(Debug, Args)]
pub struct OrgArg {
    /// Short name of the org
    #[arg(long, value_name = "SLUG")]
    pub org: String,
}

/// How a command answers.
#[derive(Debug, Clone, Copy, Args)]
pub struct JsonArg {
    /// Answer in JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// How many rows a list shows.
#[derive(Debug, Clone, Copy, Args)]
pub struct RowsArg {
    /// Most rows to show, newest first
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    pub limit: i64,
}

/// Where this program may send to besides the open internet.
#[derive(Debug, Clone, Default, Args)]
pub struct NetworksArg {
    /// Networks that may be sent to although they are not open ones, with or without TLS, separated by commas
    #[arg(long, value_name = "CIDRS", value_parser = networks)]
    pub allow_networks: Option<Networks>,
}

/// A list of networks; an empty one is a list too.
#[derive(Debug, Clone, Default)]
pub struct Networks(Vec<IpNet>);

impl NetworksArg {
    /// The way out.
    pub fn net(&self) -> anyhow::Result<delivery::Net> {
        let allowed = self.allow_networks.as_ref().map_or(&[][..], |networks| &networks.0);
        Ok(delivery::Net::new(allowed)?)
    }
}

/// Networks and single addresses, separated by commas.
fn networks(text: &str) -> Result<Networks, String> {
    let named = text.split(',').map(str::trim).filter(|network| !network.is_empty());
    let network = |text: &str| text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let read = named.map(|text| network(text).map_err(|_| format!("{text:?}: a network is written like 10.0.0.0/8")));
    read.collect::<Result<_, _>>().map(Networks)
}

/// Reads the command line; on a mistake says so and exits with 2.
pub fn read() -> Cli {
    parse(std::env::args_os()).unwrap_or_else(|error| error.exit())
}

/// Reads a command line.
pub fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = command();
    let mut matches = command.try_get_matches_from_mut(line)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// The whole command line with its environment variables.
pub fn command() -> Command {
    with_variables(Cli::command())
}

/// Gives every flag the variable that is made of its name, so that none can be forgotten.
fn with_variables(command: Command) -> Command {
    command
        .mut_args(|arg| {
            let Some(long) = arg.get_long() else { return arg };
            let variable = format!("DAUMOI_{}", long.to_uppercase().replace('-', "_"));
            // A variable may hold a password, which help must not show.
            let arg = arg.env(variable).hide_env_values(true);
            match arg.get_action() {
                ArgAction::SetTrue => arg.value_parser(FalseyValueParser::new()),
                _ => arg,
            }
        })
        .mut_subcommands(with_variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_networks() {
        let read =
            |text: &str| networks(text).map(|networks| networks.0.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(read("127.0.0.0/8, 10.1.2.3,,::1").unwrap(), ["127.0.0.0/8", "10.1.2.3/32", "::1/128"]);
        assert_eq!(read("").unwrap(), [""; 0], "a variable that is set to nothing allows nothing");
        assert!(read("10.0.0.0/8 localhost").unwrap_err().contains("localhost"));
    }
}
