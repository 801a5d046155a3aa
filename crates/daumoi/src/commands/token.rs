//! `daumoi token`: what clients show to be let in.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use domain::{Actor, Dialect};
use hub::tokens::{self, NewToken, Secret};
use serde::Serialize;

use crate::args::{JsonArg, OrgArg};
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// Tokens: make one, take one back, list them
#[derive(Debug, Subcommand)]
pub enum Token {
    Create(Create),
    Revoke(Revoke),
    List(List),
}

/// Make a token; it is shown once
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi token create --org acme --dialects oneoffice,vbot --user lan@acme.example --allow 203.0.113.0/24")]
pub struct Create {
    #[command(flatten)]
    org: OrgArg,
    /// The doors it opens: all, or some of oneoffice,omicrm,vbot,caresoft,beeiq
    #[arg(long, value_name = "all|A,B")]
    dialects: String,
    /// The user it acts as, by e-mail address; without one it acts as the org itself
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// What it is for
    #[arg(long, default_value = "Token")]
    name: String,
    /// Network it may be used from; repeat for more, leave out for anywhere
    #[arg(long, value_name = "CIDR")]
    allow: Vec<String>,
    /// Days until it stops working; leave out for never
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=36_500))]
    expires: Option<i64>,
    #[command(flatten)]
    output: JsonArg,
}

/// Take a token back; it stops working at once
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi token revoke --org acme 3")]
pub struct Revoke {
    #[command(flatten)]
    org: OrgArg,
    /// Number of the token
    #[arg(value_name = "NUMBER")]
    number: i64,
}

/// List the tokens of an org, without their secrets
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi token list --org acme")]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    output: JsonArg,
}

impl Token {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        match self {
            Self::Create(command) => command.run(ground),
            Self::Revoke(command) => command.run(ground),
            Self::List(command) => command.run(ground),
        }
    }
}

#[derive(Debug, Serialize)]
struct Made<'m> {
    number: i64,
    token: &'m str,
}

impl Create {
    fn run(self, ground: &Ground) -> Result<()> {
        let dialects = doors(&self.dialects)?;
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let secret = Secret::random()?;
        let expires_at = self.expires.map(|days| hub.now().plus_seconds(days * 86_400));
        let new = NewToken { name: self.name, dialects, user: None, expires_at, networks: self.allow };
        let (user, kept) = (self.user, secret.clone());
        let number = hub.write(Actor::cli(org.id), move |tx| {
            let user = match &user {
                Some(email) => Some(ground::find_user(tx, email)?.id),
                None => None,
            };
            hub::settings::add_token(tx, &NewToken { user, ..new.clone() }, &kept)
        });
        let number = number.wait()?;
        if self.output.json {
            return show::json(&Made { number, token: secret.reveal() });
        }
        show::line(format_args!("token {number}: {}", secret.reveal()))?;
        show::line("Keep it: it is not shown again.")
    }
}

/// The doors of a list of words; `all` among them stands for every one.
fn doors(words: &str) -> Result<Vec<Dialect>> {
    let mut named = Vec::new();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        if word.eq_ignore_ascii_case("all") {
            named.extend(Dialect::DOORS);
            continue;
        }
        let Some(door) = Dialect::of(word).filter(|dialect| Dialect::DOORS.contains(dialect)) else {
            let known = Dialect::DOORS.map(Dialect::word).join(", ");
            bail!("there is no dialect {word:?}; there are {known}, and `all`");
        };
        named.push(door);
    }
    let mut doors = Vec::new();
    for door in named {
        if !doors.contains(&door) {
            doors.push(door);
        }
    }
    Ok(doors)
}

impl Revoke {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let number = self.number;
        hub.write(Actor::cli(org.id), move |tx| hub::settings::revoke_token(tx, number)).wait()?;
        show::line(format_args!("token {number} no longer works"))
    }
}

#[derive(Debug, Serialize)]
struct Line {
    number: i64,
    name: String,
    dialects: Vec<&'static str>,
    user: Option<String>,
    allow: Vec<String>,
    state: &'static str,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    created_at: String,
}

impl List {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let now = hub.now();
        let (tokens, users) = hub.read(org.id, |tx| Ok((tokens::list(tx)?, hub::users::list(tx)?))).wait()?;
        let email = |id| users.iter().find(|user| Some(user.id) == id).map(|user| user.email.clone());
        let lines = tokens.into_iter().map(|token| Line {
            number: token.number,
            name: token.name,
            dialects: token.dialects.iter().map(|dialect| dialect.word()).collect(),
            user: email(token.user),
            allow: token.networks,
            state: match (token.revoked_at, token.expires_at) {
                (Some(_), _) => "revoked",
                (None, Some(end)) if end <= now => "expired",
                _ => "active",
            },
            expires_at: token.expires_at.map(domain::Instant::rfc3339),
            last_used_at: token.last_used_at.map(domain::Instant::rfc3339),
            created_at: token.created_at.rfc3339(),
        });
        if self.output.json {
            return show::json(&lines.collect::<Vec<_>>());
        }
        let mut table = Table::new(["number", "name", "state", "user", "last used", "dialects"]);
        for line in lines {
            let user = line.user.unwrap_or_else(|| "(the org)".to_owned());
            let used = line.last_used_at.unwrap_or_else(|| "never".to_owned());
            let dialects = line.dialects.join(",");
            table.row([line.number.to_string(), line.name, line.state.into(), user, used, dialects]);
        }
        table.print()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_are_named_one_by_one_or_all() {
        assert_eq!(doors("vbot, beeiq,vbot").unwrap(), [Dialect::Vbot, Dialect::Beeiq]);
        assert_eq!(doors(" ALL ").unwrap(), Dialect::DOORS);
        assert_eq!(doors("all,vbot").unwrap(), Dialect::DOORS);
        assert_eq!(doors("vbot,all").unwrap().len(), Dialect::DOORS.len());
        assert!(doors("all,zalo").is_err());
    }
}
