//! What people set in an org – its own settings, users, teams, tokens, listeners – each with a line of history that tells who
//! did it. No line holds a secret.

use domain::change::{Change, FieldChange, Subject, What};
use domain::org::Org;
use domain::{Id, Listener, Result, Role, Team, User};
use store::{Tx, changes, tokens as kept};

use crate::tokens::{NewToken, Secret};
use crate::users::{Edit, NewUser};
use crate::{history, listeners, orgs, tokens, users};

/// Changes settings of the org; all of them or none.
pub fn set(tx: &mut Tx<'_>, changes: &[(String, String)]) -> Result<Org> {
    let before = orgs::current(tx)?;
    let after = orgs::set(tx, changes)?;
    let pairs = after.settings.all().map(|(key, new)| change(key, before.settings.text(key), new));
    let fields: Vec<FieldChange> = pairs.flatten().collect();
    note(tx, Id(after.id.0), What::Updated, &fields, "Sửa thiết lập của tổ chức")?;
    Ok(after)
}

/// Makes a user.
pub fn add_user(tx: &mut Tx<'_>, new: &NewUser) -> Result<User> {
    let made = users::create(tx, new)?;
    let fields: Vec<FieldChange> = change("role", "", made.role.word()).into_iter().collect();
    note(tx, made.id, What::Created, &fields, &format!("Thêm người dùng {}", made.email))?;
    Ok(made)
}

/// Changes a user, on behalf of one with the role `by`; see [`users::change`].
pub fn change_user(tx: &mut Tx<'_>, by: Role, number: i64, edit: &Edit) -> Result<User> {
    let before = users::find_by_number(tx, number)?;
    let teams = |tx: &mut Tx<'_>, user: &User| -> Result<String> {
        let own = users::memberships(tx)?.into_iter().filter(|(member, _)| *member == user.id);
        Ok(own.map(|(_, team)| team.name).collect::<Vec<_>>().join(", "))
    };
    let teams_before = before.as_ref().map(|user| teams(tx, user)).transpose()?.unwrap_or_default();
    let after = users::change(tx, by, number, edit)?;
    let teams_after = teams(tx, &after)?;
    let Some(before) = before else { return Ok(after) };
    let active = |user: &User| if user.active { "yes" } else { "no" };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let fields = [
        change("name", &before.name, &after.name),
        change("staff_code", &text(&before.staff_code), &text(&after.staff_code)),
        change("phone", &text(&before.phone), &text(&after.phone)),
        change("role", before.role.word(), after.role.word()),
        change("active", active(&before), active(&after)),
        change("teams", &teams_before, &teams_after),
    ];
    let fields: Vec<FieldChange> = fields.into_iter().flatten().collect();
    note(tx, after.id, What::Updated, &fields, &format!("Sửa người dùng {}", after.email))?;
    Ok(after)
}

/// Makes a team.
pub fn add_team(tx: &mut Tx<'_>, name: &str, number: Option<i64>) -> Result<Team> {
    let made = users::create_team(tx, name, number)?;
    history::record(tx, None, Subject::Setting(made.id), What::Created, &[], &format!("Thêm nhóm {}", made.name))?;
    Ok(made)
}

/// Gives a team another name.
pub fn rename_team(tx: &mut Tx<'_>, number: i64, name: &str) -> Result<()> {
    let before = users::find_team_by_number(tx, number)?;
    users::rename_team(tx, number, name)?;
    match before.zip(users::find_team_by_number(tx, number)?) {
        Some((before, after)) => {
            let fields: Vec<FieldChange> = change("name", &before.name, &after.name).into_iter().collect();
            note(tx, after.id, What::Updated, &fields, &format!("Đổi tên nhóm {}", before.name))
        }
        None => Ok(()),
    }
}

/// Makes a token; gives its number.
pub fn add_token(tx: &mut Tx<'_>, new: &NewToken, secret: &Secret) -> Result<i64> {
    let number = tokens::create(tx, new, secret)?;
    let doors = new.dialects.iter().map(|dialect| dialect.word()).collect::<Vec<_>>().join(", ");
    let fields: Vec<FieldChange> = change("dialects", "", &doors).into_iter().collect();
    let id = token(tx, number)?;
    note(tx, id, What::Created, &fields, &format!("Tạo token số {number}: {}", new.name))?;
    Ok(number)
}

/// Takes a token back.
pub fn revoke_token(tx: &mut Tx<'_>, number: i64) -> Result<()> {
    let id = token(tx, number)?;
    tokens::revoke(tx, number)?;
    history::record(tx, None, Subject::Setting(id), What::Deleted, &[], &format!("Thu hồi token số {number}"))
}

fn token(tx: &mut Tx<'_>, number: i64) -> Result<Id> {
    Ok(kept::list(tx)?.into_iter().find(|token| token.number == number).map(|token| token.id).unwrap_or_default())
}

/// Changes what can be set on a listener.
pub fn change_listener(tx: &mut Tx<'_>, number: i64, edit: impl FnOnce(&mut Listener)) -> Result<Listener> {
    let before = listeners::list(tx)?.into_iter().find(|listener| listener.number == number);
    let after = listeners::change(tx, number, edit)?;
    let Some(before) = before else { return Ok(after) };
    let on = |listener: &Listener| if listener.active { "yes" } else { "no" };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let letter = |listener: &Listener| listener.email.as_ref().map(|email| email.subject.clone()).unwrap_or_default();
    let fields = [
        change("name", &before.name, &after.name),
        change("active", on(&before), on(&after)),
        change("networks", &before.networks.join(", "), &after.networks.join(", ")),
        change("default_tag", &text(&before.default_tag), &text(&after.default_tag)),
        change("contact_source", &text(&before.contact_source), &text(&after.contact_source)),
        change("lead_source", &text(&before.lead_source), &text(&after.lead_source)),
        change("email_subject", &letter(&before), &letter(&after)),
        change("sms_body", &text(&before.sms), &text(&after.sms)),
    ];
    let fields: Vec<FieldChange> = fields.into_iter().flatten().collect();
    if before != after {
        let said = format!("Sửa webhook listener {}", after.name);
        history::record(tx, None, Subject::Setting(after.id), What::Updated, &fields, &said)?;
    }
    Ok(after)
}

/// What was set, newest first: the next `limit` lines before one of them.
pub fn history_before(tx: &mut Tx<'_>, before: Option<Id>, limit: i64) -> Result<Vec<Change>> {
    changes::of_settings(tx, before.unwrap_or(Id(i64::MAX)), limit)
}

/// A line of a change, unless both are the same.
pub(crate) fn change(field: &str, old: &str, new: &str) -> Option<FieldChange> {
    (old != new).then(|| FieldChange { field: field.to_owned(), old: old.to_owned(), new: new.to_owned() })
}

/// A line, unless nothing differs.
fn note(tx: &mut Tx<'_>, id: Id, what: What, fields: &[FieldChange], text: &str) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    history::record(tx, None, Subject::Setting(id), what, fields, text)
}
