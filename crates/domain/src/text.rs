//! How text is compared: one fold for searching, one key for equality, one split into words.

use std::borrow::Cow;
use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without marks and with đ as d: what searching compares. `"Đức"` gives `"duc"`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// NFC with outer blanks removed: how a text is kept when it names something.
pub fn tidy(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if trimmed.is_ascii() { Cow::Borrowed(trimmed) } else { Cow::Owned(trimmed.nfc().collect()) }
}

/// What two labels must share to be one: NFC, lower case, single blanks, accents kept. `"Việt ↔ Anh  "` equals `"việt ↔ anh"`.
pub fn label_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.nfc().flat_map(char::to_lowercase));
    }
    key.nfc().collect()
}

/// The folded words of a text, in order: runs of letters and digits.
pub fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether two names may belong to one person: one set of folded words lies within the other, or one name is absent.
pub fn names_agree(one: &str, other: &str) -> bool {
    let one: BTreeSet<_> = words(one).into_iter().collect();
    let other: BTreeSet<_> = words(other).into_iter().collect();
    one.is_subset(&other) || other.is_subset(&one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_vietnamese() {
        assert_eq!(fold("Nguyễn Thị ĐỨC"), "nguyen thi duc");
        assert_eq!(fold("Đặng Ưu Ơn"), "dang uu on");
        assert_eq!(fold("D\u{323}\u{302}ang"), "dang");
    }

    #[test]
    fn nfc_and_nfd_are_one() {
        let nfc = "Trần Đức Ấn";
        let nfd: String = nfc.nfd().collect();
        assert_ne!(nfc, nfd);
        assert_eq!(fold(nfc), fold(&nfd));
        assert_eq!(label_key(nfc), label_key(&nfd));
        assert_eq!(tidy(&nfd), nfc);
    }

    #[test]
    fn labels_keep_their_accents() {
        assert_eq!(label_key("Việt ↔ Anh  "), "việt ↔ anh");
        assert_ne!(label_key("Bò"), label_key("Bơ"));
    }

    #[test]
    fn name_gate() {
        assert!(names_agree("Nguyễn Văn An", "an nguyen"));
        assert!(names_agree("", "Nguyễn Văn An"));
        assert!(names_agree("Le Thi Binh", "Lê Thị Bình"));
        assert!(!names_agree("Nguyễn Văn An", "Nguyễn Văn Bình"));
    }

    proptest! {
        #[test]
        fn fold_is_settled(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn gate_is_symmetric(a in "[a-zđêô ]{0,20}", b in "[a-zđêô ]{0,20}") {
            prop_assert_eq!(names_agree(&a, &b), names_agree(&b, &a));
        }
    }
}
