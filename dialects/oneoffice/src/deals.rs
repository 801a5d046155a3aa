//! `deal/gets`.

use axum::extract::{Request, State};
use axum::response::Response;
use hub::Answer;
use hub::deals::{self, Wanted};
use kit::http::{self, Shared};

use crate::listing::Listing;
use crate::{auth, error, rows};

/// `GET /api/customer/deal/gets`
pub async fn gets(State(shared): State<Shared>, request: Request) -> Response {
    http::response(list(&shared, request).await.unwrap_or_else(|refused| refused))
}

async fn list(shared: &Shared, request: Request) -> Result<Answer, Answer> {
    let visit = auth::enter(shared, request).await?;
    let listing = Listing::read(&visit).map_err(|error| error::failed(&error))?;
    let (viewer, zone) = (visit.caller.viewer.clone(), visit.zone.clone());
    let found = shared.hub.read(visit.caller.org.id, move |tx| {
        let paging = listing.paging();
        let wanted = Wanted { keyword: listing.search.clone(), created: listing.created, viewer: viewer.clone() };
        let (deals, total) = deals::search(tx, &wanted, paging.offset(), paging.size)?;
        Ok((deals.iter().map(|deal| rows::deal(deal, &zone)).collect::<Vec<_>>(), total))
    });
    let (rows, total) = found.await.map_err(|error| error::failed(&error))?;
    Ok(error::page(rows, total))
}
