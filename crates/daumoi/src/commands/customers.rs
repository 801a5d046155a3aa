//! `daumoi customers` and `daumoi customer`: looking from the terminal.

use std::collections::HashSet;
use std::io::{self, Write};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use domain::contact_point::ContactKind;
use domain::customer::Stage;
use domain::org::Org;
use domain::{CatalogKind, Error, Id, Instant, Viewer};
use hub::{Filter, Hub, Tx, access, catalog, customers};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::args::{JsonArg, OrgArg};
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// Rows of a table unless told otherwise.
const USUAL_ROWS: i64 = 50;
/// Records read in one go.
const PAGE: i64 = 500;

/// Find customers by phone in any spelling, e-mail, code, number or name without accents; newest first
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLES
  daumoi customers --org acme '+84 912 345 678'
  daumoi customers --org acme 'nguyen an' --tag VIP --created-from 2026-01-01 --json

Dates are whole days in the org's time zone, or instants such as 2026-01-31T08:00:00+07:00.")]
pub struct Customers {
    #[command(flatten)]
    org: OrgArg,
    /// Phone, e-mail, code, number or name; everybody when left out
    #[arg(value_name = "QUERY")]
    query: Option<String>,
    /// Most to show: 50, with --json all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    limit: Option<i64>,
    /// How many to pass over first
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    offset: i64,
    /// As this user sees it, by e-mail address
    #[arg(long, value_name = "EMAIL")]
    r#as: Option<String>,
    #[command(flatten)]
    output: JsonArg,
    #[command(flatten)]
    filters: Filters,
}

/// What must hold beside the query. A flag that is repeated asks for any of its values.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Filters")]
struct Filters {
    /// Carries this tag
    #[arg(long)]
    tag: Vec<String>,
    /// Is in this group
    #[arg(long)]
    group: Vec<String>,
    /// Is in this industry
    #[arg(long)]
    industry: Vec<String>,
    /// Came from this source
    #[arg(long)]
    source: Vec<String>,
    /// Has this status
    #[arg(long)]
    status: Vec<String>,
    /// Has this type
    #[arg(long)]
    r#type: Vec<String>,
    /// Is a lead or a customer
    #[arg(long, value_enum)]
    stage: Option<StageWord>,
    /// A responsible user, by e-mail address
    #[arg(long, value_name = "EMAIL")]
    owner: Vec<String>,
    /// Made on this day or later
    #[arg(long, value_name = "DATE")]
    created_from: Option<String>,
    /// Made on this day or earlier
    #[arg(long, value_name = "DATE")]
    created_to: Option<String>,
}

/// How far the relation has come.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum StageWord {
    Lead,
    Customer,
}

/// Show one customer whole, with history, leads, deals, tickets, notes, messages and attached files
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLES
  daumoi customer --org acme 212
  daumoi customer --org acme PID-212 --json")]
pub struct Customer {
    #[command(flatten)]
    org: OrgArg,
    /// Number of the customer, also as PID-, LID- or CID-
    #[arg(value_name = "NUMBER")]
    number: String,
    /// As this user sees it, by e-mail address
    #[arg(long, value_name = "EMAIL")]
    r#as: Option<String>,
    #[command(flatten)]
    output: JsonArg,
}

impl Customers {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let filter = self.filter(&hub, &org)?;
        let most = self.limit.unwrap_or(if self.output.json { i64::MAX } else { USUAL_ROWS });
        let pages = Pages { hub: &hub, org: &org, filter, offset: self.offset, left: most, seen: HashSet::new() };
        if self.output.json { print_json(pages) } else { print_table(pages) }
    }

    fn filter(&self, hub: &Hub, org: &Org) -> Result<Filter> {
        let (zone, given) = (org.settings.time_zone(), &self.filters);
        let bound = |text: &Option<String>, days: i64| {
            text.as_deref().filter(|text| !text.is_empty()).map(|text| instant(text, days, &zone)).transpose()
        };
        let created = (bound(&given.created_from, 0)?, bound(&given.created_to, 1)?);
        let (query, filters, viewer, country) =
            (self.query.clone(), given.clone(), self.r#as.clone(), org.settings.country());
        let filter = hub.read(org.id, move |tx| {
            let viewer = viewer_of(tx, viewer.as_deref())?;
            let stage = filters.stage.map(|stage| match stage {
                StageWord::Lead => Stage::Lead,
                StageWord::Customer => Stage::Customer,
            });
            let labels = filters.labels(tx)?;
            let mut owners = Vec::new();
            for email in &filters.owner {
                owners.push(ground::find_user(tx, email)?.id);
            }
            Ok(Filter { keyword: query.clone(), labels, owners, stage, created, country, ..Filter::everything(viewer) })
        });
        Ok(filter.wait()?)
    }
}

impl Filters {
    /// The catalog items asked for, a group for each list.
    fn labels(&self, tx: &mut Tx<'_>) -> domain::Result<Vec<Vec<Id>>> {
        let lists = [
            (CatalogKind::Tag, &self.tag),
            (CatalogKind::Group, &self.group),
            (CatalogKind::Industry, &self.industry),
            (CatalogKind::Source, &self.source),
            (CatalogKind::Status, &self.status),
            (CatalogKind::Type, &self.r#type),
        ];
        let mut groups = Vec::new();
        for (kind, labels) in lists.into_iter().filter(|(_, labels)| !labels.is_empty()) {
            let mut group = Vec::new();
            for label in labels {
                let item = match catalog::find_by_label(tx, kind, label)? {
                    Some(item) => Some(item),
                    None => catalog::find_by_code(tx, kind, label)?,
                };
                let unknown = || Error::not_found(format!("there is no {} {label:?} in this org", kind.word()));
                group.push(item.ok_or_else(unknown)?.id);
            }
            groups.push(group);
        }
        Ok(groups)
    }
}

/// On whose behalf is looked: the user's with an e-mail address, or the org's.
fn viewer_of(tx: &mut Tx<'_>, email: Option<&str>) -> domain::Result<Viewer> {
    let user = match email {
        Some(email) => Some(ground::find_user(tx, email)?),
        None => None,
    };
    access::viewer_of(tx, user.as_ref())
}

/// An instant as written, or the beginning of a day, moved by some days.
pub fn instant(text: &str, days: i64, zone: &jiff::tz::TimeZone) -> Result<Instant> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Instant(at.as_microsecond()));
    }
    let day = text.parse::<Date>().ok().and_then(|day| day.checked_add(jiff::Span::new().days(days)).ok());
    match day.and_then(|day| day.to_zoned(zone.clone()).ok()) {
        Some(begin) => Ok(Instant(begin.timestamp().as_microsecond())),
        None => bail!("{text:?} is neither a day such as 2026-01-31 nor an instant such as 2026-01-31T08:00:00+07:00"),
    }
}

/// What was found, page by page, so that a million of them need no memory.
struct Pages<'h> {
    hub: &'h Hub,
    org: &'h Org,
    filter: Filter,
    offset: i64,
    left: i64,
    /// A record that is made meanwhile moves the others on to the next page.
    seen: HashSet<Id>,
}

impl Pages<'_> {
    /// The next page and the number of all; an empty one is the last.
    fn next(&mut self) -> Result<(Vec<domain::Customer>, i64)> {
        let (filter, offset, size) = (self.filter.clone(), self.offset, self.left.min(PAGE));
        let (mut page, total) =
            self.hub.read(self.org.id, move |tx| customers::search(tx, &filter, offset, size)).wait()?;
        self.offset += size;
        self.left -= page.len() as i64;
        page.retain(|customer| self.seen.insert(customer.id));
        Ok((page, total))
    }
}

fn print_json(mut pages: Pages<'_>) -> Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    write!(out, "[")?;
    let mut between = "\n";
    while pages.left > 0 {
        let (page, _) = pages.next()?;
        if page.is_empty() {
            break;
        }
        for customer in &page {
            write!(out, "{between}")?;
            serde_json::to_writer(&mut out, &show::Customer::from(customer))?;
            between = ",\n";
        }
    }
    writeln!(out, "\n]")?;
    Ok(out.flush()?)
}

fn print_table(mut pages: Pages<'_>) -> Result<()> {
    let mut table = Table::new(["code", "name", "phone", "e-mail", "status", "owner", "tags"]);
    let (offset, mut shown, mut all) = (pages.offset, 0, 0);
    while pages.left > 0 {
        let (page, total) = pages.next()?;
        all = total;
        if page.is_empty() {
            break;
        }
        shown += page.len();
        page.iter().for_each(|customer| table.row(cells(customer)));
    }
    table.print()?;
    if shown as i64 + offset < all {
        let last = offset + shown as i64;
        show::line(format_args!("({} to {last} of {all}; --limit and --offset show others)", offset + 1))?;
    }
    Ok(())
}

fn cells(customer: &domain::Customer) -> [String; 7] {
    let first = |kind| customer.points_of(kind).next().map(|point| point.raw.clone()).unwrap_or_default();
    let tags: Vec<&str> = customer.labels_of(CatalogKind::Tag).map(|tag| tag.label.as_str()).collect();
    [
        customers::reading_code(customer),
        customer.name.clone(),
        first(ContactKind::Phone),
        first(ContactKind::Email),
        customer.label(CatalogKind::Status).map(|status| status.label.clone()).unwrap_or_default(),
        customer.owners.first().map(|owner| owner.email.clone()).unwrap_or_default(),
        tags.join(", "),
    ]
}

impl Customer {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let Some(number) = hub::customer_number(&self.number) else {
            bail!("{:?} is not a customer number such as 212 or PID-212", self.number);
        };
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let viewer = self.r#as;
        let whole = hub.read(org.id, move |tx| {
            let viewer = viewer_of(tx, viewer.as_deref())?;
            let missing = || Error::not_found(format!("there is no customer {number} in this org"));
            let id = customers::find_by_number(tx, number)?.ok_or_else(missing)?;
            // What is not shared with the viewer does not exist for them.
            customers::whole(tx, &viewer, id).map_err(|error| if error.is_refusal() { missing() } else { error })
        });
        let whole = whole.wait()?;
        if self.output.json { show::json(&show::Whole::from(&whole)) } else { show::card(&whole) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_in_the_zone_of_the_org() {
        let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        assert_eq!(instant("2026-01-31", 0, &zone).unwrap().rfc3339(), "2026-01-30T17:00:00Z");
        assert_eq!(instant("2026-01-31", 1, &zone).unwrap().rfc3339(), "2026-01-31T17:00:00Z");
        assert_eq!(instant("2026-01-31T08:00:00+07:00", 1, &zone).unwrap().rfc3339(), "2026-01-31T01:00:00Z");
        assert!(instant("31/01/2026", 0, &zone).is_err());
    }
}
