//! Leads: made, changed, looked at, listed.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::field::FieldEntity;
use domain::{Error, Lead, Note, Result, User};
use hub::access::Caller;
use hub::enquiries::{self, Unassigned};
use hub::{Answer, Tx, fields, leads, notes, users};

use crate::call::{self, Here, Reach};
use crate::map::{self, Whole};
use crate::{error, wire};

/// `POST /{domain}/api/v1/lead`
pub async fn create(State(here): State<Here>, request: Request) -> Response {
    call::write(
        here,
        request,
        "POST /{domain}/api/v1/lead",
        |body, _, caller| {
            let sent = wire::Lead::read(body, &caller.org.settings.time_zone())?.must_have_subject()?;
            Ok(map::enquiry(sent, caller.org.settings.country()))
        },
        |tx, caller, enquiry| {
            let unassigned = match caller.org.settings.text("caresoft.required") {
                "lenient" => Unassigned::FirstTeam,
                _ => Unassigned::Refused,
            };
            saved(&enquiries::open(tx, &caller.viewer, enquiry, unassigned)?, caller)
        },
        error::failed,
    )
    .await
}

/// `PUT /{domain}/api/v1/lead/{leadId}`
pub async fn update(State(here): State<Here>, request: Request) -> Response {
    call::write(
        here,
        request,
        "PUT /{domain}/api/v1/lead/{leadId}",
        |body, uri, caller| {
            let sent = wire::Lead::read(body, &caller.org.settings.time_zone())?;
            Ok((call::id(uri)?, map::enquiry(sent, caller.org.settings.country())))
        },
        |tx, caller, (number, enquiry)| saved(&enquiries::amend(tx, &caller.viewer, *number, enquiry)?, caller),
        error::lead,
    )
    .await
}

fn saved(lead: &Lead, caller: &Caller) -> Result<Answer> {
    let lead = map::saved(lead, &caller.org.settings.time_zone());
    call::done(&wire::Ok::new(wire::OfLead { lead }))
}

/// `GET /{domain}/api/v1/lead/{leadId}`
pub async fn detail(State(here): State<Here>, request: Request) -> Response {
    call::look(
        here,
        request,
        Reach::Many,
        |_, uri, _| call::id(uri),
        |tx, caller, number| {
            let whole = whole(tx, caller, *number)?;
            let lead = map::detail(&whole, &caller.org.settings.time_zone());
            call::done(&wire::Ok::new(wire::OfLead { lead }))
        },
        error::lead,
    )
    .await
}

fn whole(tx: &mut Tx<'_>, caller: &Caller, number: i64) -> Result<Whole> {
    let (lead, customer) = leads::find_for(tx, &caller.viewer, number)?;
    let assignee = match &lead.assignee {
        Some(user) => {
            let user = users::find(tx, user.id)?.ok_or_else(|| Error::broken("a lead's assignee is gone"))?;
            let mut teams = users::memberships(tx)?.into_iter().filter(|(member, _)| *member == user.id);
            let team = teams.next().map(|(_, team)| team);
            Some((user, team))
        }
        None => None,
    };
    let mut authors: HashMap<_, Option<User>> = HashMap::new();
    let mut written: Vec<(Note, Option<User>)> = Vec::new();
    for note in notes::of_lead(tx, lead.id)?.into_iter().filter(|note| note.permit.allows(&caller.viewer)) {
        let author = match note.author {
            Some(id) => match authors.get(&id) {
                Some(known) => known.clone(),
                None => {
                    let found = users::find(tx, id)?;
                    authors.insert(id, found.clone());
                    found
                }
            },
            None => None,
        };
        written.push((note, author));
    }
    let fields = fields::list(tx, FieldEntity::Lead)?;
    Ok(Whole { account: caller.org.id.0, lead, customer, assignee, notes: written, fields })
}

/// `GET /{domain}/api/v1/leads`
pub async fn list(State(here): State<Here>, request: Request) -> Response {
    call::look(
        here,
        request,
        Reach::Many,
        |query, _, caller| wire::LeadsQuery::read(query, &caller.org.settings.time_zone()),
        |tx, caller, sent| {
            let (offset, count) = (sent.page.offset, sent.page.count);
            let (found, num_found) = leads::page(tx, &caller.viewer, &map::query(sent), offset, count)?;
            call::done(&wire::Ok::new(wire::Leads { num_found, leads: found.iter().map(map::row).collect() }))
        },
        error::failed,
    )
    .await
}
