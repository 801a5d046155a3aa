//! Two records that turn out to be one: which side's value holds, what the winner gains, and how that is taken back.
//!
//! A fact of which a record has one value (a name, a status, the values of one custom field) holds from one side; of what a
//! record has many (phones, tags, owners) the winner gets what it lacked. What the winner gained is told apart from what it
//! had, so that taking it back leaves alone what was changed later.

#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use crate::catalog::CatalogKind;
use crate::contact_point::ContactKind;
use crate::customer::{Customer, Stage};
use crate::dialect::System;
use crate::id::Id;

pub use values::{read, write};

/// A fact of which a record has one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Name with its parts.
    Name,
    /// Person or organization.
    Kind,
    /// Lead or customer.
    Stage,
    /// Salutation.
    Salutation,
    /// Gender.
    Gender,
    /// Day of birth.
    BirthDate,
    /// Identity card or passport, with day and place.
    NationalId,
    /// Tax code.
    TaxCode,
    /// Day of founding.
    FoundingDate,
    /// Job title.
    JobTitle,
    /// Note.
    Note,
    /// Address of a picture.
    AvatarUrl,
    /// Partner code.
    Partner,
    /// Code of the organization above.
    Branch,
    /// Whether messages may be sent.
    DoNotContact,
    /// All addresses.
    Addresses,
    /// All people to speak to.
    Persons,
    /// The organization a person belongs to.
    Company,
    /// With whom the record is shared.
    Permit,
    /// The label of a kind of which a record has one.
    Label(CatalogKind),
    /// The values of a custom field.
    Field(Id),
    /// The code that is shown for a system.
    Code(System),
    /// Where it stands in a funnel.
    Standing(Id),
    /// What only one dialect knows of.
    Extra(String),
}

/// One of the two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The record that stays.
    Winner,
    /// The record that is merged into it.
    Loser,
}

/// From which side a fact is taken, where somebody chose.
pub type Choices = BTreeMap<Fact, Side>;

/// A fact that the winner took from the loser: what it was before, and what it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which fact.
    pub fact: Fact,
    /// Its value before, as [`read`] gives it; empty when there was none.
    pub before: Vec<String>,
    /// Its value since.
    pub after: Vec<String>,
}

/// What the winner gained.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gains {
    /// Facts that hold from the loser.
    pub facts: Vec<Taken>,
    /// Contact points that it lacked: kind, raw value, label.
    pub points: Vec<(ContactKind, String, String)>,
    /// Groups, industries and tags that it lacked.
    pub labels: Vec<Id>,
    /// Owners that it lacked.
    pub owners: Vec<Id>,
}

/// Kinds of labels of which a customer has one.
const SINGLE: [CatalogKind; 4] = [CatalogKind::Status, CatalogKind::Type, CatalogKind::Source, CatalogKind::Scale];

impl Fact {
    /// Every fact that one of two records may have.
    pub fn of_both(one: &Customer, other: &Customer) -> Vec<Self> {
        let mut facts = vec![
            Self::Name,
            Self::Kind,
            Self::Stage,
            Self::Salutation,
            Self::Gender,
            Self::BirthDate,
            Self::NationalId,
            Self::TaxCode,
            Self::FoundingDate,
            Self::JobTitle,
            Self::Note,
            Self::AvatarUrl,
            Self::Partner,
            Self::Branch,
            Self::DoNotContact,
            Self::Addresses,
            Self::Persons,
            Self::Company,
            Self::Permit,
        ];
        facts.extend(SINGLE.map(Self::Label));
        facts.extend(System::ALL.map(Self::Code));
        let mut own: Vec<Self> = Vec::new();
        for customer in [one, other] {
            own.extend(customer.values.iter().map(|value| Self::Field(value.field)));
            own.extend(customer.standings.iter().map(|standing| Self::Standing(standing.funnel)));
            own.extend(customer.extra.keys().cloned().map(Self::Extra));
        }
        own.sort();
        own.dedup();
        facts.extend(own);
        facts
    }

    /// The word by which a fact is stored and named in forms, such as `name`, `label:status` or `field:12`.
    pub fn word(&self) -> String {
        let plain = match self {
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Stage => "stage",
            Self::Salutation => "salutation",
            Self::Gender => "gender",
            Self::BirthDate => "birth_date",
            Self::NationalId => "national_id",
            Self::TaxCode => "tax_code",
            Self::FoundingDate => "founding_date",
            Self::JobTitle => "job_title",
            Self::Note => "note",
            Self::AvatarUrl => "avatar_url",
            Self::Partner => "partner",
            Self::Branch => "branch",
            Self::DoNotContact => "do_not_contact",
            Self::Addresses => "addresses",
            Self::Persons => "persons",
            Self::Company => "company",
            Self::Permit => "permit",
            Self::Label(kind) => return format!("label:{}", kind.word()),
            Self::Field(field) => return format!("field:{field}"),
            Self::Code(system) => return format!("code:{}", system.word()),
            Self::Standing(funnel) => return format!("standing:{funnel}"),
            Self::Extra(key) => return format!("extra:{key}"),
        };
        plain.to_owned()
    }

    /// The fact of a word.
    pub fn of(word: &str) -> Option<Self> {
        let nobody = Customer::default();
        let plain = || Self::of_both(&nobody, &nobody).into_iter().find(|fact| fact.word() == word);
        match word.split_once(':') {
            Some(("field", id)) => id.parse().ok().map(|id| Self::Field(Id(id))),
            Some(("standing", id)) => id.parse().ok().map(|id| Self::Standing(Id(id))),
            Some(("extra", key)) => Some(Self::Extra(key.to_owned())),
            _ => plain(),
        }
    }
}

/// From which side a fact holds when nobody chose: the winner's, unless it has none. A customer stays a customer, and who does
/// not want to be written to is not written to.
pub fn usual_side(fact: &Fact, winner: &Customer, loser: &Customer) -> Side {
    let from_loser = match fact {
        Fact::Kind | Fact::Permit => false,
        Fact::Stage => winner.stage == Stage::Lead && loser.stage == Stage::Customer,
        Fact::DoNotContact => loser.do_not_contact,
        fact => read(winner, fact).is_empty() && !read(loser, fact).is_empty(),
    };
    if from_loser { Side::Loser } else { Side::Winner }
}

/// The winner as it will be, and what it gains.
pub fn merged(winner: &Customer, loser: &Customer, choices: &Choices) -> (Customer, Gains) {
    let (mut after, mut gains) = (winner.clone(), Gains::default());
    for fact in Fact::of_both(winner, loser) {
        let side = choices.get(&fact).copied().unwrap_or_else(|| usual_side(&fact, winner, loser));
        let (before, theirs) = (read(winner, &fact), read(loser, &fact));
        let names_itself = fact == Fact::Company && loser.company.as_ref().is_some_and(|it| it.id == winner.id);
        if side == Side::Loser && before != theirs && !names_itself {
            write(&mut after, &fact, &theirs);
            gains.facts.push(Taken { fact, before, after: theirs });
        }
    }
    if after.company.as_ref().is_some_and(|company| company.id == loser.id) {
        // A person whose organization it is merged with belongs to nobody.
        let before = read(&after, &Fact::Company);
        after.company = None;
        gains.facts.push(Taken { fact: Fact::Company, before, after: Vec::new() });
    }
    for point in &loser.points {
        if after.add_points([point.clone()]) {
            gains.points.push((point.kind, point.raw.clone(), point.label.clone()));
        }
    }
    for label in loser.labels.iter().filter(|label| !label.kind.is_single()) {
        if !after.labels.iter().any(|known| known.item == label.item) {
            after.labels.push(label.clone());
            gains.labels.push(label.item);
        }
    }
    for owner in &loser.owners {
        if !after.owners.iter().any(|known| known.id == owner.id) {
            after.owners.push(owner.clone());
            gains.owners.push(owner.id);
        }
    }
    (after, gains)
}

/// The winner without what it gained. A fact that was changed since stays as it is now, and what came since stays too.
pub fn parted(now: &Customer, gains: &Gains) -> Customer {
    let mut after = now.clone();
    for Taken { fact, before, after: taken } in gains.facts.iter().rev() {
        if read(&after, fact) == *taken {
            write(&mut after, fact, before);
        }
    }
    for (kind, raw, label) in &gains.points {
        let place =
            after.points.iter().rposition(|point| (point.kind, &point.raw, &point.label) == (*kind, raw, label));
        if let Some(place) = place {
            after.points.remove(place);
        }
    }
    after.labels.retain(|label| !gains.labels.contains(&label.item));
    after.owners.retain(|owner| !gains.owners.contains(&owner.id));
    after
}
