//! Keys of people: whatever is a key is the key of itself, however it is blanked or cased.

#![no_main]

use domain::identity::{self, Country};
use domain::text;
use libfuzzer_sys::fuzz_target;

const COUNTRIES: [&str; 11] = ["VN", "KH", "LA", "TH", "SG", "MY", "ID", "PH", "TW", "JP", "KR"];

fuzz_target!(|raw: &str| {
    for country in COUNTRIES.map(Country::of) {
        let Some(key) = identity::phone(raw, country) else { continue };
        let digits = key.strip_prefix('+').expect("a phone begins with a plus");
        assert!((8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()), "{key}");
        assert_eq!(identity::phone(&key, country).as_ref(), Some(&key), "{raw:?} in {country:?}");
        assert_eq!(identity::phone(&format!(" {raw}\u{a0}"), country).as_ref(), Some(&key), "blanks change nothing");
    }
    if let Some(key) = identity::email(raw) {
        assert_eq!(identity::email(&key).as_ref(), Some(&key), "{raw:?}");
        assert_eq!(key.matches('@').count(), 1);
    }
    if let Some(key) = identity::document_number(raw) {
        assert_eq!(identity::document_number(&key).as_ref(), Some(&key), "{raw:?}");
    }
    if let Some(key) = identity::code(raw) {
        assert_eq!(identity::code(&key).as_ref(), Some(&key), "{raw:?}");
    }
    let folded = text::fold(raw);
    assert_eq!(text::fold(&folded), folded, "{raw:?}");
    assert_eq!(text::tidy(&text::tidy(raw)), text::tidy(raw), "{raw:?}");
    let key = text::label_key(raw);
    assert_eq!(text::label_key(&key), key, "{raw:?}");
    for word in text::words(raw) {
        assert_eq!(text::words(&word), [word.clone()], "a word is one word");
    }
    assert!(text::names_agree(raw, raw) || text::words(raw).is_empty(), "{raw:?} is not itself");
});
