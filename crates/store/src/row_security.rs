//! The second wall between tenants, on PostgreSQL and at the operator's choice: row-level security on every tenant table, by
//! which the server itself shows a transaction the rows of one org only, whatever a statement forgot to say.
//!
//! A transaction tells the server its org as a setting of its own (`daumoi.org`), together with `BEGIN`. A statement outside
//! such a transaction is refused, because then the setting is not there: the wall fails closed.

use domain::{Error, OrgId, Result};

use crate::db::{Place, connect_postgres, postgres_failure};

/// How far the wall stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Tables of tenants that it guards, the owner of the tables included.
    pub guarded: Vec<String>,
    /// Tables of tenants that it leaves open.
    pub open: Vec<String>,
    /// Whether the server applies it to this user: not to superusers, nor to roles that bypass it.
    pub applies: bool,
}

/// Tables of tenants, each with whether it is guarded. Left out are those that are asked before an org is known, and the
/// words of the search: PostgreSQL would look through the words of a whole org rather than use their index behind a policy.
/// They are prefixed with the org, and lead only to ids.
const TABLES: &str = "SELECT c.relname::text, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
         SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'of_org')
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT c.relispartition AND c.relname NOT IN ('secrets', 'sign_ins', 'customer_search')
     ORDER BY c.relname";

/// A policy on each of those tables, and on their parts. Who sends asks first which orgs have something due, for all orgs at
/// once and in the name of none: only that is read across orgs.
const RAISE: &str = "DO $wall$
DECLARE found record;
BEGIN
  FOR found IN
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND c.relname NOT IN ('secrets', 'sign_ins') AND c.relname NOT LIKE 'customer_search%'
  LOOP
    EXECUTE format('DROP POLICY IF EXISTS of_org ON %I', found.relname);
    EXECUTE format('CREATE POLICY of_org ON %I USING (org_id = CAST(current_setting(''daumoi.org'') AS BIGINT))', found.relname);
    IF found.relname ~ '^(endpoints|deliveries|messages)(_|$)' THEN
      EXECUTE format('DROP POLICY IF EXISTS what_is_due ON %I', found.relname);
      EXECUTE format('CREATE POLICY what_is_due ON %I FOR SELECT USING (current_setting(''daumoi.org'') = ''0'')', found.relname);
    END IF;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', found.relname);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', found.relname);
  END LOOP;
END $wall$";

const LOWER: &str = "DO $wall$
DECLARE found record;
BEGIN
  FOR found IN
    SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'of_org'
    WHERE c.relnamespace = current_schema()::regnamespace
  LOOP
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', found.relname);
    EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', found.relname);
    EXECUTE format('DROP POLICY of_org ON %I', found.relname);
    EXECUTE format('DROP POLICY IF EXISTS what_is_due ON %I', found.relname);
  END LOOP;
END $wall$";

/// Puts the wall up, also around tables that were added since it was put up before. Processes that are connected go on: the
/// first statement that the server refuses them makes them connect anew.
pub fn raise(place: &Place) -> Result<State> {
    change(place, RAISE)
}

/// Takes the wall down.
pub fn lower(place: &Place) -> Result<State> {
    change(place, LOWER)
}

/// How far it stands; nothing on SQLite, which knows no such thing.
pub fn state(place: &Place) -> Result<Option<State>> {
    let Place::Postgres(url) = place else { return Ok(None) };
    look(&mut connect_postgres(url, drop)?).map(Some)
}

fn change(place: &Place, statements: &str) -> Result<State> {
    let Place::Postgres(url) = place else {
        return Err(Error::invalid("database", "SQLite has no row-level security: this is for PostgreSQL"));
    };
    let mut client = connect_postgres(url, drop)?;
    client.batch_execute(statements).map_err(|error| postgres_failure(&error))?;
    look(&mut client)
}

fn look(client: &mut postgres::Client) -> Result<State> {
    let rows = client.query(TABLES, &[]).map_err(|error| postgres_failure(&error))?;
    let (guarded, open): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.get(1));
    let names = |rows: Vec<&postgres::Row>| rows.into_iter().map(|row| row.get(0)).collect();
    Ok(State { guarded: names(guarded), open: names(open), applies: applies(client)? })
}

/// Whether the server keeps this connection to one org at a time.
pub(crate) fn applies(client: &mut postgres::Client) -> Result<bool> {
    let asked = "SELECT COALESCE(row_security_active(to_regclass('customers')), false)";
    let row = client.query_one(asked, &[]).map_err(|error| postgres_failure(&error))?;
    row.try_get(0).map_err(Error::broken)
}

/// Tells the server in whose name the rest of a transaction is; `begin` goes before, in the same message.
pub(crate) fn told(begin: &str, org: OrgId) -> String {
    [begin, "SET LOCAL daumoi.org = '", &org.0.to_string(), "'"].concat()
}
