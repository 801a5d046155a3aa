//! Lists that clients look numbers up in: statuses, reasons, labels, agents, groups, services, custom fields.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::catalog::CatalogKind;
use domain::field::FieldEntity;
use domain::{Id, Instant, Result, Team, User};
use hub::access::Caller;
use hub::{Answer, Tx, catalog, fields, leads, users};
use kit::dates;

use crate::call::{self, Here, Reach};
use crate::wire::{self, Page};
use crate::{error, map};

/// A list whole, or the page that was asked for: some clients ask for pages until one is empty.
async fn listed(
    here: Here,
    request: Request,
    work: impl Fn(&mut Tx<'_>, &Caller, &Page) -> Result<Answer> + Send + 'static,
) -> Response {
    call::look(here, request, Reach::Many, |query, _, _| Page::read(query), work, error::failed).await
}

fn cut<T>(all: Vec<T>, page: &Page) -> Vec<T> {
    if !page.is_asked {
        return all;
    }
    let (skip, take) = (usize::try_from(page.offset), usize::try_from(page.count));
    all.into_iter().skip(skip.unwrap_or(usize::MAX)).take(take.unwrap_or_default()).collect()
}

/// `GET /{domain}/api/v1/lead/status`
pub async fn statuses(State(here): State<Here>, request: Request) -> Response {
    listed(here, request, |tx, _, page| {
        let all = catalog::list(tx, CatalogKind::LeadStatus)?;
        let data = all.iter().map(|item| wire::Status {
            id: item.number,
            label: item.label.clone(),
            status_type: leads::status_type(item).number(),
        });
        call::done(&wire::Ok::new(wire::Data { data: cut(data.collect(), page) }))
    })
    .await
}

/// `GET /{domain}/api/v1/lead/unqualified-reason`
pub async fn reasons(State(here): State<Here>, request: Request) -> Response {
    listed(here, request, |tx, _, page| {
        let all = catalog::list(tx, CatalogKind::UnqualifiedReason)?;
        let data = all.into_iter().map(|item| wire::Named { id: item.number, label: item.label });
        call::done(&wire::Ok::new(wire::Data { data: cut(data.collect(), page) }))
    })
    .await
}

/// `GET /{domain}/lead/labels`
pub async fn labels(State(here): State<Here>, request: Request) -> Response {
    listed(here, request, |tx, caller, page| {
        let (zone, dates) = (caller.org.settings.time_zone(), catalog::dates(tx, CatalogKind::LeadLabel)?);
        let all = catalog::list(tx, CatalogKind::LeadLabel)?;
        let data = all.into_iter().map(|item| {
            let (created, updated) = dates.get(&item.id).copied().unwrap_or_default();
            wire::LeadLabel {
                id: item.number,
                label: item.label,
                created_at: dates::local(created.0, &zone),
                updated_at: dates::local(updated.0, &zone),
            }
        });
        call::done(&wire::Ok::new(wire::Data { data: cut(data.collect(), page) }))
    })
    .await
}

/// `GET /{domain}/api/v1/agents`
pub async fn agents(State(here): State<Here>, request: Request) -> Response {
    listed(here, request, |tx, caller, page| {
        let since = users::since(tx)?;
        let mut teams: HashMap<Id, Team> = HashMap::new();
        for (user, team) in users::memberships(tx)? {
            teams.entry(user).or_insert(team);
        }
        let active = users::list(tx)?.into_iter().filter(|user| user.active);
        let zone = caller.org.settings.time_zone();
        let agents = active.map(|user| {
            let at = since.get(&user.id).copied().unwrap_or_default();
            agent(&user, teams.get(&user.id), dates::local(at.0, &zone))
        });
        call::done(&wire::Ok::new(wire::Agents { agents: cut(agents.collect(), page) }))
    })
    .await
}

fn agent(user: &User, team: Option<&Team>, since: String) -> wire::Agent {
    let User { id: _, number, email, name: _, staff_code, phone, role, active: _ } = user;
    wire::Agent {
        id: *number,
        username: users::display_name(user).to_owned(),
        email: email.clone(),
        phone_no: phone.clone(),
        agent_id: staff_code.clone(),
        created_at: since.clone(),
        updated_at: since,
        group_id: team.map(|team| team.number),
        group_name: team.map(|team| team.name.clone()),
        role_id: map::role_id(*role),
        login_status: (),
        call_status: (),
    }
}

/// `GET /{domain}/api/v1/groups`
pub async fn groups(State(here): State<Here>, request: Request) -> Response {
    listed(here, request, |tx, caller, page| {
        let (zone, since) = (caller.org.settings.time_zone(), users::teams_since(tx)?);
        let groups = users::teams(tx)?.into_iter().map(|Team { id, number, name }| wire::Group {
            group_id: number,
            group_name: name,
            created_at: dates::local(since.get(&id).copied().map_or(0, |at: Instant| at.0), &zone),
        });
        call::done(&wire::Ok::new(wire::Groups { groups: cut(groups.collect(), page) }))
    })
    .await
}

/// `GET /{domain}/api/v1/services`
pub async fn services(State(here): State<Here>, request: Request) -> Response {
    listed(here, request, |tx, caller, page| {
        let (zone, since) = (caller.org.settings.time_zone(), catalog::dates(tx, CatalogKind::Service)?);
        let services = catalog::list(tx, CatalogKind::Service)?.into_iter().map(|item| wire::Service {
            service_id: item.number,
            created_at: dates::local(since.get(&item.id).map_or(0, |(created, _)| created.0), &zone),
            service_name: item.label,
        });
        call::done(&wire::Ok::new(wire::Services { services: cut(services.collect(), page) }))
    })
    .await
}

/// `GET /{domain}/api/v1/tickets/custom_fields`
pub async fn custom_fields(State(here): State<Here>, request: Request) -> Response {
    listed(here, request, |tx, _, page| {
        let custom_fields = fields::list(tx, FieldEntity::Lead)?.into_iter().map(|field| wire::CustomFieldOf {
            custom_field_id: field.number,
            kind: map::type_name(&field.kind),
            custom_field_lable: field.label,
            values: field
                .options
                .into_iter()
                .map(|option| wire::OptionOf { id: option.number, lable: option.label, parent_value_id: -1 })
                .collect(),
        });
        call::done(&wire::Ok::new(wire::CustomFields { custom_fields: cut(custom_fields.collect(), page) }))
    })
    .await
}
