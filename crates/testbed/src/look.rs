//! A look at the tables from outside, past everything that the program itself would say about them.

use domain::OrgId;
use hub::Place;
use postgres::{Client, NoTls};
use rusqlite::Connection;

use crate::TestPlace;

impl TestPlace {
    /// Runs statements that the program would never run.
    pub fn execute(&self, statements: &str) {
        match &self.outside {
            Place::Sqlite(file) => Connection::open(file).unwrap().execute_batch(statements).unwrap(),
            Place::Postgres(url) => Client::connect(url, NoTls).unwrap().batch_execute(statements).unwrap(),
        }
    }

    /// The one number that a query gives.
    pub fn number(&self, query: &str) -> i64 {
        match &self.outside {
            Place::Sqlite(file) => Connection::open(file).unwrap().query_row(query, [], |row| row.get(0)).unwrap(),
            Place::Postgres(url) => Client::connect(url, NoTls).unwrap().query_one(query, &[]).unwrap().get(0),
        }
    }

    /// The texts in the first column of what a query gives.
    pub fn texts(&self, query: &str) -> Vec<String> {
        match &self.outside {
            Place::Sqlite(file) => {
                let connection = Connection::open(file).unwrap();
                let mut statement = connection.prepare(query).unwrap();
                statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            }
            Place::Postgres(url) => {
                let rows = Client::connect(url, NoTls).unwrap().query(query, &[]).unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// How the engine would go about statements with numbered values, each line of its plan; or why it refuses one.
    pub fn plans<'s>(&self, statements: impl IntoIterator<Item = &'s str>) -> Vec<Result<Vec<String>, String>> {
        match self.place() {
            Place::Sqlite(file) => {
                let connection = Connection::open(file).unwrap();
                statements
                    .into_iter()
                    .map(|text| plan_sqlite(&connection, text).map_err(|error| error.to_string()))
                    .collect()
            }
            Place::Postgres(url) => {
                let mut client = Client::connect(url, NoTls).unwrap();
                // A table without rows is always read from end to end, unless that is told to be dear. Where the server keeps
                // tenants apart, this is one of them.
                client.batch_execute("SET enable_seqscan = off; SET daumoi.org = '1'").unwrap();
                statements
                    .into_iter()
                    .map(|text| plan_postgres(&mut client, text).map_err(|error| format!("{error:?}")))
                    .collect()
            }
        }
    }

    /// Tables of the program, in alphabetical order; without those that the full-text engine keeps for itself.
    pub fn tables(&self) -> Vec<String> {
        self.texts(if self.is_postgres() {
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
             AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
        } else {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'customer_search_%'
             AND name NOT LIKE 'sqlite_%' ORDER BY name"
        })
    }

    /// Everything that a table holds, each row as one text, in a settled order.
    pub fn rows(&self, table: &str) -> Vec<String> {
        self.rows_where(table, "1 = 1")
    }

    fn rows_where(&self, table: &str, condition: &str) -> Vec<String> {
        let mut rows = match &self.outside {
            Place::Sqlite(file) => {
                let connection = Connection::open(file).unwrap();
                let mut statement = connection.prepare(&format!("SELECT * FROM {table} WHERE {condition}")).unwrap();
                let columns = statement.column_count();
                let row = |row: &rusqlite::Row<'_>| {
                    let cells = (0..columns).map(|column| row.get::<_, rusqlite::types::Value>(column));
                    cells.collect::<rusqlite::Result<Vec<_>>>().map(|cells| format!("{cells:?}"))
                };
                statement.query_map([], row).unwrap().map(Result::unwrap).collect::<Vec<_>>()
            }
            Place::Postgres(_) => self.texts(&format!("SELECT t::text FROM {table} t WHERE {condition}")),
        };
        rows.sort();
        rows
    }

    /// Everything that belongs to one org, its journal included: what nobody else may change.
    pub fn everything_of(&self, org: OrgId) -> Vec<(String, Vec<String>)> {
        let columns = if self.is_postgres() {
            "SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'org_id'"
        } else {
            "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = 'org_id'"
        };
        let tenants: Vec<String> = self.texts(columns);
        let rows = |table: String| {
            let condition = match table.as_str() {
                "orgs" => format!("id = {}", org.0),
                table if tenants.iter().any(|tenant| tenant == table) => format!("org_id = {}", org.0),
                _ => return None,
            };
            Some((table.clone(), self.rows_where(&table, &condition)))
        };
        self.tables().into_iter().filter_map(rows).collect()
    }

    /// Everything that all tables hold but those left out: what a call that is refused must not change.
    pub fn everything_but(&self, left_out: &[&str]) -> Vec<(String, Vec<String>)> {
        let tables = self.tables().into_iter().filter(|table| !left_out.contains(&table.as_str()));
        tables.map(|table| (table.clone(), self.rows(&table))).collect()
    }
}

fn plan_sqlite(connection: &Connection, text: &str) -> rusqlite::Result<Vec<String>> {
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {text}"))?;
    // Values that are not bound are NULL: the plan is the same.
    plan.raw_query().mapped(|row| row.get(3)).collect()
}

fn plan_postgres(client: &mut Client, text: &str) -> Result<Vec<String>, postgres::Error> {
    client.batch_execute("DEALLOCATE ALL")?;
    client.batch_execute(&format!("PREPARE planned AS {text}"))?;
    let types = "SELECT unnest(parameter_types)::text FROM pg_prepared_statements WHERE name = 'planned'";
    let values: Vec<&str> = client
        .query(types, &[])?
        .iter()
        .map(|row| match row.get(0) {
            "boolean" => "true",
            "bigint[]" => "'{1}'",
            "text" => "'x'",
            _ => "1",
        })
        .collect();
    let values = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
    let lines = client.query(&format!("EXPLAIN EXECUTE planned{values}"), &[])?;
    Ok(lines.iter().map(|line| line.get(0)).collect())
}
