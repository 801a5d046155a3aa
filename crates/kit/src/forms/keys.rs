//! Keys with brackets: `contacts[0][type]`, `files[]`, `detail[][name]`.

use domain::Result;

use super::{MOST_FIELDS, too_many};
use crate::json::Node;

/// Brackets of one key at most; one with more is a name like any other.
const DEEPEST: usize = 8;

/// Fields as they come, put where their keys say.
pub(super) struct Fields {
    members: Vec<(String, Node)>,
    /// Names of fields that are lists.
    lists: &'static [&'static str],
    count: usize,
}

impl Fields {
    /// None yet; of those in `lists` all values are kept.
    pub(super) fn with_lists(lists: &'static [&'static str]) -> Self {
        Self { members: Vec::new(), lists, count: 0 }
    }

    /// Puts a field in its place.
    pub(super) fn put(&mut self, key: &str, value: Node) -> Result<()> {
        self.count += 1;
        if self.count > MOST_FIELDS {
            return Err(too_many());
        }
        let path = path(key);
        match (path.as_slice(), self.members.iter_mut().find(|(name, _)| name == path[0])) {
            ([name], Some((_, known))) if self.lists.contains(name) => append(known, value),
            ([_], Some((_, known))) => add(known, value),
            ([_, rest @ ..], Some((_, known))) => put_below(known, rest, value),
            (all, None) => {
                let mut node = Node::Null;
                put_below(&mut node, &all[1..], value);
                self.members.push((path[0].to_owned(), node));
            }
            ([], Some(_)) => {}
        }
        Ok(())
    }

    /// The whole, with lists where all keys of an object are numbers.
    pub(super) fn into_node(self) -> Node {
        Node::Object(self.members.into_iter().map(|(key, node)| (key, listed(node))).collect())
    }
}

/// A name and what stands in its brackets; a key whose brackets do not close is a name as a whole.
fn path(key: &str) -> Vec<&str> {
    let Some((name, rest)) = key.split_once('[').filter(|(name, rest)| !name.is_empty() && rest.ends_with(']')) else {
        return vec![key];
    };
    let inside: Vec<&str> = rest[..rest.len() - 1].split("][").collect();
    if inside.len() > DEEPEST || inside.iter().any(|step| step.contains(['[', ']'])) {
        return vec![key];
    }
    std::iter::once(name).chain(inside).collect()
}

/// A list that comes again, value by value.
fn append(known: &mut Node, value: Node) {
    match known {
        Node::List(values) => values.push(value),
        // `name[0]=…` came first.
        Node::Object(members) => {
            let key = open_place(members, &[]);
            members.push((key, value));
        }
        first => *first = Node::List(vec![std::mem::replace(first, Node::Null), value]),
    }
}

/// A plain key that comes again replaces what it had; files of one name make a list, as `curl -F` sends them.
fn add(known: &mut Node, value: Node) {
    match (known, value) {
        (Node::List(files), file @ Node::Object(_)) => files.push(file),
        (known @ Node::Object(_), file @ Node::Object(_)) => {
            let first = std::mem::replace(known, Node::Null);
            *known = Node::List(vec![first, file]);
        }
        (known, value) => *known = value,
    }
}

fn put_below(node: &mut Node, path: &[&str], value: Node) {
    let Some((step, rest)) = path.split_first() else {
        *node = value;
        return;
    };
    if !matches!(node, Node::Object(_)) {
        *node = Node::Object(Vec::new());
    }
    let Node::Object(members) = node else { return };
    let key = if step.is_empty() { open_place(members, rest) } else { (*step).to_owned() };
    match members.iter().position(|(name, _)| *name == key) {
        Some(place) => put_below(&mut members[place].1, rest, value),
        None => {
            let mut below = Node::Null;
            put_below(&mut below, rest, value);
            members.push((key, below));
        }
    }
}

/// Where `[]` points: behind the last element, or into it while it lacks what is to come (`a[][x]=…&a[][y]=…` is one).
fn open_place(members: &[(String, Node)], rest: &[&str]) -> String {
    if let (Some((key, last @ Node::Object(_))), Some(next)) = (members.last(), rest.first())
        && !next.is_empty()
        && last.find(next).is_none()
    {
        return key.clone();
    }
    let highest = members.iter().filter_map(|(key, _)| key.parse::<u64>().ok()).max();
    highest.map_or(0, |highest| highest.saturating_add(1)).to_string()
}

/// Objects whose keys are all numbers are lists, in the order sent.
fn listed(node: Node) -> Node {
    match node {
        Node::Object(members) => {
            let is_list = !members.is_empty() && members.iter().all(|(key, _)| key.parse::<u64>().is_ok());
            let members = members.into_iter().map(|(key, node)| (key, listed(node)));
            if is_list { Node::List(members.map(|(_, node)| node).collect()) } else { Node::Object(members.collect()) }
        }
        other => other,
    }
}
