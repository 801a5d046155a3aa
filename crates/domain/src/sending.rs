//! When messages may go out: the hours at which people are left alone, and the days that caps are counted by.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::id::Instant;

/// The day under which trial messages are counted: no day of any calendar that is in use.
pub const TRIAL_DAY: i64 = 0;

/// Hours of the day at which nothing is sent, such as `21:00-08:00`: from the first minute up to, not with, the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: i16,
    to: i16,
}

impl QuietHours {
    /// Reads `HH:MM-HH:MM`; `None` for anything else and for hours that would never end.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (minute(from)?, minute(to)?);
        (from != to).then_some(Self { from, to })
    }

    /// When the quiet in which `now` lies is over; `None` outside of it.
    pub fn until(self, now: Instant, zone: &TimeZone) -> Option<Instant> {
        let local = local(now, zone)?;
        let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
        let over_midnight = self.from > self.to;
        let is_quiet = match over_midnight {
            true => minute >= self.from || minute < self.to,
            false => (self.from..self.to).contains(&minute),
        };
        if !is_quiet {
            return None;
        }
        let day = if over_midnight && minute >= self.from { local.date().tomorrow().ok()? } else { local.date() };
        let end = day.at((self.to / 60) as i8, (self.to % 60) as i8, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(instant(&end))
    }
}

/// The number of a day of the org's calendar, counted since 1970.
pub fn day(now: Instant, zone: &TimeZone) -> i64 {
    local(now, zone).map_or(0, |local| {
        let start = Date::constant(1970, 1, 1);
        local.date().duration_since(start).as_secs() / 86_400
    })
}

/// When the next day of the org's calendar begins.
pub fn next_day(now: Instant, zone: &TimeZone) -> Instant {
    let midnight = local(now, zone)
        .and_then(|local| local.date().tomorrow().ok())
        .and_then(|tomorrow| tomorrow.to_zoned(zone.clone()).ok());
    midnight.map_or_else(|| now.plus_seconds(86_400), |midnight| instant(&midnight))
}

fn local(now: Instant, zone: &TimeZone) -> Option<Zoned> {
    Timestamp::from_microsecond(now.0).ok().map(|stamp| stamp.to_zoned(zone.clone()))
}

fn instant(at: &Zoned) -> Instant {
    Instant(at.timestamp().as_microsecond())
}

fn minute(text: &str) -> Option<i16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let number = |text: &str| is_number(text).then(|| text.parse::<i16>().ok()).flatten();
    let (hour, minute) = (number(hour)?, number(minute)?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant(text.parse::<Timestamp>().unwrap().as_microsecond())
    }

    fn hanoi() -> TimeZone {
        TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
    }

    #[test]
    fn quiet_over_midnight() {
        let hours = QuietHours::parse("21:00-08:00").unwrap();
        let until = |now: &str| hours.until(at(now), &hanoi());
        let morning = Some(at("2024-03-22T01:00:00Z"));
        assert_eq!(until("2024-03-21T13:59:59Z"), None, "20:59");
        assert_eq!(until("2024-03-21T14:00:00Z"), morning, "21:00");
        assert_eq!(until("2024-03-21T17:30:00Z"), morning, "00:30 of the next day");
        assert_eq!(until("2024-03-22T00:59:59Z"), morning, "07:59");
        assert_eq!(until("2024-03-22T01:00:00Z"), None, "08:00");
    }

    #[test]
    fn quiet_within_a_day() {
        let hours = QuietHours::parse("11:30-13:00").unwrap();
        let until = |now: &str| hours.until(at(now), &hanoi());
        assert_eq!(until("2024-03-21T04:29:00Z"), None);
        assert_eq!(until("2024-03-21T04:30:00Z"), Some(at("2024-03-21T06:00:00Z")));
        assert_eq!(until("2024-03-21T06:00:00Z"), None);
    }

    #[test]
    fn a_night_in_which_the_clock_is_put_forward() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let hours = QuietHours::parse("22:00-02:30").unwrap();
        // 02:30 does not exist on that night: it is 03:30.
        assert_eq!(hours.until(at("2024-03-30T23:00:00Z"), &zone), Some(at("2024-03-31T01:30:00Z")));
    }

    #[test]
    fn nonsense_is_no_quiet() {
        for text in
            ["", "off", "21:00", "21-08", "24:00-08:00", "21:60-08:00", "08:00-08:00", "+9:00-10:00", "009:00-10:00"]
        {
            assert_eq!(QuietHours::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_the_calendar() {
        assert_eq!(day(at("1970-01-01T00:00:00Z"), &TimeZone::UTC), 0);
        assert_eq!(day(at("2024-03-21T16:59:59Z"), &hanoi()), 19_803);
        assert_eq!(day(at("2024-03-21T17:00:00Z"), &hanoi()), 19_804);
        assert_eq!(next_day(at("2024-03-21T16:59:59Z"), &hanoi()), at("2024-03-21T17:00:00Z"));
        assert_eq!(next_day(at("2024-03-21T17:00:00Z"), &hanoi()), at("2024-03-22T17:00:00Z"));
    }
}
