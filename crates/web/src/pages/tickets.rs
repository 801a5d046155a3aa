//! Tickets: a list with filters, one ticket with its clock, notes and history, and new ones.

mod create;
mod list;
mod record;

pub use self::create::{keep, show as show_new};
pub use self::list::show as list;
pub use self::record::{close, correct, note, reopen, show};

use domain::field::Field;
use domain::ticket::{Clock, hours};
use domain::{CatalogItem, CatalogKind, Instant, Ticket};
use hub::tickets::Facts;

use crate::messages::Messages;
use crate::pages::own_fields::{self, Own};
use crate::pages::sent::{Choices, Pick, Sent};

/// The lists that a ticket's form is made of.
const KINDS: [CatalogKind; 2] = [CatalogKind::TicketChannel, CatalogKind::Sla];

/// A ticket as lists and its page show it.
pub struct Shown {
    /// The ticket.
    pub ticket: Ticket,
    /// How it stands against its service level, if that has hours.
    pub clock: Option<Clock>,
}

impl Shown {
    /// With its clock, out of the service levels there are.
    pub fn of(ticket: Ticket, levels: &[CatalogItem], now: Instant) -> Self {
        let level = ticket.label(CatalogKind::Sla).map(|label| label.item);
        let level = level.and_then(|id| levels.iter().find(|level| level.id == id));
        let clock = level.and_then(hours).map(|hours| Clock::of(&ticket, hours, now));
        Self { ticket, clock }
    }

    /// The label of a list, by its word.
    pub fn label(&self, kind: &str) -> String {
        let found = self.ticket.labels.iter().find(|label| label.kind.word() == kind);
        found.map(|label| crate::show::visible(&label.label)).unwrap_or_default()
    }
}

/// A time span in its two coarsest words, such as `2 ngày 3 giờ`.
pub fn span(seconds: &i64, t: &'static Messages) -> String {
    let minutes = seconds.unsigned_abs() / 60;
    let (days, hours) = (minutes / 1_440, minutes / 60 % 24);
    match (days, hours) {
        (0, 0) => t.tickets.minutes(minutes),
        (0, hours) => t.tickets.hours_minutes(hours, minutes % 60),
        (days, hours) => t.tickets.days_hours(days, hours),
    }
}

/// The address of a ticket.
fn place(number: i64) -> String {
    format!("/tickets/{number}")
}

/// The form of the facts, as the ticket has them or as they were just sent.
pub struct Form {
    title: String,
    body: String,
    picks: Vec<Pick>,
    own: Vec<Own>,
}

impl Form {
    fn of(ticket: &Ticket, choices: &Choices, own: Vec<Field>, sent: Option<&Sent>, t: &'static Messages) -> Self {
        let text = |name: &str, known: &str| sent.map_or(known, |sent| sent.text(name)).to_owned();
        let picked = |name: &str, known: Option<i64>| sent.map_or(known, |sent| sent.number(name));
        let label = |kind| ticket.label(kind).map(|label| label.number);
        let team = ticket.team.as_ref().map(|team| team.number);
        let (channels, levels) = (choices.list(CatalogKind::TicketChannel), choices.list(CatalogKind::Sla));
        let picks = vec![
            Pick::of("team", t.tickets.team, &choices.teams, picked("team", team)),
            Pick::of(
                "channel",
                t.catalog.ticket_channel,
                channels,
                picked("channel", label(CatalogKind::TicketChannel)),
            ),
            Pick::of("sla", t.catalog.sla, levels, picked("sla", label(CatalogKind::Sla))),
        ];
        let own = own_fields::asked(own, &ticket.values, sent);
        Self { title: text("title", &ticket.title), body: text("body", &ticket.body), picks, own }
    }
}

/// What the form of the facts sends but for custom fields.
fn facts(sent: &Sent) -> Facts {
    Facts {
        title: sent.text("title").to_owned(),
        body: sent.text("body").to_owned(),
        team: sent.number("team"),
        channel: sent.number("channel"),
        sla: sent.number("sla"),
        values: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::VI;

    #[test]
    fn spans_are_told_in_two_words() {
        for (seconds, told) in [
            (59, VI.tickets.minutes(0)),
            (3_660, VI.tickets.hours_minutes(1, 1)),
            (-90_000, VI.tickets.days_hours(1, 1)),
        ] {
            assert_eq!(span(&seconds, &VI), told);
        }
    }
}
