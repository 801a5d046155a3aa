//! A look at the tables with the engine's own client, past everything that the program would say about them.

use std::path::Path;

use anyhow::Result;
use postgres::{Client, NoTls, SimpleQueryMessage};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// Data as it lies there.
pub enum Look {
    /// A SQLite file.
    Sqlite(Box<Connection>),
    /// A PostgreSQL database.
    Postgres(Box<Client>),
}

/// A row, each cell as text; nothing is an empty text.
pub type Row = Vec<String>;

impl Look {
    /// Looks into the folder of the program's data, or into a database.
    pub fn at(folder: &Path, database: Option<&str>) -> Result<Self> {
        Ok(match database {
            Some(url) => Self::Postgres(Box::new(Client::connect(url, NoTls)?)),
            None => {
                let connection = Connection::open(folder.join("daumoi.db"))?;
                connection.busy_timeout(std::time::Duration::from_secs(20))?;
                Self::Sqlite(Box::new(connection))
            }
        })
    }

    /// Whether the engine is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// The rows of a query.
    pub fn rows(&mut self, query: &str) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare(query)?;
                let columns = statement.column_count();
                let rows = statement.query_map([], |row| {
                    (0..columns).map(|column| Ok(text(row.get_ref(column)?))).collect::<rusqlite::Result<Row>>()
                })?;
                Ok(rows.collect::<rusqlite::Result<_>>()?)
            }
            Self::Postgres(client) => {
                let messages = client.simple_query(query)?;
                let rows = messages.iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(row),
                    _ => None,
                });
                let row = |row: &postgres::SimpleQueryRow| {
                    (0..row.len()).map(|column| row.get(column).unwrap_or_default().to_owned()).collect()
                };
                Ok(rows.map(row).collect())
            }
        }
    }

    /// The one number that a query gives.
    pub fn number(&mut self, query: &str) -> Result<i64> {
        let rows = self.rows(query)?;
        Ok(rows.first().and_then(|row| row.first()).map_or("0", |cell| cell).parse()?)
    }

    /// Runs statements that the program would never run.
    pub fn execute(&mut self, statements: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(statements)?,
            Self::Postgres(client) => client.batch_execute(statements)?,
        }
        Ok(())
    }
}

fn text(cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
    }
}
