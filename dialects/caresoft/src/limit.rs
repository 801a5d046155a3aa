//! How often an org may call: the vendor's "Rate limit" page, for clients that want to be tested against it.
//!
//! Counted in this process. Several nodes let through as many times as much.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{Instant, OrgId};

/// Calls in one second.
const A_SECOND: u32 = 15;
/// Calls in one hour.
const AN_HOUR: u32 = 54_000;
/// Refusals in a row after which nobody is listened to any more.
const PATIENCE: u32 = 20;
/// Seconds until somebody is listened to again.
const SHUT: i64 = 15 * 60;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

/// What is said to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may come in.
    Allowed,
    /// Too many came.
    TooMany,
    /// Too many were refused.
    Shut,
}

/// The calls of every org.
#[derive(Default)]
pub struct Limits(Mutex<HashMap<OrgId, Usage>>);

#[derive(Default)]
struct Usage {
    second: i64,
    in_second: u32,
    hour: i64,
    in_hour: u32,
    refused: u32,
    shut_until: Option<Instant>,
}

impl Limits {
    /// Counts a call.
    pub fn ask(&self, org: OrgId, now: Instant) -> Verdict {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(org).or_default().ask(now)
    }
}

impl Usage {
    fn ask(&mut self, now: Instant) -> Verdict {
        if self.shut_until.is_some_and(|until| now < until) {
            return Verdict::Shut;
        }
        if self.shut_until.take().is_some() {
            self.refused = 0;
        }
        let (second, hour) = (now.0.div_euclid(SECOND), now.0.div_euclid(HOUR));
        if self.second != second {
            (self.second, self.in_second) = (second, 0);
        }
        if self.hour != hour {
            (self.hour, self.in_hour) = (hour, 0);
        }
        if self.in_second < A_SECOND && self.in_hour < AN_HOUR {
            self.in_second += 1;
            self.in_hour += 1;
            self.refused = 0;
            return Verdict::Allowed;
        }
        self.refused += 1;
        if self.refused > PATIENCE {
            self.shut_until = Some(now.plus_seconds(SHUT));
            return Verdict::Shut;
        }
        Verdict::TooMany
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_an_hour_and_patience() {
        let limits = Limits::default();
        let ask = |seconds: i64| limits.ask(OrgId(1), Instant(seconds * SECOND));
        assert!((0..15).all(|_| ask(0) == Verdict::Allowed));
        assert_eq!(ask(0), Verdict::TooMany);
        assert_eq!(limits.ask(OrgId(2), Instant(0)), Verdict::Allowed);
        assert_eq!(ask(1), Verdict::Allowed);
        assert!((0..14).all(|_| ask(1) == Verdict::Allowed));
        assert!((0..20).all(|_| ask(1) == Verdict::TooMany));
        assert_eq!(ask(1), Verdict::Shut);
        assert_eq!(ask(15 * 60), Verdict::Shut);
        assert_eq!(ask(15 * 60 + 1), Verdict::Allowed);
    }

    #[test]
    fn an_hour() {
        let mut usage = Usage { in_hour: AN_HOUR, ..Usage::default() };
        assert_eq!(usage.ask(Instant(HOUR - 1)), Verdict::TooMany);
        assert_eq!(usage.ask(Instant(HOUR)), Verdict::Allowed);
    }
}
