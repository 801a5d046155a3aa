//! How long an SMS is: its alphabet, its length in that alphabet, and the segments that are paid for.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// How a text travels over the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// Seven bits a character (3GPP TS 23.038), and twice that for those of its extension table.
    Gsm7,
    /// Sixteen bits a character, for a text with any character that GSM-7 lacks.
    Ucs2,
}

/// What a text costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// The alphabet it needs.
    pub alphabet: Alphabet,
    /// Septets of GSM-7 or 16-bit units of UCS-2.
    pub units: usize,
    /// Parts that are sent and paid for; none for an empty text.
    pub segments: usize,
}

/// The basic table in the order of its codes, without the escape at 0x1B.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Characters behind the escape: each takes two septets.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// The alphabet, length and segments of a text.
pub fn length(text: &str) -> Length {
    if text.chars().all(|c| septets(c).is_some()) {
        let sizes = || text.chars().filter_map(septets);
        return Length { alphabet: Alphabet::Gsm7, units: sizes().sum(), segments: segments(sizes(), 160, 153) };
    }
    let sizes = || text.chars().map(char::len_utf16);
    Length { alphabet: Alphabet::Ucs2, units: sizes().sum(), segments: segments(sizes(), 70, 67) }
}

/// Septets of a character in GSM-7; `None` when it has none there.
fn septets(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// Parts for characters of these sizes. A header makes every part of a long text shorter, and no character is cut in two: one
/// that does not fit goes whole into the next part.
fn segments(sizes: impl Iterator<Item = usize> + Clone, alone: usize, part: usize) -> usize {
    let units: usize = sizes.clone().sum();
    if units <= alone {
        return usize::from(units > 0);
    }
    let mut parts = 1;
    let mut filled = 0;
    for size in sizes {
        if filled + size > part {
            parts += 1;
            filled = 0;
        }
        filled += size;
    }
    parts
}

/// The text without Vietnamese accents, as brandnames that take no Unicode want it: marks dropped, đ as d, typographic
/// quotes, dashes and blanks as their plain ones. Characters that still have no place in GSM-7 become `?`.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc() {
        if septets(c).is_some() && !c.is_alphabetic() || c.is_ascii() {
            plain.push(c);
            continue;
        }
        match c {
            'đ' => plain.push('d'),
            'Đ' => plain.push('D'),
            '₫' => plain.push('d'),
            '‘' | '’' | '‚' => plain.push('\''),
            '“' | '”' | '„' | '«' | '»' => plain.push('"'),
            '‐'..='―' => plain.push('-'),
            '…' => plain.push_str("..."),
            '\u{200b}' | '\u{feff}' => {}
            c if c.is_whitespace() => plain.push(' '),
            c => {
                let before = plain.len();
                plain.extend(c.nfkd().filter(|part| !is_combining_mark(*part) && part.is_ascii()));
                if plain.len() == before {
                    plain.push(if septets(c).is_some() { c } else { '?' });
                }
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Alphabet, usize, usize) {
        let Length { alphabet, units, segments } = length(text);
        (alphabet, units, segments)
    }

    #[test]
    fn the_basic_table_has_every_code_but_the_escape() {
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENDED.chars().count(), 10);
    }

    #[test]
    fn gsm7_goes_by_septets() {
        use Alphabet::Gsm7;
        assert_eq!(told(""), (Gsm7, 0, 0));
        assert_eq!(told("Chao ban"), (Gsm7, 8, 1));
        assert_eq!(told(&"a".repeat(160)), (Gsm7, 160, 1));
        assert_eq!(told(&"a".repeat(161)), (Gsm7, 161, 2));
        assert_eq!(told(&"a".repeat(306)), (Gsm7, 306, 2));
        assert_eq!(told(&"a".repeat(307)), (Gsm7, 307, 3));
        assert_eq!(told("5€ [x]"), (Gsm7, 9, 1), "the extension table counts twice");
        assert_eq!(told(&"€".repeat(80)), (Gsm7, 160, 1));
        assert_eq!(told(&"€".repeat(81)), (Gsm7, 162, 2));
        // 152 septets and a € that must not be cut: the first part stays one short.
        let torn = format!("{}€{}", "a".repeat(152), "b".repeat(152));
        assert_eq!(told(&torn), (Gsm7, 306, 3));
    }

    #[test]
    fn ucs2_goes_by_sixteen_bits() {
        use Alphabet::Ucs2;
        assert_eq!(told("Chào bạn"), (Ucs2, 8, 1), "ạ is not in GSM-7, although à is");
        assert_eq!(told("à"), (Alphabet::Gsm7, 1, 1));
        assert_eq!(told(&"ạ".repeat(70)), (Ucs2, 70, 1));
        assert_eq!(told(&"ạ".repeat(71)), (Ucs2, 71, 2));
        assert_eq!(told(&"ạ".repeat(134)), (Ucs2, 134, 2));
        assert_eq!(told(&"ạ".repeat(135)), (Ucs2, 135, 3));
        assert_eq!(told("😀"), (Ucs2, 2, 1), "a surrogate pair counts twice");
        assert_eq!(told(&format!("{}😀{}", "ạ".repeat(66), "ạ".repeat(66))), (Ucs2, 134, 3), "and is not cut");
    }

    #[test]
    fn plain_letters() {
        assert_eq!(plain("Chào Đặng Thị Ưởng, giá 5.000₫ – “gấp”…"), "Chao Dang Thi Uong, gia 5.000d - \"gap\"...");
        assert_eq!(plain("a\u{323}\u{302}\u{a0}b\nc 😀 {€}"), "a b\nc ? {€}");
        assert_eq!(length(&plain("Ưu đãi ‘lớn’")).alphabet, Alphabet::Gsm7);
    }
}
