//! VBot's JSON in the documents' own words, with every name that their tables and samples give a member.

mod customers;
mod lists;

pub use customers::{Customer, FieldPair, Required};
pub use lists::{Codes, Field, Item};
