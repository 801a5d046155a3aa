//! Customers, as `customer/create`, `update` and `delete` carry them.

use domain::Result;
use kit::json::Node;
use kit::reader::{Reader, Value};

use super::{LONGEST_CODE, LONGEST_TEXT};
use crate::routes::Version;

/// Custom values of one customer at most.
const MOST_FIELDS: usize = 500;

/// `fileds`, as the documents also spell it; what the first says counts for more.
const FIELDS: [&str; 3] = ["fileds", "fields", "files"];

/// `customer_no`, which the third version calls `customer_code`.
fn no(version: Version) -> [&'static str; 2] {
    match version {
        Version::V1 | Version::V2 => ["customer_no", "customer_code"],
        Version::V3 => ["customer_code", "customer_no"],
    }
}

/// A customer. What was not sent is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Customer {
    /// `customer_no`
    pub no: String,
    /// `customer_name`
    pub name: Option<String>,
    /// `customer_phones`
    pub phones: Vec<String>,
    /// `customer_address`; a blank text takes the address away.
    pub address: Option<String>,
    /// `customer_email`, whatever it looks like; a blank text takes the address away.
    pub email: Option<String>,
    /// `customer_status_code`
    pub status_code: Option<String>,
    /// `customer_type_code`
    pub type_code: Option<String>,
    /// `customer_group_name`, which is a name where the other two are codes.
    pub group_name: Option<String>,
    /// `fileds`, also spelt `fields` and `files`.
    pub fields: Vec<FieldPair>,
}

/// An element of `fileds`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPair {
    /// `field_key`
    pub key: String,
    /// `field_value`; blank takes the value away, `null` and none at all say nothing. Several values are separated by `|`.
    pub value: Option<String>,
    /// Where it stands.
    pub path: String,
}

/// What must be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// What the base document marks as required.
    AllOfDocument,
    /// Code and name.
    CodeAndName,
    /// The code alone.
    Code,
}

impl Customer {
    /// Reads a body.
    pub(crate) fn read(body: &Reader<'_>, version: Version, required: Required) -> Result<Self> {
        let no = no(version);
        let email = cleared(body, "customer_email")?;
        body.short("customer_email", LONGEST_TEXT)?;
        let customer = Self {
            no: body.short(no, LONGEST_CODE)?.ok_or_else(|| body.missing(no[0]))?,
            name: body.short("customer_name", LONGEST_TEXT)?,
            phones: phones(body)?,
            address: cleared(body, "customer_address")?,
            email,
            status_code: body.short("customer_status_code", LONGEST_CODE)?,
            type_code: body.short("customer_type_code", LONGEST_CODE)?,
            group_name: body.short("customer_group_name", LONGEST_CODE)?,
            fields: pairs(body)?,
        };
        let given = [
            ("customer_name", customer.name.is_some()),
            ("customer_phones", !customer.phones.is_empty()),
            ("customer_status_code", customer.status_code.is_some()),
            ("customer_type_code", customer.type_code.is_some()),
            ("customer_group_name", customer.group_name.is_some()),
        ];
        let needed = match required {
            Required::AllOfDocument => &given[..],
            Required::CodeAndName => &given[..1],
            Required::Code => &[],
        };
        match needed.iter().find(|(_, is_given)| !is_given) {
            Some((name, _)) => Err(body.missing(name)),
            None => Ok(customer),
        }
    }

    /// Refuses a code that the third version does not allow.
    pub fn check_code(&self) -> Result<()> {
        if self.no.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
            return Ok(());
        }
        let message = "Trường customer_code chỉ gồm chữ cái, chữ số, dấu gạch dưới và dấu gạch ngang";
        Err(domain::Error::invalid("customer_code", message))
    }
}

/// A text that may be sent blank to take the old one away; `null` says nothing.
fn cleared(body: &Reader<'_>, name: &str) -> Result<Option<String>> {
    Ok(body.text(name)?.map(|text| text.trim().to_owned()))
}

/// The phones: a list, or one text with marks between them.
fn phones(body: &Reader<'_>) -> Result<Vec<String>> {
    let Some(value) = body.value("customer_phones") else { return Ok(Vec::new()) };
    if value.node().as_list().is_some() {
        return value.list()?.iter().filter_map(|phone| phone.short(LONGEST_TEXT).transpose()).collect();
    }
    let text = value.text()?.unwrap_or_default();
    let phones = text.split([',', ';', '\n', '\r']).map(str::trim).filter(|phone| !phone.is_empty());
    let phones: Vec<String> = phones.map(str::to_owned).collect();
    match phones.iter().any(|phone| phone.chars().count() > LONGEST_TEXT) {
        true => Err(value.invalid(&format!("dài quá {LONGEST_TEXT} ký tự"))),
        false => Ok(phones),
    }
}

/// The custom values under every name that a member for them has, and the pair among the members of the customer, as the table
/// draws it. What is to count for more comes later.
fn pairs(body: &Reader<'_>) -> Result<Vec<FieldPair>> {
    let mut all = if body.value("field_key").is_some() { vec![pair(body)?] } else { Vec::new() };
    for fields in FIELDS.iter().rev().filter_map(|name| body.value(*name)) {
        all.extend(pairs_of(&fields)?);
        if all.len() > MOST_FIELDS {
            return Err(fields.invalid(&format!("có quá {MOST_FIELDS} phần tử")));
        }
    }
    Ok(all)
}

/// A list of pairs, a map, or a lone pair.
fn pairs_of(fields: &Value<'_>) -> Result<Vec<FieldPair>> {
    Ok(match fields.node() {
        Node::Object(members) if members.iter().any(|(key, _)| key == "field_key") => match fields.object()? {
            Some(lone) => vec![pair(&lone)?],
            None => Vec::new(),
        },
        Node::Object(_) => match fields.object()? {
            Some(map) => map.members().map(|(key, value)| entry(key, &value)).collect::<Result<_>>()?,
            None => Vec::new(),
        },
        _ => {
            let elements = fields.list()?;
            if elements.len() > MOST_FIELDS {
                return Err(fields.invalid(&format!("có quá {MOST_FIELDS} phần tử")));
            }
            let mut pairs = Vec::with_capacity(elements.len());
            for element in elements {
                if let Some(one) = element.object()? {
                    pairs.push(pair(&one)?);
                }
            }
            pairs
        }
    })
}

fn pair(object: &Reader<'_>) -> Result<FieldPair> {
    let key = object.short("field_key", LONGEST_CODE)?.ok_or_else(|| object.missing("field_key"))?;
    let path = object.value("field_key").map(|key| key.path()).unwrap_or_default();
    let value = object.value("field_value").map_or(Ok(None), |value| several(&value))?;
    Ok(FieldPair { key, value, path })
}

fn entry(key: &str, value: &Value<'_>) -> Result<FieldPair> {
    let name = key.trim();
    if name.is_empty() {
        return Err(value.invalid("không có tên"));
    }
    if name.chars().count() > LONGEST_CODE {
        return Err(value.invalid(&format!("có tên dài quá {LONGEST_CODE} ký tự")));
    }
    Ok(FieldPair { key: name.to_owned(), value: several(value)?, path: value.path() })
}

/// One value, or several from a list.
fn several(value: &Value<'_>) -> Result<Option<String>> {
    if value.node().as_list().is_none() {
        let blank_is_empty = |text: String| if text.trim().is_empty() { String::new() } else { text };
        return Ok(value.written()?.map(blank_is_empty));
    }
    Ok(Some(value.values()?.join("|")))
}
