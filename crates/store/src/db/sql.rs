//! One statement on either engine: text, bound values, rows read column by column.

use std::borrow::Cow;

use domain::{Error, Id, Instant, OrgId, Result, Viewer};

use super::{postgres, sqlite};

/// The connection a unit of work runs on.
pub(crate) enum Engine<'a> {
    /// SQLite.
    Sqlite(&'a rusqlite::Connection),
    /// PostgreSQL.
    Postgres(&'a mut postgres::Connection),
}

impl Engine<'_> {
    pub(super) fn reborrow(&mut self) -> Engine<'_> {
        match self {
            Self::Sqlite(connection) => Engine::Sqlite(connection),
            Self::Postgres(connection) => Engine::Postgres(connection),
        }
    }

    /// From here on statements are in the name of another org; SQLite is told with each of them.
    pub(super) fn enter(&mut self, org: OrgId) {
        match self {
            Self::Sqlite(_) => {}
            Self::Postgres(connection) => connection.enter(org),
        }
    }

    /// Runs a statement without values.
    pub(super) fn execute(&mut self, text: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => sqlite::run(connection, text, &[]).map(drop),
            Self::Postgres(connection) => connection.run(text, &[]).map(drop),
        }
    }
}

/// A value to be bound.
#[derive(Debug, Clone)]
pub(crate) enum Value<'v> {
    Null,
    Int(i64),
    Bool(bool),
    Text(Cow<'v, str>),
    Ids(Vec<i64>),
    /// Who looks: the user and their teams. `None` sees everything.
    Viewer(Option<Vec<i64>>),
}

impl Value<'_> {
    /// Whether it is a list of one.
    pub(super) fn is_one_id(&self) -> bool {
        matches!(self, Self::Ids(ids) if ids.len() == 1)
    }
}

/// What can be bound to a statement.
pub trait Bind<'v> {
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "only this crate makes values; others only pass what can become one")]
    fn value(self) -> Value<'v>;
}

macro_rules! bind {
    ($($type:ty, $self:ident => $value:expr;)*) => { $(
        impl<'v> Bind<'v> for $type {
            #[expect(private_interfaces, reason = "only this crate makes values; others only pass what can become one")]
            fn value($self) -> Value<'v> {
                $value
            }
        }
    )* };
}

bind! {
    i64, self => Value::Int(self);
    bool, self => Value::Bool(self);
    &'v str, self => Value::Text(Cow::Borrowed(self));
    &'v String, self => Value::Text(Cow::Borrowed(self));
    String, self => Value::Text(Cow::Owned(self));
    Cow<'v, str>, self => Value::Text(self);
    Id, self => Value::Int(self.0);
    OrgId, self => Value::Int(self.0);
    Instant, self => Value::Int(self.0);
    Vec<Id>, self => Value::Ids(self.into_iter().map(|id| id.0).collect());
    &'v Vec<Id>, self => Value::Ids(self.iter().map(|id| id.0).collect());
    &'v [Id], self => Value::Ids(self.iter().map(|id| id.0).collect());
    &'v Viewer, self => Value::Viewer(match self {
        Viewer::Org => None,
        Viewer::User { id, teams } => Some([id].into_iter().chain(teams).map(|id| id.0).collect()),
    });
}

impl<'v, T: Bind<'v>> Bind<'v> for Option<T> {
    #[expect(private_interfaces, reason = "only this crate makes values; others only pass what can become one")]
    fn value(self) -> Value<'v> {
        self.map_or(Value::Null, Bind::value)
    }
}

/// A statement with its values.
pub struct Sql<'t, 'a> {
    engine: &'t mut Engine<'a>,
    text: &'static str,
    values: Vec<Value<'t>>,
}

impl<'t, 'a> Sql<'t, 'a> {
    pub(super) fn new(engine: &'t mut Engine<'a>, text: &'static str) -> Self {
        Self { engine, text, values: Vec::with_capacity(8) }
    }

    /// Binds the next value.
    pub fn bind(mut self, value: impl Bind<'t>) -> Self {
        self.values.push(value.value());
        self
    }

    /// Runs it; gives the number of rows changed.
    pub fn run(self) -> Result<u64> {
        self.refuse_nul()?;
        match self.engine {
            Engine::Sqlite(connection) => sqlite::run(connection, self.text, &self.values),
            Engine::Postgres(connection) => connection.run(self.text, &self.values),
        }
    }

    /// Reads every row.
    pub fn all<T>(self, mut read: impl FnMut(&mut Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.each(&mut |row| {
            rows.push(read(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Reads the row, if there is one.
    pub fn optional<T>(self, read: impl FnMut(&mut Row<'_>) -> Result<T>) -> Result<Option<T>> {
        Ok(self.all(read)?.into_iter().next())
    }

    /// Reads the row that must be there.
    pub fn one<T>(self, read: impl FnMut(&mut Row<'_>) -> Result<T>) -> Result<T> {
        let text = self.text;
        self.optional(read)?.ok_or_else(|| Error::broken(format!("no row from: {text}")))
    }

    fn each(self, read: &mut dyn FnMut(&mut Row<'_>) -> Result<()>) -> Result<()> {
        self.refuse_nul()?;
        match self.engine {
            Engine::Sqlite(connection) => sqlite::each(connection, self.text, &self.values, read),
            Engine::Postgres(connection) => connection.each(self.text, &self.values, read),
        }
    }

    /// PostgreSQL has no U+0000 in texts, so that neither engine takes one. Those who read what callers send refuse it with its
    /// place; this is for what nobody looked at.
    fn refuse_nul(&self) -> Result<()> {
        let has_nul = |value: &Value<'_>| matches!(value, Value::Text(text) if text.contains('\0'));
        if self.values.iter().any(has_nul) {
            return Err(Error::invalid("", "Dữ liệu chứa ký tự U+0000 không được phép"));
        }
        Ok(())
    }
}

/// A row, read from its first column to its last.
pub struct Row<'r> {
    pub(super) cells: Cells<'r>,
    pub(super) next: usize,
}

pub(super) enum Cells<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r ::postgres::Row),
}

impl Row<'_> {
    /// The next column.
    pub fn col<T: Column>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        T::read(self, index)
    }

    fn cell<T>(&self, index: usize) -> Result<T>
    where
        T: rusqlite::types::FromSql + for<'f> ::postgres::types::FromSql<'f>,
    {
        match self.cells {
            Cells::Sqlite(row) => row.get(index).map_err(Error::broken),
            Cells::Postgres(row) => row.try_get(index).map_err(Error::broken),
        }
    }
}

/// What a column can be read as.
pub trait Column: Sized {
    /// Reads column `index`.
    fn read(row: &Row<'_>, index: usize) -> Result<Self>;
}

macro_rules! column {
    ($($type:ty, $cell:ty => $make:expr;)*) => { $(
        impl Column for $type {
            fn read(row: &Row<'_>, index: usize) -> Result<Self> {
                row.cell::<$cell>(index).map($make)
            }
        }
    )* };
}

column! {
    i64, i64 => |value| value;
    bool, bool => |value| value;
    String, String => |value| value;
    Option<i64>, Option<i64> => |value| value;
    Option<String>, Option<String> => |value| value;
    Id, i64 => Id;
    OrgId, i64 => OrgId;
    Instant, i64 => Instant;
    Option<Id>, Option<i64> => |value| value.map(Id);
    Option<Instant>, Option<i64> => |value| value.map(Instant);
}
