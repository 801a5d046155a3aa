//! Old calls played again through the routes they came by.

use std::net::IpAddr;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use domain::{Error, Id, OrgId, Result};
use front::ClientAddress;
use http_body_util::BodyExt as _;
use hub::passage::Report;
use hub::replay::{Manner, Script};
use hub::{Hub, Outcome, journal};
use tower::ServiceExt as _;

/// The routes of all dialects, to play old calls through.
#[derive(Clone)]
pub struct Player {
    hub: Hub,
    routes: Router,
}

/// How a call that was played again ended.
#[derive(Debug, Clone)]
pub struct Played {
    /// The call that was asked for.
    pub original: Id,
    /// Its new row in the journal; none when it was only rehearsed, or refused at the door.
    pub call: Option<Id>,
    /// HTTP status of the answer.
    pub status: u16,
    /// How it ended: many vendors answer 200 to what they refuse.
    pub outcome: Outcome,
    /// The answer.
    pub body: String,
    /// What it would do, when it was only rehearsed.
    pub report: Option<Report>,
}

impl Player {
    /// A player for the routes of all dialects, each behind [`crate::passage::guarded`].
    pub fn new(hub: Hub, routes: Router) -> Self {
        Self { hub, routes }
    }

    /// Plays a call of an org again. Refused when the journal keeps too little of it.
    pub async fn play(&self, org: OrgId, id: Id, manner: Manner) -> Result<Played> {
        let script = self.hub.script(org, id, manner).await?;
        let passage = script.passage.clone();
        let request = request(script)?;
        let response = match passage.clone().around(self.routes.clone().oneshot(request)).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(Error::broken)?.to_bytes();
        let call = passage.journalled().filter(|_| !manner.is_rehearsal);
        let body = String::from_utf8_lossy(&body).into_owned();
        let report = passage.report();
        let known = match (&report, call) {
            (Some(report), _) => Some(report.answer.outcome),
            (None, Some(call)) => self.hub.read(org, move |tx| journal::outcome(tx, call)).await?,
            (None, None) => None,
        };
        // Who was refused at the door is in no journal, and is told so by the status.
        let at_door = if (200..400).contains(&status) { Outcome::Done } else { Outcome::Refused };
        Ok(Played { original: id, call, status, outcome: known.unwrap_or(at_door), body, report })
    }
}

fn request(script: Script) -> Result<Request<Body>> {
    let Script { method, target, content_type, body, address, passage: _ } = script;
    let mut request = Request::builder()
        .method(method.as_str())
        .uri(target)
        // Who asks for a token at the door gets one that opens nothing: the passage says who came in.
        .header(header::AUTHORIZATION, HeaderValue::from_static("Bearer replay"))
        .body(Body::from(body))
        .map_err(|error| Error::invalid("", format!("Địa chỉ của lần gọi này không đọc được: {error}")))?;
    if let Some(kind) = content_type.and_then(|kind| HeaderValue::from_str(&kind).ok()) {
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    if let Ok(address) = address.parse::<IpAddr>() {
        request.extensions_mut().insert(ClientAddress(address));
    }
    Ok(request)
}
