//! Deals: a board by stage with what each stage comes to, a table, one deal with all that is done with it, and new ones.

mod create;
mod list;
mod record;

pub use self::create::{keep, show as show_new};
pub use self::list::show as list;
pub use self::record::{correct, move_on, note, show};

use domain::field::Field;
use domain::{CatalogKind, Deal, Instant};
use hub::deals::steps::{Facts, written};
use jiff::tz::TimeZone;

use crate::messages::Messages;
use crate::pages::own_fields::{self, Own};
use crate::pages::sent::{Choices, Pick, Sent, day_of};

/// The lists that a deal's form is made of.
const KINDS: [CatalogKind; 4] =
    [CatalogKind::DealStage, CatalogKind::Currency, CatalogKind::DealCategory, CatalogKind::Package];

/// A deal as it hangs on the board.
pub struct Tile {
    /// The deal.
    pub deal: Deal,
    /// What somebody else did to it, when that stood in the way.
    pub clash: Option<String>,
    /// Whether it takes the place of the same one elsewhere in the page.
    pub is_apart: bool,
}

impl Tile {
    /// As it is.
    pub fn of(deal: Deal) -> Self {
        Self { deal, clash: None, is_apart: false }
    }

    /// The number of its stage; 0 when it has none.
    pub fn lane(&self) -> i64 {
        self.deal.label(CatalogKind::DealStage).map_or(0, |stage| stage.number)
    }

    /// Its value with its currency, or nothing.
    pub fn worth(&self) -> String {
        worth(&self.deal)
    }
}

/// The value of a deal with its currency, or nothing.
pub fn worth(deal: &Deal) -> String {
    if deal.value.is_empty() {
        return String::new();
    }
    let currency = deal.label(CatalogKind::Currency).map(|label| crate::show::visible(&label.label));
    match domain::deal::hundredths(&deal.value) {
        Some(amount) => money(amount.into(), currency.as_deref()),
        None => crate::show::visible(&deal.value),
    }
}

/// An amount in hundredths as people write it, such as `15.000.000 VND`.
pub fn money(amount: i128, currency: Option<&str>) -> String {
    let whole = i64::try_from(amount / 100).unwrap_or(i64::MAX);
    let cents = (amount % 100).unsigned_abs();
    let mut text = crate::show::number(&whole);
    if amount < 0 && whole == 0 {
        text.insert(0, '-');
    }
    if cents > 0 {
        text.push_str(&format!(",{cents:02}"));
    }
    match currency {
        Some(currency) => format!("{text} {currency}"),
        None => text,
    }
}

/// The address of a deal.
fn place(number: i64) -> String {
    format!("/deals/{number}")
}

/// A deal as others write it: the form of the facts, as the deal has them or as they were just sent.
pub struct Form {
    name: String,
    value: String,
    description: String,
    close_at: String,
    picks: Vec<Pick>,
    own: Vec<Own>,
}

impl Form {
    fn of(
        deal: &Deal,
        choices: &Choices,
        own: Vec<Field>,
        sent: Option<&Sent>,
        t: &'static Messages,
        zone: &TimeZone,
    ) -> Self {
        let text = |name: &str, known: &str| sent.map_or(known, |sent| sent.text(name)).to_owned();
        let picked = |name: &str, known: Option<i64>| sent.map_or(known, |sent| sent.number(name));
        let label = |kind| deal.label(kind).map(|label| label.number);
        let pick =
            |name: &'static str, kind, words| Pick::of(name, words, choices.list(kind), picked(name, label(kind)));
        let (owner, team) = (deal.owners.first().map(|user| user.number), deal.teams.first().map(|team| team.number));
        let picks = vec![
            pick("currency", CatalogKind::Currency, t.catalog.currency),
            pick("stage", CatalogKind::DealStage, t.catalog.deal_stage),
            pick("category", CatalogKind::DealCategory, t.catalog.deal_category),
            pick("package", CatalogKind::Package, t.catalog.package),
            Pick::of("owner", t.deals.owner, &choices.users, picked("owner", owner)),
            Pick::of("team", t.deals.team, &choices.teams, picked("team", team)),
        ];
        Self {
            name: text("name", &deal.name),
            value: text("value", &written(&deal.value)),
            description: text("description", &deal.description),
            close_at: text("close_at", &day_of(deal.close_at, zone)),
            picks,
            own: own_fields::asked(own, &deal.values, sent),
        }
    }
}

/// What the form of the facts sends but for custom fields, of a deal that is to be closed at a moment that is known.
fn facts(sent: &Sent, close_at: Option<Instant>, zone: &TimeZone) -> Facts {
    Facts {
        name: sent.text("name").to_owned(),
        value: sent.text("value").to_owned(),
        description: sent.text("description").to_owned(),
        currency: sent.number("currency"),
        stage: sent.number("stage"),
        category: sent.number("category"),
        package: sent.number("package"),
        close_at: sent.day_of("close_at", close_at, zone),
        owner: sent.number("owner"),
        team: sent.number("team"),
        values: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_as_people_write_it() {
        for (amount, shown) in
            [(1_500_000_000, "15.000.000 VND"), (9_950, "99,50 VND"), (-7, "-0,07 VND"), (0, "0 VND")]
        {
            assert_eq!(money(amount, Some("VND")), shown);
        }
        assert_eq!(money(100, None), "1");
    }
}
