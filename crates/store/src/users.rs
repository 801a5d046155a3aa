//! Users and teams.

use std::collections::HashMap;

use domain::{Error, Id, Instant, OrgId, Result, Role, Team, User, identity, text};

use crate::db::{Row, Tx};

fn user(row: &mut Row<'_>) -> Result<User> {
    let (id, number, email, name) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let (staff_code, phone) = (row.col()?, row.col()?);
    let role: String = row.col()?;
    let role = Role::of(&role).ok_or_else(|| Error::broken(format!("role {role}")))?;
    Ok(User { id, number, email, name, staff_code, phone, role, active: row.col()? })
}

/// Every user, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<User>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, email, name, staff_code, phone, role, active FROM users WHERE org_id = $1 ORDER BY number",
    )
    .bind(org)
    .all(user)
}

/// The user with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<User>> {
    let org = tx.org();
    tx.sql("SELECT id, number, email, name, staff_code, phone, role, active FROM users WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .optional(user)
}

/// The user with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<User>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, email, name, staff_code, phone, role, active FROM users WHERE org_id = $1 AND number = $2",
    )
    .bind(org)
    .bind(number)
    .optional(user)
}

/// The user with an e-mail address, in any case.
pub fn find_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<User>> {
    let org = tx.org();
    let Some(key) = identity::email(email) else { return Ok(None) };
    tx.sql("SELECT id, number, email, name, staff_code, phone, role, active FROM users WHERE org_id = $1 AND email_key = $2")
        .bind(org)
        .bind(key)
        .optional(user)
}

/// The user with a staff code, as it is spelt before in capitals or in small letters; otherwise the oldest with a name. One who
/// is active comes before one who left, except where the code is spelt the same.
pub fn find_by_code_or_name(tx: &mut Tx<'_>, wanted: &str) -> Result<Option<User>> {
    let (org, code) = (tx.org(), text::tidy(wanted));
    // No key folds codes: one of mixed case, such as `NvHa`, is found as it is spelt only.
    let mut by_code = tx
        .sql(
            "SELECT id, number, email, name, staff_code, phone, role, active FROM users
             WHERE org_id = $1 AND staff_code IN ($2, $3, $4) ORDER BY active DESC, number",
        )
        .bind(org)
        .bind(code.as_ref())
        .bind(code.to_uppercase())
        .bind(code.to_lowercase())
        .all(user)?;
    if !by_code.is_empty() {
        let best = by_code.iter().position(|user| user.staff_code.as_deref() == Some(code.as_ref()));
        return Ok(Some(by_code.swap_remove(best.unwrap_or(0))));
    }
    tx.sql(
        "SELECT id, number, email, name, staff_code, phone, role, active FROM users
         WHERE org_id = $1 AND name_key = $2 ORDER BY active DESC, number LIMIT 1",
    )
    .bind(org)
    .bind(text::label_key(wanted))
    .optional(user)
}

/// Adds a user, with the next free number when its own is 0. `None` when its e-mail, staff code or number is taken.
pub fn insert(tx: &mut Tx<'_>, new: &User, password: Option<&str>) -> Result<Option<User>> {
    let (org, id, now) = (tx.org(), tx.new_id(), tx.now());
    let key = identity::email(&new.email).ok_or_else(|| Error::invalid("email", "Địa chỉ e-mail không hợp lệ"))?;
    let mut number = new.number;
    while number == 0 {
        number = tx.settings_number("user")?;
        if find_by_number(tx, number)?.is_some() {
            number = 0;
        }
    }
    let added = tx
        .sql(
            "INSERT INTO users (org_id, id, number, email, email_key, name, name_key, staff_code, phone, role, password,
                 active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT DO NOTHING RETURNING id, number, email, name, staff_code, phone, role, active",
        )
        .bind(org)
        .bind(id)
        .bind(number)
        .bind(new.email.trim())
        .bind(&key)
        .bind(text::tidy(&new.name))
        .bind(text::label_key(&new.name))
        .bind(new.staff_code.as_deref().map(text::tidy))
        .bind(new.phone.as_deref())
        .bind(new.role.word())
        .bind(password)
        .bind(new.active)
        .bind(now)
        .optional(user)?;
    if added.is_some() {
        tx.sql("INSERT INTO sign_ins (email, org_id, user_id) VALUES ($1, $2, $3)")
            .bind(key)
            .bind(org)
            .bind(id)
            .run()?;
    }
    Ok(added)
}

/// Users of any org who sign in with an e-mail address: org, user and password hash.
pub fn sign_ins(tx: &mut Tx<'_>, email: &str) -> Result<Vec<(OrgId, Id, Option<String>)>> {
    let Some(key) = identity::email(email) else { return Ok(Vec::new()) };
    let known: Vec<(OrgId, Id)> = tx
        .sql("SELECT org_id, user_id FROM sign_ins WHERE email = $1 ORDER BY org_id")
        .bind(key)
        .all(|row| Ok((row.col()?, row.col()?)))?;
    let mut found = Vec::with_capacity(known.len());
    for (org, user) in known {
        // Each in its own org: nothing is read across them.
        let active = tx.within(org, |tx| {
            tx.sql("SELECT password FROM users WHERE org_id = $1 AND id = $2 AND active")
                .bind(org)
                .bind(user)
                .optional(|row| row.col())
        })?;
        found.extend(active.map(|password| (org, user, password)));
    }
    Ok(found)
}

/// Teams a user belongs to.
pub fn teams_of(tx: &mut Tx<'_>, user: Id) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql("SELECT team_id FROM team_members WHERE org_id = $1 AND user_id = $2 ORDER BY team_id")
        .bind(org)
        .bind(user)
        .all(|row| row.col())
}

fn team(row: &mut Row<'_>) -> Result<Team> {
    Ok(Team { id: row.col()?, number: row.col()?, name: row.col()? })
}

/// Every team, by number.
pub fn teams(tx: &mut Tx<'_>) -> Result<Vec<Team>> {
    let org = tx.org();
    tx.sql("SELECT id, number, name FROM teams WHERE org_id = $1 ORDER BY number").bind(org).all(team)
}

/// The team with a name, whatever its case and blanks.
pub fn find_team(tx: &mut Tx<'_>, name: &str) -> Result<Option<Team>> {
    let org = tx.org();
    tx.sql("SELECT id, number, name FROM teams WHERE org_id = $1 AND name_key = $2")
        .bind(org)
        .bind(text::label_key(name))
        .optional(team)
}

/// The team with a number.
pub fn find_team_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Team>> {
    let org = tx.org();
    tx.sql("SELECT id, number, name FROM teams WHERE org_id = $1 AND number = $2").bind(org).bind(number).optional(team)
}

/// Adds a team, with the next free number when none is given. `None` when its name or number is taken.
pub fn insert_team(tx: &mut Tx<'_>, name: &str, number: Option<i64>) -> Result<Option<Team>> {
    let (org, id, now) = (tx.org(), tx.new_id(), tx.now());
    let mut free = number;
    while free.is_none() {
        let next = tx.settings_number("team")?;
        free = find_team_by_number(tx, next)?.is_none().then_some(next);
    }
    tx.sql(
        "INSERT INTO teams (org_id, id, number, name, name_key, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING RETURNING id, number, name",
    )
    .bind(org)
    .bind(id)
    .bind(free)
    .bind(text::tidy(name))
    .bind(text::label_key(name))
    .bind(now)
    .optional(team)
}

/// Every membership: a user and a team of theirs, by the team's number.
pub fn memberships(tx: &mut Tx<'_>) -> Result<Vec<(Id, Team)>> {
    let org = tx.org();
    tx.sql(
        "SELECT m.user_id, t.id, t.number, t.name FROM team_members m
         JOIN teams t ON t.org_id = m.org_id AND t.id = m.team_id
         WHERE m.org_id = $1 ORDER BY t.number",
    )
    .bind(org)
    .all(|row| Ok((row.col()?, team(row)?)))
}

/// When each user was added.
pub fn users_since(tx: &mut Tx<'_>) -> Result<HashMap<Id, Instant>> {
    let org = tx.org();
    let rows = tx
        .sql("SELECT id, created_at FROM users WHERE org_id = $1")
        .bind(org)
        .all(|row| Ok((row.col()?, row.col()?)))?;
    Ok(rows.into_iter().collect())
}

/// When each team was made.
pub fn teams_since(tx: &mut Tx<'_>) -> Result<HashMap<Id, Instant>> {
    let org = tx.org();
    let rows = tx
        .sql("SELECT id, created_at FROM teams WHERE org_id = $1")
        .bind(org)
        .all(|row| Ok((row.col()?, row.col()?)))?;
    Ok(rows.into_iter().collect())
}

/// Makes a user a member of a team.
pub fn join_team(tx: &mut Tx<'_>, team: Id, user: Id) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO team_members (org_id, team_id, user_id) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, team_id, user_id) DO NOTHING",
    )
    .bind(org)
    .bind(team)
    .bind(user)
    .run()
    .map(drop)
}

/// The password hash of a user, if they have one.
pub fn password(tx: &mut Tx<'_>, id: Id) -> Result<Option<String>> {
    let org = tx.org();
    let found = tx.sql("SELECT password FROM users WHERE org_id = $1 AND id = $2").bind(org).bind(id);
    Ok(found.optional(|row| row.col())?.flatten())
}

/// Replaces the password hash of a user.
pub fn update_password(tx: &mut Tx<'_>, id: Id, hash: &str) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE users SET password = $1 WHERE org_id = $2 AND id = $3").bind(hash).bind(org).bind(id).run().map(drop)
}

/// Replaces what can be changed about a user. `false` when the staff code is somebody else's.
pub fn update(tx: &mut Tx<'_>, changed: &User) -> Result<bool> {
    let (org, code) = (tx.org(), changed.staff_code.as_deref().map(text::tidy));
    if let Some(code) = &code {
        let holder = tx
            .sql("SELECT id FROM users WHERE org_id = $1 AND staff_code = $2")
            .bind(org)
            .bind(code.as_ref())
            .optional(|row| row.col::<Id>())?;
        if holder.is_some_and(|holder| holder != changed.id) {
            return Ok(false);
        }
    }
    tx.sql(
        "UPDATE users SET name = $1, name_key = $2, staff_code = $3, phone = $4, role = $5, active = $6
         WHERE org_id = $7 AND id = $8",
    )
    .bind(text::tidy(&changed.name))
    .bind(text::label_key(&changed.name))
    .bind(code)
    .bind(changed.phone.as_deref())
    .bind(changed.role.word())
    .bind(changed.active)
    .bind(org)
    .bind(changed.id)
    .run()
    .map(|count| count == 1)
}

/// Gives a team another name. `false` when another team has it.
pub fn rename_team(tx: &mut Tx<'_>, team: Id, name: &str) -> Result<bool> {
    if find_team(tx, name)?.is_some_and(|known| known.id != team) {
        return Ok(false);
    }
    let org = tx.org();
    tx.sql("UPDATE teams SET name = $1, name_key = $2 WHERE org_id = $3 AND id = $4")
        .bind(text::tidy(name))
        .bind(text::label_key(name))
        .bind(org)
        .bind(team)
        .run()
        .map(|count| count == 1)
}

/// Takes a user out of a team.
pub fn leave_team(tx: &mut Tx<'_>, team: Id, user: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM team_members WHERE org_id = $1 AND team_id = $2 AND user_id = $3")
        .bind(org)
        .bind(team)
        .bind(user)
        .run()
        .map(drop)
}
