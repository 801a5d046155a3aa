//! Users: who works here, what they may do, and new passwords.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use domain::{Error, Id, Role, Team, User};
use hub::settings;
use hub::users::{self, Edit, NewUser};

use super::{Made, Part, Sent, page};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Toast, fragment, go, show as show_page};

/// What people read for a role.
pub fn role_label(role: &Role, t: &Messages) -> &'static str {
    match role {
        Role::Owner => t.account.role_owner,
        Role::Admin => t.account.role_admin,
        Role::Member => t.account.role_member,
    }
}

#[derive(Template)]
#[template(path = "settings/users.html")]
struct Users {
    page: Page,
    part: Part,
    users: Vec<(User, Vec<Team>)>,
    roles: Vec<Role>,
}

/// A password that was just made, and the list with whose it is.
#[derive(Template)]
#[template(path = "settings/user_added.html")]
struct Added {
    page: Page,
    made: Made,
    users: Vec<(User, Vec<Team>)>,
    roles: Vec<Role>,
}

/// `GET /settings/users`
pub async fn list(visitor: Visitor) -> Answer {
    let (page, users, roles) = (page(&visitor, Part::Users), with_teams(&visitor).await?, roles(&visitor));
    show_page(&visitor, &Users { page, part: Part::Users, users, roles })
}

/// Everybody, each with their teams.
async fn with_teams(visitor: &Visitor) -> Result<Vec<(User, Vec<Team>)>, Error> {
    let (users, memberships) = visitor.read(|tx| Ok((users::list(tx)?, users::memberships(tx)?))).await?;
    let mut teams: HashMap<Id, Vec<Team>> = HashMap::new();
    for (user, team) in memberships {
        teams.entry(user).or_default().push(team);
    }
    let users = users.into_iter().map(|user| {
        let own = teams.remove(&user.id).unwrap_or_default();
        (user, own)
    });
    Ok(users.collect())
}

/// The roles that somebody may give.
fn roles(visitor: &Visitor) -> Vec<Role> {
    let all = [Role::Member, Role::Admin, Role::Owner];
    all.into_iter().filter(|role| users::may_decide(visitor.user.role, *role).is_ok()).collect()
}

fn role(sent: &Sent) -> Result<Role, Error> {
    Role::of(sent.text("role")).ok_or_else(|| Error::invalid("role", "Hãy chọn vai trò"))
}

/// `POST /settings/users`
pub async fn add(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let role = role(&sent)?;
    users::may_decide(visitor.user.role, role)?;
    let password = users::random_password()?;
    let hash = visitor.web.hub.hash_password(&password).await?;
    let new = NewUser {
        email: sent.text("email").to_owned(),
        name: sent.text("name").to_owned(),
        role,
        staff_code: sent.some("staff_code"),
        number: None,
        password_hash: Some(hash),
    };
    let user = visitor.write(move |tx| settings::add_user(tx, &new)).await?;
    let t = visitor.t;
    let made = Made {
        page: page(&visitor, Part::Users),
        part: Part::Users,
        heading: t.settings_people.user_added(&user.email),
        note: t.settings_people.password_once,
        items: vec![(t.common.email.to_owned(), user.email), (t.settings_people.password.to_owned(), password)],
    };
    if !visitor.wants_fragment {
        return made.show(&visitor);
    }
    let (users, roles) = (with_teams(&visitor).await?, roles(&visitor));
    fragment(&Added { page: page(&visitor, Part::Users), made, users, roles })
}

#[derive(Template)]
#[template(path = "settings/user.html")]
struct OneUser {
    page: Page,
    part: Part,
    user: User,
    teams: Vec<(Team, bool)>,
    roles: Vec<Role>,
    may_change: bool,
}

/// `GET /settings/users/{number}`
pub async fn show(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    let (user, all, own) = visitor
        .read(move |tx| {
            let user = users::find_by_number(tx, number)?;
            let user = user.ok_or_else(|| Error::not_found(format!("Không có người dùng số {number}")))?;
            let own = users::teams_of(tx, user.id)?;
            Ok((user, users::teams(tx)?, own))
        })
        .await?;
    let may_change = visitor.must_be_admin().is_ok() && users::may_decide(visitor.user.role, user.role).is_ok();
    let teams = all.into_iter().map(|team| (own.contains(&team.id), team)).map(|(is_in, team)| (team, is_in)).collect();
    let mut page = page(&visitor, Part::Users);
    page.title = users::display_name(&user).to_owned();
    show_page(&visitor, &OneUser { page, part: Part::Users, user, teams, roles: roles(&visitor), may_change })
}

/// `POST /settings/users/{number}`
pub async fn change(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let edit = Edit {
        name: sent.text("name").to_owned(),
        staff_code: sent.some("staff_code"),
        phone: sent.some("phone"),
        role: role(&sent)?,
        active: sent.has("active"),
        teams: sent.all("team").filter_map(|team| team.parse().ok()).collect(),
    };
    let by = visitor.user.role;
    visitor.write(move |tx| settings::change_user(tx, by, number, &edit)).await?;
    go(&visitor, "/settings/users", Some(&Toast::good(visitor.t.settings.saved)))
}

/// `POST /settings/users/{number}/password`
pub async fn reset_password(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let password = visitor.web.hub.reset_password(visitor.actor(), visitor.user.role, number).await?;
    let t = visitor.t;
    let made = Made {
        page: page(&visitor, Part::Users),
        part: Part::Users,
        heading: t.settings_people.password_reset.to_owned(),
        note: t.settings_people.password_once,
        items: vec![(t.settings_people.password.to_owned(), password)],
    };
    made.show(&visitor)
}
