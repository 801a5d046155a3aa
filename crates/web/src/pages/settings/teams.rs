//! Teams: several users under a name, as leads, tickets and permits name them.

use askama::Template;
use axum::extract::Path;
use domain::{Error, Team};
use hub::{settings, users};

use super::{Part, Sent, page};
use crate::Visitor;
use crate::page::{Answer, Page, Toast, go, show as show_page};

#[derive(Template)]
#[template(path = "settings/teams.html")]
struct Teams {
    page: Page,
    part: Part,
    /// Each with the names of its members.
    teams: Vec<(Team, Vec<String>)>,
}

/// `GET /settings/teams`
pub async fn list(visitor: Visitor) -> Answer {
    let (teams, users, memberships) =
        visitor.read(|tx| Ok((users::teams(tx)?, users::list(tx)?, users::memberships(tx)?))).await?;
    let teams = teams.into_iter().map(|team| {
        let is_in = |id| memberships.iter().any(|(user, own)| *user == id && own.id == team.id);
        let names =
            users.iter().filter(|user| is_in(user.id)).map(|user| users::display_name(user).to_owned()).collect();
        (team, names)
    });
    let teams = teams.collect();
    show_page(&visitor, &Teams { page: page(&visitor, Part::Teams), part: Part::Teams, teams })
}

/// `POST /settings/teams`
pub async fn add(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let name = sent.text("name").to_owned();
    if name.is_empty() {
        return Err(Error::invalid("name", "Tên nhóm không được để trống").into());
    }
    let team = visitor.write(move |tx| settings::add_team(tx, &name, None)).await?;
    go(&visitor, "/settings/teams", Some(&Toast::good(visitor.t.settings_people.team_added(&team.name))))
}

/// `POST /settings/teams/{number}`
pub async fn rename(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let name = sent.text("name").to_owned();
    visitor.write(move |tx| settings::rename_team(tx, number, &name)).await?;
    go(&visitor, "/settings/teams", Some(&Toast::good(visitor.t.settings.saved)))
}
