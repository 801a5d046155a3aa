//! What lists are asked for: `page`, `limit`, `search`, `type`, `status_id` and the rest, also as `filters`.

use domain::catalog::CatalogKind;
use domain::customer::Kind;
use domain::{Error, Instant, Result};
use hub::drafts::{Unknown, Worded, labels, staff};
use hub::{Filter, Tx, customers};
use kit::json::{self, Node};
use kit::paging::Paging;
use kit::reader::Reader;

use crate::auth::Visit;
use crate::wire::{kind, pieces, short, words};

/// Rows of a page unless another number is asked for, and at most.
const USUAL: i64 = 50;
/// See [`USUAL`].
const MOST: i64 = 100;

/// Lists by which records are found, by the parameter that names them.
const LISTS: [(&str, CatalogKind); 5] = [
    ("status_id", CatalogKind::Status),
    ("group_type_id", CatalogKind::Group),
    ("trade_ids", CatalogKind::Industry),
    ("fountain_head_id", CatalogKind::Source),
    ("scale_id", CatalogKind::Scale),
];

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Which page.
    pub page: Option<i64>,
    /// How long a page is.
    pub limit: Option<i64>,
    /// What is searched.
    pub search: Option<String>,
    /// Person or organization.
    kind: Option<Kind>,
    /// A client's own code.
    code: Option<String>,
    labels: Vec<Worded>,
    owners: Option<Vec<String>>,
    /// Made from this moment on, and before that one.
    pub created: (Option<Instant>, Option<Instant>),
    updated: (Option<Instant>, Option<Instant>),
}

impl Listing {
    /// Reads what is asked for.
    pub fn read(visit: &Visit) -> Result<Self> {
        let form = Reader::object(visit.form()?, "")?;
        let mut listing = Self { page: form.integer("page")?, limit: form.integer("limit")?, ..Self::default() };
        listing.narrow(&form, visit)?;
        for (index, filter) in filters(&form)?.iter().enumerate() {
            let filter = Reader::item(filter, "filters", index)?;
            filter.reject_nul()?;
            listing.narrow(&filter, visit)?;
        }
        Ok(listing)
    }

    /// Which rows of the whole list are meant.
    pub fn paging(&self) -> Paging {
        Paging::new(self.page, self.limit, USUAL, MOST)
    }

    fn narrow(&mut self, form: &Reader<'_>, visit: &Visit) -> Result<()> {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        for name in ["search", "s", "name", "phones", "emails"] {
            // The text of a search is any of these; more than one at once is not known of any client.
            if self.search.is_none() {
                self.search = filled(short(form, name, 1_000)?);
            }
        }
        self.kind = kind(form)?.or(self.kind);
        self.code = filled(short(form, "code", 250)?).or(self.code.take());
        for (field, kind) in LISTS {
            if let Some(words) = words(form, field)?.filter(|words| !words.is_empty()) {
                self.labels.push(Worded { kind, field, words });
            }
        }
        self.owners = pieces(form, "user_ids")?.filter(|names| !names.is_empty()).or(self.owners.take());
        self.created = range(form, visit, "created", self.created)?;
        self.updated = range(form, visit, "updated", self.updated)?;
        Ok(())
    }

    /// The same as a question about customers; `None` when nothing can match.
    pub fn filter(&self, tx: &mut Tx<'_>, visit: &hub::access::Caller) -> Result<Option<Filter>> {
        let mut filter = Filter::everything(visit.viewer.clone());
        filter.country = visit.org.settings.country();
        filter.keyword.clone_from(&self.search);
        filter.kind = self.kind;
        filter.created = self.created;
        filter.updated = self.updated;
        if let Some(code) = &self.code {
            let Some(id) = customers::find_by_code(tx, domain::dialect::System::OneOffice, code)? else {
                return Ok(None);
            };
            filter.only = Some(vec![id]);
        }
        for worded in &self.labels {
            // Several items of a list that a record has one of come between commas as well.
            let mut items = Vec::new();
            for words in &worded.words {
                items.extend(any_of(tx, worded, words)?);
            }
            filter.labels.push(items);
        }
        if let Some(names) = &self.owners {
            filter.owners = staff(tx, names)?.into_iter().map(|user| user.id).collect();
            if filter.owners.is_empty() {
                return Ok(None);
            }
        }
        Ok(Some(filter))
    }
}

/// The items of a text: as one label, or as several between commas.
fn any_of(tx: &mut Tx<'_>, worded: &Worded, words: &str) -> Result<Vec<domain::Id>> {
    let named = |words: Vec<String>| Worded { words, ..worded.clone() };
    let ids = |labels: Vec<domain::Label>| labels.into_iter().map(|label| label.item).collect();
    let whole = labels::find(tx, &named(vec![words.to_owned()]), Unknown::Refuse);
    if whole.is_ok() || !words.contains(',') || !worded.kind.is_single() {
        return whole.map(ids);
    }
    let parts = words.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    labels::find(tx, &named(parts), Unknown::Refuse).map(ids)
}

/// `filters`: a list of objects, or one, as JSON text or not.
fn filters(form: &Reader<'_>) -> Result<Vec<Node>> {
    let Some(value) = form.value("filters") else { return Ok(Vec::new()) };
    let unreadable = |error: Error| form.invalid("filters", &format!("không phải JSON: {}", error.public()));
    let node = match value.node() {
        Node::Text(text) if text.trim().is_empty() => Node::Null,
        Node::Text(text) => json::parse_text(text).map_err(unreadable)?.node,
        other => other.clone(),
    };
    match node {
        Node::Null => Ok(Vec::new()),
        Node::List(items) if items.len() > 100 => Err(form.invalid("filters", "có quá 100 phần tử")),
        Node::List(items) => Ok(items),
        item @ Node::Object(_) => Ok(vec![item]),
        Node::Bool(_) | Node::Number(_) | Node::Text(_) => Err(form.invalid("filters", "phải là danh sách JSON")),
    }
}

type Range = (Option<Instant>, Option<Instant>);

/// `date_<what>_from` and `_to` in whole days, `datetime_<what>_from` and `_to` to the second; the end is included.
fn range(form: &Reader<'_>, visit: &Visit, what: &str, known: Range) -> Result<Range> {
    let zone = &visit.zone;
    let (mut from, mut to) = known;
    if let Some(date) = form.date(format!("date_{what}_from").as_str(), zone)? {
        from = start_of(date, zone);
    }
    if let Some(date) = form.date(format!("date_{what}_to").as_str(), zone)? {
        to = date.tomorrow().ok().and_then(|next| start_of(next, zone));
    }
    if let Some(at) = form.instant(format!("datetime_{what}_from").as_str(), zone)? {
        from = Some(Instant(at));
    }
    if let Some(at) = form.instant(format!("datetime_{what}_to").as_str(), zone)? {
        to = Some(Instant(at).plus_seconds(1));
    }
    Ok((from, to))
}

fn start_of(date: jiff::civil::Date, zone: &jiff::tz::TimeZone) -> Option<Instant> {
    let at = zone.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok()?;
    Some(Instant(at.as_microsecond()))
}
