//! Keys: the one spelling in which two phones, e-mails, ids or codes are compared. Nothing else normalises them.

use unicode_normalization::UnicodeNormalization;

use crate::dialect::System;

/// Bytes of a key at most: an index entry of PostgreSQL holds little more than twice as many.
pub(crate) const LONGEST_KEY: usize = 1_000;

/// What kind of key names a person; together with the key it is unique in an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// The client's own code in one system.
    Code(System),
    /// Identity card or passport number.
    NationalId,
    /// Tax code or business registration number.
    TaxCode,
    /// Phone in E.164.
    Phone,
    /// Lower-case e-mail address.
    Email,
}

impl KeyKind {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Code(system) => system.identity_word(),
            Self::NationalId => "national_id",
            Self::TaxCode => "tax_code",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }
}

/// One key of one record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What it names a person by.
    pub kind: KeyKind,
    /// Its normalised form.
    pub key: String,
}

/// How the numbers of an org's country are written at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// Country calling code, such as `84`.
    calling_code: &'static str,
    /// What stands before a national number when dialled at home.
    trunk: &'static str,
}

impl Country {
    /// Viet Nam, the country of an org unless it says otherwise.
    pub const VIET_NAM: Self = Self { calling_code: "84", trunk: "0" };

    /// The country of an ISO 3166 code; one that is not listed is taken as Viet Nam.
    pub fn of(iso: &str) -> Self {
        let (calling_code, trunk) = match iso {
            "KH" => ("855", "0"),
            "LA" => ("856", "0"),
            "TH" => ("66", "0"),
            "SG" => ("65", ""),
            "MY" => ("60", "0"),
            "ID" => ("62", "0"),
            "PH" => ("63", "0"),
            "TW" => ("886", "0"),
            "JP" => ("81", "0"),
            "KR" => ("82", "0"),
            _ => ("84", "0"),
        };
        Self { calling_code, trunk }
    }
}

/// A phone in E.164, or `None` for what is no phone number; the caller keeps such a value as it was sent.
/// Vietnamese mobile prefixes that changed on 2018-09-15 are rewritten: `01234567890` gives `+84834567890`.
pub fn phone(raw: &str, country: Country) -> Option<String> {
    let (international, digits) = dialled(raw)?;
    let home = if international {
        digits.strip_prefix(country.calling_code)
    } else if !country.trunk.is_empty() && digits.starts_with(country.trunk) {
        Some(digits.as_str())
    } else {
        digits.strip_prefix(country.calling_code).filter(|rest| rest.len() >= 9)
    };
    let national = match home {
        Some(rest) => rest.strip_prefix(country.trunk).unwrap_or(rest),
        None if international => return foreign(&digits),
        None if country.trunk.is_empty() => digits.as_str(),
        None => return None,
    };
    if country == Country::VIET_NAM {
        return vietnamese(national);
    }
    // A second trunk prefix would be taken for the first one when the key is read again.
    let is_doubled = !country.trunk.is_empty() && national.starts_with(country.trunk);
    ((7..=12).contains(&national.len()) && !is_doubled).then(|| format!("+{}{national}", country.calling_code))
}

/// What stands before the number of a desk behind a switchboard, folded.
const EXTENSION: [&str; 5] = ["ext", "may le", "nhanh", "x", "#"];

/// Whether a phone can be dialled as it is written: digits and what stands between them, and an extension after them. Service numbers
/// and extensions, which are no key, are among them.
pub(crate) fn can_be_dialled(raw: &str) -> bool {
    let folded = crate::text::fold(raw);
    let parts = EXTENSION.iter().find_map(|word| folded.split_once(word));
    let desk = parts.map(|(_, desk)| desk.trim_start_matches([' ', '.', ':', '=']).trim_end());
    let is_desk = |desk: &str| !desk.is_empty() && desk.bytes().all(|byte| byte.is_ascii_digit());
    desk.is_none_or(is_desk)
        && dialled(parts.map_or(&folded, |(number, _)| number)).is_some_and(|(_, digits)| digits.len() >= 3)
}

/// The digits of a number and whether an international prefix stood before them.
fn dialled(raw: &str) -> Option<(bool, String)> {
    let mut digits = String::with_capacity(raw.len());
    let mut plus = false;
    let mut take = |c: char| match c {
        '0'..='9' => {
            digits.push(c);
            true
        }
        '+' if digits.is_empty() && !plus => {
            plus = true;
            true
        }
        '.' | '-' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{200b}' | '\u{feff}' | '\u{202a}'..='\u{202e}' => {
            true
        }
        c => c.is_whitespace(),
    };
    let readable = if raw.is_ascii() { raw.chars().all(&mut take) } else { raw.nfkc().all(&mut take) };
    if !readable || digits.len() > 20 {
        return None;
    }
    if !plus && let Some(rest) = digits.strip_prefix("00") {
        return Some((true, rest.to_owned()));
    }
    Some((plus, digits))
}

fn foreign(digits: &str) -> Option<String> {
    ((8..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

fn vietnamese(national: &str) -> Option<String> {
    if !(9..=10).contains(&national.len()) || national.starts_with('0') {
        return None;
    }
    let changed = (national.len() == 10).then(|| changed_prefix(&national[..3])).flatten();
    Some(match changed {
        Some(prefix) => format!("+84{prefix}{}", &national[3..]),
        None => format!("+84{national}"),
    })
}

/// The 21 mobile prefixes of eleven-digit numbers and what they became (Ministry plan of 2018).
fn changed_prefix(old: &str) -> Option<&'static str> {
    Some(match old {
        "120" => "70",
        "121" => "79",
        "122" => "77",
        "126" => "76",
        "128" => "78",
        "123" => "83",
        "124" => "84",
        "125" => "85",
        "127" => "81",
        "129" => "82",
        "162" => "32",
        "163" => "33",
        "164" => "34",
        "165" => "35",
        "166" => "36",
        "167" => "37",
        "168" => "38",
        "169" => "39",
        "186" => "56",
        "188" => "58",
        "199" => "59",
        _ => return None,
    })
}

/// A trimmed lower-case NFC e-mail address, or `None` for what has not the form of one.
pub fn email(raw: &str) -> Option<String> {
    let key: String = raw.trim().nfc().flat_map(char::to_lowercase).nfc().collect();
    let (local, host) = key.rsplit_once('@')?;
    let sound = !local.is_empty()
        && !host.is_empty()
        && !local.contains('@')
        && key.len() <= 254
        && !key.chars().any(|c| c.is_whitespace() || c.is_control());
    sound.then_some(key)
}

/// An identity card, passport or tax number: folded letters and digits only. `None` for far too many, and for what has no
/// digit but 0: `0`, `N/A` and `không có` are what clients send for many who have no number.
pub fn document_number(raw: &str) -> Option<String> {
    let key: String = crate::text::fold(raw).chars().filter(|c| c.is_alphanumeric()).collect();
    let is_number = key.chars().any(|c| c.is_numeric() && c != '0');
    (is_number && key.len() <= LONGEST_KEY).then_some(key)
}

/// A client's own code: trimmed NFC, case kept; `None` when empty, or too long for any code.
pub fn code(raw: &str) -> Option<String> {
    let key = crate::text::tidy(raw);
    (1..=LONGEST_KEY).contains(&key.len()).then(|| key.into_owned())
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
