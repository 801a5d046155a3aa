//! Dates and instants as the five vendors' documents and their clients write them; the clock is never read.

mod forms;
#[cfg(test)]
mod tests;

use std::fmt;

use domain::Result;
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

use crate::place;

/// 0001-01-01T00:00:00Z in microseconds: before it there is no four-digit year.
const EARLIEST: i64 = -62_135_596_800_000_000;
/// 9999-12-31T23:59:59.999999Z in microseconds: after it there is none either.
const LATEST: i64 = 253_402_300_799_999_999;

/// Microseconds of what an epoch counts.
const SECOND: i64 = 1_000_000;
const MILLISECOND: i64 = 1_000;

/// Numbers below this are epoch seconds, the others milliseconds. As seconds it lies in the year 5138, as milliseconds
/// in 1973.
const FIRST_MILLISECOND: u64 = 100_000_000_000;

/// Fewer digits than this are a year or a compact date rather than an epoch.
const EPOCH_DIGITS: usize = 9;

/// Reads a calendar date; what the document says about time and offset is checked, and then left aside.
///
/// Forms: `YYYY-MM-DD`, `YYYY/MM/DD`, `dd/mm/YYYY`, `dd-mm-YYYY` (leading zeros may be missing), each alone or with a time
/// and an offset as in [`instant`]; JavaScript's `Fri Jan 01 1993 00:00:00 GMT+0700 (ICT)`, whose weekday is ignored; epoch
/// milliseconds of at least nine digits. A date with an offset stays the date that was written: `1993-01-01T00:00:00+07:00`
/// is 1 January, though it is still December in UTC. Only an epoch is looked at in `zone`.
///
/// Fails with `Invalid` on `field` for anything else, for impossible dates, and for years outside 0001–9999.
pub fn calendar_date(text: &str, zone: &TimeZone, field: impl fmt::Display) -> Result<Date> {
    let date = match epoch(text.trim()) {
        Some(number) => within_years(number, MILLISECOND).map(|micros| zone.to_datetime(timestamp(micros)).date()),
        None => forms::read(text.trim()).map(|written| written.date),
    };
    match date.filter(|date| date.year() >= 1) {
        Some(date) => Ok(date),
        None => Err(place::invalid(field, format_args!("không phải ngày hợp lệ: {}", place::shown(text)))),
    }
}

/// Reads an instant, in microseconds UTC.
///
/// Forms: the dates of [`calendar_date`], alone (midnight) or followed by `T` or blanks and `HH:MM`, `HH:MM:SS` or
/// `HH:MM:SS.ffffff`, and by `Z`, `+07:00`, `+0700`, `+07` or nothing (then in `zone`); an epoch of at least nine digits,
/// in seconds below 10^11 and in milliseconds from there on. A local time that a change of clocks skips is moved forward.
/// What clients write for "no end", `9999-12-31 23:59:59`, and for "no beginning" is drawn to the last and the first instant
/// that can be shown.
///
/// Fails with `Invalid` on `field` for anything else, for impossible dates, and for years outside 0001–9999.
pub fn instant(text: &str, zone: &TimeZone, field: impl fmt::Display) -> Result<i64> {
    let micros = match epoch(text.trim()) {
        Some(number) if number.unsigned_abs() < FIRST_MILLISECOND => within_years(number, SECOND),
        Some(number) => within_years(number, MILLISECOND),
        None => forms::read(text.trim()).filter(|written| written.date.year() >= 1).map(|written| written.micros(zone)),
    };
    match micros {
        Some(micros) => Ok(timestamp(micros).as_microsecond()),
        None => Err(place::invalid(field, format_args!("không phải thời điểm hợp lệ: {}", place::shown(text)))),
    }
}

/// `YYYY-MM-DD HH:mm:ss` in `zone`.
pub fn local(micros: i64, zone: &TimeZone) -> String {
    let at = zone.to_datetime(timestamp(micros));
    format!("{} {}", iso_date(at), iso_time(at))
}

/// `YYYY-MM-DDTHH:mm:ssZ`.
pub fn utc_z(micros: i64) -> String {
    let at = Offset::UTC.to_datetime(timestamp(micros));
    format!("{}T{}Z", iso_date(at), iso_time(at))
}

/// `YYYY-MM-DDTHH:mm:ss+07:00`, in whole seconds.
pub fn rfc3339(micros: i64, zone: &TimeZone) -> String {
    let instant = timestamp(micros);
    let offset = zone.to_offset(instant);
    let at = offset.to_datetime(instant);
    let sign = if offset.is_negative() { '-' } else { '+' };
    let minutes = offset.seconds().unsigned_abs() / 60;
    format!("{}T{}{sign}{:02}:{:02}", iso_date(at), iso_time(at), minutes / 60, minutes % 60)
}

/// `dd/mm/YYYY`.
pub fn vietnamese(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// `dd/mm/YYYY HH:mm:ss` in `zone`.
pub fn vietnamese_time(micros: i64, zone: &TimeZone) -> String {
    let at = zone.to_datetime(timestamp(micros));
    format!("{} {}", vietnamese(at.date()), iso_time(at))
}

fn iso_date(at: DateTime) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "{:04}-{:02}-{:02}", at.year(), at.month(), at.day()))
}

fn iso_time(at: DateTime) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second()))
}

/// What has no name, or what jiff cannot hold (it ends a day before the year 9999 does), is drawn to the nearest instant.
fn timestamp(micros: i64) -> Timestamp {
    let nearest = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros.max(EARLIEST)).unwrap_or(nearest)
}

/// An epoch in microseconds, if it lies in the years 0001–9999.
fn within_years(number: i64, unit: i64) -> Option<i64> {
    number.checked_mul(unit).filter(|micros| (EARLIEST..=LATEST).contains(micros))
}

/// The number, if the text is nothing but a number long enough to be an epoch.
fn epoch(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let epoch = digits.len() >= EPOCH_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    if epoch { text.parse().ok() } else { None }
}

/// A date as it was written.
struct Written {
    date: Date,
    time: Option<Time>,
    offset: Option<Offset>,
}

impl Written {
    fn micros(&self, zone: &TimeZone) -> i64 {
        let at = self.date.to_datetime(self.time.unwrap_or(Time::midnight()));
        let instant = match self.offset {
            Some(offset) => offset.to_timestamp(at),
            None => zone.to_timestamp(at),
        };
        // Only its last two days are more than jiff can hold of the years that are read.
        instant.map_or(LATEST, Timestamp::as_microsecond)
    }
}
