//! What the texts of schema and statements must look like, so that no tenant is ever left, and both engines read them alike.

use crate::tidy::{literals, rust_files, text};

/// Tables of no tenant: small, and referred to by none of the others.
pub const GLOBAL: [&str; 3] = ["orgs", "secrets", "sign_ins"];

/// What a statement of a migration makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    Table(String),
    Index(String),
    /// Of a table.
    Column(String, String),
    /// Lines of what SQLite takes for granted.
    Statistics,
}

/// What the statements of all migrations make, in their order.
pub fn made(postgres: bool) -> Vec<Made> {
    statements(postgres).iter().map(|statement| what_it_makes(statement)).collect()
}

/// Tables that all migrations make.
pub fn tables(postgres: bool) -> Vec<String> {
    let tables = made(postgres).into_iter().filter_map(|made| match made {
        Made::Table(name) => Some(name),
        Made::Index(_) | Made::Column(..) | Made::Statistics => None,
    });
    tables.collect()
}

fn statements(postgres: bool) -> Vec<String> {
    let folder = crate::tidy::root().join("crates/store/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let other = if postgres { "-- sqlite\n" } else { "-- postgres\n" };
    let mut found = Vec::new();
    for file in files {
        for statement in text(&file).split(";\n").filter(|statement| !statement.contains(other)) {
            let lines = statement.lines().filter(|line| !line.trim_start().starts_with("--"));
            found.push(lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" "));
        }
    }
    found.retain(|statement| !statement.is_empty());
    found
}

fn what_it_makes(statement: &str) -> Made {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let name = |place: usize| words[place].to_owned();
    match words[..words.len().min(3)] {
        ["CREATE", "TABLE", _] => Made::Table(name(2)),
        ["CREATE", "VIRTUAL", "TABLE"] => Made::Table(name(3)),
        ["CREATE", "INDEX", _] => Made::Index(name(2)),
        ["CREATE", "UNIQUE", "INDEX"] => Made::Index(name(3)),
        ["ALTER", "TABLE", _] if words[3..5] == ["ADD", "COLUMN"] => Made::Column(name(2), name(5)),
        ["ANALYZE", "migrations"] | ["DELETE" | "INSERT", _, "sqlite_stat1", ..] => Made::Statistics,
        _ => panic!("a step that makes neither a table nor an index nor a column: {statement}"),
    }
}

/// The columns of every parenthesis that follows `word`, each list without blanks.
fn lists_after(statement: &str, word: &str) -> Vec<String> {
    let lists = statement.match_indices(word).map(|(place, _)| {
        let rest = &statement[place + word.len()..];
        let (_, list) = rest.split_once('(').unwrap_or_else(|| panic!("no list after {word}: {statement}"));
        list.split_once(')').unwrap().0.replace(' ', "")
    });
    lists.collect()
}

#[test]
fn every_key_of_a_tenant_begins_with_the_org() {
    for postgres in [false, true] {
        for statement in statements(postgres) {
            let is_full_text = statement.contains("USING fts5") || statement.contains("USING GIN");
            let is_global = match what_it_makes(&statement) {
                Made::Table(name) => GLOBAL.contains(&name.as_str()),
                Made::Index(_) | Made::Column(..) | Made::Statistics => false,
            };
            if is_full_text || is_global {
                continue;
            }
            if statement.starts_with("CREATE TABLE") {
                assert!(statement.contains(" ( org_id BIGINT NOT NULL,"), "org_id comes first: {statement}");
                assert_eq!(lists_after(&statement, "PRIMARY KEY").len(), 1, "{statement}");
            }
            let lists = ["PRIMARY KEY", "UNIQUE (", "FOREIGN KEY", "REFERENCES", " ON "].iter().flat_map(|word| {
                let word = if *word == "UNIQUE (" { "UNIQUE" } else { word };
                let is_index_word = word == " ON ";
                let is_index = statement.contains(" INDEX ");
                match (is_index, is_index_word) {
                    (true, true) | (false, false) => lists_after(&statement, word),
                    _ => Vec::new(),
                }
            });
            for list in lists {
                assert!(list == "org_id" || list.starts_with("org_id,"), "({list}) in {statement}");
            }
            for global in GLOBAL {
                assert!(!statement.contains(&format!("REFERENCES {global} ")), "{statement}");
            }
        }
    }
}

#[test]
fn migrations_use_nothing_that_a_distributed_engine_lacks() {
    for statement in statements(true) {
        let capitals = statement.to_uppercase();
        for word in [
            "SERIAL",
            "SEQUENCE",
            "TRIGGER",
            "ENUM",
            "EXCLUDE",
            "DEFERRABLE",
            "CITEXT",
            "NOW()",
            "GENERATED",
            "DEFAULT",
        ] {
            assert!(!capitals.split([' ', ',']).any(|found| found == word), "{word}: {statement}");
        }
    }
}

/// A statement as it stands in the source, with where it stands.
#[derive(Clone)]
pub struct Statement {
    pub place: String,
    pub text: String,
}

fn is_statement(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    match words[..] {
        ["SELECT" | "UPDATE" | "WITH", _] | ["INSERT", "INTO" | "OR"] | ["DELETE", "FROM"] => true,
        ["CREATE" | "DROP" | "ALTER", next] => ["TABLE", "INDEX", "UNIQUE", "VIRTUAL", "TRIGGER"].contains(&next),
        _ => false,
    }
}

/// Every statement in the string literals below a folder.
pub fn statements_in(folder: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    // What a unit test does with a database of its own is no statement of the program.
    for file in rust_files(folder).into_iter().filter(|file| !file.ends_with("tests.rs")) {
        for (line, literal) in literals(&text(&file)) {
            let literal = literal.split_whitespace().collect::<Vec<_>>().join(" ");
            if is_statement(&literal) {
                found.push(Statement { place: format!("{}:{line}", file.display()), text: literal });
            }
        }
    }
    // Put together of literals, by the compiler.
    let put_together = store::leads::statements().into_iter().chain(store::deals::statements());
    let put_together = put_together.filter(|_| folder == "crates/store/src");
    found.extend(put_together.map(|text| Statement {
        place: "crates/store/src (put together)".to_owned(),
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
    }));
    found
}

/// Tables that a statement names, as often as it names them.
fn tables_of(statement: &str) -> Vec<String> {
    let words: Vec<&str> = statement.split(|c: char| c.is_whitespace() || c == '(' || c == ')' || c == ',').collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let named = words.windows(3).filter_map(|three| match three {
        ["DO", "UPDATE", _] => None,
        [_, "FROM" | "JOIN" | "INTO" | "UPDATE", table] => Some((*table).to_owned()),
        _ => None,
    });
    let first = words.windows(2).next().filter(|two| two[0] == "UPDATE").map(|two| two[1].to_owned());
    named.chain(first).filter(|table| *table != "SET").collect()
}

#[test]
fn every_statement_names_the_org_of_every_tenant_table() {
    let statements = statements_in("crates/store/src");
    assert!(statements.len() > 100, "only {} statements were found", statements.len());
    for Statement { place, text } in statements {
        let tenant: Vec<_> = tables_of(&text)
            .into_iter()
            .filter(|table| tables(true).contains(table) && !GLOBAL.contains(&table.as_str()))
            .collect();
        // SQLite's full-text table has no columns beside the words, each of which begins with the org.
        let by_words = text.matches("customer_search MATCH").count()
            + usize::from(text.contains("customer_search WHERE rowid = $1"))
            + usize::from(text.contains("INTO customer_search (rowid, words)"));
        let named = text.matches("org_id").count() + by_words;
        assert!(named >= tenant.len(), "{place}: {text}\nnames {tenant:?}");
    }
}

#[test]
fn both_engines_number_the_values_alike() {
    for Statement { place, text } in statements_in("crates/store/src") {
        let mut seen = 0;
        for part in text.split('$').skip(1) {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            let number: usize = digits.parse().unwrap_or_else(|_| panic!("{place}: a $ without a number"));
            assert!(number <= seen + 1, "{place}: ${number} comes before ${}", seen + 1);
            seen = seen.max(number);
        }
    }
}

#[test]
fn statements_use_nothing_that_a_distributed_engine_lacks() {
    for Statement { place, text } in statements_in("crates/store/src") {
        let words = text.to_uppercase();
        for word in
            ["NOW()", "RANDOM()", "NEXTVAL", "PG_ADVISORY", "LISTEN ", "NOTIFY ", "CURRENT_TIMESTAMP", "CREATE TEMP"]
        {
            assert!(!words.contains(word), "{place}: {word}");
        }
        let copies = text.starts_with("INSERT") && text.contains(") SELECT");
        assert!(!copies, "{place}: INSERT … SELECT");
    }
}

#[test]
fn only_the_store_speaks_sql() {
    for folder in ["crates", "dialects"] {
        for Statement { place, text } in statements_in(folder) {
            let may = ["crates/store/", "crates/testbed/"].iter().any(|home| place.contains(home));
            let is_test = place.contains("/tests/") || place.contains("tests.rs:");
            assert!(may || is_test, "{place}: {text}");
        }
    }
}
