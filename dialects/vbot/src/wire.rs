//! VBot's JSON in the documents' own words, with every name that their tables and samples give a member.

mod customers;
mod lists;

/// Letters of a code, or of the name of an item or field, at most.
const LONGEST_CODE: usize = 250;
/// Letters of a customer's name, phone or e-mail at most.
const LONGEST_TEXT: usize = 1_000;

/// Members that are lists: of a form, all values of one that is repeated count.
pub const LISTS: &[&str] = &["customer_phones", "field_options", "options"];

pub use customers::{Customer, FieldPair, Required};
pub use lists::{Codes, Field, Item};
