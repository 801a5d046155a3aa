//! The type of a phone or an e-mail: two words here, one label everywhere else.

/// `type`, the `valueType` that the document gives it, and other names that the same thing has.
const TYPES: [(&str, &str, &[&str]); 3] = [
    ("home", "Nhà", &["nhà riêng"]),
    ("personal", "Cá nhân", &["mobile", "di động"]),
    ("office", "Công ty", &["work", "văn phòng", "cơ quan"]),
];

/// The one label of a value: its `valueType`, followed by its `type` when that cannot be told from it.
pub fn label(code: &str, value_type: &str) -> String {
    match (code, value_type) {
        ("", value_type) => value_type.to_owned(),
        (code, "") => TYPES.iter().find(|(known, ..)| *known == code).map_or(code, |(_, label, _)| label).to_owned(),
        (code, value_type) if code_of(value_type) == Some(code) => value_type.to_owned(),
        (code, value_type) => format!("{value_type} ({code})"),
    }
}

/// `type` and `valueType` of a label, whoever wrote it; either is empty when it cannot be told.
pub fn types_of(label: &str) -> (&str, &str) {
    if label.is_empty() {
        return ("", "");
    }
    if let Some((value_type, code)) = label.strip_suffix(')').and_then(|label| label.rsplit_once(" ("))
        && code.bytes().all(|byte| byte.is_ascii_graphic())
    {
        return (code, value_type);
    }
    let Some(code) = code_of(label) else {
        let is_code = label.bytes().all(|byte| byte.is_ascii_lowercase());
        return (if is_code { label } else { "" }, label);
    };
    let is_bare = label.eq_ignore_ascii_case(code);
    let value_type = TYPES.iter().find(|(known, ..)| is_bare && *known == code).map_or(label, |(_, shown, _)| shown);
    (code, value_type)
}

fn code_of(label: &str) -> Option<&'static str> {
    let label = label.to_lowercase();
    let is_it = |(code, shown, others): &&(&str, &str, &[&str])| {
        label == *code || label == shown.to_lowercase() || others.contains(&label.as_str())
    };
    TYPES.iter().find(is_it).map(|(code, ..)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_words_come_back() {
        for (code, value_type) in [
            ("home", "Nhà"),
            ("personal", "Cá nhân"),
            ("office", "Công ty"),
            ("office", "Văn phòng"),
            ("home", "Bố mẹ"),
            ("office", "Nhà"),
            ("fax", "Máy fax"),
            ("fax", "fax"),
            ("", ""),
            ("", "Bố mẹ"),
        ] {
            assert_eq!(types_of(&label(code, value_type)), (code, value_type));
        }
    }

    #[test]
    fn one_word_gives_the_other() {
        for (label_of, expected) in [
            (label("home", ""), ("home", "Nhà")),
            (label("", "Công ty"), ("office", "Công ty")),
            ("Work".to_owned(), ("office", "Work")),
            ("Mobile".to_owned(), ("personal", "Mobile")),
            ("Home".to_owned(), ("home", "Nhà")),
            ("Số điện thoại (khác)".to_owned(), ("", "Số điện thoại (khác)")),
            (label("fax", ""), ("fax", "fax")),
        ] {
            assert_eq!(types_of(&label_of), expected);
        }
    }
}
