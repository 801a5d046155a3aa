//! Customers with everything that belongs to them, read and written as a whole.

use std::collections::HashMap;

use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{CustomerRef, Gender, Kind, NationalId, Stage, Standing};
use domain::{Customer, Error, Id, Result, text};

use crate::db::{Row, Tx};
use crate::{catalog, fields, json, owners, permits};

/// The number for a new customer.
pub fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    tx.number("customer")
}

/// The id behind a number; of a merged customer that of the one it was merged into.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql(
        "SELECT COALESCE(canonical_id, id) FROM customers
         WHERE org_id = $1 AND number = $2 AND deleted_at IS NULL",
    )
    .bind(org)
    .bind(number)
    .optional(|row| row.col())
}

/// Organizations of a name, whatever its accents and case, oldest first.
pub fn find_organizations(tx: &mut Tx<'_>, name: &str) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql(
        "SELECT id FROM customers
         WHERE org_id = $1 AND kind = 'organization' AND name_key = $2 AND deleted_at IS NULL AND canonical_id IS NULL
         ORDER BY id LIMIT 20",
    )
    .bind(org)
    .bind(name_key(name))
    .all(|row| row.col())
}

/// The short form of a customer that other records carry.
pub fn find_ref(tx: &mut Tx<'_>, id: Id) -> Result<Option<CustomerRef>> {
    let org = tx.org();
    tx.sql("SELECT id, number, name FROM customers WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL")
        .bind(org)
        .bind(id)
        .optional(|row| Ok(CustomerRef { id: row.col()?, number: row.col()?, name: row.col()? }))
}

/// The short forms of several customers, by id.
pub(crate) fn refs(tx: &mut Tx<'_>, ids: &[Id]) -> Result<HashMap<Id, CustomerRef>> {
    let org = tx.org();
    let rows = tx
        .sql("SELECT id, number, name FROM customers WHERE org_id = $1 AND id IN IDS($2)")
        .bind(org)
        .bind(ids)
        .all(|row| Ok(CustomerRef { id: row.col()?, number: row.col()?, name: row.col()? }))?;
    Ok(rows.into_iter().map(|customer| (customer.id, customer)).collect())
}

/// A living customer, whole.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Customer>> {
    Ok(list(tx, &[id])?.into_iter().next())
}

/// Living customers, whole, in the order asked for.
pub fn list(tx: &mut Tx<'_>, ids: &[Id]) -> Result<Vec<Customer>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org();
    let rows = tx
        .sql(
            "SELECT c.id, c.number, c.version, c.kind, c.stage, c.name, c.given_name, c.family_name, c.salutation, c.gender,
                 c.birth_date, c.national_id, c.national_id_date, c.national_id_place, c.tax_code, c.founding_date,
                 c.job_title, c.note, c.avatar_url, c.partner, c.branch, c.do_not_contact, c.addresses, c.persons, c.codes,
                 c.extra, c.permit, c.permit_me, c.permit_with, c.canonical_id, c.created_at, c.created_by, c.updated_at,
                 c.updated_by, p.id, p.number, p.name
             FROM customers c LEFT JOIN customers p ON p.org_id = c.org_id AND p.id = c.company_id
             WHERE c.org_id = $1 AND c.id IN IDS($2) AND c.deleted_at IS NULL",
        )
        .bind(org)
        .bind(ids)
        .all(customer)?;
    let mut customers: HashMap<Id, Customer> = rows.into_iter().map(|customer| (customer.id, customer)).collect();
    attach_children(tx, ids, &mut customers)?;
    Ok(ids.iter().filter_map(|id| customers.remove(id)).collect())
}

fn attach_children(tx: &mut Tx<'_>, ids: &[Id], customers: &mut HashMap<Id, Customer>) -> Result<()> {
    for (id, point) in points_of(tx, ids)? {
        customers.entry(id).and_modify(|customer| customer.points.push(point));
    }
    for (id, label) in catalog::labels_of(tx, ids)? {
        customers.entry(id).and_modify(|customer| customer.labels.push(label));
    }
    for (id, owner) in owners::users_of(tx, ids)? {
        customers.entry(id).and_modify(|customer| customer.owners.push(owner));
    }
    for (id, value) in fields::values_of(tx, ids)? {
        customers.entry(id).and_modify(|customer| customer.values.push(value));
    }
    for (id, standing) in standings_of(tx, ids)? {
        customers.entry(id).and_modify(|customer| customer.standings.push(standing));
    }
    customers.values_mut().for_each(|customer| customer.points.sort_by_key(|point| point.kind));
    Ok(())
}

fn customer(row: &mut Row<'_>) -> Result<Customer> {
    let (id, number, version) = (row.col()?, row.col()?, row.col()?);
    let (kind, stage): (String, String) = (row.col()?, row.col()?);
    let (name, given_name, family_name, salutation) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let gender: Option<String> = row.col()?;
    let birth_date = json::read_date(row.col()?)?;
    let national_id = NationalId { number: row.col()?, date: json::read_date(row.col()?)?, place: row.col()? };
    let (tax_code, founding_date) = (row.col()?, json::read_date(row.col()?)?);
    let (job_title, note, avatar_url, partner, branch) = (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
    let do_not_contact = row.col()?;
    let (addresses, persons, codes, extra): (String, String, String, String) =
        (row.col()?, row.col()?, row.col()?, row.col()?);
    let permit = permits::read(row)?;
    let canonical = row.col()?;
    let (created_at, created_by, updated_at, updated_by) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let company = match row.col::<Option<i64>>()? {
        Some(id) => Some(CustomerRef { id: Id(id), number: row.col()?, name: row.col()? }),
        None => None,
    };
    Ok(Customer {
        id,
        number,
        version,
        kind: Kind::of(&kind),
        stage: Stage::of(&stage),
        name,
        given_name,
        family_name,
        salutation,
        gender: gender.as_deref().and_then(Gender::of),
        birth_date,
        national_id,
        tax_code,
        founding_date,
        job_title,
        note,
        avatar_url,
        partner,
        branch,
        do_not_contact,
        points: Vec::new(),
        addresses: json::read_addresses(&addresses)?,
        persons: json::read_persons(&persons)?,
        codes: json::read_codes(&codes)?,
        labels: Vec::new(),
        owners: Vec::new(),
        company,
        values: Vec::new(),
        standings: Vec::new(),
        permit,
        extra: json::read(&extra)?,
        created_at,
        created_by,
        updated_at,
        updated_by,
        canonical,
    })
}

fn points_of(tx: &mut Tx<'_>, ids: &[Id]) -> Result<Vec<(Id, ContactPoint)>> {
    let org = tx.org();
    tx.sql(
        "SELECT customer_id, kind, raw, key, label FROM contact_points
         WHERE org_id = $1 AND customer_id IN IDS($2) ORDER BY customer_id, kind, position",
    )
    .bind(org)
    .bind(ids)
    .all(|row| {
        let (id, kind): (Id, String) = (row.col()?, row.col()?);
        let kind = ContactKind::of(&kind).ok_or_else(|| Error::broken(format!("contact kind {kind}")))?;
        Ok((id, ContactPoint { kind, raw: row.col()?, key: row.col()?, label: row.col()? }))
    })
}

fn standings_of(tx: &mut Tx<'_>, ids: &[Id]) -> Result<Vec<(Id, Standing)>> {
    let org = tx.org();
    tx.sql(
        "SELECT customer_id, funnel_id, first, second FROM standings
         WHERE org_id = $1 AND customer_id IN IDS($2) ORDER BY customer_id, funnel_id",
    )
    .bind(org)
    .bind(ids)
    .all(|row| Ok((row.col()?, Standing { funnel: row.col()?, first: row.col()?, second: row.col()? })))
}

/// Adds a customer whose id, number and instants are set. Keys are claimed apart.
pub fn insert(tx: &mut Tx<'_>, new: &Customer) -> Result<()> {
    let org = tx.org();
    let (permit, permit_me, permit_with) = permits::columns(&new.permit)?;
    tx.sql(
        "INSERT INTO customers (org_id, id, number, version, kind, stage, name, name_key, given_name, family_name,
             salutation, gender, birth_date, national_id, national_id_date, national_id_place, tax_code, founding_date,
             job_title, note, avatar_url, partner, branch, do_not_contact, addresses, persons, codes, extra, company_id,
             permit, permit_me, permit_with, created_at, created_by, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.number)
    .bind(new.version)
    .bind(new.kind.word())
    .bind(new.stage.word())
    .bind(&new.name)
    .bind(name_key(&new.name))
    .bind(&new.given_name)
    .bind(&new.family_name)
    .bind(&new.salutation)
    .bind(new.gender.map(Gender::word))
    .bind(new.birth_date.map(|date| date.to_string()))
    .bind(&new.national_id.number)
    .bind(new.national_id.date.map(|date| date.to_string()))
    .bind(&new.national_id.place)
    .bind(&new.tax_code)
    .bind(new.founding_date.map(|date| date.to_string()))
    .bind(&new.job_title)
    .bind(&new.note)
    .bind(&new.avatar_url)
    .bind(&new.partner)
    .bind(&new.branch)
    .bind(new.do_not_contact)
    .bind(json::write_addresses(&new.addresses)?)
    .bind(json::write_persons(&new.persons)?)
    .bind(json::write_codes(&new.codes)?)
    .bind(json::write(&new.extra)?)
    .bind(new.company.as_ref().map(|company| company.id))
    .bind(permit)
    .bind(permit_me)
    .bind(permit_with)
    .bind(new.created_at)
    .bind(&new.created_by)
    .bind(new.updated_at)
    .bind(&new.updated_by)
    .run()?;
    write_children(tx, &Customer::default(), new)
}

/// Holds a customer until the end of the unit, so that nobody else changes it meanwhile.
pub fn hold(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE customers SET version = version WHERE org_id = $1 AND id = $2").bind(org).bind(id).run().map(drop)
}

/// Brings a customer from one state to another. `false` when somebody else changed it in between.
pub fn update(tx: &mut Tx<'_>, before: &Customer, after: &Customer) -> Result<bool> {
    let org = tx.org();
    let (permit, permit_me, permit_with) = permits::columns(&after.permit)?;
    let changed = tx
        .sql(
            "UPDATE customers SET version = $1, kind = $2, stage = $3, name = $4, name_key = $5, given_name = $6,
                 family_name = $7, salutation = $8, gender = $9, birth_date = $10, national_id = $11,
                 national_id_date = $12, national_id_place = $13, tax_code = $14, founding_date = $15, job_title = $16,
                 note = $17, avatar_url = $18, partner = $19, branch = $20, do_not_contact = $21, addresses = $22,
                 persons = $23, codes = $24, extra = $25, company_id = $26, permit = $27, permit_me = $28,
                 permit_with = $29, updated_at = $30, updated_by = $31
             WHERE org_id = $32 AND id = $33 AND version = $34 AND deleted_at IS NULL",
        )
        .bind(before.version + 1)
        .bind(after.kind.word())
        .bind(after.stage.word())
        .bind(&after.name)
        .bind(name_key(&after.name))
        .bind(&after.given_name)
        .bind(&after.family_name)
        .bind(&after.salutation)
        .bind(after.gender.map(Gender::word))
        .bind(after.birth_date.map(|date| date.to_string()))
        .bind(&after.national_id.number)
        .bind(after.national_id.date.map(|date| date.to_string()))
        .bind(&after.national_id.place)
        .bind(&after.tax_code)
        .bind(after.founding_date.map(|date| date.to_string()))
        .bind(&after.job_title)
        .bind(&after.note)
        .bind(&after.avatar_url)
        .bind(&after.partner)
        .bind(&after.branch)
        .bind(after.do_not_contact)
        .bind(json::write_addresses(&after.addresses)?)
        .bind(json::write_persons(&after.persons)?)
        .bind(json::write_codes(&after.codes)?)
        .bind(json::write(&after.extra)?)
        .bind(after.company.as_ref().map(|company| company.id))
        .bind(permit)
        .bind(permit_me)
        .bind(permit_with)
        .bind(after.updated_at)
        .bind(&after.updated_by)
        .bind(org)
        .bind(before.id)
        .bind(before.version)
        .run()?;
    if changed == 1 {
        write_children(tx, before, after)?;
    }
    Ok(changed == 1)
}

fn write_children(tx: &mut Tx<'_>, before: &Customer, after: &Customer) -> Result<()> {
    let id = after.id;
    for kind in ContactKind::ALL {
        let unchanged = before.points_of(kind).eq(after.points_of(kind));
        if !unchanged {
            replace_points(tx, id, kind, before.points_of(kind).next().is_some(), after)?;
        }
    }
    catalog::change_labels(tx, id, &before.labels, &after.labels)?;
    fields::change_values(tx, id, &before.values, &after.values)?;
    if before.owners != after.owners {
        owners::replace(tx, id, &after.owners, &[])?;
    }
    if before.standings != after.standings {
        replace_standings(tx, id, &after.standings)?;
    }
    Ok(())
}

fn replace_points(tx: &mut Tx<'_>, id: Id, kind: ContactKind, had_some: bool, after: &Customer) -> Result<()> {
    let org = tx.org();
    if had_some {
        tx.sql("DELETE FROM contact_points WHERE org_id = $1 AND customer_id = $2 AND kind = $3")
            .bind(org)
            .bind(id)
            .bind(kind.word())
            .run()?;
    }
    for (position, point) in after.points_of(kind).enumerate() {
        tx.sql(
            "INSERT INTO contact_points (org_id, customer_id, kind, position, raw, key, label)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(org)
        .bind(id)
        .bind(kind.word())
        .bind(position as i64)
        .bind(&point.raw)
        .bind(point.key.as_deref())
        .bind(&point.label)
        .run()?;
    }
    Ok(())
}

fn replace_standings(tx: &mut Tx<'_>, id: Id, standings: &[Standing]) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM standings WHERE org_id = $1 AND customer_id = $2").bind(org).bind(id).run()?;
    for standing in standings {
        tx.sql("INSERT INTO standings (org_id, customer_id, funnel_id, first, second) VALUES ($1, $2, $3, $4, $5)")
            .bind(org)
            .bind(id)
            .bind(standing.funnel)
            .bind(standing.first)
            .bind(standing.second)
            .run()?;
    }
    Ok(())
}

/// Marks a customer as taken away. What belongs to it stays; its number and keys find it no more, nor do lists its leads.
pub fn mark_deleted(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("UPDATE leads SET deleted_at = $1 WHERE org_id = $2 AND customer_id = $3 AND deleted_at IS NULL")
        .bind(now)
        .bind(org)
        .bind(id)
        .run()?;
    tx.sql("UPDATE customers SET deleted_at = $1, version = version + 1 WHERE org_id = $2 AND id = $3")
        .bind(now)
        .bind(org)
        .bind(id)
        .run()
        .map(drop)
}

/// A name as it is looked up: folded, and short enough for an index on either engine.
pub(crate) fn name_key(name: &str) -> String {
    let mut key = text::words(name).join(" ");
    key.truncate(key.floor_char_boundary(200));
    key
}
