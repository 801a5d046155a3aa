//! What clients send: leads, contacts, and the parameters of lists.

use domain::{Error, Result};
use jiff::tz::TimeZone;
use kit::json::Node;
use kit::reader::{Names, Presence, Reader, Value};

/// Letters of a name or subject at most, as the document says.
const NAME: usize = 250;
/// Letters of a phone or e-mail at most, as the document says.
const POINT: usize = 50;
/// Letters of a comment at most, as the document says.
const COMMENT: usize = 5_000;
/// Letters of an address of a page at most.
const URL: usize = 2_000;
/// Elements of a list at most.
const MOST: usize = 200;
/// Leads on a page unless the client says, and at most.
const COUNT: (i64, i64) = (50, 500);

/// `lead`, when one is made or changed. What was not sent is `None` or empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lead {
    /// `username`
    pub username: Option<String>,
    /// `subject`
    pub subject: Option<String>,
    /// `phone`
    pub phone: Option<String>,
    /// `email`
    pub email: Option<String>,
    /// `requester_id`, which only other calls of the vendor document.
    pub requester_id: Option<Reference>,
    /// `service_id`
    pub service_id: Option<i64>,
    /// `group_id`
    pub group_id: Option<i64>,
    /// `assignee_id`
    pub assignee_id: Option<i64>,
    /// `lead_status_id`, in the sample `lead_status`.
    pub lead_status_id: Option<Reference>,
    /// `estimated_closed_date` in microseconds UTC.
    pub estimated_closed_date: Option<i64>,
    /// `lead_label`, in the sample `lead_label_id`; an empty list takes all labels away.
    pub lead_label: Option<Vec<i64>>,
    /// `custom_fields`
    pub custom_fields: Vec<CustomField>,
    /// `comment`, of which the document has one.
    pub comments: Vec<Comment>,
    /// `unqualify_reason`
    pub unqualify_reason: Option<Reference>,
    /// `ref_url`
    pub ref_url: Option<String>,
}

/// A record's number under one of several names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The number.
    pub id: i64,
    /// The name that the client used.
    pub name: String,
}

/// `custom_fields[]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// `id`
    pub id: i64,
    /// `value`; none takes it away.
    pub value: Vec<String>,
}

/// `comment`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// `body`
    pub body: String,
    /// `is_public`
    pub is_public: bool,
    /// `author_id`
    pub author_id: Option<Reference>,
}

/// `contact`, when one is made or changed. What was not sent is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// `username`
    pub username: Option<String>,
    /// `phone_no`, `phone_no2`, `phone_no3`
    pub phones: [Option<String>; 3],
    /// `email`, `email2`
    pub emails: [Option<String>; 2],
    /// `gender`: 0 male, 1 female, 2 unknown.
    pub gender: Option<i64>,
    /// `organization_id`
    pub organization_id: Option<i64>,
    /// `custom_fields`
    pub custom_fields: Vec<CustomField>,
}

/// The parameters of the list of leads. Instants are in microseconds UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeadsQuery {
    /// `requester_id`
    pub requester_id: Option<i64>,
    /// `assignee_id`
    pub assignee_id: Option<i64>,
    /// `service_id`
    pub service_id: Option<i64>,
    /// `status_ids`
    pub status_ids: Option<Vec<i64>>,
    /// `convert_type`, 1 or 2.
    pub convert_type: Option<i64>,
    /// `created_since` and `created_to`
    pub created: (Option<i64>, Option<i64>),
    /// `updated_since` and `updated_to`
    pub updated: (Option<i64>, Option<i64>),
    /// `convert_since` and `convert_to`
    pub convert: (Option<i64>, Option<i64>),
    /// `page` and `count`
    pub page: Page,
}

/// `page` and `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Page {
    /// Rows before the page.
    pub offset: i64,
    /// Rows of the page.
    pub count: i64,
    /// Whether the client asked for a page at all.
    pub is_asked: bool,
}

impl Lead {
    /// Reads `{"lead": {…}}`, or what stands inside alone.
    pub fn read(body: &Node, zone: &TimeZone) -> Result<Self> {
        let data = inside(body, "lead")?;
        Ok(Self {
            username: data.short(["username", "name"], NAME)?,
            subject: data.short("subject", NAME)?,
            phone: data.short(["phone", "phone_no"], POINT)?,
            email: data.short("email", POINT)?,
            requester_id: reference(&data, ["requester_id", "contact_id"])?,
            service_id: data.integer("service_id")?,
            group_id: data.integer("group_id")?,
            assignee_id: data.integer("assignee_id")?,
            lead_status_id: reference(&data, ["lead_status_id", "lead_status"])?,
            estimated_closed_date: data.instant("estimated_closed_date", zone)?,
            lead_label: labels(&data)?,
            custom_fields: custom_fields(&data)?,
            comments: comments(&data)?,
            unqualify_reason: reference(&data, ["unqualify_reason", "unqualified_reason", "unqualified_reasons"])?,
            ref_url: data.short("ref_url", URL)?,
        })
    }

    /// What the document marks as required when a lead is made.
    pub fn must_have_subject(self) -> Result<Self> {
        match self.subject {
            Some(_) => Ok(self),
            None => Err(Error::invalid("subject", "Trường subject là bắt buộc")),
        }
    }
}

impl Contact {
    /// Reads `{"contact": {…}}`, or what stands inside alone.
    pub fn read(body: &Node) -> Result<Self> {
        let data = inside(body, "contact")?;
        let gender = data.integer("gender")?;
        if gender.is_some_and(|gender| !(0..=2).contains(&gender)) {
            return Err(data.invalid("gender", "chỉ nhận 0 (nam), 1 (nữ) hoặc 2 (không rõ)"));
        }
        Ok(Self {
            username: data.short(["username", "name"], NAME)?,
            phones: [
                data.short(["phone_no", "phone"], POINT)?,
                data.short("phone_no2", POINT)?,
                data.short("phone_no3", POINT)?,
            ],
            emails: [data.short("email", POINT)?, data.short("email2", POINT)?],
            gender,
            organization_id: data.integer("organization_id")?,
            custom_fields: custom_fields(&data)?,
        })
    }

    /// A contact that is made needs something to know them by.
    pub fn must_be_somebody(self) -> Result<Self> {
        let points = self.phones.iter().chain(&self.emails);
        if self.username.is_some() || points.flatten().next().is_some() {
            return Ok(self);
        }
        Err(Error::invalid("username", "Phải có ít nhất một trong các trường: username, phone_no, email"))
    }
}

impl LeadsQuery {
    /// Reads the parameters of an address.
    pub fn read(query: &Node, zone: &TimeZone) -> Result<Self> {
        let data = parameters(query)?;
        let convert_type = data.integer("convert_type")?;
        if convert_type.is_some_and(|kind| kind != 1 && kind != 2) {
            return Err(data.invalid("convert_type", "chỉ nhận 1 (chuyển đổi) hoặc 2 (không đạt)"));
        }
        let range = |since: &'static str, to: &'static str| Ok((moment(&data, since, zone)?, moment(&data, to, zone)?));
        Ok(Self {
            requester_id: data.integer("requester_id")?,
            assignee_id: data.integer("assignee_id")?,
            service_id: data.integer("service_id")?,
            status_ids: status_ids(&data)?,
            convert_type,
            created: range("created_since", "created_to")?,
            updated: range("updated_since", "updated_to")?,
            convert: range("convert_since", "convert_to")?,
            page: Page::read(query)?,
        })
    }
}

impl Page {
    /// Reads `page` and `count`: what is too small or too large becomes the nearest that is allowed.
    pub fn read(query: &Node) -> Result<Self> {
        let data = parameters(query)?;
        let (page, count) = (data.integer("page")?, data.integer("count")?);
        let is_asked = page.is_some() || count.is_some();
        let count = count.map_or(COUNT.0, |count| count.clamp(1, COUNT.1));
        let offset = (page.unwrap_or(1).max(1) - 1).saturating_mul(count);
        Ok(Self { offset, count, is_asked })
    }
}

/// A parameter that must be there.
pub fn parameter(query: &Node, name: &'static str) -> Result<String> {
    let data = parameters(query)?;
    data.trimmed(name)?.ok_or_else(|| data.missing(name))
}

/// A parameter that need not be there.
pub fn parameter_of(query: &Node, names: &[&'static str]) -> Result<Option<String>> {
    let data = parameters(query)?;
    let mut found = names.iter().filter_map(|name| data.trimmed(*name).transpose());
    found.next().transpose()
}

fn parameters(query: &Node) -> Result<Reader<'_>> {
    let data = Reader::object(query, "")?;
    data.reject_nul()?;
    Ok(data)
}

/// The object under a name, or the whole body when nothing has that name.
fn inside<'n>(body: &'n Node, name: &'static str) -> Result<Reader<'n>> {
    let whole = Reader::object(body, "")?;
    whole.reject_nul()?;
    match body.find(name) {
        None => Ok(whole),
        Some(inner @ Node::Object(_)) => Reader::object(inner, ""),
        Some(_) => Err(whole.invalid(name, "phải là đối tượng JSON")),
    }
}

fn reference(data: &Reader<'_>, names: impl Names) -> Result<Option<Reference>> {
    let Some(value) = data.value(names) else { return Ok(None) };
    Ok(value.integer()?.map(|id| Reference { id, name: value.path() }))
}

/// Numbers, as a list, a text with commas, or one alone. What is no number is no label of anybody's.
fn labels(data: &Reader<'_>) -> Result<Option<Vec<i64>>> {
    const NAMES: [&str; 3] = ["lead_label", "lead_label_id", "labels"];
    match data.presence(NAMES) {
        Presence::Absent => Ok(None),
        Presence::Empty => Ok(data.value(NAMES).and_then(|value| value.node().as_list().map(|_| Vec::new()))),
        Presence::Given => {
            let words = data.comma_separated(NAMES)?;
            if words.len() > MOST {
                return Err(data.invalid(NAMES[0], &format!("có quá {MOST} phần tử")));
            }
            // 0 is no number of an item: a word that is none becomes it, and is passed over as unknown.
            Ok(Some(words.iter().map(|word| word.parse().unwrap_or(0)).collect()))
        }
    }
}

/// `12` or `12,34`. Blanks are left out; what is no number is a mistake.
fn status_ids(data: &Reader<'_>) -> Result<Option<Vec<i64>>> {
    let words = data.comma_separated("status_ids")?;
    if words.is_empty() {
        return Ok(None);
    }
    let numbers: Option<Vec<i64>> = words.iter().map(|word| word.parse().ok()).collect();
    numbers.map(Some).ok_or_else(|| data.invalid("status_ids", "phải là các số nguyên cách nhau bởi dấu phẩy"))
}

/// A moment of an address, where a `+` before an offset became a blank.
fn moment(data: &Reader<'_>, name: &'static str, zone: &TimeZone) -> Result<Option<i64>> {
    data.instant(name, zone).or_else(|error| {
        let text = data.text(name)?.unwrap_or_default();
        let Some((time, offset)) = text.trim().rsplit_once(' ') else { return Err(error) };
        kit::dates::instant(&format!("{time}+{offset}"), zone, name).map(Some).map_err(|_| error)
    })
}

/// A list of `{id, value}`, one alone, or a map of values by id. An id that is no number is nobody's.
fn custom_fields(data: &Reader<'_>) -> Result<Vec<CustomField>> {
    let Some(value) = data.value("custom_fields").filter(|value| !value.node().is_empty()) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let is_map = value.node().as_object().is_some_and(|members| !members.iter().any(|(name, _)| name == "id"));
    if is_map && let Some(map) = value.object()? {
        for (name, value) in map.members() {
            if let Ok(id) = name.trim().parse() {
                found.push(CustomField { id, value: texts(&value)? });
            }
        }
    } else if !matches!(value.node(), Node::List(_) | Node::Object(_)) {
        return Err(value.invalid("phải là danh sách"));
    } else {
        for value in data.list_or_one("custom_fields")? {
            let Some(field) = value.object()? else { continue };
            let id = field.trimmed("id")?.and_then(|id| id.parse().ok());
            if let (Some(id), Some(value)) = (id, field.value("value")) {
                found.push(CustomField { id, value: texts(&value)? });
            }
        }
    }
    if found.len() > MOST {
        Err(data.invalid("custom_fields", &format!("có quá {MOST} phần tử")))
    } else {
        Ok(found)
    }
}

fn texts(value: &Value<'_>) -> Result<Vec<String>> {
    let texts = value.values()?;
    if texts.len() > MOST { Err(value.invalid(&format!("có quá {MOST} phần tử"))) } else { Ok(texts) }
}

/// A text, an object, a list of them, or the literal names `comment.body` and so on, which complete the others. A blank one
/// says nothing.
fn comments(data: &Reader<'_>) -> Result<Vec<Comment>> {
    let written = data.list_or_one("comment")?;
    if written.len() > MOST {
        return Err(data.invalid("comment", &format!("có quá {MOST} phần tử")));
    }
    let mut said = written.iter().map(Said::read).collect::<Result<Vec<_>>>()?;
    let mut dotted = Said {
        body: data.value("comment.body").map_or(Ok(None), |value| body(&value))?,
        is_public: data.flag("comment.is_public")?,
        author_id: reference(data, "comment.author_id")?,
    };
    if let Some(lacking) = said.iter_mut().find(|said| said.body.is_none()) {
        lacking.body = dotted.body.take();
    } else if !said.iter().any(|said| said.body == dotted.body) {
        // One comment may come in both ways.
        said.push(Said { body: dotted.body.take(), is_public: None, author_id: None });
    }
    let comment = |said: Said| {
        Some(Comment {
            body: said.body?,
            is_public: said.is_public.or(dotted.is_public).unwrap_or(false),
            author_id: said.author_id.or_else(|| dotted.author_id.clone()),
        })
    };
    Ok(said.into_iter().filter_map(comment).collect())
}

/// What one way of writing a comment says.
struct Said {
    body: Option<String>,
    is_public: Option<bool>,
    author_id: Option<Reference>,
}

impl Said {
    fn read(value: &Value<'_>) -> Result<Self> {
        match value.node() {
            Node::Object(_) => match value.object()? {
                Some(object) => Ok(Self {
                    body: object.value(["body", "comment"]).map_or(Ok(None), |value| body(&value))?,
                    is_public: object.flag("is_public")?,
                    author_id: reference(&object, "author_id")?,
                }),
                None => Ok(Self { body: None, is_public: None, author_id: None }),
            },
            _ => Ok(Self { body: body(value)?, is_public: None, author_id: None }),
        }
    }
}

/// What a comment says, blanks and all.
fn body(value: &Value<'_>) -> Result<Option<String>> {
    match value.text()?.filter(|body| !body.trim().is_empty()) {
        Some(body) if body.chars().count() > COMMENT => Err(value.invalid(&format!("dài quá {COMMENT} ký tự"))),
        body => Ok(body),
    }
}
