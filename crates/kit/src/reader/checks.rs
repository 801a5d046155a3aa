//! What is refused anywhere in a document: repeated members and U+0000, which PostgreSQL cannot store.

use std::collections::HashSet;

use domain::Result;

use super::Reader;
use crate::{
    json::Node,
    place::{self, Place},
};

/// Objects up to this many members are compared pair by pair, which is quicker than hashing and allocates nothing.
const FEW: usize = 32;

impl Reader<'_> {
    /// Fails on the first member, here or anywhere below, whose name stands twice in its object.
    pub fn reject_duplicates(&self) -> Result<()> {
        duplicates(self.members, self.place)
    }

    /// Fails on the first name or text, here or anywhere below, that contains U+0000.
    pub fn reject_nul(&self) -> Result<()> {
        nul_in_members(self.members, self.place)
    }
}

fn duplicates(members: &[(String, Node)], place: Place<'_>) -> Result<()> {
    let repeated = if members.len() <= FEW {
        members.iter().enumerate().find(|(at, (key, _))| members[..*at].iter().any(|(earlier, _)| earlier == key))
    } else {
        let mut seen = HashSet::with_capacity(members.len());
        members.iter().enumerate().find(|(_, (key, _))| !seen.insert(key.as_str()))
    };
    if let Some((_, (key, _))) = repeated {
        return Err(place::invalid(Place { parent: Some(&place), key, index: None }, "bị lặp lại"));
    }
    members.iter().try_for_each(|(key, node)| duplicates_below(node, Place { parent: Some(&place), key, index: None }))
}

fn duplicates_below(node: &Node, place: Place<'_>) -> Result<()> {
    match node {
        Node::Object(members) => duplicates(members, place),
        Node::List(items) => {
            let list = nameless(&place);
            items.iter().enumerate().try_for_each(|(index, item)| duplicates_below(item, element(&place, &list, index)))
        }
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => Ok(()),
    }
}

fn nul_in_members(members: &[(String, Node)], place: Place<'_>) -> Result<()> {
    members.iter().try_for_each(|(key, node)| {
        let member = Place { parent: Some(&place), key, index: None };
        if key.contains('\0') { Err(nul_at(member)) } else { nul_below(node, member) }
    })
}

fn nul_below(node: &Node, place: Place<'_>) -> Result<()> {
    match node {
        Node::Text(text) if text.contains('\0') => Err(nul_at(place)),
        Node::Object(members) => nul_in_members(members, place),
        Node::List(items) => {
            let list = nameless(&place);
            items.iter().enumerate().try_for_each(|(index, item)| nul_below(item, element(&place, &list, index)))
        }
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => Ok(()),
    }
}

fn nul_at(place: Place<'_>) -> domain::Error {
    place::invalid(place, "chứa ký tự U+0000 không được phép")
}

/// The place of a list that is itself an element.
fn nameless<'p>(place: &'p Place<'p>) -> Place<'p> {
    Place { parent: Some(place), key: "", index: None }
}

fn element<'p>(place: &Place<'p>, list: &Place<'p>, index: usize) -> Place<'p> {
    Place { index: Some(index), ..if place.index.is_none() { *place } else { *list } }
}
