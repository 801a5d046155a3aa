//! The written forms of a date, read character by character so that no form is taken for another.

use jiff::{
    civil::{Date, Time},
    tz::Offset,
};

use super::Written;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The date in any known form, with nothing left over.
pub(super) fn read(text: &str) -> Option<Written> {
    let mut scan = Scan(text);
    let written =
        if text.starts_with(|c: char| c.is_ascii_digit()) { numeric(&mut scan) } else { javascript(&mut scan) };
    written.filter(|_| scan.0.is_empty())
}

/// `YYYY-MM-DD` or `dd/mm/YYYY` with either separator, then perhaps a time. Never `mm/dd/YYYY`, and never two-digit years.
fn numeric(scan: &mut Scan<'_>) -> Option<Written> {
    let (first, length) = scan.number(1, 4)?;
    let separator = if scan.eat("-") { "-" } else { "/" };
    if separator == "/" && !scan.eat("/") {
        return None;
    }
    let (month, _) = scan.number(1, 2)?;
    if !scan.eat(separator) {
        return None;
    }
    let (year, day) = match length {
        4 => (first, scan.number(1, 2)?.0),
        1 | 2 => (scan.number(4, 4)?.0, first),
        _ => return None,
    };
    let date = date(year, month, day)?;
    if scan.0.is_empty() {
        return Some(Written { date, time: None, offset: None });
    }
    if !(scan.eat("T") || scan.eat("t") || scan.blanks()) {
        return None;
    }
    let time = Some(time(scan)?);
    scan.blanks();
    let offset = if scan.0.is_empty() { None } else { Some(offset(scan)?) };
    Some(Written { date, time, offset })
}

/// `Date.toString()`: `Fri Jan 01 1993 00:00:00 GMT+0700 (Indochina Time)`, or its date part alone.
fn javascript(scan: &mut Scan<'_>) -> Option<Written> {
    scan.word()?;
    scan.blanks();
    let month = scan.word()?;
    let month = MONTHS.iter().zip(1..).find(|(name, _)| name.eq_ignore_ascii_case(month))?.1;
    scan.blanks();
    let (day, _) = scan.number(1, 2)?;
    scan.blanks();
    let (year, _) = scan.number(4, 4)?;
    let date = date(year, month, day)?;
    if scan.0.is_empty() {
        return Some(Written { date, time: None, offset: None });
    }
    scan.blanks();
    let time = Some(time(scan)?);
    scan.blanks();
    let mut written = Written { date, time, offset: None };
    if !scan.0.is_empty() {
        written.offset = Some(offset(scan)?);
        scan.blanks();
        // The name of the zone comes in the language of the client's machine.
        if scan.0.starts_with('(') && scan.0.ends_with(')') {
            scan.0 = "";
        }
    }
    Some(written)
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f…`.
fn time(scan: &mut Scan<'_>) -> Option<Time> {
    let (hour, _) = scan.number(1, 2)?;
    if !scan.eat(":") {
        return None;
    }
    let (minute, _) = scan.number(2, 2)?;
    let second = if scan.eat(":") { scan.number(2, 2)?.0 } else { 0 };
    let nanos = if scan.eat(".") {
        let (fraction, length) = scan.number(1, 9)?;
        fraction * 10_u32.pow(9 - length)
    } else {
        0
    };
    Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, nanos.try_into().ok()?).ok()
}

/// `Z`, `GMT`, `UTC`, or `±HH`, `±HHMM`, `±HH:MM` alone or after `GMT`/`UTC`.
fn offset(scan: &mut Scan<'_>) -> Option<Offset> {
    if scan.eat("Z") || scan.eat("z") {
        return Some(Offset::UTC);
    }
    let named = scan.eat("GMT") || scan.eat("UTC");
    let sign = match () {
        () if scan.eat("+") => 1,
        () if scan.eat("-") => -1,
        () => return named.then_some(Offset::UTC),
    };
    let (hours, minutes) = match scan.number(2, 4)? {
        (hours, 2) if scan.eat(":") => (hours, scan.number(2, 2)?.0),
        (hours, 2) => (hours, 0),
        (both, 4) => (both / 100, both % 100),
        _ => return None,
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?).ok()
}

/// What is still to be read.
struct Scan<'t>(&'t str);

impl<'t> Scan<'t> {
    fn eat(&mut self, token: &str) -> bool {
        match self.0.strip_prefix(token) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// A run of digits with its length, if it is neither shorter nor longer than asked.
    fn number(&mut self, shortest: u32, longest: u32) -> Option<(u32, u32)> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let length = u32::try_from(end).ok().filter(|length| (shortest..=longest).contains(length))?;
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        Some((digits.parse().ok()?, length))
    }

    fn word(&mut self) -> Option<&'t str> {
        let end = self.0.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(word).filter(|word| !word.is_empty())
    }

    fn blanks(&mut self) -> bool {
        let rest = self.0.trim_start();
        let some = rest.len() < self.0.len();
        self.0 = rest;
        some
    }
}
