//! `daumoi user`: the people who work in an org.

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use domain::{Actor, Role};
use hub::users::{self, NewUser};
use serde::Serialize;

use crate::args::{JsonArg, OrgArg};
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// Users: add one, list them
#[derive(Debug, Subcommand)]
pub enum User {
    Create(Create),
    List(List),
}

/// Add a user; the password is made up unless one is given, and shown once
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi user create --org acme --email lan@acme.example --name 'Trần Thị Lan' --role admin")]
pub struct Create {
    #[command(flatten)]
    org: OrgArg,
    /// E-mail address, which signs in and names a BeeIQ sender
    #[arg(long)]
    email: String,
    /// Full name
    #[arg(long, default_value = "", hide_default_value = true)]
    name: String,
    /// What they may do
    #[arg(long, value_enum, default_value_t = RoleWord::Member)]
    role: RoleWord,
    /// Code in the company's staff list
    #[arg(long, value_name = "CODE")]
    staff_code: Option<String>,
    /// Password; better left to the program, or given in DAUMOI_PASSWORD
    #[arg(long)]
    password: Option<String>,
    #[command(flatten)]
    output: JsonArg,
}

/// What a user may do.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleWord {
    /// Works with the records that are shared with them
    Member,
    /// Sees everything and keeps the settings
    Admin,
    /// An admin who also decides who else is one
    Owner,
}

/// List the users of an org
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi user list --org acme")]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    output: JsonArg,
}

impl User {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        match self {
            Self::Create(command) => command.run(ground),
            Self::List(command) => command.run(ground),
        }
    }
}

#[derive(Debug, Serialize)]
struct Made {
    number: i64,
    email: String,
    password: String,
}

impl Create {
    fn run(self, ground: &Ground) -> Result<()> {
        if domain::identity::email(&self.email).is_none() {
            bail!("{:?} is not an e-mail address", self.email);
        }
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let password = match self.password {
            Some(password) => password,
            None => users::random_password()?,
        };
        let new = NewUser {
            email: self.email,
            name: self.name,
            role: match self.role {
                RoleWord::Member => Role::Member,
                RoleWord::Admin => Role::Admin,
                RoleWord::Owner => Role::Owner,
            },
            staff_code: self.staff_code,
            number: None,
            password_hash: Some(users::hash_password(&password)?),
        };
        let user = hub.write(Actor::cli(org.id), move |tx| hub::settings::add_user(tx, &new)).wait()?;
        let made = Made { number: user.number, email: user.email, password };
        if self.output.json {
            return show::json(&made);
        }
        show::line(format_args!("user {} added: {}, password {}", made.number, made.email, made.password))
    }
}

#[derive(Debug, Serialize)]
struct Line {
    number: i64,
    email: String,
    name: String,
    role: &'static str,
    staff_code: Option<String>,
    phone: Option<String>,
    active: bool,
}

impl List {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let lines = hub.read(org.id, users::list).wait()?.into_iter().map(|user| Line {
            number: user.number,
            email: user.email,
            name: user.name,
            role: user.role.word(),
            staff_code: user.staff_code,
            phone: user.phone,
            active: user.active,
        });
        if self.output.json {
            return show::json(&lines.collect::<Vec<_>>());
        }
        let mut table = Table::new(["number", "e-mail", "name", "role", "staff code", "state"]);
        for line in lines {
            let state = if line.active { "active" } else { "off" };
            let staff_code = line.staff_code.unwrap_or_default();
            table.row([line.number.to_string(), line.email, line.name, line.role.into(), staff_code, state.into()]);
        }
        table.print()
    }
}
