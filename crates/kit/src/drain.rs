//! Calls that waited on disk are driven through the route that they came by, in the order in which they came.

use std::convert::Infallible;
use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use front::ClientAddress;
use http_body_util::BodyExt as _;
use hub::spool::{Due, WorkedOff};
use hub::{Hub, listeners};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// How long to wait after the server gave up on a call: at first, and at most.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(2)];

/// Works off what waits, for as long as it is driven. The routes are those of the dialect with listeners, behind
/// [`crate::passage::guarded`].
pub async fn drain(hub: Hub, routes: Router) -> Infallible {
    loop {
        // Calls that came at once may go at once: none of their senders knew that another one was taken in.
        let mut calls = JoinSet::new();
        for due in hub.due().await {
            calls.spawn(work_off(hub.clone(), routes.clone(), due));
        }
        while let Some(end) = calls.join_next().await {
            if let Err(error) = end {
                tracing::error!(%error, "a call that waited was not worked off");
            }
        }
    }
}

/// Tries until the call is in the journal: those behind it wait for it.
async fn work_off(hub: Hub, routes: Router, due: Due) {
    let (mut pause, mut tries) = (PAUSES[0], 0);
    loop {
        if !hub.db().is_silent() {
            tries += 1;
            let due = due.anew();
            drive(&routes, &due).await;
            if hub.worked_off(&due, tries).await == WorkedOff::Done {
                return;
            }
        }
        tokio::time::sleep(pause).await;
        pause = if hub.db().is_silent() { PAUSES[0] } else { (pause * 2).min(PAUSES[1]) };
    }
}

async fn drive(routes: &Router, due: &Due) {
    // Where a secret stood, something else does: the passage says who came in.
    let target = [listeners::PATH, "waiting"].concat();
    let mut request = Request::new(Body::from(due.kept.body.clone()));
    *request.method_mut() = axum::http::Method::POST;
    let Ok(target) = target.parse() else { return };
    *request.uri_mut() = target;
    if let Some(kind) = due.kept.content_type.as_deref().and_then(|kind| HeaderValue::from_str(kind).ok()) {
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    if let Ok(address) = due.kept.address.parse::<IpAddr>() {
        request.extensions_mut().insert(ClientAddress(address));
    }
    let response = match due.passage.clone().around(routes.clone().oneshot(request)).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    // Nobody reads it but the journal, which has it.
    drop(response.into_body().collect().await);
}
