//! How things are written on pages: moments, days, numbers, money, initials. Pure; templates call these.

use domain::Instant;
use domain::customer::Customer;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::messages::Messages;

fn local(at: Instant, zone: &TimeZone) -> Option<jiff::Zoned> {
    Timestamp::from_microsecond(at.0).ok().map(|at| at.to_zoned(zone.clone()))
}

/// Day and time, such as `21/03/2024 15:11`.
pub fn moment(at: &Instant, zone: &TimeZone) -> String {
    local(*at, zone).map(|at| at.strftime("%d/%m/%Y %H:%M").to_string()).unwrap_or_default()
}

/// The day alone, such as `21/03/2024`.
pub fn day(at: &Instant, zone: &TimeZone) -> String {
    local(*at, zone).map(|at| at.strftime("%d/%m/%Y").to_string()).unwrap_or_default()
}

/// The time of day alone, such as `15:11`.
pub fn time(at: &Instant, zone: &TimeZone) -> String {
    local(*at, zone).map(|at| at.strftime("%H:%M").to_string()).unwrap_or_default()
}

/// For `datetime` of `<time>`: RFC 3339 in UTC.
pub fn machine(at: &Instant) -> String {
    at.rfc3339()
}

/// How long ago, in the coarsest word that says it: `vừa xong`, `5 phút trước`, … and the day when that is a week ago.
pub fn ago(at: &Instant, now: &Instant, zone: &TimeZone, t: &'static Messages) -> String {
    let seconds = (now.0 - at.0) / 1_000_000;
    match seconds {
        ..60 => t.common.just_now.to_owned(),
        60..3_600 => t.common.minutes_ago(seconds / 60),
        3_600..86_400 => t.common.hours_ago(seconds / 3_600),
        86_400..604_800 => t.common.days_ago(seconds / 86_400),
        _ => day(at, zone),
    }
}

/// A day of the calendar, such as `21/03/2024`.
pub fn date(day: &jiff::civil::Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// A day as a program wrote it, such as `2024-03-21`, the way people write it; anything else as it is.
pub fn day_of(text: &str) -> String {
    text.trim().parse().map_or_else(|_| text.to_owned(), |day| date(&day))
}

/// A whole number in groups of three, such as `1.234.567`.
pub fn number(number: &i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if *number < 0 {
        grouped.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// The browser and the machine that a `User-Agent` tells of, such as `Chrome · Windows`; what tells of none stays as it is.
pub fn browser(agent: &str, t: &'static Messages) -> String {
    // The order matters: most browsers also claim to be those that follow.
    let browsers = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("coc_coc", "Cốc Cốc"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let machines = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let found: Vec<&str> = [find(&browsers), find(&machines)].into_iter().flatten().collect();
    match (found.is_empty(), visible(agent)) {
        (false, _) => found.join(" · "),
        (true, agent) if agent.is_empty() => t.account.unknown_browser.to_owned(),
        (true, agent) => agent,
    }
}

/// Bytes in the unit that suits them, such as `12 KB`.
pub fn size(bytes: &i64) -> String {
    match *bytes {
        ..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", bytes / 1_024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

/// JSON with its lines broken and indented, keys in their order; what is no JSON stays as it is.
pub fn pretty(json: &str) -> String {
    let parsed = serde_json::from_str::<serde_json::Value>(json).and_then(|value| serde_json::to_string_pretty(&value));
    parsed.unwrap_or_else(|_| json.to_owned())
}

/// Two letters that stand for a name: of the first and the last word, as Vietnamese names are abbreviated.
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let letter = |word: &&str| word.chars().find(|letter| letter.is_alphanumeric());
    let (first, last) = (words.first().and_then(letter), words.last().and_then(letter));
    let mut letters: String = first.into_iter().chain(last.filter(|_| words.len() > 1)).collect();
    if letters.is_empty() {
        letters.push('?');
    }
    letters.to_uppercase()
}

/// The name of a customer, or what stands in for one: a name may be nothing but blanks.
pub fn name(customer: &Customer) -> String {
    let name = visible(&customer.name);
    if !name.is_empty() {
        return name;
    }
    let point = customer.points.iter().map(|point| visible(&point.raw)).find(|raw| !raw.is_empty());
    point.unwrap_or_else(|| format!("#{}", customer.number))
}

/// A text without the marks that turn the direction of what follows, without control characters, trimmed: what somebody typed
/// into a name must not reorder the rest of the page.
pub fn visible(text: &str) -> String {
    let is_hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    // Lines and columns become blanks: otherwise the words beside them would grow together.
    let blanks = text.chars().map(|letter| if matches!(letter, '\n' | '\r' | '\t') { ' ' } else { letter });
    blanks.filter(|letter| !is_hidden(*letter)).collect::<String>().trim().to_owned()
}

/// A note as safe HTML. 1Office sends HTML: what is harmless of it stays. Anything else is text with its line breaks.
pub fn rich(note: &str) -> String {
    let is_html = note.contains("</") || note.contains("<br") || note.contains("<p");
    let has_breaks = ["<br", "<p", "<div", "<li", "<tr", "<h"].iter().any(|tag| note.contains(tag));
    let html = if is_html && has_breaks {
        note.to_owned()
    } else if is_html {
        // A word or two in italics: its lines end where its writer ended them.
        note.replace('\n', "<br>")
    } else {
        ammonia::clean_text(note).replace("&#10;", "<br>").replace('\n', "<br>")
    };
    let mut cleaner = ammonia::Builder::default();
    // Pictures would be fetched from wherever the sender likes.
    cleaner.rm_tags(["img", "map", "area", "video", "audio"]).url_schemes(["http", "https", "mailto", "tel"].into());
    cleaner.link_rel(Some("noopener noreferrer nofollow")).clean(&html).to_string()
}

/// Which of the twelve tints a thing has that has no colour of its own: the same one each time.
pub fn tint(id: &i64) -> i64 {
    id.rem_euclid(12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::VI;

    #[test]
    fn numbers_are_grouped() {
        for (number, shown) in [(0, "0"), (999, "999"), (1_000, "1.000"), (-1_234_567, "-1.234.567")] {
            assert_eq!(super::number(&number), shown);
        }
    }

    #[test]
    fn moments_are_shown_at_home() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let at = Instant(1_711_008_666_000_000);
        assert_eq!(moment(&at, &zone), "21/03/2024 15:11");
        assert_eq!(ago(&at, &at.plus_seconds(30), &zone, &VI), VI.common.just_now);
        assert_eq!(ago(&at, &at.plus_seconds(7_200), &zone, &VI), "2 giờ trước");
        assert_eq!(ago(&at, &at.plus_seconds(3_000_000), &zone, &VI), "21/03/2024");
    }

    #[test]
    fn notes_are_harmless() {
        let cleaned = rich("<p onclick=\"x()\">A<script>alert(1)</script><img src=x onerror=alert(1)></p>");
        assert_eq!(cleaned, "<p>A</p>");
        assert!(!rich("<a href=\"javascript:alert(1)\">x</a>").contains("javascript"));
        assert_eq!(rich("1 < 2\nx"), "1 &lt; 2<br>x");
        assert_eq!(rich("a\n<i>b</i>"), "a<br><i>b</i>");
        assert_eq!(rich("<p>a</p>\n<p>b</p>"), "<p>a</p>\n<p>b</p>");
    }

    #[test]
    fn browsers_are_told_by_their_names() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36";
        for (agent, shown) in [
            (chrome.to_owned(), "Chrome · Linux"),
            (format!("{chrome} Edg/148.0"), "Edge · Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1".to_owned(),
                "Safari · iPhone",
            ),
            ("curl/8".to_owned(), "curl/8"),
            (String::new(), VI.account.unknown_browser),
        ] {
            assert_eq!(browser(&agent, &VI), shown);
        }
    }

    #[test]
    fn days_of_programs_are_written_as_people_do() {
        for (text, shown) in [("2027-01-31", "31/01/2027"), (" 2027-01-31 ", "31/01/2027"), ("31/1/2027", "31/1/2027")]
        {
            assert_eq!(day_of(text), shown);
        }
        assert_eq!(visible("một\nhai"), "một hai");
    }

    #[test]
    fn names_that_are_none() {
        assert_eq!(initials("Nguyễn Thị Đào"), "NĐ");
        assert_eq!(initials("  "), "?");
        let mut customer = Customer { number: 7, name: " \u{202e}\u{200b} ".to_owned(), ..Customer::default() };
        assert_eq!(name(&customer), "#7");
        customer.name = "An\u{202e}h".to_owned();
        assert_eq!(name(&customer), "Anh");
    }
}
