//! `daumoi team`: several users under a name, which BeeIQ and CareSoft call a group.

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::{Actor, Error};
use hub::users;
use serde::Serialize;

use crate::args::{JsonArg, OrgArg};
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// Teams: make one, add a user to it, list them
#[derive(Debug, Subcommand)]
pub enum Team {
    Create(Create),
    Join(Join),
    List(List),
}

/// Make a team
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi team create --org acme --name 'Kinh doanh'")]
pub struct Create {
    #[command(flatten)]
    org: OrgArg,
    /// Name of the team
    #[arg(long)]
    name: String,
    #[command(flatten)]
    output: JsonArg,
}

/// Make a user a member of a team
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi team join --org acme --team 'Kinh doanh' --user lan@acme.example")]
pub struct Join {
    #[command(flatten)]
    org: OrgArg,
    /// Name of the team
    #[arg(long, value_name = "NAME")]
    team: String,
    /// E-mail address of the user
    #[arg(long, value_name = "EMAIL")]
    user: String,
}

/// List the teams of an org with their members
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi team list --org acme")]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    output: JsonArg,
}

impl Team {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        match self {
            Self::Create(command) => command.run(ground),
            Self::Join(command) => command.run(ground),
            Self::List(command) => command.run(ground),
        }
    }
}

#[derive(Debug, Serialize)]
struct Line {
    number: i64,
    name: String,
    members: Vec<String>,
}

impl Create {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let name = self.name;
        let team = hub.write(Actor::cli(org.id), move |tx| hub::settings::add_team(tx, &name, None)).wait()?;
        if self.output.json {
            return show::json(&Line { number: team.number, name: team.name, members: Vec::new() });
        }
        show::line(format_args!("team {} made: {}", team.number, team.name))
    }
}

impl Join {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let (team, user) = (self.team.clone(), self.user.clone());
        hub.write(Actor::cli(org.id), move |tx| {
            let user = ground::find_user(tx, &user)?;
            let team = users::find_team(tx, &team)?
                .ok_or_else(|| Error::not_found(format!("there is no team {team:?} in this org")))?;
            users::join_team(tx, team.id, user.id)
        })
        .wait()?;
        show::line(format_args!("{} is in team {}", self.user, self.team))
    }
}

impl List {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let lines = hub.read(org.id, |tx| {
            let mut memberships = Vec::new();
            for user in users::list(tx)? {
                memberships.push((users::teams_of(tx, user.id)?, user.email));
            }
            let members = |team| {
                let of_it = memberships.iter().filter(move |(teams, _)| teams.contains(&team));
                of_it.map(|(_, email)| email.clone()).collect()
            };
            let teams = users::teams(tx)?.into_iter();
            Ok(teams
                .map(|team| Line { number: team.number, members: members(team.id), name: team.name })
                .collect::<Vec<_>>())
        });
        let lines = lines.wait()?;
        if self.output.json {
            return show::json(&lines);
        }
        let mut table = Table::new(["number", "name", "members"]);
        for line in lines {
            table.row([line.number.to_string(), line.name, line.members.join(", ")]);
        }
        table.print()
    }
}
