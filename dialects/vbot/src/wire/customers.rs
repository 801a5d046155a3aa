//! Customers, as `customer/create`, `update` and `delete` carry them.

use domain::Result;
use kit::json::Node;
use kit::reader::{Reader, Value};

/// Custom values of one customer at most.
const MOST_FIELDS: usize = 500;

/// `customer_no`, which the third version calls `customer_code`.
const NO: [&str; 2] = ["customer_no", "customer_code"];

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
    pub fn read(body: &Reader<'_>, required: Required) -> Result<Self> {
        let customer = Self {
            no: body.trimmed(NO)?.ok_or_else(|| body.missing("customer_no"))?,
            name: body.trimmed("customer_name")?,
            phones: body.comma_separated("customer_phones")?,
            address: cleared(body, "customer_address")?,
            email: cleared(body, "customer_email")?,
            status_code: body.trimmed("customer_status_code")?,
            type_code: body.trimmed("customer_type_code")?,
            group_name: body.trimmed("customer_group_name")?,
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

/// The custom values: a list of pairs, a map, a lone pair, or a pair among the members of the customer, as the table draws it.
fn pairs(body: &Reader<'_>) -> Result<Vec<FieldPair>> {
    let Some(fields) = body.value(["fileds", "fields", "files"]) else {
        return Ok(if body.value("field_key").is_some() { vec![pair(body)?] } else { Vec::new() });
    };
    let pairs = match fields.node() {
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
    };
    if pairs.len() > MOST_FIELDS {
        return Err(fields.invalid(&format!("có quá {MOST_FIELDS} phần tử")));
    }
    Ok(pairs)
}

fn pair(object: &Reader<'_>) -> Result<FieldPair> {
    let key = object.trimmed("field_key")?.ok_or_else(|| object.missing("field_key"))?;
    let path = object.value("field_key").map(|key| key.path()).unwrap_or_default();
    let value = object.value("field_value").map_or(Ok(None), |value| several(&value))?;
    Ok(FieldPair { key, value, path })
}

fn entry(key: &str, value: &Value<'_>) -> Result<FieldPair> {
    let name = key.trim();
    if name.is_empty() {
        return Err(value.invalid("không có tên"));
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
