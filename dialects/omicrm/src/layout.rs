//! What an org's contacts look like: their attributes, and the funnels that they go through.

use axum::extract::{Request, State};
use axum::response::Response;
use domain::field::FieldEntity;
use domain::funnel::{self, Stage};
use kit::http::{self, Shared};

use crate::calls;
use crate::error::{Empty, done};
use crate::ids;
use crate::map;
use crate::wire::answers::{Funnel, Status, Step};

/// `GET /api/v2/contact/layout/list`
pub async fn attributes(State(shared): State<Shared>, request: Request) -> Response {
    match calls::let_in(&shared, &request).await {
        Ok(caller) => {
            let work = |tx: &mut hub::Tx<'_>, site: &calls::Site| {
                Ok(done(map::layout_field(site.org, &hub::fields::list(tx, FieldEntity::Customer)?)))
            };
            calls::read(&shared, &caller, work).await
        }
        Err(refused) => http::response(refused.answer(Empty::Null)),
    }
}

/// `GET /api/v2/contact/filterContact/list`
pub async fn funnels(State(shared): State<Shared>, request: Request) -> Response {
    match calls::let_in(&shared, &request).await {
        Ok(caller) => {
            let work = |tx: &mut hub::Tx<'_>, site: &calls::Site| {
                let funnels = hub::funnels::list(tx)?;
                Ok(done(funnels.iter().map(|funnel| shown(site.org, funnel)).collect::<Vec<_>>()))
            };
            calls::read(&shared, &caller, work).await
        }
        Err(refused) => http::response(refused.answer(Empty::Null)),
    }
}

fn shown(org: domain::OrgId, funnel::Funnel { id, number: _, name, stages }: &funnel::Funnel) -> Funnel {
    let step = |(place, name): (i64, &String)| Step { index: place, name: name.clone() };
    let status = |(place, Stage { name, steps }): (i64, &Stage)| Status {
        index: place,
        name: name.clone(),
        children: (1..).zip(steps).map(step).collect(),
    };
    Funnel { id: ids::hex(org, *id), name: name.clone(), statuses: (1..).zip(stages).map(status).collect() }
}
