//! With whom a record can be shared: the teams and users of the org, and how that is told, asked for and read.

use domain::{Error, Id, Permit, Result};
use hub::{Tx, users};

use crate::messages::Messages;
use crate::pages::words;
use crate::show;

/// Words of the modes as forms send them.
const EVERYBODY: &str = "everybody";
const ONLY_ME: &str = "only_me";
const USERS: &str = "users";

/// Values of a form, each with what people read.
pub type Choices = Vec<(String, String)>;

/// Teams and active users, each with its number and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    teams: Vec<(Id, i64, String)>,
    users: Vec<(Id, i64, String)>,
}

impl Circle {
    /// Those of the org.
    pub fn find(tx: &mut Tx<'_>) -> Result<Self> {
        let teams = users::teams(tx)?.into_iter().map(|team| (team.id, team.number, show::visible(&team.name)));
        let teams = teams.collect();
        let users = users::list(tx)?.into_iter().filter(|user| user.active);
        let users = users.map(|user| (user.id, user.number, words::person(&user))).collect();
        Ok(Self { teams, users })
    }

    /// The values of a form.
    pub fn values(&self, permit: &Permit) -> Vec<String> {
        let number = |all: &[(Id, i64, String)], id: &Id| all.iter().find(|known| known.0 == *id).map(|known| known.1);
        match permit {
            Permit::Everybody => vec![EVERYBODY.to_owned()],
            Permit::OnlyMe { .. } => vec![ONLY_ME.to_owned()],
            Permit::MeAndTeam { team, .. } => {
                let number = team.and_then(|team| number(&self.teams, &team)).unwrap_or_default();
                vec![format!("team.{number}")]
            }
            Permit::MeAndUsers { users, .. } => {
                let chosen = users.iter().filter_map(|user| number(&self.users, user));
                [USERS.to_owned()].into_iter().chain(chosen.map(|number| format!("user.{number}"))).collect()
            }
        }
    }

    /// What can be chosen: a mode, and users for the last of them.
    pub fn choices(&self, t: &'static Messages) -> (Choices, Choices) {
        let word = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        let first = [word(EVERYBODY, t.customers.permit_everybody), word(ONLY_ME, t.customers.permit_only_me)];
        let team = |(_, number, name): &(Id, i64, String)| {
            (format!("team.{number}"), format!("{}: {name}", t.customers.permit_team))
        };
        let last = word(USERS, t.customers.permit_users);
        let modes = first.into_iter().chain(self.teams.iter().map(team)).chain([last]).collect();
        (modes, self.users.iter().map(|(_, number, name)| (format!("user.{number}"), name.clone())).collect())
    }

    /// What people read.
    pub fn told(&self, permit: &Permit, t: &'static Messages) -> String {
        let mode = words::permit(permit, t);
        let name =
            |all: &[(Id, i64, String)], id: &Id| all.iter().find(|known| known.0 == *id).map(|known| known.2.clone());
        let names: Vec<String> = match permit {
            Permit::Everybody | Permit::OnlyMe { .. } => Vec::new(),
            Permit::MeAndTeam { team, .. } => team.iter().filter_map(|team| name(&self.teams, team)).collect(),
            Permit::MeAndUsers { users, .. } => users.iter().filter_map(|user| name(&self.users, user)).collect(),
        };
        if names.is_empty() { mode.to_owned() } else { format!("{mode}: {}", names.join(", ")) }
    }

    /// What a form sent. Whoever wrote the record stays among those who see it, if an admin changes who else does; a member who
    /// changes it becomes that one, so that nobody shuts themselves out.
    pub fn read(&self, tx: &mut Tx<'_>, before: &Permit, sent: &[&str]) -> Result<Permit> {
        let unknown = || Error::invalid("permit", "Không có mục này trong danh mục");
        let mode = sent.iter().find(|word| !word.starts_with("user.")).copied().unwrap_or(EVERYBODY);
        if mode == EVERYBODY {
            return Ok(Permit::Everybody);
        }
        let me = me(tx, before)?;
        let id = |all: &[(Id, i64, String)], number: &str| {
            let number = number.parse::<i64>().ok()?;
            all.iter().find(|known| known.1 == number).map(|known| known.0)
        };
        match (mode, mode.strip_prefix("team.")) {
            (ONLY_ME, _) => Ok(Permit::OnlyMe { me }),
            (_, Some(number)) => Ok(Permit::MeAndTeam { me, team: Some(id(&self.teams, number).ok_or_else(unknown)?) }),
            (USERS, None) => {
                let chosen = sent.iter().filter_map(|word| word.strip_prefix("user."));
                let users = chosen.map(|number| id(&self.users, number).ok_or_else(unknown)).collect::<Result<_>>()?;
                Ok(Permit::MeAndUsers { me, users })
            }
            _ => Err(unknown()),
        }
    }
}

fn me(tx: &mut Tx<'_>, before: &Permit) -> Result<Id> {
    let actor = tx.actor().user.ok_or_else(|| Error::invalid("permit", "Không có người dùng này"))?;
    let writer = match before {
        Permit::Everybody => None,
        Permit::OnlyMe { me } | Permit::MeAndTeam { me, .. } | Permit::MeAndUsers { me, .. } => Some(*me),
    };
    let is_admin = users::list(tx)?.iter().any(|user| user.id == actor && user.role.sees_everything());
    Ok(writer.filter(|_| is_admin).unwrap_or(actor))
}
