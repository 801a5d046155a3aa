//! Searches: what is asked for is put into our words, and a page of what was found into the vendor's.

use axum::extract::Request;
use axum::response::Response;
use domain::catalog::CatalogKind;
use domain::{Id, Instant, Result};
use hub::{Answer, Filter, Tx, catalog, customers};
use kit::http::{self, Shared};
use kit::json::{self, Node, Repair};
use kit::paging::{Paging, Position};
use kit::reader::Reader;

use crate::calls::{self, Site};
use crate::error::{Empty, Refused, done};
use crate::ids;
use crate::lookup::layout;
use crate::map;
use crate::wire::answers::Page;
use crate::wire::{self, Range, Search};

/// Items of a page when no size is given, and at most.
const USUAL_SIZE: i64 = 50;
const LARGEST_SIZE: i64 = 500;

/// A page of what is searched for.
pub async fn search(shared: &Shared, request: Request) -> Response {
    match read(shared, request).await {
        Ok(response) => response,
        Err(refused) => http::response(refused.answer(Empty::Null)),
    }
}

async fn read(shared: &Shared, request: Request) -> std::result::Result<Response, Refused> {
    let caller = calls::let_in(shared, &request).await?;
    let query = query(&request)?;
    let body = http::read_body(request.into_body(), &shared.budget).await?;
    let zone = caller.org.settings.time_zone();
    let node = if body.trim_ascii().is_empty() {
        Node::Object(Vec::new())
    } else {
        json::parse_repaired(&body, Repair::NameQuote)?.node
    };
    let wanted = wire::search(&calls::top(&node)?, &zone)?;
    let query = Reader::object(&query, "")?;
    let page = query.integer("page")?.or(wanted.page);
    let size = query.integer("size")?.or(wanted.size);
    let paging = Paging::new(page, size, USUAL_SIZE, LARGEST_SIZE);
    Ok(calls::read(shared, &caller, move |tx, site| page_of(tx, site, &wanted, paging)).await)
}

/// The query of a request as an object.
pub fn query(request: &Request) -> std::result::Result<Node, Refused> {
    let node = kit::forms::read_text(request.uri().query().unwrap_or_default())?;
    Reader::object(&node, "")?.reject_nul()?;
    Ok(node)
}

fn page_of(tx: &mut Tx<'_>, site: &Site, wanted: &Search, paging: Paging) -> Result<Answer> {
    let filter = filter(tx, site, wanted)?;
    let (found, total) = customers::search(tx, &filter, paging.offset(), paging.size)?;
    let layout = layout(tx)?;
    let Position { total_pages, has_next, next_page, has_previous, previous_page } = paging.position(total);
    Ok(done(Page {
        page_number: paging.page,
        page_size: paging.size,
        total_items: total,
        total_pages,
        has_next,
        next_page,
        has_previous,
        previous_page,
        extension: (),
        items: found.iter().map(|customer| map::item(&layout, customer)).collect(),
    }))
}

/// Of each list one name is enough; a list of names that are all unknown or blank finds nobody.
fn filter(tx: &mut Tx<'_>, site: &Site, wanted: &Search) -> Result<Filter> {
    let Search { keyword, tags, business, categories, created, updated, include_ids, exclude_ids, page: _, size: _ } =
        wanted;
    let mut labels = Vec::new();
    for (kind, names) in [(CatalogKind::Tag, tags), (CatalogKind::Industry, business), (CatalogKind::Group, categories)]
    {
        let Some(names) = names else { continue };
        let mut group = Vec::new();
        for name in names {
            group.extend(catalog::find_by_label(tx, kind, name)?.map(|item| item.id));
        }
        labels.push(group);
    }
    let named = |texts: &[String]| texts.iter().filter_map(|id| ids::parse(site.org, id)).collect::<Vec<Id>>();
    let only = match include_ids {
        Some(ids) => Some(customers::canonical_ids(tx, named(ids))?),
        None => None,
    };
    let without = customers::canonical_ids(tx, named(exclude_ids))?;
    Ok(Filter {
        keyword: keyword.clone(),
        labels,
        created: instants(*created),
        updated: instants(*updated),
        only,
        without,
        country: site.country,
        ..Filter::everything(site.viewer.clone())
    })
}

/// From the first microsecond of `from` to the last of `to`.
fn instants(Range { from, to }: Range) -> (Option<Instant>, Option<Instant>) {
    let start = |millis: i64| Instant(millis.saturating_mul(1_000));
    (from.map(start), to.map(|to| start(to.saturating_add(1))))
}
