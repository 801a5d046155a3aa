//! Dates and moments: what is read lies in the years that there are, and reads the same when we write it.

#![no_main]

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use kit::dates;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let viet_nam = TimeZone::fixed(Offset::constant(7));
    if let Ok(date) = dates::calendar_date(text, &viet_nam, "x") {
        assert!((1..=9999).contains(&date.year()));
        assert_eq!(dates::calendar_date(&date.to_string(), &viet_nam, "x"), Ok(date));
        assert_eq!(dates::calendar_date(&dates::vietnamese(date), &viet_nam, "x"), Ok(date));
    }
    if let Ok(micros) = dates::instant(text, &viet_nam, "x") {
        let whole = micros.div_euclid(1_000_000) * 1_000_000;
        // The first hours of the year 1 belong to the year before it elsewhere, and likewise the last ones.
        let is_at_the_edge = Date::constant(2, 1, 1)
            .to_zoned(viet_nam.clone())
            .map_or(true, |edge| micros < edge.timestamp().as_microsecond() || micros > 253_370_764_800_000_000);
        if !is_at_the_edge {
            assert_eq!(dates::instant(&dates::utc_z(micros), &viet_nam, "x"), Ok(whole));
            assert_eq!(dates::instant(&dates::rfc3339(micros, &viet_nam), &viet_nam, "x"), Ok(whole));
            assert_eq!(dates::instant(&dates::local(micros, &viet_nam), &viet_nam, "x"), Ok(whole));
        }
    }
});
