//! What people type into forms, held to what it is to be, unlike what other programs send: phones and e-mails to what somebody can be
//! reached by, values of custom fields to their type.

use domain::field::{self, FieldType};
use domain::identity::Country;
use domain::{ContactKind, ContactPoint, Error, Result};
use jiff::civil::Date;

/// Letters of a value that a refusal repeats at most.
const REPEATED: usize = 60;

/// A contact point as typed; none when nothing was. A phone that cannot be dialled and an e-mail that has not the form of one are
/// refused, and `field` is where that is told.
pub fn point(
    kind: ContactKind,
    raw: &str,
    label: &str,
    country: Country,
    field: impl Into<String>,
) -> Result<Option<ContactPoint>> {
    let point = ContactPoint::new(kind, raw, label, country);
    let Some(ContactPoint { raw, .. }) = point.as_ref().filter(|point| !point.is_reachable()) else { return Ok(point) };
    Err(match kind {
        ContactKind::Phone => Error::invalid(field, format!("“{raw}” không phải số điện thoại, ví dụ 0905 123 456")),
        _ => Error::invalid(field, format!("“{raw}” không phải địa chỉ e-mail, ví dụ an@example.vn")),
    })
}

/// A value of a custom field as typed, as it is kept: a day as programs write it, everything else as it stands. What is not of its type
/// is refused, and `place` is where that is told.
pub fn value(kind: &FieldType, text: &str, country: Country, place: &str) -> Result<String> {
    let shown = || text.chars().take(REPEATED).collect::<String>();
    match kind {
        FieldType::Number if !field::is_number(text) => {
            Err(Error::invalid(place, format!("“{}” không phải là số, ví dụ 12 hoặc 12,5", shown())))
        }
        FieldType::Date => day(text)
            .ok_or_else(|| Error::invalid(place, format!("“{}” không phải là ngày, ví dụ 21/03/2024", shown()))),
        FieldType::Phone => point(ContactKind::Phone, text, "", country, place).map(|_| text.to_owned()),
        _ => Ok(text.to_owned()),
    }
}

/// A day as `<input type="date">` sends it, or as people write it, with a year of four digits; one with a time of day stays as it is.
fn day(text: &str) -> Option<String> {
    let read = text.parse::<Date>().or_else(|_| Date::strptime("%d/%m/%Y", text)).ok();
    let day = read.filter(|day| day.year() >= 1_000)?;
    Some(if text.contains(':') { text.to_owned() } else { day.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_of_their_type() {
        let kept = |kind: FieldType, text: &str| value(&kind, text, Country::VIET_NAM, "field-1").ok();
        for (kind, text, wanted) in [
            (FieldType::Number, "12,5", Some("12,5")),
            (FieldType::Number, "abc", None),
            (FieldType::Date, "2027-06-07", Some("2027-06-07")),
            (FieldType::Date, "7/6/2027", Some("2027-06-07")),
            (FieldType::Date, "2027-06-07 09:30", Some("2027-06-07 09:30")),
            (FieldType::Date, "31/02/2027", None),
            (FieldType::Date, "7/6/2027 9:00", None),
            (FieldType::Date, "7/6/27", None),
            (FieldType::Date, "0027-06-07", None),
            (FieldType::Date, "hôm nay", None),
            (FieldType::Phone, "0905 000 001", Some("0905 000 001")),
            (FieldType::Phone, "0912x", None),
            (FieldType::Text, "0912x", Some("0912x")),
        ] {
            assert_eq!(kept(kind, text).as_deref(), wanted, "{text}");
        }
    }
}
