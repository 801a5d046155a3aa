//! A ticket: something a customer needs help with.

use crate::catalog::{CatalogItem, CatalogKind, Label};
use crate::customer::CustomerRef;
use crate::field::FieldValue;
use crate::id::{Id, Instant};
use crate::user::Team;

/// A request for help.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ticket {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// Counts the changes, from 1.
    pub version: i64,
    /// Who needs help.
    pub customer: Option<CustomerRef>,
    /// The deal it is about.
    pub deal: Option<Id>,
    /// Title.
    pub title: String,
    /// What is wrong.
    pub body: String,
    /// Channel, service level and tags.
    pub labels: Vec<Label>,
    /// Team that takes care of it.
    pub team: Option<Team>,
    /// Custom values.
    pub values: Vec<FieldValue>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// When it was solved.
    pub closed_at: Option<Instant>,
}

impl Ticket {
    /// The label of a kind.
    pub fn label(&self, kind: CatalogKind) -> Option<&Label> {
        self.labels.iter().find(|label| label.kind == kind)
    }

    /// Sets the label of a kind of which a ticket has one; none takes it away.
    pub fn set_label(&mut self, kind: CatalogKind, label: Option<Label>) {
        match (self.labels.iter_mut().find(|known| known.kind == kind), label) {
            (Some(known), Some(label)) => *known = label,
            (None, Some(label)) => self.labels.push(label),
            (_, None) => self.labels.retain(|known| known.kind != kind),
        }
    }

    /// Whether it waits to be solved.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}

/// How a ticket stands against its service level. Hours run day and night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// By when it was to be solved.
    pub due: Instant,
    /// Seconds left; what is missed counts below zero. Of a solved ticket, as it was then.
    pub left: i64,
    /// The share of the time that has gone, in percent, 100 at most.
    pub gone: i64,
}

impl Clock {
    /// The clock of a ticket whose service level allows so many hours.
    pub fn of(ticket: &Ticket, hours: i64, now: Instant) -> Self {
        let whole = hours.max(0).saturating_mul(3_600);
        let due = ticket.created_at.plus_seconds(whole.min(100 * 365 * 86_400));
        let end = ticket.closed_at.unwrap_or(now);
        let seconds = |from: Instant, to: Instant| (to.0 - from.0).div_euclid(1_000_000);
        let gone = seconds(ticket.created_at, end).max(0).saturating_mul(100) / whole.max(1);
        Self { due, left: seconds(end, due), gone: gone.min(100) }
    }

    /// Whether the time has run out.
    pub fn is_missed(self) -> bool {
        self.left < 0
    }
}

/// The hours that a service level allows, which stand in its `extra`; `None` for one without a clock.
pub fn hours(level: &CatalogItem) -> Option<i64> {
    level.extra.as_deref().and_then(|hours| hours.trim().parse().ok()).filter(|hours| *hours > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs_until_the_ticket_is_closed() {
        let at = |hour: i64| Instant(0).plus_seconds(hour * 3_600);
        let mut ticket = Ticket { created_at: at(10), ..Ticket::default() };
        let clock = Clock::of(&ticket, 4, at(13));
        assert_eq!((clock.due, clock.left, clock.gone, clock.is_missed()), (at(14), 3_600, 75, false));
        let clock = Clock::of(&ticket, 4, at(16));
        assert_eq!((clock.left, clock.gone, clock.is_missed()), (-7_200, 100, true));
        ticket.closed_at = Some(at(12));
        let clock = Clock::of(&ticket, 4, at(900));
        assert_eq!((clock.left, clock.gone, clock.is_missed()), (7_200, 50, false));
    }
}
