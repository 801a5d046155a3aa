//! Statuses, types, groups and fields, and the pairs of codes of `updateNo`.

use domain::{CatalogKind, Result};
use kit::json::Node;
use kit::reader::{Presence, Reader};

use super::LONGEST_CODE;

/// Options of a field at most.
const MOST_OPTIONS: usize = 1_000;

/// The names that members of a list have; the best comes first.
struct Words {
    no: [&'static str; 2],
    name: &'static str,
    description: &'static str,
    old: [&'static str; 2],
    new: [&'static str; 3],
}

/// The table says `stattus_no`; the samples of `type/delete` and `group/delete` send `status_no`; the table of
/// `group/updateNo` names the members of a customer.
fn words(kind: CatalogKind) -> Words {
    match kind {
        CatalogKind::Type => Words {
            no: ["type_no", "status_no"],
            name: "type_name",
            description: "type_description",
            old: ["type_no_old", "type_no_old"],
            new: ["type_no_new", "type_no_new", "type_name_new"],
        },
        CatalogKind::Group => Words {
            no: ["group_no", "status_no"],
            name: "group_name",
            description: "group_description",
            old: ["group_no_old", "customer_no_old"],
            new: ["group_no_new", "customer_no_new", "customer_name_new"],
        },
        _ => Words {
            no: ["status_no", "stattus_no"],
            name: "status_name",
            description: "status_description",
            old: ["status_no_old", "stattus_no_old"],
            new: ["status_no_new", "stattus_no_new", "status_name_new"],
        },
    }
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `status_no`, `type_no`, `group_no`
    pub no: String,
    /// `status_name`, `type_name`, `group_name`
    pub name: Option<String>,
    /// `group_description`
    pub description: Option<String>,
}

impl Item {
    /// Reads a body; a new item needs a name.
    pub fn read(body: &Reader<'_>, kind: CatalogKind, is_new: bool) -> Result<Self> {
        let words = words(kind);
        let name = body.short(words.name, LONGEST_CODE)?;
        let item = Self {
            no: body.short(words.no, LONGEST_CODE)?.ok_or_else(|| body.missing(words.no[0]))?,
            name,
            description: body.text(words.description)?.map(|text| text.trim().to_owned()),
        };
        if is_new && item.name.is_none() {
            return Err(body.missing(words.name));
        }
        Ok(item)
    }
}

/// An old code and a new one. The tables describe the new one as a name; it is a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// `*_no_old`
    pub old: String,
    /// `*_no_new`
    pub new: String,
}

impl Codes {
    /// Those of a customer.
    pub fn of_customer(body: &Reader<'_>) -> Result<Self> {
        Self::read(
            body,
            ["customer_no_old", "customer_no_old"],
            ["customer_no_new", "customer_no_new", "customer_name_new"],
        )
    }

    /// Those of a status, type or group.
    pub fn of_item(body: &Reader<'_>, kind: CatalogKind) -> Result<Self> {
        let words = words(kind);
        Self::read(body, words.old, words.new)
    }

    /// Those of a field.
    pub fn of_field(body: &Reader<'_>) -> Result<Self> {
        Self::read(body, ["field_no_old", "field_no_old"], ["field_no_new", "field_no_new", "field_name_new"])
    }

    /// Whether the codes of a field stand where the field itself should.
    pub fn are_alone(body: &Reader<'_>) -> bool {
        body.presence("field_no") != Presence::Given && body.presence("field_no_old") == Presence::Given
    }

    fn read(body: &Reader<'_>, old: [&'static str; 2], new: [&'static str; 3]) -> Result<Self> {
        Ok(Self {
            old: body.short(old, LONGEST_CODE)?.ok_or_else(|| body.missing(old[0]))?,
            new: body.short(new, LONGEST_CODE)?.ok_or_else(|| body.missing(new[0]))?,
        })
    }
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `field_no`
    pub no: String,
    /// `field_name`
    pub name: Option<String>,
    /// `field_type`: a text, or a list of one.
    pub kind: Option<String>,
    /// `field_options`: texts, or objects with one of `name`, `label`, `value`.
    pub options: Option<Vec<String>>,
    /// `field_description`
    pub description: Option<String>,
}

impl Field {
    /// Reads a body; a new field needs a name and a type.
    pub fn read(body: &Reader<'_>, is_new: bool) -> Result<Self> {
        let field = Self {
            no: body.short("field_no", LONGEST_CODE)?.ok_or_else(|| body.missing("field_no"))?,
            name: body.short("field_name", LONGEST_CODE)?,
            kind: kind(body)?,
            options: options(body)?,
            description: body.text("field_description")?.map(|text| text.trim().to_owned()),
        };
        match (is_new, &field.name, &field.kind) {
            (true, None, _) => Err(body.missing("field_name")),
            (true, _, None) => Err(body.missing("field_type")),
            _ => Ok(field),
        }
    }
}

fn kind(body: &Reader<'_>) -> Result<Option<String>> {
    let mut kinds = body.texts("field_type")?;
    if kinds.len() > 1 {
        return Err(body.invalid("field_type", "chỉ nhận một kiểu"));
    }
    match kinds.pop() {
        Some(kind) if kind.chars().count() > LONGEST_CODE => {
            Err(body.invalid("field_type", &format!("dài quá {LONGEST_CODE} ký tự")))
        }
        kind => Ok(kind),
    }
}

fn options(body: &Reader<'_>) -> Result<Option<Vec<String>>> {
    let Some(value) = body.value(["field_options", "options"]).filter(|value| *value.node() != Node::Null) else {
        return Ok(None);
    };
    let mut options: Vec<String> = Vec::new();
    for element in value.list()? {
        let label = match element.object() {
            Ok(Some(object)) => object.trimmed(["name", "label", "value"])?,
            Ok(None) | Err(_) => element.trimmed()?,
        };
        let Some(label) = label else { continue };
        if label.chars().count() > LONGEST_CODE {
            return Err(element.invalid(&format!("dài quá {LONGEST_CODE} ký tự")));
        }
        if !options.contains(&label) {
            options.push(label);
        }
        if options.len() > MOST_OPTIONS {
            return Err(value.invalid(&format!("có quá {MOST_OPTIONS} phần tử")));
        }
    }
    Ok(Some(options))
}
