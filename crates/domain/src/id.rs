//! Names of things and moments: the numbers everything else is tied together with.

use std::fmt;

/// A tenant. Small, so that eight hex digits hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrgId(pub i64);

/// Any entity of a tenant: 63 bits that grow with time, made in the application and never shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Id(pub i64);

/// A moment: microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Instant(pub i64);

impl Instant {
    /// The moment `days` whole days earlier.
    pub fn minus_days(self, days: i64) -> Self {
        Self(self.0 - days * 86_400_000_000)
    }

    /// The moment `seconds` later.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1_000_000)
    }

    /// Whole milliseconds since 1970-01-01 UTC.
    pub fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// RFC 3339 in UTC with microseconds where there are any, such as `2024-03-21T08:11:06Z`.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0).map(|at| at.to_string()).unwrap_or_default()
    }
}

impl fmt::Display for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
