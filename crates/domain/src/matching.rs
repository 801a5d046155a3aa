//! When two records are the same: who wins when several match, and who goes to the queue of doubtful pairs.

use crate::dialect::System;
use crate::id::Id;
use crate::identity::{Key, KeyKind};
use crate::text;

/// How far a match by phone or e-mail is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The vendor's document says that a phone or e-mail names a person.
    Certain,
    /// Only if the names agree as well.
    NamesMustAgree,
}

/// A record that shares a key with what came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The record.
    pub customer: Id,
    /// The key they share.
    pub key: Key,
    /// Its name.
    pub name: String,
    /// Its code in the system that sends, if it has one.
    pub own_code: Option<String>,
}

/// What was found out about a record that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// It is this one.
    Found {
        /// The record.
        customer: Id,
        /// The key that decided.
        key: Key,
        /// Others that share a key too.
        doubtful: Vec<(Id, Key)>,
    },
    /// It is a new one.
    New {
        /// Records that share a key, though not certainly the same person.
        doubtful: Vec<(Id, Key)>,
    },
}

/// What came in, as far as matching needs it.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// Its name; empty when absent.
    pub name: &'a str,
    /// The system that sends, and the code it gave.
    pub own: Option<(System, &'a str)>,
    /// How far phones and e-mails are believed.
    pub trust: Trust,
}

/// Decides by the candidates in the order in which their keys are trusted. The first certain one wins; all others that
/// share a key are doubtful. Records with another code in the sender's own system are never taken for the same.
pub fn decide(incoming: Incoming<'_>, candidates: &[Candidate]) -> Match {
    let winner = candidates.iter().find(|candidate| is_same(incoming, candidate));
    let mut doubtful: Vec<(Id, Key)> = Vec::new();
    for candidate in candidates {
        let is_winner = winner.is_some_and(|winner| winner.customer == candidate.customer);
        if !is_winner && !doubtful.iter().any(|(known, _)| *known == candidate.customer) {
            doubtful.push((candidate.customer, candidate.key.clone()));
        }
    }
    match winner {
        Some(winner) => Match::Found { customer: winner.customer, key: winner.key.clone(), doubtful },
        None => Match::New { doubtful },
    }
}

fn is_same(incoming: Incoming<'_>, candidate: &Candidate) -> bool {
    if let (Some((system, code)), Some(own_code)) = (incoming.own, &candidate.own_code)
        && candidate.key.kind != KeyKind::Code(system)
        && code != own_code
    {
        return false;
    }
    let names_agree = || text::names_agree(incoming.name, &candidate.name);
    match candidate.key.kind {
        KeyKind::NationalId | KeyKind::TaxCode => true,
        KeyKind::Code(system) => incoming.own.is_some_and(|(own, _)| own == system) || names_agree(),
        KeyKind::Phone | KeyKind::Email => incoming.trust == Trust::Certain || names_agree(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidate(customer: i64, kind: KeyKind, name: &str, own_code: Option<&str>) -> Candidate {
        let key = Key { kind, key: format!("k{customer}") };
        Candidate { customer: Id(customer), key, name: name.into(), own_code: own_code.map(Into::into) }
    }

    fn winner(found: &Match) -> Option<i64> {
        match found {
            Match::Found { customer, .. } => Some(customer.0),
            Match::New { .. } => None,
        }
    }

    #[test]
    fn names_gate_phones_unless_the_document_trusts_them() {
        let candidates = [candidate(1, KeyKind::Phone, "Lê Bình", None)];
        let mut incoming = Incoming { name: "Trần An", own: None, trust: Trust::NamesMustAgree };
        assert_eq!(winner(&decide(incoming, &candidates)), None);
        incoming.trust = Trust::Certain;
        assert_eq!(winner(&decide(incoming, &candidates)), Some(1));
        incoming = Incoming { name: "le binh", own: None, trust: Trust::NamesMustAgree };
        assert_eq!(winner(&decide(incoming, &candidates)), Some(1));
    }

    #[test]
    fn another_code_in_the_same_system_is_another_record() {
        let incoming = Incoming { name: "An", own: Some((System::Vbot, "A2")), trust: Trust::Certain };
        let candidates = [candidate(1, KeyKind::Phone, "An", Some("A1")), candidate(2, KeyKind::Email, "An", None)];
        let Match::Found { customer, doubtful, .. } = decide(incoming, &candidates) else { panic!("no match") };
        assert_eq!(customer, Id(2));
        assert_eq!(doubtful.len(), 1);
    }

    proptest! {
        #[test]
        fn first_certain_wins_and_the_rest_queue(ids in proptest::collection::vec(1..6_i64, 1..8)) {
            let candidates: Vec<_> = ids.iter().map(|id| candidate(*id, KeyKind::Phone, "An", None)).collect();
            let incoming = Incoming { name: "An", own: None, trust: Trust::Certain };
            let Match::Found { customer, doubtful, .. } = decide(incoming, &candidates) else {
                return Err(TestCaseError::fail("no match"));
            };
            prop_assert_eq!(customer.0, ids[0]);
            let mut others: Vec<_> = ids.iter().filter(|id| **id != ids[0]).collect();
            others.sort();
            others.dedup();
            prop_assert_eq!(doubtful.len(), others.len());
        }
    }
}
