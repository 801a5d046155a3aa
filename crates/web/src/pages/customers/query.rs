//! What a list of customers was asked for, as it stands in the address: so that it can be linked, kept and shared.

use domain::customer::{Kind, Stage};
use domain::org::Org;
use domain::{CatalogKind, Id, Instant, Result, Viewer};
use hub::browse::{After, Order};
use hub::{Filter, Tx, catalog, users};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::Column;

/// What a list was asked for. Everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// What was typed into the search.
    pub keyword: String,
    /// `lead` or `customer`; empty is either.
    pub stage: String,
    /// `person` or `organization`; empty is either.
    pub kind: String,
    /// Numbers of catalog items by list.
    pub labels: Vec<(CatalogKind, i64)>,
    /// Numbers of responsible users.
    pub owners: Vec<i64>,
    /// Days from which and to which records were made, both included.
    pub created: (String, String),
    /// Days from which and to which records were changed, both included.
    pub updated: (String, String),
    /// In which order.
    pub order: Order,
    /// Keys of the columns that are shown; none means the usual ones.
    pub shown: Vec<String>,
    /// Where the page begins.
    pub after: Option<After>,
}

impl Query {
    /// Lists that can be filtered by, in their order.
    pub const KINDS: [CatalogKind; 6] = [
        CatalogKind::Status,
        CatalogKind::Source,
        CatalogKind::Tag,
        CatalogKind::Group,
        CatalogKind::Type,
        CatalogKind::Industry,
    ];

    /// Reads the query of an address; what it does not know it leaves out.
    pub fn read(raw: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(raw.as_bytes()) {
            let value = value.trim().to_owned();
            if value.is_empty() {
                continue;
            }
            match &*key {
                "q" => query.keyword = value.chars().take(200).collect(),
                "stage" => query.stage = value,
                "kind" => query.kind = value,
                "owner" => query.owners.extend(value.parse::<i64>().ok()),
                "created_from" => query.created.0 = value,
                "created_to" => query.created.1 = value,
                "updated_from" => query.updated.0 = value,
                "updated_to" => query.updated.1 = value,
                "order" => query.order = order_of(&value),
                "column" if query.shown.len() < 40 => query.shown.push(value),
                "after" => query.after = after_of(&value),
                other => {
                    let list = CatalogKind::of(other).filter(|kind| Self::KINDS.contains(kind));
                    query.labels.extend(list.zip(value.parse::<i64>().ok()));
                }
            }
        }
        query
    }

    /// As it stands in an address, without the place where the page begins.
    pub fn raw(&self) -> String {
        let mut raw = form_urlencoded::Serializer::new(String::new());
        let mut add = |key: &str, value: &str| {
            if !value.is_empty() {
                raw.append_pair(key, value);
            }
        };
        add("q", &self.keyword);
        add("stage", &self.stage);
        add("kind", &self.kind);
        for (kind, number) in &self.labels {
            add(kind.word(), &number.to_string());
        }
        for owner in &self.owners {
            add("owner", &owner.to_string());
        }
        add("created_from", &self.created.0);
        add("created_to", &self.created.1);
        add("updated_from", &self.updated.0);
        add("updated_to", &self.updated.1);
        add("order", if self.order == Order::Newest { "" } else { self.order_word() });
        self.shown.iter().for_each(|column| add("column", column));
        raw.finish()
    }

    /// The address of the rows that follow.
    pub fn next(&self, after: &After) -> String {
        let raw = self.raw();
        let joint = if raw.is_empty() { "" } else { "&" };
        format!("/customers?{raw}{joint}after={}.{}", after.updated_at.0, after.id.0)
    }

    /// The address of the same list in another order.
    pub fn ordered(&self, word: &str) -> String {
        let other = Self { order: order_of(word), after: None, ..self.clone() };
        format!("/customers?{}", other.raw())
    }

    /// The word of the order.
    pub fn order_word(&self) -> &'static str {
        match self.order {
            Order::Newest => "newest",
            Order::Oldest => "oldest",
            Order::Updated => "updated",
            Order::Name => "name",
        }
    }

    /// Whether an item is among those filtered by.
    pub fn has_label(&self, kind: &CatalogKind, number: &i64) -> bool {
        self.labels.contains(&(*kind, *number))
    }

    /// How many filters are set beside the search.
    pub fn narrowed(&self) -> usize {
        let texts = [&self.stage, &self.kind, &self.created.0, &self.created.1, &self.updated.0, &self.updated.1];
        texts.into_iter().filter(|text| !text.is_empty()).count() + self.labels.len() + self.owners.len()
    }

    /// The columns to show, out of all there are.
    pub fn columns(&self, all: &[Column]) -> Vec<Column> {
        let is_shown = |column: &&Column| {
            if self.shown.is_empty() { column.is_usual() } else { self.shown.contains(&column.key()) }
        };
        all.iter().filter(is_shown).cloned().collect()
    }

    /// As the hub is asked. A number that names nothing finds nothing.
    pub fn filter(&self, tx: &mut Tx<'_>, viewer: &Viewer, org: &Org) -> Result<Filter> {
        let zone = org.settings.time_zone();
        let mut filter = Filter::everything(viewer.clone());
        filter.country = org.settings.country();
        filter.keyword = Some(self.keyword.clone()).filter(|keyword| !keyword.is_empty());
        filter.stage = (!self.stage.is_empty()).then(|| Stage::of(&self.stage));
        filter.kind = (!self.kind.is_empty()).then(|| Kind::of(&self.kind));
        for kind in Self::KINDS {
            let mut items = Vec::new();
            let numbers: Vec<i64> =
                self.labels.iter().filter(|(list, _)| *list == kind).map(|(_, number)| *number).collect();
            for number in &numbers {
                items.extend(catalog::find_by_number(tx, kind, *number)?.map(|item| item.id));
            }
            if !numbers.is_empty() {
                filter.labels.push(items);
            }
        }
        for number in &self.owners {
            filter.owners.push(users::find_by_number(tx, *number)?.map_or(Id(-1), |user| user.id));
        }
        filter.created = days(&self.created, &zone);
        filter.updated = days(&self.updated, &zone);
        Ok(filter)
    }
}

fn order_of(word: &str) -> Order {
    match word {
        "oldest" => Order::Oldest,
        "updated" => Order::Updated,
        "name" => Order::Name,
        _ => Order::Newest,
    }
}

fn after_of(text: &str) -> Option<After> {
    let (updated_at, id) = text.split_once('.')?;
    Some(After { updated_at: Instant(updated_at.parse().ok()?), id: Id(id.parse().ok()?) })
}

/// From the first moment of one day to the first after another, in the org's time zone.
fn days((from, to): &(String, String), zone: &TimeZone) -> (Option<Instant>, Option<Instant>) {
    let begin = |day: Date| {
        let at = day.to_datetime(Time::midnight()).to_zoned(zone.clone()).ok()?;
        Some(Instant(at.timestamp().as_microsecond()))
    };
    let day = |text: &str| text.parse::<Date>().ok();
    (day(from).and_then(begin), day(to).and_then(|day| day.tomorrow().ok()).and_then(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_it_was_written() {
        let raw =
            "q=nguy%E1%BB%85n+a&stage=lead&tag=3&tag=7&owner=2&created_from=2024-03-01&order=updated&column=phones";
        let query = Query::read(raw);
        assert_eq!(query.keyword, "nguyễn a");
        assert_eq!(query.labels, [(CatalogKind::Tag, 3), (CatalogKind::Tag, 7)]);
        assert_eq!(query.narrowed(), 5);
        assert_eq!(query.raw(), raw);
        assert_eq!(
            Query::read(&query.next(&After { updated_at: Instant(5), id: Id(9) })[11..]).after.unwrap().id,
            Id(9)
        );
    }

    #[test]
    fn nonsense_is_left_out() {
        let query = Query::read("after=x&owner=me&tag=&nope=1&order=sideways&created_from=yesterday");
        assert_eq!((query.after, query.order, query.labels.len()), (None, Order::Newest, 0));
        assert_eq!(days(&query.created, &TimeZone::UTC), (None, None));
    }

    #[test]
    fn days_are_those_of_the_org() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let (from, to) = days(&("2024-03-21".to_owned(), "2024-03-21".to_owned()), &zone);
        assert_eq!(from.unwrap().rfc3339(), "2024-03-20T17:00:00Z");
        assert_eq!(to.unwrap().rfc3339(), "2024-03-21T17:00:00Z");
    }
}
