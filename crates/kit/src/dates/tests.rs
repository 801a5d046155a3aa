//! Every written form, and the ones that are no date.

use domain::Error;
use jiff::civil::{date, datetime};
use proptest::prelude::*;

use super::*;

fn saigon() -> TimeZone {
    TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
}

fn day(text: &str) -> Result<Date> {
    calendar_date(text, &saigon(), "d")
}

fn moment(text: &str) -> Result<String> {
    instant(text, &saigon(), "t").map(|micros| rfc3339(micros, &TimeZone::UTC))
}

#[test]
fn calendar_dates() {
    for text in [
        "Fri Jan 01 1993 00:00:00 GMT+0700 (ICT)",
        "Fri Jan 01 1993 00:00:00 GMT+0700 (Giờ Đông Dương)",
        "Mon Jan 1 1993 23:59:59 GMT-1000",
        "Fri Jan 01 1993",
        "1993-01-01",
        " 1993-1-1 ",
        "1993/01/01",
        "01/01/1993",
        "1/1/1993",
        "01-01-1993",
        "1993-01-01T00:00:00+07:00",
        "1993-01-01T00:00:00+0700",
        "1993-01-01T23:30:00Z",
        "1993-01-01T00:00:00.000Z",
        "1993-01-01 10:20",
        "01/01/1993 10:20:30",
        "725821200000",
    ] {
        assert_eq!(day(text), Ok(date(1993, 1, 1)), "{text}");
    }
    assert_eq!(day("-1000000000000").unwrap(), date(1938, 4, 25));
    assert_eq!(day("29/02/2024").unwrap(), date(2024, 2, 29));
    assert_eq!(day("253402300799999").unwrap(), date(9999, 12, 31));
    assert_eq!(day("0001-01-01").unwrap(), date(1, 1, 1));
    assert_eq!(day("9999-12-31T23:59:59Z").unwrap(), date(9999, 12, 31));
}

#[test]
fn impossible_dates() {
    for text in [
        "",
        "31/02/2024",
        "29/02/2023",
        "01/13/2024",
        "2024-13-01",
        "2024-00-10",
        "0000-00-00",
        "0000-01-01",
        "32/01/2024",
        "1/1/93",
        "01/01-1993",
        "01.01.1993",
        "01011993",
        "1993",
        "20240131",
        "2024-01-01T25:00:00",
        "2024-01-01T10:60:00",
        "2024-01-01T",
        "2024-01-01 x",
        "2024-01-01T10:00:00+25:00",
        "2024-01-01T10:00:00+07:00 x",
        "2024-01-011",
        "10000-01-01",
        "-2024-01-01",
        "Fri Foo 01 1993",
        "Fri Jan 32 1993",
        "Fri Jan 01 1993 00:00:00 GMT+0700 (ICT",
        "9223372036854775807",
        "99999999999999999999999",
        "-99999999999999",
        "٠١/٠١/١٩٩٣",
    ] {
        let message = format!("Trường d không phải ngày hợp lệ: {text}");
        assert_eq!(day(text), Err(Error::invalid("d", message)), "{text}");
    }
}

#[test]
fn instants() {
    for (text, utc) in [
        ("2019-07-08T00:00:00+07:00", "2019-07-07T17:00:00+00:00"),
        ("2024-06-01T00:00:00Z", "2024-06-01T00:00:00+00:00"),
        ("2024-06-01T00:00:00.123456789z", "2024-06-01T00:00:00+00:00"),
        ("2024-03-21 15:11:06", "2024-03-21T08:11:06+00:00"),
        ("2024/03/21 23:59:59", "2024-03-21T16:59:59+00:00"),
        ("2024-03-21", "2024-03-20T17:00:00+00:00"),
        ("2024/03/21", "2024-03-20T17:00:00+00:00"),
        ("21/03/2024 08:30:15", "2024-03-21T01:30:15+00:00"),
        ("21/03/2024 8:30", "2024-03-21T01:30:00+00:00"),
        ("21-03-2024", "2024-03-20T17:00:00+00:00"),
        ("2024-03-21T08:30:00 +0700", "2024-03-21T01:30:00+00:00"),
        ("2024-03-21T08:30:00-03", "2024-03-21T11:30:00+00:00"),
        ("Fri Jan 01 1993 00:00:00 GMT+0700 (ICT)", "1992-12-31T17:00:00+00:00"),
        ("1482470382793", "2016-12-23T05:19:42+00:00"),
        ("1482470382", "2016-12-23T05:19:42+00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
        ("0001-01-01", "0001-01-01T00:00:00+00:00"),
        ("0001-01-01T00:00:00+07:00", "0001-01-01T00:00:00+00:00"),
        ("9999-12-30 23:59:59", "9999-12-30T16:59:59+00:00"),
        ("9999-12-31", "9999-12-30T17:00:00+00:00"),
        ("9999-12-31 23:59:59", "9999-12-30T22:00:00+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-30T22:00:00+00:00"),
        ("9999-12-31T23:59:59.999-12:00", "9999-12-30T22:00:00+00:00"),
        ("253402300799999", "9999-12-30T22:00:00+00:00"),
        ("-62135596800000", "0001-01-01T00:00:00+00:00"),
    ] {
        assert_eq!(moment(text).as_deref(), Ok(utc), "{text}");
    }
    assert_eq!(instant("2024-06-01T00:00:00.5Z", &TimeZone::UTC, "t"), Ok(1_717_200_000_500_000));
    for text in [
        "0000-12-31T23:00:00-05:00",
        "10000-01-01T00:00:00Z",
        "253402300800000",
        "-62135596800001",
        "hôm nay",
        "2024-06-01T24:00:00Z",
        "12345678",
    ] {
        let message = format!("Trường t không phải thời điểm hợp lệ: {text}");
        assert_eq!(moment(text), Err(Error::invalid("t", message)));
    }
}

#[test]
fn long_rubbish_is_cut_and_made_visible() {
    let text = format!("\u{0}\n{}", "x".repeat(10_000));
    let message = day(&text).unwrap_err().public().to_owned();
    assert!(
        message.starts_with("Trường d không phải ngày hợp lệ: \\u{0}\\u{a}xxx") && message.ends_with("x…"),
        "{message}"
    );
    assert!(message.len() < 200);
}

#[test]
fn written_forms() {
    let micros = 1_711_008_666_999_999;
    assert_eq!(local(micros, &saigon()), "2024-03-21 15:11:06");
    assert_eq!(utc_z(micros), "2024-03-21T08:11:06Z");
    assert_eq!(rfc3339(micros, &saigon()), "2024-03-21T15:11:06+07:00");
    assert_eq!(rfc3339(micros, &TimeZone::get("America/St_Johns").unwrap()), "2024-03-21T05:41:06-02:30");
    assert_eq!(vietnamese(date(987, 6, 5)), "05/06/0987");
    assert_eq!(utc_z(-1), "1969-12-31T23:59:59Z");
    assert_eq!(utc_z(i64::MIN), "0001-01-01T00:00:00Z");
    assert_eq!(utc_z(i64::MAX), "9999-12-30T22:00:00Z");
}

#[test]
fn a_skipped_hour_moves_forward() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let micros = instant("2024-03-31 02:30:00", &berlin, "t").unwrap();
    assert_eq!(rfc3339(micros, &berlin), "2024-03-31T03:30:00+02:00");
}

proptest! {
    #[test]
    fn instants_come_back(seconds in -62_135_500_000_i64..253_402_200_000) {
        let micros = seconds * 1_000_000;
        prop_assert_eq!(instant(&utc_z(micros), &saigon(), "t"), Ok(micros));
        prop_assert_eq!(instant(&rfc3339(micros, &TimeZone::UTC), &saigon(), "t"), Ok(micros));
        prop_assert_eq!(instant(&local(micros, &TimeZone::UTC), &TimeZone::UTC, "t"), Ok(micros));
    }

    #[test]
    fn recent_local_times_come_back(seconds in 946_684_800_i64..4_102_444_800) {
        let micros = seconds * 1_000_000;
        prop_assert_eq!(instant(&local(micros, &saigon()), &saigon(), "t"), Ok(micros));
        prop_assert_eq!(instant(&rfc3339(micros, &saigon()), &TimeZone::UTC, "t"), Ok(micros));
        prop_assert_eq!(instant(&(seconds * 1000).to_string(), &saigon(), "t"), Ok(micros));
    }

    #[test]
    fn dates_come_back(days in 0_i32..3_652_058) {
        let date = date(1, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        for text in [vietnamese(date), date.to_string(), vietnamese(date).replace('/', "-"), date.to_string().replace('-', "/")] {
            prop_assert_eq!(day(&text), Ok(date));
        }
        prop_assert_eq!(day(&date.strftime("%a %b %d %Y 23:59:59 GMT-1100 (X)").to_string()), Ok(date));
    }

    #[test]
    fn nothing_panics(text in any::<String>(), digits in "[-0-9:/TZ+ .]{0,24}", micros in any::<i64>()) {
        for text in [text, digits] {
            let _ = (day(&text), moment(&text));
        }
        let _ = (local(micros, &saigon()), utc_z(micros), rfc3339(micros, &saigon()));
    }

    #[test]
    fn a_date_is_never_read_as_another(day_of in 1_i8..=31, month in 1_i8..=31, year in 1000_i16..3000) {
        let read = day(&format!("{day_of}/{month}/{year}")).ok();
        let meant = Date::new(year, month, day_of).ok();
        prop_assert_eq!(read, meant);
        let at = meant.map(|meant| datetime(meant.year(), meant.month(), meant.day(), 0, 0, 0, 0));
        let midnight = instant(&format!("{day_of}-{month}-{year}"), &TimeZone::UTC, "t").ok();
        prop_assert_eq!(midnight, at.and_then(|at| Offset::UTC.to_timestamp(at).ok()).map(|at| at.as_microsecond()));
    }
}
