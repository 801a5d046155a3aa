//! A word of its own for each call of a load, from which everything unique about the call is made, and by which its traces are
//! found again wherever they are.

use std::fmt::{self, Display};

/// Steps that one caller takes in one round at most.
pub const STEPS: usize = 4_096;
/// Callers at most.
const CALLERS: usize = 64;

/// Which call it is: `g3x17x204z` is step 204 of caller 17 in round 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// The life of the program it falls into.
    pub round: usize,
    /// The connection it comes through.
    pub caller: usize,
    /// Its place among the calls of that connection.
    pub step: usize,
}

impl Mark {
    /// A phone that nobody else has.
    pub fn phone(self) -> String {
        let index = (self.round * CALLERS + self.caller) * STEPS + self.step % STEPS;
        format!("09{:08}", index % 100_000_000)
    }

    /// An e-mail address that nobody else has.
    pub fn email(self) -> String {
        format!("{self}@example.com")
    }

    /// The newest mark in a text: a call that is about an earlier one holds that one's mark too.
    pub fn find(text: &str) -> Option<Self> {
        text.match_indices('g').filter_map(|(place, _)| Self::read(text[place + 1..].split('z').next()?)).max()
    }

    fn read(inside: &str) -> Option<Self> {
        let mut numbers = inside.split('x').map(|number| number.parse().ok());
        let mark = Self { round: numbers.next()??, caller: numbers.next()??, step: numbers.next()?? };
        numbers.next().is_none().then_some(mark)
    }
}

impl Display for Mark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "g{}x{}x{}z", self.round, self.caller, self.step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_in_what_it_was_put_into() {
        let mark = Mark { round: 3, caller: 17, step: 204 };
        assert_eq!(Mark::find(&format!("nguyễn g xyz {mark} g1x")), Some(mark));
        assert_eq!(Mark::find(&mark.email()), Some(mark));
        assert_eq!(Mark::find(&format!("g3x17x99z g3x17x9z {mark} g3x17x100z")), Some(mark));
        assert_eq!(Mark::find("gửi cho ông x"), None);
        assert_eq!(mark.phone().len(), 10);
    }
}
