//! A deal: something a customer may buy, with a stage and a value.

use crate::catalog::{CatalogKind, Label};
use crate::customer::{CustomerRef, UserRef};
use crate::field::FieldValue;
use crate::id::{Id, Instant};
use crate::permit::Permit;
use crate::user::Team;

/// A possible sale, also called an order or opportunity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Deal {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// Counts the changes, from 1.
    pub version: i64,
    /// The client's own code (BeeIQ `dealId`).
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Value, a decimal as written, without thousands separators; empty when not known.
    pub value: String,
    /// What it is about.
    pub description: String,
    /// Stage, category, package and currency.
    pub labels: Vec<Label>,
    /// When it is expected to be closed.
    pub close_at: Option<Instant>,
    /// Who buys.
    pub customer: Option<CustomerRef>,
    /// Others concerned.
    pub contacts: Vec<CustomerRef>,
    /// Users who work on it.
    pub owners: Vec<UserRef>,
    /// Teams that work on it.
    pub teams: Vec<Team>,
    /// Custom values.
    pub values: Vec<FieldValue>,
    /// With whom it is shared.
    pub permit: Permit,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Deal {
    /// The label of a kind.
    pub fn label(&self, kind: CatalogKind) -> Option<&Label> {
        self.labels.iter().find(|label| label.kind == kind)
    }

    /// Sets the label of a kind.
    pub fn set_label(&mut self, label: Label) {
        self.labels.retain(|known| known.kind != label.kind);
        self.labels.push(label);
    }

    /// What it is worth in hundredths of its currency; 0 where its value is not known or no decimal.
    pub fn amount(&self) -> i64 {
        hundredths(&self.value).unwrap_or(0)
    }
}

/// A decimal such as `1500000` or `99.5` in hundredths, rounded down; `None` for anything else and for what no sum could hold.
pub fn hundredths(decimal: &str) -> Option<i64> {
    let (sign, digits) = match decimal.trim().strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, decimal.trim()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    // Sixteen digits are more money than there is, and a sum over millions of them still fits.
    if whole.len() + part.len() == 0 || whole.len() > 16 || !is_number(whole) || !is_number(part) {
        return None;
    }
    let mut cents = part.bytes().map(|digit| i64::from(digit - b'0')).chain([0, 0]);
    let (tens, ones) = (cents.next()?, cents.next()?);
    Some(sign * (whole.parse::<i64>().unwrap_or(0) * 100 + tens * 10 + ones))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_hundredths() {
        for (value, amount) in [
            ("1500000", Some(150_000_000)),
            (" 99.5 ", Some(9_950)),
            ("-0.07", Some(-7)),
            (".5", Some(50)),
            ("3.14159", Some(314)),
            ("9999999999999999", Some(999_999_999_999_999_900)),
            ("99999999999999999", None),
            ("", None),
            ("-", None),
            ("1,5", None),
            ("1e9", None),
        ] {
            assert_eq!(hundredths(value), amount, "{value:?}");
        }
    }
}
