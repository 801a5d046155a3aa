//! How the engines go about every statement of the store: each is understood by both, none reads a table from end to end,
//! and on tables that are split by org each stays in one part.

use store::db::words::forms;
use testbed::TestPlace;

use crate::tidy_sql::{GLOBAL, Statement, statements_in, tables};

/// Files that speak to each engine in its own words.
const PER_ENGINE: [&str; 3] = ["store/src/migrate.rs:", "store/src/check.rs:", "store/src/row_security.rs:"];

/// The statements that look into every part, each by a word of its own and with its reason. Both only look, and what they find
/// is then worked on org by org.
const INTO_EVERY_PART: [(&str, &str); 2] = [
    ("FROM orgs CROSS JOIN endpoints", "which webhooks of all orgs have something due"),
    ("SELECT id FROM orgs WHERE EXISTS", "which orgs have messages that are due"),
];

/// Which engines a statement is for; the two ways of searching and of migrating are the only ones that differ.
fn is_for(postgres: bool, statement: &str) -> bool {
    let only_sqlite = ["MATCH $", "rowid", "INSERT OR", "sqlite_schema", "VACUUM"];
    let only_postgres = ["@@", "to_tsvector", "::", "to_regclass", "FOR UPDATE"];
    let other = if postgres { &only_sqlite[..] } else { &only_postgres[..] };
    !other.iter().any(|word| statement.contains(word))
}

fn planned(place: &TestPlace) -> Vec<(Statement, Vec<String>)> {
    let postgres = place.is_postgres();
    let statements: Vec<_> = statements_in("crates/store/src")
        .into_iter()
        .filter(|statement| is_for(postgres, &statement.text) && !statement.text.starts_with("CREATE"))
        .filter(|statement| !PER_ENGINE.iter().any(|file| statement.place.contains(file)))
        .collect();
    assert!(statements.len() > 100, "only {} statements were found", statements.len());
    let sent: Vec<(Statement, String)> = statements
        .into_iter()
        .flat_map(|statement| forms(&statement.text, postgres).into_iter().map(move |sent| (statement.clone(), sent)))
        .collect();
    let plans = place.plans(sent.iter().map(|(_, sent)| sent.as_str()));
    let plans = sent.iter().map(|(statement, _)| statement.clone()).zip(plans).map(|(statement, plan)| match plan {
        Ok(plan) => (statement, plan),
        Err(error) => panic!("{}: {}\n{error}", statement.place, statement.text),
    });
    plans.collect()
}

fn is_split(place: &TestPlace) -> bool {
    place.is_postgres()
        && place.number("SELECT count(*) FROM pg_class WHERE relname = 'customers' AND relkind = 'p'") > 0
}

#[test]
fn both_engines_understand_every_statement() {
    planned(&TestPlace::new());
}

#[test]
fn no_statement_reads_the_table_of_a_tenant_from_end_to_end() {
    let place = TestPlace::new();
    let tenant: Vec<String> =
        tables(place.is_postgres()).into_iter().filter(|table| !GLOBAL.contains(&table.as_str())).collect();
    for (Statement { place: stands, text }, plan) in planned(&place) {
        for line in plan {
            let mut words = line.split_whitespace();
            let reads_all = if place.is_postgres() {
                line.split_once("Seq Scan on ").and_then(|(_, rest)| rest.split_whitespace().next())
            } else {
                (words.next() == Some("SCAN")).then(|| words.next()).flatten()
            };
            let table = reads_all.map(|name| table_of(name, &text));
            let is_virtual = line.contains("VIRTUAL TABLE");
            assert!(is_virtual || !table.is_some_and(|table| tenant.contains(&table)), "{stands}: {text}\n{line}");
        }
    }
}

/// Statements that may go through all that an org has in a big table, each by a word of its own and with its reason.
const THROUGH_AN_ORG: [(&str, &str); 10] = [
    ("FROM messages WHERE org_id = $1 ORDER BY id DESC LIMIT", "the newest messages: no further than the limit"),
    ("FROM requests WHERE org_id = $1 ORDER BY id DESC LIMIT", "the newest calls: no further than the limit"),
    ("SELECT id FROM deals WHERE org_id = $1 ORDER BY id DESC LIMIT", "a page of deals: no further than its end"),
    ("SELECT count(*) FROM deals WHERE org_id", "an exact count"),
    ("SELECT id, number, code, name, created_at FROM deals", "deals that a member may see, of which a page is wanted"),
    ("sum(amount / 1000000)", "the sums of a board"),
    ("SELECT DISTINCT entity_id FROM field_values", "a field is deleted"),
    ("SELECT id FROM leads WHERE org_id = $1 AND last_status_id", "a status is deleted or merged"),
    ("UPDATE leads SET last_status_id = $1", "a status is merged"),
    ("SELECT first FROM standings WHERE org_id", "stages of a funnel change places: to the first customer in it"),
];

#[test]
fn on_sqlite_no_statement_goes_through_all_that_an_org_has() {
    let place = TestPlace::new();
    if place.is_postgres() {
        return;
    }
    let big = place.texts("SELECT DISTINCT tbl FROM sqlite_stat1");
    // Through the few rows of an index such as that of hidden records it may go.
    let small = place.texts("SELECT idx FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) <= 10000");
    let mut going = Vec::new();
    for (Statement { place: stands, text }, plan) in planned(&place) {
        let is_long = |line: &&String| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let table = words.get(1).map(|name| table_of(name, &text)).unwrap_or_default();
            line.ends_with("(org_id=?)")
                && big.contains(&table)
                && !small.iter().any(|index| words.contains(&index.as_str()))
        };
        if let Some(line) = plan.iter().find(is_long) {
            let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let known = THROUGH_AN_ORG.iter().position(|(word, _)| plain.contains(word));
            going.push(known.unwrap_or_else(|| panic!("{stands}: {text}\n{line}")));
        }
    }
    going.sort_unstable();
    going.dedup();
    assert_eq!(going, (0..THROUGH_AN_ORG.len()).collect::<Vec<_>>(), "every exception is one");
}

#[test]
fn sqlite_knows_the_size_of_every_index_of_a_big_table() {
    let place = TestPlace::new();
    if place.is_postgres() {
        return;
    }
    let wanted =
        "SELECT i.name FROM (SELECT DISTINCT tbl FROM sqlite_stat1) t JOIN pragma_index_list(t.tbl) i ORDER BY i.name";
    assert_eq!(place.texts("SELECT idx FROM sqlite_stat1 ORDER BY idx"), place.texts(wanted));
}

/// The table behind a name that may be an alias, such as `c` in `customers c`.
fn table_of(name: &str, text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let aliased = words.windows(3).find(|three| ["FROM", "JOIN"].contains(&three[0]) && three[2] == name);
    aliased.map_or(name, |three| three[1]).to_owned()
}

#[test]
fn on_tables_split_by_org_every_statement_stays_in_one_part() {
    let place = TestPlace::new();
    if !is_split(&place) {
        return;
    }
    let mut leaving = Vec::new();
    for (Statement { place, text }, plan) in planned(&place) {
        // Parts are called `customers_part0` and `customers_part1`.
        let words: Vec<&str> = plan.iter().flat_map(|line| line.split_whitespace()).collect();
        let mut twins =
            words.iter().filter_map(|word| word.strip_suffix("_part0")).map(|table| format!("{table}_part1"));
        if twins.any(|twin| words.contains(&twin.as_str())) {
            let known = INTO_EVERY_PART.iter().position(|(word, _)| text.contains(word));
            leaving.push(known.unwrap_or_else(|| panic!("{place}: {text}\n{}", plan.join("\n"))));
        }
    }
    leaving.sort_unstable();
    assert_eq!(leaving, (0..INTO_EVERY_PART.len()).collect::<Vec<_>>(), "every exception is one");
}
