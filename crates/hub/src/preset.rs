//! The lists an org starts with: a few of our own, or everything that the vendors' documents print.
//!
//! Each file below holds plain tables; what an org already has is left alone, so that filling twice changes nothing.

mod beeiq;
mod caresoft;
mod omicrm;
mod oneoffice;
#[cfg(test)]
mod tests;
mod usual;
mod vbot;

use domain::catalog::CatalogKind;
use domain::field::{Field, FieldEntity, FieldOption, FieldType};
use domain::funnel::Stage;
use domain::{Id, Result, Role, User};
use store::catalog::NewItem;
use store::{Tx, funnels};

use crate::users::NewUser;
use crate::{catalog, fields, users};

/// Which lists an org starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// What most companies begin with.
    #[default]
    Usual,
    /// Every list and id that the vendors' documents print or send. Lists that no document prints are the usual ones.
    VendorDocs,
}

/// Fills the lists of a new org.
pub fn fill(tx: &mut Tx<'_>, preset: Preset, owner: &User) -> Result<()> {
    usual::team(tx, owner)?;
    match preset {
        Preset::Usual => usual::fill_what_documents_print(tx)?,
        Preset::VendorDocs => {
            // Before everything else: printed numbers and codes must still be free.
            oneoffice::fill(tx)?;
            omicrm::fill(tx)?;
            vbot::fill(tx)?;
            caresoft::fill(tx)?;
            beeiq::fill(tx)?;
        }
    }
    usual::fill(tx)
}

/// An item of a list as the tables write it.
#[derive(Debug, Clone, Copy)]
struct Item {
    label: &'static str,
    number: Option<i64>,
    code: Option<&'static str>,
    under: Option<&'static str>,
    colour: Option<&'static str>,
    extra: Option<&'static str>,
}

/// An item with the next number and without a code.
const fn item(label: &'static str) -> Item {
    Item { label, number: None, code: None, under: None, colour: None, extra: None }
}

impl Item {
    /// With the number that a document prints.
    const fn number(self, number: i64) -> Self {
        Self { number: Some(number), ..self }
    }

    /// With the code that clients send.
    const fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// Below the item with this label, which stands before it in the table.
    const fn under(self, label: &'static str) -> Self {
        Self { under: Some(label), ..self }
    }

    /// With a CSS colour.
    const fn colour(self, colour: &'static str) -> Self {
        Self { colour: Some(colour), ..self }
    }

    /// With what only this kind of list knows.
    const fn extra(self, extra: &'static str) -> Self {
        Self { extra: Some(extra), ..self }
    }
}

/// A custom field as the tables write it.
#[derive(Debug, Clone, Copy)]
struct Custom {
    entity: FieldEntity,
    /// The number a document prints; 0 takes the next.
    number: i64,
    code: &'static str,
    label: &'static str,
    /// The stored word of a [`FieldType`].
    kind: &'static str,
    options: &'static [(i64, &'static str)],
}

/// A user as the tables write them; nobody signs in as one before a password is set.
#[derive(Debug, Clone, Copy)]
struct Person {
    email: &'static str,
    name: &'static str,
    number: Option<i64>,
    staff_code: Option<&'static str>,
    role: Role,
}

/// A member with the next number.
const fn member(email: &'static str, name: &'static str) -> Person {
    Person { email, name, number: None, staff_code: None, role: Role::Member }
}

/// A team as the tables write it.
#[derive(Debug, Clone, Copy)]
struct Group {
    name: &'static str,
    number: Option<i64>,
    members: &'static [&'static str],
}

fn add_labels(tx: &mut Tx<'_>, kind: CatalogKind, labels: &[&'static str]) -> Result<()> {
    labels.iter().try_for_each(|label| add_item(tx, kind, &item(label)))
}

fn add_items(tx: &mut Tx<'_>, kind: CatalogKind, items: &[Item]) -> Result<()> {
    items.iter().try_for_each(|item| add_item(tx, kind, item))
}

/// Adds an item unless its label, number or code is there; an item that lacks the code is given it.
fn add_item(tx: &mut Tx<'_>, kind: CatalogKind, item: &Item) -> Result<()> {
    let coded = match item.code {
        Some(code) => catalog::find_by_code(tx, kind, code)?,
        None => None,
    };
    if let Some(mut known) = catalog::find_by_label(tx, kind, item.label)? {
        if coded.is_none() && known.code.is_none() && item.code.is_some() {
            known.code = item.code.map(str::to_owned);
            store::catalog::update(tx, &known)?;
        }
        return Ok(());
    }
    let numbered = match item.number {
        Some(number) => catalog::find_by_number(tx, kind, number)?,
        None => None,
    };
    if coded.or(numbered).is_some() {
        return Ok(());
    }
    let parent = match item.under {
        Some(label) => catalog::find_by_label(tx, kind, label)?.map(|above| above.id),
        None => None,
    };
    let Item { label, number, code, under: _, colour, extra } = *item;
    catalog::create(tx, kind, &NewItem { label, number, code, parent, colour, extra }).map(drop)
}

fn add_fields(tx: &mut Tx<'_>, customs: &[Custom]) -> Result<()> {
    for custom in customs {
        let Custom { entity, number, code, label, kind, options } = *custom;
        if fields::find_by_code(tx, entity, code)?.is_some()
            || (number != 0 && fields::find_by_number(tx, number)?.is_some())
        {
            continue;
        }
        let options = options.iter().map(|&(number, label)| FieldOption { number, label: label.to_owned() }).collect();
        let new = Field {
            id: Id::default(),
            number,
            entity,
            code: code.to_owned(),
            label: label.to_owned(),
            kind: FieldType::of(kind),
            options,
            description: String::new(),
        };
        fields::create(tx, &new)?;
    }
    Ok(())
}

fn add_people(tx: &mut Tx<'_>, people: &[Person]) -> Result<()> {
    for person in people {
        let numbered = match person.number {
            Some(number) => store::users::find_by_number(tx, number)?,
            None => None,
        };
        if numbered.is_some() || users::find_by_email(tx, person.email)?.is_some() {
            continue;
        }
        let new = NewUser {
            email: person.email.to_owned(),
            name: person.name.to_owned(),
            role: person.role,
            staff_code: person.staff_code.map(str::to_owned),
            number: person.number,
            password_hash: None,
        };
        users::create(tx, &new)?;
    }
    Ok(())
}

fn add_teams(tx: &mut Tx<'_>, groups: &[Group]) -> Result<()> {
    for group in groups {
        let numbered = match group.number {
            Some(number) => store::users::find_team_by_number(tx, number)?,
            None => None,
        };
        let team = match numbered.or(users::find_team(tx, group.name)?) {
            Some(team) => team,
            None => users::create_team(tx, group.name, group.number)?,
        };
        for email in group.members {
            if let Some(user) = users::find_by_email(tx, email)? {
                users::join_team(tx, team.id, user.id)?;
            }
        }
    }
    Ok(())
}

/// Adds a funnel of two levels unless there is one of that name.
fn add_funnel(tx: &mut Tx<'_>, name: &str, stages: &[(&str, &[&str])]) -> Result<()> {
    if funnels::list(tx)?.iter().any(|known| known.name == name) {
        return Ok(());
    }
    let steps = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect();
    let stages: Vec<_> =
        stages.iter().map(|(name, below)| Stage { name: (*name).to_owned(), steps: steps(below) }).collect();
    funnels::insert(tx, name, &stages).map(drop)
}
