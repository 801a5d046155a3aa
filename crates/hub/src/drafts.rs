//! Records as a client words them: labels, staff and organizations by name, custom values by code, files that were put away.
//! All of it is looked up before the record is admitted or changed.

pub mod labels;

use domain::customer::{CustomerRef, UserRef};
use domain::dialect::System;
use domain::field::{Field, FieldEntity, FieldType, FieldValue, ValueItem};
use domain::identity::Country;
use domain::{Customer, Error, Id, Label, Result};
use store::Tx;

use crate::arrivals::{self, Arrived};
use crate::{customers, fields, files, users};

pub use self::labels::Worded;
pub use crate::catalog::Unknown;

/// What a client words about a record. What it says nothing of stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Items of lists; a list that is named without a word is emptied.
    pub labels: Vec<Worded>,
    /// Staff by code, name or e-mail address; unknown ones are left out.
    pub owners: Option<Vec<String>>,
    /// The organization above, by its code in the client's system.
    pub organization: Option<String>,
    /// Custom values.
    pub values: Vec<Value>,
    /// Files to attach.
    pub files: Vec<PutFile>,
}

/// The values of one custom field; none removes them.
#[derive(Debug, Clone)]
pub struct Value {
    /// The code by which the field is looked for.
    pub code: String,
    /// The number by which it is looked for when no field has the code, and which a new one gets.
    pub number: i64,
    /// What a new one is called.
    pub label: String,
    /// What the values of a new one look like.
    pub kind: FieldType,
    /// The values.
    pub texts: Vec<String>,
}

/// A file whose bytes were put away already.
#[derive(Debug, Clone)]
pub struct PutFile {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: usize,
    /// SHA-256 of the bytes.
    pub digest: String,
}

/// How a draft is taken.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// What becomes of labels that no list has.
    pub unknown: Unknown,
    /// How phones are written at home.
    pub country: Country,
    /// Whose codes the client speaks.
    pub system: System,
}

/// Takes in a record with what was worded about it; see [`arrivals::admit`].
pub fn admit(tx: &mut Tx<'_>, mut new: Customer, draft: &Draft, manner: Manner) -> Result<Arrived> {
    if let Some(code) = new.codes.get(&manner.system) {
        refuse_taken(tx, manner.system, code)?;
    }
    let looked = look_up(tx, draft, manner)?;
    looked.put_on(&mut new);
    let arrived = arrivals::admit(tx, new, manner.system)?;
    let (Arrived::Created(record) | Arrived::Attached(record)) = &arrived;
    attach(tx, record.id, &draft.files)?;
    Ok(arrived)
}

/// Changes a record by what was worded about it; `apply` brings in the facts that need no look-up.
pub fn change(
    tx: &mut Tx<'_>,
    id: Id,
    draft: &Draft,
    manner: Manner,
    apply: impl FnOnce(&mut Customer),
) -> Result<Customer> {
    let looked = look_up(tx, draft, manner)?;
    let changed = customers::change(tx, id, |customer| {
        apply(customer);
        looked.put_on(customer);
        Ok(())
    })?;
    attach(tx, id, &draft.files)?;
    Ok(changed.after)
}

/// Refuses a code that a record has already.
pub fn refuse_taken(tx: &mut Tx<'_>, system: System, code: &str) -> Result<()> {
    match customers::find_by_code(tx, system, code)? {
        Some(_) => Err(Error::conflict(format!("Mã {code} đã tồn tại"))),
        None => Ok(()),
    }
}

fn attach(tx: &mut Tx<'_>, customer: Id, new: &[PutFile]) -> Result<()> {
    for PutFile { name, media_type, size, digest } in new {
        files::attach(tx, customer, name, media_type, *size, digest)?;
        customers::note(tx, customer, &format!("Đính kèm tệp {name}"))?;
    }
    Ok(())
}

/// A draft looked up.
struct Looked {
    labels: Vec<(domain::CatalogKind, Vec<Label>)>,
    owners: Option<Vec<UserRef>>,
    company: Option<CustomerRef>,
    values: Vec<FieldValue>,
}

fn look_up(tx: &mut Tx<'_>, draft: &Draft, manner: Manner) -> Result<Looked> {
    let mut labels = Vec::with_capacity(draft.labels.len());
    for worded in &draft.labels {
        labels.push((worded.kind, labels::find(tx, worded, manner.unknown)?));
    }
    let owners = match &draft.owners {
        Some(names) => Some(staff(tx, names)?),
        None => None,
    };
    let company = match draft.organization.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => organization(tx, manner.system, code)?,
        None => None,
    };
    let mut values = Vec::with_capacity(draft.values.len());
    for value in &draft.values {
        let field = field(tx, value)?;
        values.push(FieldValue::of(&field, value.texts.iter().map(ValueItem::plain).collect()));
    }
    Ok(Looked { labels, owners, company, values })
}

/// The users of the given names, each once.
pub fn staff(tx: &mut Tx<'_>, names: &[String]) -> Result<Vec<UserRef>> {
    let mut found: Vec<UserRef> = Vec::new();
    for name in names {
        match users::find_by_word(tx, name)? {
            Some(user) if found.iter().any(|known| known.id == user.id) => {}
            Some(user) => {
                found.push(UserRef { id: user.id, number: user.number, name: user.name, email: user.email });
            }
            None => tx.decide(format!("Không có nhân sự {}, bỏ qua", labels::shown(name))),
        }
    }
    Ok(found)
}

fn organization(tx: &mut Tx<'_>, system: System, code: &str) -> Result<Option<CustomerRef>> {
    match customers::find_by_code(tx, system, code)? {
        Some(id) => customers::find_ref(tx, id),
        None => {
            tx.decide(format!("Không có tổ chức mã {}, chỉ giữ mã", labels::shown(code)));
            Ok(None)
        }
    }
}

/// The field of a value, made when there is none.
fn field(tx: &mut Tx<'_>, value: &Value) -> Result<Field> {
    if let Some(field) = fields::find_by_code(tx, FieldEntity::Customer, &value.code)? {
        return Ok(field);
    }
    let numbered = fields::find_by_number(tx, value.number)?;
    if let Some(field) = numbered.as_ref().filter(|field| field.entity == FieldEntity::Customer) {
        return Ok(field.clone());
    }
    let new = Field {
        id: Id::default(),
        number: if numbered.is_some() { 0 } else { value.number },
        entity: FieldEntity::Customer,
        code: value.code.clone(),
        label: value.label.clone(),
        kind: value.kind.clone(),
        options: Vec::new(),
        description: String::new(),
    };
    fields::create(tx, &new)
}

impl Looked {
    fn put_on(&self, customer: &mut Customer) {
        for (kind, labels) in &self.labels {
            customer.replace_labels(*kind, labels.clone());
        }
        if let Some(owners) = &self.owners {
            customer.owners.clone_from(owners);
        }
        if let Some(company) = self.company.as_ref().filter(|company| company.id != customer.id) {
            customer.company = Some(company.clone());
        }
        self.values.iter().for_each(|value| customer.replace_value(value.clone()));
    }
}
