//! The ledger's audit: what the clients were told, against what lies in the tables.

use std::collections::HashMap;

use anyhow::Result;

use crate::desk::Kind;
use crate::load::{End, Sent};
use crate::look::{Look, Row};
use crate::mark::Mark;

/// What an audit found. Each fault names the call.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Calls that were acknowledged.
    pub acknowledged: usize,
    /// Calls whose end the client never heard of.
    pub unanswered: usize,
    /// Those of them that were done all the same, and whole.
    pub done_unanswered: usize,
    /// Acknowledged and not there.
    pub lost: Vec<String>,
    /// There in part: a record without its phone, its key, its search row, its history or its journal row, or the reverse.
    pub half: Vec<String>,
    /// There more than once.
    pub twice: Vec<String>,
    /// Calls that were refused although nothing was wrong with them.
    pub refused: Vec<String>,
}

impl Verdict {
    /// Adds another's findings.
    pub fn add(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.unanswered += other.unanswered;
        self.done_unanswered += other.done_unanswered;
        self.lost.extend(other.lost);
        self.half.extend(other.half);
        self.twice.extend(other.twice);
        self.refused.extend(other.refused);
    }

    /// Whether nothing acknowledged is missing, in part or in excess.
    pub fn is_sound(&self) -> bool {
        self.lost.is_empty() && self.half.is_empty() && self.twice.is_empty()
    }

    /// How many things are missing, in part or in excess.
    pub fn faults_count(&self) -> usize {
        self.lost.len() + self.half.len() + self.twice.len()
    }

    /// The first few faults, for people to read.
    pub fn faults(&self) -> String {
        let all = [("lost", &self.lost), ("half", &self.half), ("twice", &self.twice), ("refused", &self.refused)];
        let told =
            all.iter().flat_map(|(word, faults)| faults.iter().take(5).map(move |fault| format!("{word}: {fault}")));
        told.collect::<Vec<_>>().join("\n")
    }
}

/// Everything that was written since a moment, by what it belongs to.
struct Tables {
    /// Journal rows by their mark: id and outcome.
    calls: HashMap<Mark, Vec<(String, String)>>,
    /// Lines of history by journal row: whether of a creation, and of which record.
    history: HashMap<String, Vec<(bool, String)>>,
    /// The same line twice.
    repeated_history: Vec<String>,
    customers: HashMap<Mark, Vec<Customer>>,
    /// Points by customer: the value, and whether its key is this customer's.
    points: HashMap<String, Vec<(String, bool)>>,
    searchable: HashMap<String, usize>,
    leads: HashMap<Mark, Vec<String>>,
    tickets: HashMap<Mark, usize>,
    notes: HashMap<Mark, usize>,
    /// First comments by lead.
    comments: HashMap<String, usize>,
}

struct Customer {
    id: String,
    /// Marks of what changed its note and its address last.
    note: Option<Mark>,
    address: Option<Mark>,
}

/// Reads what was written after id `after` in an org and holds it against what was sent since. Reads the tables one after the
/// other: nobody may be writing meanwhile.
pub fn audit(look: &mut Look, org: i64, after: i64, sent: &[Sent]) -> Result<Verdict> {
    let tables = Tables::read(look, org, after)?;
    let updates = last_updates(&tables, sent);
    let mut verdict = Verdict { half: tables.repeated_history.clone(), ..Verdict::default() };
    for call in sent {
        tables.judge(call, &updates, &mut verdict);
    }
    let known: std::collections::HashSet<Mark> = sent.iter().map(|call| call.mark).collect();
    let strange = tables.calls.keys().chain(tables.customers.keys()).filter(|mark| !known.contains(mark));
    verdict.half.extend(strange.map(|mark| format!("{mark} is there and was never sent")));
    Ok(verdict)
}

/// The newest id of all: everything of a later life is above it.
pub fn newest(look: &mut Look, org: i64) -> Result<i64> {
    let mut newest = 0;
    for table in ["requests", "customers", "changes", "leads", "tickets", "notes"] {
        newest = newest.max(look.number(&format!("SELECT COALESCE(MAX(id), 0) FROM {table} WHERE org_id = {org}"))?);
    }
    Ok(newest)
}

/// What was done to each record last, by its maker's mark.
fn last_updates(tables: &Tables, sent: &[Sent]) -> HashMap<(Mark, Kind), Mark> {
    let done = |call: &&Sent| tables.outcome(call.mark).is_some_and(|outcome| outcome == "ok");
    sent.iter().filter(|call| call.about != call.mark).filter(done).fold(HashMap::new(), |mut last, call| {
        let newest = last.entry((call.about, call.kind)).or_insert(call.mark);
        *newest = (*newest).max(call.mark);
        last
    })
}

impl Tables {
    fn read(look: &mut Look, org: i64, after: i64) -> Result<Self> {
        let is_postgres = look.is_postgres();
        let mut read = |query: String| look.rows(&query);
        let own = format!("org_id = {org} AND id > {after}");
        let calls = read(format!("SELECT body, CAST(id AS TEXT), outcome FROM requests WHERE {own}"))?;
        let history = read(format!(
            "SELECT CAST(request_id AS TEXT), what, subject, CAST(subject_id AS TEXT) FROM changes WHERE {own}"
        ))?;
        let customers = read(format!("SELECT name, CAST(id AS TEXT), note, addresses FROM customers WHERE {own}"))?;
        let points = read(format!(
            "SELECT CAST(p.customer_id AS TEXT), p.raw, CASE WHEN i.customer_id = p.customer_id THEN '1' ELSE '0' END
             FROM contact_points p
             LEFT JOIN identities i ON i.org_id = p.org_id AND i.kind = p.kind AND i.key = p.key
             WHERE p.org_id = {org} AND p.customer_id > {after}"
        ))?;
        let leads = read(format!("SELECT subject, CAST(id AS TEXT) FROM leads WHERE {own}"))?;
        let tickets = read(format!("SELECT title FROM tickets WHERE {own}"))?;
        let notes = read(format!("SELECT body, CAST(lead_id AS TEXT) FROM notes WHERE {own}"))?;
        let searchable = read(match is_postgres {
            true => format!(
                "SELECT CAST(customer_id AS TEXT) FROM customer_search WHERE org_id = {org} AND customer_id > {after}"
            ),
            false => format!("SELECT rowid FROM customer_search WHERE rowid > {after}"),
        });
        let mut lines: HashMap<&Row, usize> = HashMap::new();
        history.iter().filter(|line| !line[0].is_empty()).for_each(|line| *lines.entry(line).or_default() += 1);
        let repeated_history =
            lines.iter().filter(|(_, count)| **count > 1).map(|(line, _)| format!("history: {line:?}")).collect();
        Ok(Self {
            repeated_history,
            calls: by_mark(&calls, |row| (row[1].clone(), row[2].clone())),
            customers: by_mark(&customers, |row| Customer {
                id: row[1].clone(),
                note: Mark::find(&row[2]),
                address: Mark::find(&row[3]),
            }),
            leads: by_mark(&leads, |row| row[1].clone()),
            tickets: counts(tickets.iter().filter_map(|row| Mark::find(&row[0]))),
            notes: counts(notes.iter().filter_map(|row| Mark::find(&row[0]))),
            comments: counts(notes.iter().filter(|row| row[0] == "Một").map(|row| row[1].clone())),
            searchable: counts(searchable?.into_iter().map(|mut row| row.swap_remove(0))),
            history: grouped(history, |row| (row[0].clone(), (row[1] == "created", row[3].clone()))),
            points: grouped(points, |row| (row[0].clone(), (row[1].clone(), row[2] == "1"))),
        })
    }

    fn outcome(&self, mark: Mark) -> Option<&str> {
        self.calls.get(&mark).and_then(|rows| rows.first()).map(|(_, outcome)| outcome.as_str())
    }

    /// One call: what the client was told, against journal, history and effect.
    fn judge(&self, call: &Sent, updates: &HashMap<(Mark, Kind), Mark>, verdict: &mut Verdict) {
        let name = format!("{:?} {}", call.kind, call.mark);
        let rows = self.calls.get(&call.mark).map_or(&[][..], Vec::as_slice);
        match &call.end {
            End::Acknowledged => verdict.acknowledged += 1,
            End::Unanswered => verdict.unanswered += 1,
            End::Refused(answer) => verdict.refused.push(format!("{name}: {answer}")),
        }
        let is_acknowledged = call.end == End::Acknowledged;
        match rows {
            [] if is_acknowledged => verdict.lost.push(name),
            [] if self.effects(call, updates) > 0 => verdict.half.push(format!("{name}: done without a journal row")),
            [] => {}
            [(request, outcome)] if outcome == "ok" => {
                verdict.done_unanswered += usize::from(!is_acknowledged);
                match self.effects(call, updates) {
                    0 if is_acknowledged => {
                        verdict.lost.push(format!("{name}: its journal row is there, what it did is not"))
                    }
                    0 => verdict.half.push(format!("{name}: a journal row of nothing")),
                    1 => verdict.half.extend(self.missing(call, request).map(|what| format!("{name}: {what}"))),
                    _ => verdict.twice.push(name),
                }
            }
            [(_, outcome)] if is_acknowledged || self.effects(call, updates) > 0 => {
                verdict.half.push(format!("{name}: journalled as {outcome}"));
            }
            [_] => {}
            _ => verdict.twice.push(format!("{name}: {} journal rows", rows.len())),
        }
    }

    /// How often what a call does is there.
    fn effects(&self, call: &Sent, updates: &HashMap<(Mark, Kind), Mark>) -> usize {
        let of = |map: &HashMap<Mark, usize>| map.get(&call.mark).copied().unwrap_or_default();
        match call.kind {
            kind if kind.makes_customer() => self.customers.get(&call.mark).map_or(0, Vec::len),
            Kind::Note | Kind::LeadUpdate => of(&self.notes),
            Kind::Ticket => of(&self.tickets),
            kind => {
                // An update that another followed shows in the history alone.
                let last = updates.get(&(call.about, kind)).copied().unwrap_or(call.mark);
                let about = self.customers.get(&call.about).and_then(|customers| customers.first());
                let value =
                    about.and_then(|customer| if kind == Kind::VbotUpdate { customer.address } else { customer.note });
                usize::from(value == Some(last) || last != call.mark && value.is_some())
            }
        }
    }

    /// What a call that was done left out, if anything.
    fn missing(&self, call: &Sent, request: &str) -> Option<String> {
        let Some(lines) = self.history.get(request) else { return Some("no history".to_owned()) };
        if !call.kind.makes_customer() {
            return None;
        }
        let id = &self.customers.get(&call.mark)?.first()?.id;
        let created = lines.iter().filter(|(is_creation, subject)| *is_creation && subject == id).count();
        let points = self.points.get(id).map_or(&[][..], Vec::as_slice);
        let has = |value: String| points.iter().filter(|(raw, is_held)| *is_held && *raw == value).count() == 1;
        let leads = self.leads.get(&call.mark).map_or(&[][..], Vec::as_slice);
        let has_lead = match call.kind {
            Kind::Lead => matches!(leads, [lead] if self.comments.get(lead) == Some(&1)),
            Kind::Enquiry => leads.len() == 1,
            _ => leads.is_empty(),
        };
        let wrong = [
            (created != 1, "not one line about its creation"),
            (
                points.len() != 2 || !has(call.mark.phone()) || !has(call.mark.email()),
                "not its phone and e-mail with their keys",
            ),
            (self.searchable.get(id) != Some(&1), "not one search row"),
            (!has_lead, "not its lead with its comment"),
        ];
        wrong.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, what)| format!("{what} ({points:?}, {leads:?})"))
    }
}

fn by_mark<T>(rows: &[Row], value: impl Fn(&Row) -> T) -> HashMap<Mark, Vec<T>> {
    grouped(rows.iter().filter_map(|row| Some((Mark::find(&row[0])?, value(row)))), |pair| pair)
}

fn counts<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
    keys.fold(HashMap::new(), |mut all, key| {
        *all.entry(key).or_default() += 1;
        all
    })
}

fn grouped<T, K: std::hash::Hash + Eq, V>(
    rows: impl IntoIterator<Item = T>,
    pair: impl Fn(T) -> (K, V),
) -> HashMap<K, Vec<V>> {
    rows.into_iter().map(pair).fold(HashMap::new(), |mut all, (key, value)| {
        all.entry(key).or_default().push(value);
        all
    })
}
