//! Custom fields: what an org keeps beside the facts every org keeps.

use crate::contact_point::{ContactKind, ContactPoint};
use crate::id::Id;
use crate::text;

/// What a custom field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldEntity {
    /// Customers.
    Customer,
    /// Leads.
    Lead,
    /// Deals.
    Deal,
    /// Tickets.
    Ticket,
}

impl FieldEntity {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Lead => "lead",
            Self::Deal => "deal",
            Self::Ticket => "ticket",
        }
    }

    /// The entity of a stored word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Customer, Self::Lead, Self::Deal, Self::Ticket].into_iter().find(|entity| entity.word() == word)
    }
}

/// What values of a custom field look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A number, kept as written.
    Number,
    /// A date or date and time, kept as written.
    Date,
    /// A phone number, kept as written.
    Phone,
    /// One of the options, from a list.
    Select,
    /// Some of the options.
    Checkbox,
    /// One of the options, all shown.
    Radio,
    /// A type only the client knows, in its own words.
    Other(String),
}

impl FieldType {
    /// The word that is stored, as VBot spells it.
    pub fn word(&self) -> &str {
        match self {
            Self::Text => "STRING",
            Self::LongText => "TEXT",
            Self::Number => "NUMBER",
            Self::Date => "DATE",
            Self::Phone => "PHONE",
            Self::Select => "SELECT",
            Self::Checkbox => "CHECKBOX",
            Self::Radio => "RADIO",
            Self::Other(word) => word,
        }
    }

    /// The type of a word in any case; an unknown word is kept.
    pub fn of(word: &str) -> Self {
        match word.trim().to_uppercase().as_str() {
            "STRING" | "" => Self::Text,
            "TEXT" => Self::LongText,
            "NUMBER" => Self::Number,
            "DATE" => Self::Date,
            "PHONE" => Self::Phone,
            "SELECT" => Self::Select,
            "CHECKBOX" => Self::Checkbox,
            "RADIO" => Self::Radio,
            _ => Self::Other(word.trim().to_owned()),
        }
    }

    /// Whether its values are picked from options.
    pub fn is_choice(&self) -> bool {
        matches!(self, Self::Select | Self::Checkbox | Self::Radio)
    }

    /// Whether one record may have several values at once.
    pub fn takes_several(&self) -> bool {
        matches!(self, Self::Checkbox | Self::Other(_))
    }
}

/// An option of a choice field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldOption {
    /// Number that CareSoft clients send instead of the label.
    pub number: i64,
    /// What people read.
    pub label: String,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its identity.
    pub id: Id,
    /// Small number, unique among the fields of an org.
    pub number: i64,
    /// What it belongs to.
    pub entity: FieldEntity,
    /// The code clients use; VBot `field_no`, OMICRM `field_code`, 1Office `cf<N>`.
    pub code: String,
    /// What people read; BeeIQ field `name`.
    pub label: String,
    /// What its values look like.
    pub kind: FieldType,
    /// The choices, for choice fields.
    pub options: Vec<FieldOption>,
    /// What it is for.
    pub description: String,
}

/// What stands between several values in one text.
const BETWEEN: &str = "|";

/// The values one record has in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// The field.
    pub field: Id,
    /// Its number.
    pub number: i64,
    /// Its code.
    pub code: String,
    /// Its label.
    pub label: String,
    /// What its values look like.
    pub kind: FieldType,
    /// The values, in order.
    pub items: Vec<ValueItem>,
}

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueItem {
    /// As it was sent.
    pub text: String,
    /// Type code that OMICRM clients attach, such as `home`; empty when none.
    pub type_code: String,
    /// Type label that OMICRM clients attach; empty when none.
    pub type_label: String,
}

impl ValueItem {
    /// A value without a type.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), type_code: String::new(), type_label: String::new() }
    }
}

impl FieldValue {
    /// The values of a field for a record.
    pub fn of(field: &Field, items: Vec<ValueItem>) -> Self {
        Self {
            field: field.id,
            number: field.number,
            code: field.code.clone(),
            label: field.label.clone(),
            kind: field.kind.clone(),
            items,
        }
    }

    /// The values as one text, separated as the listener document separates them.
    pub fn joined(&self) -> String {
        self.items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>().join(BETWEEN)
    }

    /// The numbers that a field of phones holds, each by itself.
    pub fn phones(&self) -> impl Iterator<Item = &str> {
        let texts = self.items.iter().filter(|_| self.kind == FieldType::Phone).map(|item| item.text.as_str());
        texts.flat_map(|text| text.split([',', ';', '\n'])).map(str::trim).filter(|phone| !phone.is_empty())
    }

    /// Whether a contact point is there because a field of phones holds it.
    pub fn has_phone(&self, point: &ContactPoint) -> bool {
        let is_it = |phone| text::tidy(phone) == text::tidy(&point.raw);
        point.kind == ContactKind::Phone && point.label == text::tidy(&self.label) && self.phones().any(is_it)
    }

    /// What is meant by values from somebody who sees them as one text, without their types: several are several again, and one
    /// that was there already keeps its type.
    #[must_use]
    pub fn sent_after(mut self, known: &Self) -> Self {
        let is_plain = |item: &ValueItem| item.type_code.is_empty() && item.type_label.is_empty();
        if !self.items.iter().all(is_plain) {
            return self;
        }
        if self.joined() == known.joined() {
            self.items.clone_from(&known.items);
            return self;
        }
        if let ([one], 2..) = (&self.items[..], known.items.len())
            && one.text.contains(BETWEEN)
        {
            self.items = one.text.split(BETWEEN).map(ValueItem::plain).collect();
        }
        for item in &mut self.items {
            if let Some(same) = known.items.iter().find(|same| same.text == item.text) {
                item.clone_from(same);
            }
        }
        self
    }
}

/// Brings values onto a record; one without items takes away what is there, and fields that are not named stay.
pub fn put(values: &mut Vec<FieldValue>, new: &[FieldValue]) {
    new.iter().for_each(|value| replace(values, value.clone()));
    values.sort_by_key(|value| value.number);
}

/// Sets the values of one field; none takes away what is there.
pub fn replace(values: &mut Vec<FieldValue>, new: FieldValue) {
    let known = values.iter().position(|known| known.field == new.field).map(|place| values.remove(place));
    if !new.items.is_empty() {
        values.push(match known {
            Some(known) => new.sent_after(&known),
            None => new,
        });
    }
}

/// Whether a text is a number as people write one, here or elsewhere: points or blanks between thousands, a comma before what is
/// smaller than one, or a single point.
pub fn is_number(text: &str) -> bool {
    let letters: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let written = letters.strip_prefix(['-', '+']).unwrap_or(&letters);
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|letter| letter.is_ascii_digit());
    let is_grouped = |whole: &str| {
        let mut groups = whole.split('.');
        let first = groups.next().is_some_and(is_digits);
        first && groups.all(|group| is_digits(group) && group.len() == 3)
    };
    match written.split_once(',') {
        Some((whole, part)) => is_grouped(whole) && is_digits(part),
        None => {
            is_grouped(written)
                || written.split_once('.').is_some_and(|(whole, part)| is_digits(whole) && is_digits(part))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for text in ["0", "12", "-3", "+3", "12,5", "12.5", "1.500", "15.000.000", "1.500,25", " 2 000 ", "0905"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", " ", "-", "abc", "12 cái", "1,2,3", "1.2.3", "1.50.000", "12,", ",5", "1e5", "٣", "NaN", "--1"]
        {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn values_take_the_place_of_those_that_were_there() {
        let value = |number: i64, texts: &[&str]| FieldValue {
            field: Id(number),
            number,
            code: String::new(),
            label: String::new(),
            kind: FieldType::Text,
            items: texts.iter().map(|text| ValueItem::plain(*text)).collect(),
        };
        let mut values = vec![value(1, &["a"]), value(3, &["b"]), value(4, &["c"])];
        put(&mut values, &[value(3, &[]), value(4, &["d"]), value(2, &["e"])]);
        assert_eq!(values, [value(1, &["a"]), value(2, &["e"]), value(4, &["d"])]);
    }

    #[test]
    fn values_that_come_back_as_one_text_keep_their_types() {
        let value = |items: &[(&str, &str)]| FieldValue {
            field: Id(1),
            number: 1,
            code: String::new(),
            label: String::new(),
            kind: FieldType::Text,
            items: items
                .iter()
                .map(|(text, code)| ValueItem { type_code: (*code).into(), ..ValueItem::plain(*text) })
                .collect(),
        };
        let known = value(&[("a", "home"), ("b|c", ""), ("d", "office")]);
        for (sent, meant) in [
            (value(&[("a|b|c|d", "")]), known.clone()),
            (value(&[("a|e", "")]), value(&[("a", "home"), ("e", "")])),
            (value(&[("d", ""), ("a", "")]), value(&[("d", "office"), ("a", "home")])),
            (value(&[("a", "office")]), value(&[("a", "office")])),
            (value(&[("a|d", "x")]), value(&[("a|d", "x")])),
        ] {
            assert_eq!(sent.sent_after(&known), meant);
        }
        let one = value(&[("a", "home")]);
        assert_eq!(value(&[("a|b", "")]).sent_after(&one), value(&[("a|b", "")]), "one value was never several");
        assert_eq!(value(&[("a", "")]).sent_after(&one), one);
    }
}
