//! Properties of the keys: every spelling of one number is one key, and nothing that is no number becomes one.

use proptest::prelude::*;

use super::*;

const CHANGED: [(&str, &str); 21] = [
    ("0120", "070"),
    ("0121", "079"),
    ("0122", "077"),
    ("0126", "076"),
    ("0128", "078"),
    ("0123", "083"),
    ("0124", "084"),
    ("0125", "085"),
    ("0127", "081"),
    ("0129", "082"),
    ("0162", "032"),
    ("0163", "033"),
    ("0164", "034"),
    ("0165", "035"),
    ("0166", "036"),
    ("0167", "037"),
    ("0168", "038"),
    ("0169", "039"),
    ("0186", "056"),
    ("0188", "058"),
    ("0199", "059"),
];

fn vn(raw: &str) -> Option<String> {
    phone(raw, Country::VIET_NAM)
}

/// Ten ways people write the national number `digits` (without its leading zero).
fn spellings(digits: &str) -> [String; 10] {
    let (head, tail) = digits.split_at(digits.len() - 6);
    let (middle, end) = tail.split_at(3);
    [
        format!("0{digits}"),
        format!("84{digits}"),
        format!("+84{digits}"),
        format!("0084{digits}"),
        format!("0{head} {middle} {end}"),
        format!("0{head}.{middle}.{end}"),
        format!("0{head}-{middle}-{end}"),
        format!("(+84) {head} {middle} {end}"),
        format!("+84 (0) {head}-{middle}-{end}"),
        format!("\u{a0}0{head}\u{a0}{middle}\u{2013}{end} "),
    ]
}

#[test]
fn sample_of_the_listener_document() {
    assert_eq!(vn("01234567890").as_deref(), Some("+84834567890"));
    assert_eq!(vn("01234567890"), vn("0834567890"));
}

#[test]
fn what_is_no_number_is_no_key() {
    for raw in
        ["", " ", "0365296xxx", "098765431", "+", "abc", "0", "+84", "00", "1900 1234", "ext", "0905000001 ext 2"]
    {
        assert_eq!(vn(raw), None, "{raw}");
    }
}

#[test]
fn foreign_and_landline() {
    assert_eq!(vn("+1 (202) 555-0143").as_deref(), Some("+12025550143"));
    assert_eq!(vn("028 3822 0001").as_deref(), Some("+842838220001"));
    assert_eq!(vn("0838220001").as_deref(), Some("+84838220001"), "an old landline of the city is not rewritten");
    assert_eq!(vn("０９０５０００００１").as_deref(), Some("+84905000001"), "full-width digits are digits");
    assert_eq!(phone("081 234 5678", Country::of("TH")).as_deref(), Some("+66812345678"));
    assert_eq!(phone("8200003400000", Country::of("KR")), None, "no number begins with two trunk prefixes");
}

#[test]
fn emails() {
    assert_eq!(email("  An.Nguyen@Example.COM ").as_deref(), Some("an.nguyen@example.com"));
    for raw in ["canh.dsa", "a@", "@b", "a b@example.com", "a@b@c", ""] {
        assert_eq!(email(raw), None, "{raw}");
    }
}

#[test]
fn documents_and_codes() {
    assert_eq!(document_number(" b-123 456 "), document_number("B123456"));
    for nobody in [" - ", "0", "000 000 000", "N/A", "không có", "false"] {
        assert_eq!(document_number(nobody), None, "{nobody}");
    }
    assert_eq!(code(" VPMEDIA01").as_deref(), Some("VPMEDIA01"));
    assert_ne!(code("a1"), code("A1"));
}

proptest! {
    #[test]
    fn ten_spellings_are_one(digits in "[35789][0-9]{8}") {
        let key = vn(&format!("0{digits}"));
        prop_assert!(key.is_some());
        for spelling in spellings(&digits) {
            prop_assert_eq!(vn(&spelling), key.clone(), "{}", spelling);
        }
    }

    #[test]
    fn all_changed_prefixes(index in 0..21_usize, rest in "[0-9]{7}") {
        let (old, new) = CHANGED[index];
        let wanted = vn(&format!("{new}{rest}"));
        prop_assert!(wanted.is_some());
        for spelling in spellings(&format!("{}{rest}", &old[1..])) {
            prop_assert_eq!(vn(&spelling), wanted.clone(), "{}", spelling);
        }
    }

    #[test]
    fn a_key_is_its_own_key(raw in any::<String>()) {
        if let Some(key) = vn(&raw) {
            prop_assert_eq!(vn(&key), Some(key));
        }
        if let Some(key) = email(&raw) {
            prop_assert_eq!(email(&key), Some(key));
        }
        if let Some(key) = document_number(&raw) {
            prop_assert_eq!(document_number(&key), Some(key));
        }
    }

    #[test]
    fn a_phone_is_its_own_key_in_every_country(raw in "[+]?(84|855|856|66|65|60|62|63|886|81|82)?0{0,3}[0-9]{5,12}") {
        for iso in ["VN", "KH", "LA", "TH", "SG", "MY", "ID", "PH", "TW", "JP", "KR"] {
            if let Some(key) = phone(&raw, Country::of(iso)) {
                prop_assert_eq!(phone(&key, Country::of(iso)), Some(key), "{} in {}", raw, iso);
            }
        }
    }

    #[test]
    fn email_case_does_not_matter(local in "[a-z0-9.]{1,10}", host in "[a-z]{1,8}\\.vn") {
        let address = format!("{local}@{host}");
        prop_assert_eq!(email(&address.to_uppercase()), email(&address));
    }
}
