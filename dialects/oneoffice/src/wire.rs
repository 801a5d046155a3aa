//! What 1Office's clients send, in its words. Tolerant in what it takes, naming the parameter of what it refuses.

mod parts;

use domain::customer::Kind;
use domain::{Error, Result, text};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::json::Node;
use kit::reader::{Names, Presence, Reader, Value};

pub use parts::{ContactRow, Detail, File, TYPES, Target, contact_rows, details, files};

/// Letters of a short text.
const SHORT: usize = 1_000;
/// Bytes of a text that names several things.
const LONG: usize = 50_000;
/// Things that one parameter may name.
const MOST_WORDS: usize = 200;
/// Custom fields of one call.
const MOST_CUSTOM: usize = 200;
/// Letters of a code.
const CODE: usize = 250;
/// Values of one custom field.
const MOST_VALUES: usize = 50;

/// `formal_name`, as the document lists them.
pub const SALUTATIONS: [&str; 8] = ["Ông", "Bà", "Cô", "Anh", "Chị", "Mrs.", "Mr", "Ms."];

/// What the call is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Make a record: what is required must be there.
    Insert,
    /// Change one: what is required must not be emptied.
    Update,
}

/// How much the org asks for (`oneoffice.required`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Everything that the document marks, and nothing that its lists do not name.
    Document,
    /// Code, type and name.
    Lenient,
}

/// What is done with words that an enumeration of the document does not have.
pub struct Enumerations {
    purpose: Purpose,
    strictness: Strictness,
    unlisted: Vec<(String, Error)>,
}

impl Enumerations {
    /// For a call of this kind.
    pub fn new(purpose: Purpose, strictness: Strictness) -> Self {
        Self { purpose, strictness, unlisted: Vec::new() }
    }

    /// Takes a word that is in no list, or the refusal of it. An update may send back what another door gave the record,
    /// which only the record can tell.
    pub(crate) fn accept(&mut self, word: &str, refusal: Error) -> Result<()> {
        match (self.strictness, self.purpose) {
            (Strictness::Lenient, _) => Ok(()),
            (Strictness::Document, Purpose::Insert) => Err(refusal),
            (Strictness::Document, Purpose::Update) => {
                self.unlisted.push((text::label_key(word), refusal));
                Ok(())
            }
        }
    }
}

/// A contact as sent. `None` is what was not mentioned, and an empty text or list what was emptied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contact {
    /// `private_code`: number of the identity card.
    pub private_code: Option<String>,
    /// `private_date`: its day of issue.
    pub private_date: Option<Option<Date>>,
    /// `private_place`: its place of issue.
    pub private_place: Option<String>,
    /// `code`: the client's own code.
    pub code: Option<String>,
    /// `type`: person or organization.
    pub kind: Option<Kind>,
    /// `group_type_id`: labels between commas.
    pub group_type_id: Option<Vec<String>>,
    /// `branch_id`: code of the organization above.
    pub branch_id: Option<String>,
    /// `partner_id`: partner code.
    pub partner_id: Option<String>,
    /// `formal_name`: salutation.
    pub formal_name: Option<String>,
    /// `name`
    pub name: Option<String>,
    /// `birthday`
    pub birthday: Option<Option<Date>>,
    /// `phones`
    pub phones: Option<Vec<String>>,
    /// `emails`
    pub emails: Option<Vec<String>>,
    /// `address`: number and street.
    pub address: Option<String>,
    /// `place_of_address`: ward, district, province.
    pub place_of_address: Option<String>,
    /// `scale_id`: a label.
    pub scale_id: Option<Vec<String>>,
    /// `fountain_head_id`: a label.
    pub fountain_head_id: Option<Vec<String>>,
    /// `status_id`: a label.
    pub status_id: Option<Vec<String>>,
    /// `desc`: HTML, exactly as sent.
    pub desc: Option<String>,
    /// `user_ids`: staff codes or names.
    pub user_ids: Option<Vec<String>>,
    /// `trade_ids`: labels between commas.
    pub trade_ids: Option<Vec<String>>,
    /// `job_tax`: tax code.
    pub job_tax: Option<String>,
    /// `job_date`: day of founding.
    pub job_date: Option<Option<Date>>,
    /// `create_from_crm_call_history_id`
    pub create_from_crm_call_history_id: Option<Option<i64>>,
    /// `json_contacts`: as sent.
    pub json_contacts: Option<String>,
    /// `contacts`, and what `json_contacts` adds to it.
    pub contacts: Option<Vec<ContactRow>>,
    /// `detail`: people to speak to.
    pub detail: Option<Vec<Detail>>,
    /// `files`
    pub files: Vec<File>,
    /// `cf<N>`: number and values.
    pub cf: Vec<(i64, Vec<String>)>,
    /// Words of an update that no enumeration has, each with its refusal unless the record has it already.
    pub unlisted: Vec<(String, Error)>,
}

impl Contact {
    /// Reads a contact.
    pub fn read(form: &Reader<'_>, zone: &TimeZone, purpose: Purpose, strictness: Strictness) -> Result<Self> {
        require(form, purpose, strictness)?;
        let mut lists = Enumerations::new(purpose, strictness);
        let date = |name: &str| given(form, name, || form.date(name, zone));
        let json_contacts = given(form, "json_contacts", || raw(form, "json_contacts"))?.map(Option::unwrap_or_default);
        let (source, industries) = (word(form, "fountain_head_id")?, words(form, "trade_ids")?);
        if strictness == Strictness::Document {
            refuse_blank(form, "fountain_head_id", source.as_deref())?;
            refuse_blank(form, "trade_ids", industries.as_deref())?;
        }
        Ok(Self {
            private_code: short(form, "private_code", CODE)?,
            private_date: date("private_date")?,
            private_place: short(form, "private_place", SHORT)?,
            code: short(form, "code", CODE)?,
            kind: kind(form)?,
            group_type_id: words(form, "group_type_id")?,
            branch_id: short(form, "branch_id", CODE)?,
            partner_id: short(form, "partner_id", CODE)?,
            formal_name: salutation(form, ["formal_name", "formal_id"], &mut lists)?,
            name: short(form, "name", SHORT)?,
            birthday: date("birthday")?,
            phones: pieces(form, "phones")?,
            emails: pieces(form, "emails")?,
            address: short(form, "address", SHORT)?,
            place_of_address: short(form, "place_of_address", SHORT)?,
            scale_id: word(form, "scale_id")?,
            fountain_head_id: source,
            status_id: word(form, "status_id")?,
            desc: given(form, "desc", || form.text("desc"))?.map(Option::unwrap_or_default),
            user_ids: pieces(form, "user_ids")?,
            trade_ids: industries,
            job_tax: short(form, "job_tax", CODE)?,
            job_date: date("job_date")?,
            create_from_crm_call_history_id: given(form, "create_from_crm_call_history_id", || {
                form.integer("create_from_crm_call_history_id")
            })?,
            json_contacts,
            contacts: contact_rows(form, &mut lists)?,
            detail: details(form, zone, &mut lists)?,
            files: files(form)?,
            cf: custom(form)?,
            unlisted: lists.unlisted,
        })
    }
}

/// Asks for what must be there, in the document's order.
fn require(form: &Reader<'_>, purpose: Purpose, strictness: Strictness) -> Result<()> {
    let always = ["code", "type", "name"];
    let document = ["fountain_head_id", "trade_ids"];
    let marked = if strictness == Strictness::Document { &document[..] } else { &[] };
    for name in always.iter().chain(marked) {
        let lacks = match (form.presence(*name), purpose) {
            (Presence::Given, _) | (Presence::Absent, Purpose::Update) => false,
            (Presence::Absent | Presence::Empty, _) => true,
        };
        // An update may name its record by `ID`.
        if lacks && !(*name == "code" && purpose == Purpose::Update) {
            return Err(form.missing(name));
        }
    }
    Ok(())
}

/// Refuses what is there and names nothing, such as `[null]` and `,`.
fn refuse_blank(form: &Reader<'_>, name: &str, words: Option<&[String]>) -> Result<()> {
    let is_blank = |word: &String| word.split(',').all(|part| part.trim().is_empty());
    if words.is_some_and(|words| words.iter().all(is_blank)) { Err(form.missing(name)) } else { Ok(()) }
}

fn given<T>(form: &Reader<'_>, names: impl Names, read: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
    if form.presence(names) == Presence::Absent { Ok(None) } else { read().map(Some) }
}

/// A trimmed text of so many letters at most.
pub(crate) fn short(form: &Reader<'_>, names: impl Names, most: usize) -> Result<Option<String>> {
    Ok(given(form, names, || form.short(names, most))?.map(Option::unwrap_or_default))
}

/// A text as sent, or the JSON of a value that is none.
fn raw(form: &Reader<'_>, name: &str) -> Result<Option<String>> {
    let text = form.value(name).map(|value| match value.node() {
        Node::Text(text) => text.clone(),
        other => other.to_json(),
    });
    if text.as_ref().is_some_and(|text| text.len() > LONG) {
        return Err(form.invalid(name, &format!("dài quá {LONG} byte")));
    }
    Ok(text)
}

/// Texts of a list, or the one text that stands for it; none when it is empty.
pub(crate) fn words(form: &Reader<'_>, name: &str) -> Result<Option<Vec<String>>> {
    let words = given(form, name, || form.texts(name))?;
    match &words {
        Some(words) if words.len() > MOST_WORDS => Err(form.invalid(name, &format!("có quá {MOST_WORDS} giá trị"))),
        Some(words) if words.iter().any(|word| word.len() > LONG) => {
            Err(form.invalid(name, &format!("dài quá {LONG} byte")))
        }
        _ => Ok(words),
    }
}

/// The one text of a list of which a record has one item.
fn word(form: &Reader<'_>, name: &str) -> Result<Option<Vec<String>>> {
    match words(form, name)? {
        Some(words) if words.len() > 1 => Err(form.invalid(name, "chỉ nhận một giá trị")),
        words => Ok(words),
    }
}

/// The parts of a text between commas, semicolons and line breaks.
pub(crate) fn pieces(form: &Reader<'_>, name: &str) -> Result<Option<Vec<String>>> {
    let Some(texts) = words(form, name)? else { return Ok(None) };
    let parts = texts.iter().flat_map(|text| text.split([',', ';', '\n', '\r'])).map(str::trim);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
    match parts.iter().find(|part| part.chars().count() > SHORT) {
        Some(_) => Err(form.invalid(name, &format!("có giá trị dài quá {SHORT} ký tự"))),
        None if parts.len() > MOST_WORDS => Err(form.invalid(name, &format!("có quá {MOST_WORDS} giá trị"))),
        None => Ok(Some(parts)),
    }
}

/// `type`: a label in any spelling, or 0 and 1 as some clients send.
pub(crate) fn kind(form: &Reader<'_>) -> Result<Option<Kind>> {
    let Some(word) = form.trimmed("type")? else { return Ok(None) };
    match text::fold(&word).split_whitespace().collect::<Vec<_>>().join(" ").as_str() {
        "ca nhan" | "0" => Ok(Some(Kind::Person)),
        "to chuc" | "1" => Ok(Some(Kind::Organization)),
        _ => Err(form.invalid("type", "phải là một trong: Cá nhân, Tổ chức")),
    }
}

/// A salutation as the document spells it.
fn salutation(form: &Reader<'_>, names: [&str; 2], lists: &mut Enumerations) -> Result<Option<String>> {
    let Some(word) = short(form, names, SHORT)?.filter(|word| !word.is_empty()) else {
        return given(form, names, || Ok(String::new()));
    };
    let key = |word: &str| text::label_key(word.trim_end_matches('.'));
    if let Some(known) = SALUTATIONS.iter().find(|known| key(known) == key(&word)) {
        return Ok(Some((*known).to_owned()));
    }
    let fault = format!("phải là một trong: {}", SALUTATIONS.join(", "));
    lists.accept(&word, form.invalid(names[0], &fault))?;
    Ok(Some(word))
}

/// `cf1`, `cf31` and so on; of one that stands twice the last counts.
fn custom(form: &Reader<'_>) -> Result<Vec<(i64, Vec<String>)>> {
    let mut found: Vec<(i64, Vec<String>)> = Vec::new();
    for (key, value) in form.members() {
        let Some(number) = custom_number(key) else { continue };
        let texts = values(&value)?;
        found.retain(|(known, _)| *known != number);
        found.push((number, texts));
        if found.len() > MOST_CUSTOM {
            return Err(form.invalid(key, &format!("là trường cf thứ {}, nhiều nhất {MOST_CUSTOM}", MOST_CUSTOM + 1)));
        }
    }
    Ok(found)
}

/// The number in `cf31`.
pub(crate) fn custom_number(key: &str) -> Option<i64> {
    let digits = key.strip_prefix("cf").or_else(|| key.strip_prefix("CF"))?;
    let is_number = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|number| is_number && *number > 0)
}

fn values(value: &Value<'_>) -> Result<Vec<String>> {
    let texts = value.values()?;
    if texts.len() > MOST_VALUES {
        return Err(value.invalid(&format!("có quá {MOST_VALUES} giá trị")));
    }
    Ok(texts)
}
