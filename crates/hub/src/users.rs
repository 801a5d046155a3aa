//! Users, teams and permits: who works here, and with whom records are shared.

use std::collections::HashMap;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::change::{Subject, What};
use domain::{Actor, Error, Id, Instant, Permit, Result, Role, Team, User, text};
use store::{Tx, users};

use crate::{Hub, history, sessions};

/// How many letters a password needs.
const SHORTEST_PASSWORD: usize = 8;

/// Letters of a name or staff code at most.
const LONGEST_NAME: usize = 250;

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// E-mail address; it signs in and is how BeeIQ names a sender.
    pub email: String,
    /// Full name; empty is allowed.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Code in the company's staff list.
    pub staff_code: Option<String>,
    /// Number that vendors see, when it must be a certain one.
    pub number: Option<i64>,
    /// Argon2id hash of the password, from [`hash_password`]; without one nobody can sign in.
    pub password_hash: Option<String>,
}

/// Adds a user.
pub fn create(tx: &mut Tx<'_>, new: &NewUser) -> Result<User> {
    check_length("name", &new.name)?;
    check_length("staff_code", new.staff_code.as_deref().unwrap_or_default())?;
    let user = User {
        id: Id::default(),
        number: new.number.unwrap_or(0),
        email: text::tidy(&new.email).into_owned(),
        name: text::tidy(&new.name).into_owned(),
        staff_code: new.staff_code.clone(),
        phone: None,
        role: new.role,
        active: true,
    };
    users::insert(tx, &user, new.password_hash.as_deref())?.ok_or_else(|| {
        Error::conflict(format!("Người dùng {} (hoặc mã nhân viên, số) đã có trong tổ chức", user.email))
    })
}

/// Every user, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<User>> {
    users::list(tx)
}

/// What can be changed about a user.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Full name; empty is allowed.
    pub name: String,
    /// Code in the company's staff list.
    pub staff_code: Option<String>,
    /// Telephone number as written.
    pub phone: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in and be named as a sender.
    pub active: bool,
    /// Numbers of the teams they belong to.
    pub teams: Vec<i64>,
}

/// Changes a user, on behalf of one with the role `by`. Only owners decide who is an admin or owner, and one active owner
/// stays in any case. Who may no longer sign in is signed out.
pub fn change(tx: &mut Tx<'_>, by: Role, number: i64, edit: &Edit) -> Result<User> {
    let before = numbered(tx, number)?;
    let Edit { name, staff_code, phone, role, active, teams } = edit;
    check_length("name", name)?;
    check_length("staff_code", staff_code.as_deref().unwrap_or_default())?;
    check_length("phone", phone.as_deref().unwrap_or_default())?;
    may_decide(by, before.role)?;
    may_decide(by, *role)?;
    let (role, active) = (*role, *active);
    let (name, phone) = (text::tidy(name).into_owned(), phone.as_deref().map(|phone| text::tidy(phone).into_owned()));
    let after = User { name, staff_code: staff_code.clone(), phone, role, active, ..before.clone() };
    if before.role == Role::Owner && (role != Role::Owner || !active) {
        let others = users::list(tx)?.into_iter().filter(|user| user.id != before.id);
        if !others.into_iter().any(|user| user.role == Role::Owner && user.active) {
            return Err(Error::conflict("Tổ chức phải còn ít nhất một chủ sở hữu đang hoạt động"));
        }
    }
    if after != before && !users::update(tx, &after)? {
        return Err(Error::conflict("Mã nhân viên này đã thuộc về người khác"));
    }
    for team in users::teams(tx)? {
        match teams.contains(&team.number) {
            true => users::join_team(tx, team.id, before.id)?,
            false => users::leave_team(tx, team.id, before.id)?,
        }
    }
    if !active {
        sessions::leave_everywhere(tx, before.id, None)?;
    }
    Ok(after)
}

/// Refuses who may not decide about users of a role.
pub fn may_decide(by: Role, role: Role) -> Result<()> {
    if by == Role::Owner || (by == Role::Admin && role == Role::Member) {
        return Ok(());
    }
    Err(Error::forbidden("Chỉ chủ sở hữu quyết định ai là quản trị viên hoặc chủ sở hữu"))
}

impl Hub {
    /// Gives a user a new password, which is shown once, and signs them out everywhere; on behalf of one with the role `by`.
    pub async fn reset_password(&self, actor: Actor, by: Role, number: i64) -> Result<String> {
        let password = random_password()?;
        let hash = self.hash_password(&password).await?;
        let reset = self.write(actor, move |tx| {
            let user = numbered(tx, number)?;
            may_decide(by, user.role)?;
            users::update_password(tx, user.id, &hash)?;
            sessions::leave_everywhere(tx, user.id, None)?;
            let said = format!("Đặt lại mật khẩu của {}", user.email);
            history::record(tx, None, Subject::Setting(user.id), What::Updated, &[], &said)
        });
        reset.await.map(|()| password)
    }
}

fn numbered(tx: &mut Tx<'_>, number: i64) -> Result<User> {
    users::find_by_number(tx, number)?.ok_or_else(|| Error::not_found(format!("Không có người dùng số {number}")))
}

/// Gives a team another name.
pub fn rename_team(tx: &mut Tx<'_>, number: i64, name: &str) -> Result<()> {
    check_length("team", name)?;
    if text::tidy(name).is_empty() {
        return Err(Error::invalid("team", "Tên nhóm không được để trống"));
    }
    let team = users::find_team_by_number(tx, number)?
        .ok_or_else(|| Error::not_found(format!("Không có nhóm số {number}")))?;
    match users::rename_team(tx, team.id, name)? {
        true => Ok(()),
        false => Err(Error::conflict(format!("Nhóm {} đã có", text::tidy(name)))),
    }
}

/// The user with an e-mail address.
pub fn find_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>> {
    users::find_by_email(tx, email)
}

/// The user with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<User>> {
    users::find_by_number(tx, number)
}

/// When each user was added.
pub fn since(tx: &mut Tx<'_>) -> Result<HashMap<Id, Instant>> {
    users::users_since(tx)
}

/// The user whom a client may name as a sender: known and active.
pub fn find_sender(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>> {
    Ok(users::find_by_email(tx, email)?.filter(|user| user.active))
}

/// The active user whom a client calls by staff code, name or e-mail address, in this order. A code may be in capitals or small
/// letters; one of somebody who left names nobody, and nobody else.
pub fn find_by_word(tx: &mut Tx<'_>, word: &str) -> Result<Option<User>> {
    let known = match users::find_by_code_or_name(tx, word)? {
        Some(user) => Some(user),
        None => users::find_by_email(tx, word)?,
    };
    Ok(known.filter(|user| user.active))
}

/// The user with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<User>> {
    users::find(tx, id)
}

/// The name people read: the name, or the e-mail address of one who has none.
pub fn display_name(user: &User) -> &str {
    if user.name.is_empty() { &user.email } else { &user.name }
}

/// The team with a name, made when there is none.
pub fn team(tx: &mut Tx<'_>, name: &str) -> Result<Team> {
    if let Some(team) = users::find_team(tx, name)? {
        return Ok(team);
    }
    check_length("team", name)?;
    match users::insert_team(tx, name, None)? {
        Some(team) => Ok(team),
        None => users::find_team(tx, name)?.ok_or_else(|| Error::busy("two teams of one name raced")),
    }
}

/// The team with a name.
pub fn find_team(tx: &mut Tx<'_>, name: &str) -> Result<Option<Team>> {
    users::find_team(tx, name)
}

/// Adds a team with a certain number.
pub fn create_team(tx: &mut Tx<'_>, name: &str, number: Option<i64>) -> Result<Team> {
    check_length("team", name)?;
    users::insert_team(tx, name, number)?.ok_or_else(|| Error::conflict(format!("Nhóm {name} (hoặc số) đã có")))
}

fn check_length(field: &str, text: &str) -> Result<()> {
    if text.chars().count() > LONGEST_NAME {
        return Err(Error::invalid(field, format!("Trường {field} dài quá {LONGEST_NAME} ký tự")));
    }
    Ok(())
}

/// Every team, by number.
pub fn teams(tx: &mut Tx<'_>) -> Result<Vec<Team>> {
    users::teams(tx)
}

/// The teams a user belongs to.
pub fn teams_of(tx: &mut Tx<'_>, user: Id) -> Result<Vec<Id>> {
    users::teams_of(tx, user)
}

/// The team with a number.
pub fn find_team_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Team>> {
    users::find_team_by_number(tx, number)
}

/// When each team was made.
pub fn teams_since(tx: &mut Tx<'_>) -> Result<HashMap<Id, Instant>> {
    users::teams_since(tx)
}

/// Every membership: a user and a team of theirs, by the team's number.
pub fn memberships(tx: &mut Tx<'_>) -> Result<Vec<(Id, Team)>> {
    users::memberships(tx)
}

/// Makes a user a member of a team.
pub fn join_team(tx: &mut Tx<'_>, team: Id, user: Id) -> Result<()> {
    users::join_team(tx, team, user)
}

/// A permit as clients name it: mode 1 to 4, a team by name, users by e-mail. Unknown teams and users are left out, the mode
/// stays. Without a user who acts there is no "me", so that only mode 1 makes sense.
pub fn permit(tx: &mut Tx<'_>, mode: i64, team: Option<&str>, emails: &[String]) -> Result<Permit> {
    let Some(me) = tx.actor().user else { return Ok(Permit::Everybody) };
    Ok(match mode {
        2 => Permit::OnlyMe { me },
        3 => {
            let team = match team {
                Some(name) => users::find_team(tx, name)?.map(|team| team.id),
                None => None,
            };
            Permit::MeAndTeam { me, team }
        }
        4 => {
            let mut users = Vec::new();
            for email in emails {
                users.extend(users::find_by_email(tx, email)?.map(|user| user.id));
            }
            Permit::MeAndUsers { me, users }
        }
        _ => Permit::Everybody,
    })
}

/// With whom a record is shared that somebody makes by hand, by the word of the org's setting `permit.default`. Whoever is in no
/// team shares with nobody then.
pub fn usual_permit(tx: &mut Tx<'_>, word: &str) -> Result<Permit> {
    let Some(me) = tx.actor().user else { return Ok(Permit::Everybody) };
    Ok(match word {
        "only_me" => Permit::OnlyMe { me },
        "team" => Permit::MeAndTeam { me, team: users::teams_of(tx, me)?.first().copied() },
        _ => Permit::Everybody,
    })
}

/// A new password that people can type.
pub fn random_password() -> Result<String> {
    crate::secret::password()
}

/// An Argon2id hash of a password, with a salt of its own. Takes tens of milliseconds: not for threads that drive futures.
pub fn hash_password(password: &str) -> Result<String> {
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(Error::invalid("password", format!("Mật khẩu phải có ít nhất {SHORTEST_PASSWORD} ký tự")));
    }
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(Error::broken)?;
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::broken)?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was hashed.
pub fn is_password(password: &str, hash: &str) -> bool {
    let verified = |parsed: PasswordHash| hasher().ok()?.verify_password(password.as_bytes(), &parsed).ok();
    PasswordHash::new(hash).ok().and_then(verified).is_some()
}

fn hasher() -> Result<Argon2<'static>> {
    // 19 MiB, two passes: the least that OWASP's password storage sheet recommends for Argon2id.
    let params = Params::new(19_456, 2, 1, None).map_err(Error::broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        let hash = hash_password("mật khẩu dài").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_password("mật khẩu dài", &hash));
        assert!(!is_password("mật khẩu khác", &hash));
        assert!(!is_password("x", "nonsense"));
        assert!(hash_password("ngắn").is_err());
    }
}
