//! Finding customers: every customer has a row of words, and a question is an expression over words. The words are made
//! here, in Rust, so that both engines find the same; only how a row is written and asked is told to each in its own tongue.
//!
//! A word starts with the org, so that no question leaves its tenant, and a letter for what it is.

mod keyset;
mod page;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use domain::contact_point::ContactKind;
use domain::customer::{Kind, Stage};
use domain::identity::{self, Country};
use domain::{Customer, Id, Instant, OrgId, Permit, Result, Viewer, text};
use rusqlite::Connection;

use crate::db::{Engine, Tx, run_sqlite};
use crate::merges;

pub use keyset::{After, NAMED, Order, after};
pub use page::find;

/// Letters of one word at most; PostgreSQL refuses much longer ones.
const WORD: usize = 120;

/// Letters of the longest beginning of a name word that is a word of its own; Vietnamese syllables have seven at most.
const BEGINNING: usize = 10;

/// What customers are asked for. Everything given must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Phone in any spelling or its last digits, e-mail or its beginning, code, number, or beginnings of name words.
    pub keyword: Option<String>,
    /// Catalog items; of each group at least one must be carried.
    pub labels: Vec<Vec<Id>>,
    /// Responsible users, any of them.
    pub owners: Vec<Id>,
    /// Person or organization.
    pub kind: Option<Kind>,
    /// Lead or customer.
    pub stage: Option<Stage>,
    /// Made from this moment on, and before that one.
    pub created: (Option<Instant>, Option<Instant>),
    /// Changed from this moment on, and before that one.
    pub updated: (Option<Instant>, Option<Instant>),
    /// Only these.
    pub only: Option<Vec<Id>>,
    /// None of these.
    pub without: Vec<Id>,
    /// On whose behalf.
    pub viewer: Viewer,
    /// How phones are written at home.
    pub country: Country,
}

impl Filter {
    /// Everything that `viewer` may see.
    pub fn everything(viewer: Viewer) -> Self {
        Self {
            keyword: None,
            labels: Vec::new(),
            owners: Vec::new(),
            kind: None,
            stage: None,
            created: (None, None),
            updated: (None, None),
            only: None,
            without: Vec::new(),
            viewer,
            country: Country::VIET_NAM,
        }
    }
}

/// A page of what was found, newest first, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Ids of this page.
    pub ids: Vec<Id>,
    /// All that match, exactly.
    pub total: i64,
}

/// Brings the words of a customer up to date; without `before` the customer is new.
pub fn index(tx: &mut Tx<'_>, before: Option<&Customer>, after: &Customer) -> Result<()> {
    let org = tx.org();
    let words = words(org, after);
    if before.is_some_and(|before| self::words(org, before) == words) {
        return Ok(());
    }
    match before {
        Some(_) => rewrite(tx, after),
        None => write(tx, after.id, words),
    }
}

/// Writes the words of a customer anew, with the numbers and codes of those that were merged into it.
pub fn rewrite(tx: &mut Tx<'_>, customer: &Customer) -> Result<()> {
    let org = tx.org();
    let mut words = words(org, customer);
    for (number, codes) in merges::other_names(tx, customer.id)? {
        let names = [word(org, 'd', &number.to_string())].into_iter();
        for name in names.chain(codes.iter().map(|code| word(org, 'c', &text::fold(code)))) {
            words.push(' ');
            words.push_str(&name);
        }
    }
    write(tx, customer.id, words)
}

/// Takes a customer out of what can be found.
pub fn remove(tx: &mut Tx<'_>, customer: Id) -> Result<()> {
    write(tx, customer, String::new())
}

fn write(tx: &mut Tx<'_>, customer: Id, words: String) -> Result<()> {
    if matches!(tx.engine(), Engine::Sqlite(_)) {
        tx.search_later(customer, words);
        return Ok(());
    }
    let org = tx.org();
    tx.sql(
        "INSERT INTO customer_search (org_id, customer_id, words)
         VALUES ($1, $2, array_to_tsvector(array_remove(string_to_array($3, ' '), '')))
         ON CONFLICT (org_id, customer_id) DO UPDATE SET words = excluded.words",
    )
    .bind(org)
    .bind(customer)
    .bind(words)
    .run()
    .map(drop)
}

/// Writes a search row on SQLite; no words take it away.
pub(crate) fn write_sqlite(connection: &Connection, customer: Id, words: String) -> Result<()> {
    if words.is_empty() {
        return run_sqlite(connection, "DELETE FROM customer_search WHERE rowid = $1", customer, None);
    }
    run_sqlite(
        connection,
        "INSERT OR REPLACE INTO customer_search (rowid, words) VALUES ($1, $2)",
        customer,
        Some(words),
    )
}

/// Every word of a customer, in a fixed order, separated by blanks.
fn words(org: OrgId, customer: &Customer) -> String {
    let mut words = BTreeSet::new();
    let mut add = |kind: char, rest: &str| {
        words.insert(word(org, kind, rest));
    };
    add('a', "");
    for part in text::words(&customer.name) {
        beginnings(&part).for_each(|beginning| add('n', beginning));
        add('n', &part);
    }
    for point in &customer.points {
        match (point.kind, &point.key) {
            (ContactKind::Phone, Some(key)) => add('p', &backwards(key)),
            (ContactKind::Phone, None) => add('p', &backwards(&point.raw)),
            (ContactKind::Email, key) => add('e', &text::fold(key.as_ref().unwrap_or(&point.raw))),
            (ContactKind::Im | ContactKind::Website, _) => {}
        }
    }
    add('d', &customer.number.to_string());
    for code in customer.codes.values() {
        add('c', &text::fold(code));
    }
    for number in [&customer.national_id.number, &customer.tax_code] {
        if let Some(key) = identity::document_number(number) {
            add('c', &key);
        }
    }
    for label in &customer.labels {
        add('i', &label.item.to_string());
    }
    for owner in &customer.owners {
        add('o', &owner.id.to_string());
    }
    add('k', customer.kind.word());
    add('s', customer.stage.word());
    match &customer.permit {
        Permit::Everybody => add('v', ""),
        Permit::OnlyMe { me } => add('u', &me.to_string()),
        Permit::MeAndTeam { me, team } => {
            add('u', &me.to_string());
            if let Some(team) = team {
                add('t', &team.to_string());
            }
        }
        Permit::MeAndUsers { me, users } => [me].into_iter().chain(users).for_each(|user| add('u', &user.to_string())),
    }
    words.into_iter().collect::<Vec<_>>().join(" ")
}

fn word(org: OrgId, kind: char, rest: &str) -> String {
    let mut word = format!("{org}{kind}");
    for letter in rest.chars().take(WORD) {
        if letter.is_ascii_lowercase() || letter.is_ascii_digit() {
            word.push(letter);
        } else {
            // A letter that a full-text engine may fold or split. Writing to a string cannot fail.
            let _ = write!(word, "_{:x}_", u32::from(letter));
        }
    }
    word
}

/// The beginnings of a name word that are words of their own. A full-text engine gathers everybody whose name begins so
/// before it looks at the next word; a word of its own is stepped through together with the others.
fn beginnings(part: &str) -> impl Iterator<Item = &str> {
    part.char_indices().skip(1).take(BEGINNING).map(|(end, _)| &part[..end])
}

fn beginning_of_name(org: OrgId, part: &str) -> Question {
    let word = word(org, 'n', part);
    if part.chars().count() <= BEGINNING { Question::Word(word) } else { Question::Beginning(word) }
}

fn backwards(phone: &str) -> String {
    phone.chars().rev().filter(char::is_ascii_digit).collect()
}

/// A question over words.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Question {
    Word(String),
    Beginning(String),
    All(Vec<Question>),
    Any(Vec<Question>),
}

fn question(org: OrgId, filter: &Filter) -> Question {
    let mut all = Vec::new();
    if let Some(keyword) = filter.keyword.as_deref().map(str::trim).filter(|keyword| !keyword.is_empty()) {
        all.push(keyword_question(org, keyword, filter.country));
    }
    for group in &filter.labels {
        all.push(Question::Any(group.iter().map(|item| Question::Word(word(org, 'i', &item.to_string()))).collect()));
    }
    if !filter.owners.is_empty() {
        let owners = filter.owners.iter().map(|owner| Question::Word(word(org, 'o', &owner.to_string())));
        all.push(Question::Any(owners.collect()));
    }
    if let Some(kind) = filter.kind {
        all.push(Question::Word(word(org, 'k', kind.word())));
    }
    if let Some(stage) = filter.stage {
        all.push(Question::Word(word(org, 's', stage.word())));
    }
    if let Viewer::User { id, teams } = &filter.viewer {
        let mut any = vec![Question::Word(word(org, 'v', "")), Question::Word(word(org, 'u', &id.to_string()))];
        any.extend(teams.iter().map(|team| Question::Word(word(org, 't', &team.to_string()))));
        all.push(Question::Any(any));
    }
    if all.is_empty() {
        all.push(Question::Word(word(org, 'a', "")));
    }
    Question::All(all)
}

fn keyword_question(org: OrgId, keyword: &str, country: Country) -> Question {
    let folded = text::fold(keyword);
    let mut any = vec![Question::Word(word(org, 'c', &folded))];
    if let Some(document) = identity::document_number(keyword) {
        any.push(Question::Word(word(org, 'c', &document)));
    }
    let digits: String = keyword.chars().filter(char::is_ascii_digit).collect();
    match identity::phone(keyword, country) {
        Some(key) => any.push(Question::Word(word(org, 'p', &backwards(&key)))),
        None if digits.len() >= 4 && !keyword.chars().any(char::is_alphabetic) => {
            any.push(Question::Beginning(word(org, 'p', &backwards(&digits))));
        }
        None => {}
    }
    if let Some(number) = customer_number(keyword) {
        any.push(Question::Word(word(org, 'd', &number.to_string())));
    }
    if !keyword.contains(char::is_whitespace) {
        any.push(Question::Beginning(word(org, 'e', &folded)));
    }
    let names = text::words(keyword);
    if !names.is_empty() {
        any.push(Question::All(names.iter().map(|part| beginning_of_name(org, part)).collect()));
    }
    Question::Any(any)
}

/// The number in `212`, `PID-212`, `LID-212` or `CID-212`.
pub fn customer_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = match text.get(..4) {
        Some(prefix) if ["PID-", "LID-", "CID-"].iter().any(|known| known.eq_ignore_ascii_case(prefix)) => &text[4..],
        _ => text,
    };
    (!digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

impl Question {
    /// As SQLite's full-text engine reads it.
    fn fts5(&self) -> String {
        match self {
            Self::Word(word) => format!("\"{word}\""),
            Self::Beginning(word) => format!("\"{word}\" *"),
            Self::All(parts) => join(parts, " AND ", Self::fts5),
            Self::Any(parts) => join(parts, " OR ", Self::fts5),
        }
    }

    /// As PostgreSQL's `tsquery` reads it.
    fn tsquery(&self) -> String {
        match self {
            Self::Word(word) => format!("'{word}'"),
            Self::Beginning(word) => format!("'{word}':*"),
            Self::All(parts) => join(parts, " & ", Self::tsquery),
            Self::Any(parts) => join(parts, " | ", Self::tsquery),
        }
    }
}

fn join(parts: &[Question], between: &str, write: fn(&Question) -> String) -> String {
    format!("({})", parts.iter().map(write).collect::<Vec<_>>().join(between))
}
