//! The three lists of a contact: `contacts`, `detail`, `files`. Each comes as a JSON text, as a real list, or in bracketed keys.

use domain::{Error, Result, text};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::json::{self, Node};
use kit::reader::{Presence, Reader};

use super::{Enumerations, SHORT, given, salutation, short};

/// Rows of one list.
const MOST_ROWS: usize = 200;
/// Files of one call.
const MOST_FILES: usize = 5;

/// What a row of `contacts` becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A phone.
    Phone,
    /// An e-mail address.
    Email,
    /// A messenger account.
    Im,
    /// A web address.
    Website,
    /// A postal address.
    Address,
}

/// A value of `contacts[].type`: as the document prints it, its code, how we call it, and what it becomes.
pub type Type = (&'static str, &'static str, &'static str, Target);

/// The twelve values of `contacts[].type`. The document mixes labels with keys that were never translated, and names one twice.
pub const TYPES: [Type; 12] = [
    ("Số điện thoại", "phone", "Số điện thoại", Target::Phone),
    ("Email", "email", "Email", Target::Email),
    ("Skype", "skype", "Skype", Target::Im),
    ("Facebook", "facebook", "Facebook", Target::Im),
    ("customer.contact.enum.type.website", "website", "Website", Target::Website),
    ("customer.contact.enum.type.zalo", "zalo", "Zalo", Target::Im),
    ("customer.contact.enum.type.fanpage", "fanpage", "Fanpage", Target::Im),
    ("customer.contact.enum.type.zalo_oa", "zalo_oa", "Zalo OA", Target::Im),
    ("customer.contact.enum.type.business_address", "business_address", "Địa chỉ kinh doanh", Target::Address),
    ("customer.contact.enum.type.office_address", "office_address", "Địa chỉ văn phòng", Target::Address),
    (
        "customer.contact.enum.type.representative_address",
        "representative_address",
        "Địa chỉ người đại diện",
        Target::Address,
    ),
    ("customer.contact.enum.type.branch", "branch", "Chi nhánh", Target::Address),
];

/// A row of `contacts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// What it becomes.
    pub target: Target,
    /// How we call its type.
    pub label: String,
    /// `title`: the address itself.
    pub title: String,
}

/// A row of `detail`: somebody to speak to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// `formal_id`: salutation.
    pub formal_id: String,
    /// `name`
    pub name: String,
    /// `position`
    pub position: String,
    /// `phone`
    pub phone: String,
    /// `birthday`
    pub birthday: Option<Date>,
    /// `email`
    pub email: String,
}

/// A row of `files`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// `name`; empty when it is to be made.
    pub name: String,
    /// `file`: base64.
    pub file: String,
}

/// `contacts`, and `json_contacts` where it is such a list too.
pub fn contact_rows(form: &Reader<'_>, lists: &mut Enumerations) -> Result<Option<Vec<ContactRow>>> {
    let mut all = rows(form, "contacts", MOST_ROWS)?;
    // The document describes this one with the words of another parameter: only what is a list is taken for one.
    if let Ok(Some(Node::List(more))) = rows(form, "json_contacts", MOST_ROWS)
        && more.iter().all(|row| row.as_object().is_some())
        && !more.is_empty()
    {
        match &mut all {
            Some(Node::List(rows)) => rows.extend(more),
            _ => all = Some(Node::List(more)),
        }
    }
    let Some(node) = all else { return Ok(None) };
    let mut found = Vec::new();
    for (index, row) in node.as_list().unwrap_or_default().iter().enumerate() {
        let row = Reader::item(row, "contacts", index)?;
        row.reject_nul()?;
        let (kind, title) = (short(&row, "type", SHORT)?, short(&row, "title", SHORT)?);
        match (kind.unwrap_or_default(), title.unwrap_or_default()) {
            _ if is_blank(&row) => {}
            (kind, _) if kind.is_empty() => return Err(row.missing("type")),
            (_, title) if title.is_empty() => return Err(row.missing("title")),
            (kind, title) => found.push(contact_row(&row, kind, title, lists)?),
        }
    }
    Ok(Some(found))
}

fn contact_row(row: &Reader<'_>, kind: String, title: String, lists: &mut Enumerations) -> Result<ContactRow> {
    let key = text::label_key(&kind);
    let is_it = |word: &&str| text::label_key(word) == key;
    let known = TYPES.iter().find(|(word, code, label, _)| [word, code, label].into_iter().any(is_it));
    if let Some((_, _, label, target)) = known {
        return Ok(ContactRow { target: *target, label: (*label).to_owned(), title });
    }
    let words: Vec<_> = TYPES.iter().map(|(word, ..)| *word).collect();
    lists.accept(&kind, row.invalid("type", &format!("phải là một trong: {}", words.join(", "))))?;
    Ok(ContactRow { target: Target::Im, label: kind, title })
}

/// `detail`
pub fn details(form: &Reader<'_>, zone: &TimeZone, lists: &mut Enumerations) -> Result<Option<Vec<Detail>>> {
    let Some(node) = rows(form, "detail", MOST_ROWS)? else { return Ok(None) };
    let mut found = Vec::new();
    for (index, row) in node.as_list().unwrap_or_default().iter().enumerate() {
        let row = Reader::item(row, "detail", index)?;
        row.reject_nul()?;
        let text = |name: &str| short(&row, name, SHORT).map(Option::unwrap_or_default);
        let detail = Detail {
            formal_id: salutation(&row, ["formal_id", "formal_name"], lists)?.unwrap_or_default(),
            name: text("name")?,
            position: text("position")?,
            phone: text("phone")?,
            birthday: row.date("birthday", zone)?,
            email: text("email")?,
        };
        match is_blank(&row) {
            true => {}
            false if detail.name.is_empty() => return Err(row.missing("name")),
            false => found.push(detail),
        }
    }
    Ok(Some(found))
}

/// `files`
pub fn files(form: &Reader<'_>) -> Result<Vec<File>> {
    let Some(node) = rows(form, "files", MOST_FILES)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (index, row) in node.as_list().unwrap_or_default().iter().enumerate() {
        let row = Reader::item(row, "files", index)?;
        row.reject_nul()?;
        let mut name = short(&row, "name", 250)?.unwrap_or_default();
        // A file that was uploaded as `files[0][file]` brings a name of its own.
        let uploaded = row.value("file").filter(|value| value.node().as_object().is_some());
        let file = match uploaded.map(|value| value.object()).transpose()?.flatten() {
            Some(upload) => {
                if name.is_empty() {
                    name = short(&upload, "name", 250)?.unwrap_or_default();
                }
                upload.text("file")?
            }
            None => row.text("file")?,
        };
        match file.filter(|file| !file.trim().is_empty()) {
            Some(file) => found.push(File { name, file }),
            // A file that is there already, as lists show it, is sent back by clients that change a whole record.
            None if is_blank(&row) || name.is_empty() && row.presence("filename") == Presence::Given => {}
            None => return Err(row.missing("file")),
        }
    }
    Ok(found)
}

/// Whether it is a row that nobody filled in, as forms send it.
fn is_blank(row: &Reader<'_>) -> bool {
    row.members().all(|(_, value)| value.node().is_empty())
}

/// The rows of a list, in whatever form they came; `None` when the parameter was not sent.
fn rows(form: &Reader<'_>, name: &str, most: usize) -> Result<Option<Node>> {
    let Some(value) = given(form, name, || Ok(form.value(name)))?.flatten() else { return Ok(None) };
    let node = parsed(value.node().clone()).map_err(|error| unreadable(form, name, &error))?;
    let rows = match node {
        Node::List(rows) => rows,
        Node::Null => Vec::new(),
        Node::Object(members) if members.is_empty() => Vec::new(),
        // PHP writes a list with gaps as an object.
        Node::Object(members) if members.iter().all(|(key, _)| key.parse::<u32>().is_ok()) => {
            members.into_iter().map(|(_, row)| row).collect()
        }
        row @ Node::Object(_) => vec![row],
        Node::Bool(_) | Node::Number(_) | Node::Text(_) => {
            return Err(form.invalid(name, "phải là danh sách JSON"));
        }
    };
    if rows.len() > most {
        return Err(form.invalid(name, &format!("có quá {most} phần tử")));
    }
    let rows: Result<Vec<Node>> = rows.into_iter().map(parsed).collect();
    Ok(Some(Node::List(rows.map_err(|error| unreadable(form, name, &error))?)))
}

/// A value, or what a text of JSON says; a text may have been encoded twice.
fn parsed(mut node: Node) -> Result<Node> {
    for _ in 0..2 {
        node = match node {
            Node::Text(text) if text.trim().is_empty() => Node::Null,
            Node::Text(text) => json::parse_text(&text)?.node,
            other => return Ok(other),
        };
    }
    Ok(node)
}

fn unreadable(form: &Reader<'_>, name: &str, error: &Error) -> Error {
    form.invalid(name, &format!("không phải danh sách JSON: {}", error.public()))
}
