//! Where VBot's API is reached: the paths as its documents spell them, which hold in any case of letters.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::any;
use domain::CatalogKind;
use kit::http::{self, Shared};
use tower::ServiceExt as _;

use crate::{calls, error, token};

/// A route of this dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Method and path, as metrics and journal call it.
    pub name: &'static str,
    /// Whose words are spoken.
    pub(crate) version: Version,
    /// What is asked for.
    pub(crate) action: Action,
}

/// A version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// The base document: answers carry `status`.
    V1,
    /// Answers carry none.
    V2,
    /// A key in a header, and no pair of codes.
    V3,
}

impl Version {
    /// How the journal calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Changes something.
    Write(Verb, Subject),
    /// Takes all customers away.
    DeleteAll,
    /// Looks something up.
    Read(Question),
    /// Grants a token.
    Grant,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `create`, `insert`
    Create,
    /// `update`
    Update,
    /// `updateNo`
    Recode,
    /// `delete`
    Delete,
}

/// What it is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A customer.
    Customer,
    /// A status, type or group.
    Item(CatalogKind),
    /// A custom field of customers.
    Field,
}

/// What is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// A page of customers.
    Page,
    /// How many there are.
    Count,
    /// One of them.
    One,
    /// Whether anybody has a value.
    IsKnown,
}

const fn at(version: Version, name: &'static str, action: Action) -> Route {
    Route { name, version, action }
}

/// Every route of this dialect.
#[rustfmt::skip]
pub const ROUTES: [Route; 50] = [
    at(Version::V1, "POST /api/crm/customer/create", Action::Write(Verb::Create, Subject::Customer)),
    at(Version::V1, "POST /api/crm/customer/update", Action::Write(Verb::Update, Subject::Customer)),
    at(Version::V1, "POST /api/crm/customer/updateNO", Action::Write(Verb::Recode, Subject::Customer)),
    at(Version::V1, "POST /api/crm/customer/delete", Action::Write(Verb::Delete, Subject::Customer)),
    at(Version::V1, "POST /api/crm/status/create", Action::Write(Verb::Create, Subject::Item(CatalogKind::Status))),
    at(Version::V1, "POST /api/crm/status/update", Action::Write(Verb::Update, Subject::Item(CatalogKind::Status))),
    at(Version::V1, "POST /api/crm/status/updateNo", Action::Write(Verb::Recode, Subject::Item(CatalogKind::Status))),
    at(Version::V1, "POST /api/crm/status/delete", Action::Write(Verb::Delete, Subject::Item(CatalogKind::Status))),
    at(Version::V1, "POST /api/crm/type/create", Action::Write(Verb::Create, Subject::Item(CatalogKind::Type))),
    at(Version::V1, "POST /api/crm/type/update", Action::Write(Verb::Update, Subject::Item(CatalogKind::Type))),
    at(Version::V1, "POST /api/crm/type/updateNo", Action::Write(Verb::Recode, Subject::Item(CatalogKind::Type))),
    at(Version::V1, "POST /api/crm/type/delete", Action::Write(Verb::Delete, Subject::Item(CatalogKind::Type))),
    at(Version::V1, "POST /api/crm/group/create", Action::Write(Verb::Create, Subject::Item(CatalogKind::Group))),
    at(Version::V1, "POST /api/crm/group/update", Action::Write(Verb::Update, Subject::Item(CatalogKind::Group))),
    at(Version::V1, "POST /api/crm/group/updateNo", Action::Write(Verb::Recode, Subject::Item(CatalogKind::Group))),
    at(Version::V1, "POST /api/crm/group/delete", Action::Write(Verb::Delete, Subject::Item(CatalogKind::Group))),
    at(Version::V1, "POST /api/crm/field/create", Action::Write(Verb::Create, Subject::Field)),
    at(Version::V1, "POST /api/crm/field/update", Action::Write(Verb::Update, Subject::Field)),
    at(Version::V1, "POST /api/crm/field/updateNo", Action::Write(Verb::Recode, Subject::Field)),
    at(Version::V1, "POST /api/crm/field/delete", Action::Write(Verb::Delete, Subject::Field)),
    at(Version::V2, "POST /v2.0/api/crm/customer/create", Action::Write(Verb::Create, Subject::Customer)),
    at(Version::V2, "POST /v2.0/api/crm/customer/update", Action::Write(Verb::Update, Subject::Customer)),
    at(Version::V2, "POST /v2.0/api/crm/customer/updateNO", Action::Write(Verb::Recode, Subject::Customer)),
    at(Version::V2, "POST /v2.0/api/crm/customer/delete", Action::Write(Verb::Delete, Subject::Customer)),
    at(Version::V2, "POST /v2.0/api/crm/status/create", Action::Write(Verb::Create, Subject::Item(CatalogKind::Status))),
    at(Version::V2, "POST /v2.0/api/crm/status/update", Action::Write(Verb::Update, Subject::Item(CatalogKind::Status))),
    at(Version::V2, "POST /v2.0/api/crm/status/updateNo", Action::Write(Verb::Recode, Subject::Item(CatalogKind::Status))),
    at(Version::V2, "POST /v2.0/api/crm/status/delete", Action::Write(Verb::Delete, Subject::Item(CatalogKind::Status))),
    at(Version::V2, "POST /v2.0/api/crm/type/create", Action::Write(Verb::Create, Subject::Item(CatalogKind::Type))),
    at(Version::V2, "POST /v2.0/api/crm/type/update", Action::Write(Verb::Update, Subject::Item(CatalogKind::Type))),
    at(Version::V2, "POST /v2.0/api/crm/type/updateNo", Action::Write(Verb::Recode, Subject::Item(CatalogKind::Type))),
    at(Version::V2, "POST /v2.0/api/crm/type/delete", Action::Write(Verb::Delete, Subject::Item(CatalogKind::Type))),
    at(Version::V2, "POST /v2.0/api/crm/group/create", Action::Write(Verb::Create, Subject::Item(CatalogKind::Group))),
    at(Version::V2, "POST /v2.0/api/crm/group/update", Action::Write(Verb::Update, Subject::Item(CatalogKind::Group))),
    at(Version::V2, "POST /v2.0/api/crm/group/updateNo", Action::Write(Verb::Recode, Subject::Item(CatalogKind::Group))),
    at(Version::V2, "POST /v2.0/api/crm/group/delete", Action::Write(Verb::Delete, Subject::Item(CatalogKind::Group))),
    at(Version::V2, "POST /v2.0/api/crm/field/create", Action::Write(Verb::Create, Subject::Field)),
    at(Version::V2, "POST /v2.0/api/crm/field/update", Action::Write(Verb::Update, Subject::Field)),
    at(Version::V2, "POST /v2.0/api/crm/field/updateNo", Action::Write(Verb::Recode, Subject::Field)),
    at(Version::V2, "POST /v2.0/api/crm/field/delete", Action::Write(Verb::Delete, Subject::Field)),
    at(Version::V2, "POST /v2.0/api/crm/customer/deleteAll", Action::DeleteAll),
    at(Version::V3, "POST /v3.0/api/customer/get-all", Action::Read(Question::Page)),
    at(Version::V3, "POST /v3.0/api/customer/count-all", Action::Read(Question::Count)),
    at(Version::V3, "POST /v3.0/api/customer/get-detail", Action::Read(Question::One)),
    at(Version::V3, "POST /v3.0/api/customer/check-exist-field-value", Action::Read(Question::IsKnown)),
    at(Version::V3, "POST /v3.0/api/customer/insert", Action::Write(Verb::Create, Subject::Customer)),
    at(Version::V3, "POST /v3.0/api/customer/update", Action::Write(Verb::Update, Subject::Customer)),
    at(Version::V3, "POST /v3.0/api/customer/delete", Action::Write(Verb::Delete, Subject::Customer)),
    at(Version::V1, "POST /token", Action::Grant),
    at(Version::V2, "POST /v2.0/token", Action::Grant),
];

/// Below these every path is this dialect's.
const GROUNDS: [(&str, Version); 3] =
    [("/api/crm", Version::V1), ("/v2.0/api/crm", Version::V2), ("/v3.0/api/customer", Version::V3)];

impl Route {
    /// The path.
    pub fn path(&self) -> &'static str {
        self.name.split_once(' ').map_or(self.name, |(_, path)| path)
    }
}

/// The routes of this dialect, with the paths as they are documented; see [`in_any_case`] for the others.
pub fn routes(shared: Shared) -> Router {
    let mut router = Router::new();
    for route in &ROUTES {
        let handler = move |State(shared): State<Shared>, request: Request| receive(shared, route, request);
        router = router.route(route.path(), any(handler));
    }
    router.with_state(shared)
}

async fn receive(shared: Shared, route: &'static Route, request: Request) -> Response {
    match route.action {
        Action::Grant => token::grant(shared, request).await,
        Action::Write(..) | Action::DeleteAll | Action::Read(_) => calls::receive(shared, route, request).await,
    }
}

/// Answers a request that none of the documented paths took, if it means one of them in other letters (`/API/CRM/…/UpdateNo`):
/// `routes` then sees it with the documented path, so that metrics name the same route. A path that only this API could have
/// is told that there is none such. Others are given back.
pub async fn in_any_case(routes: Router, mut request: Request) -> Result<Response, Request> {
    let Some(uri) = documented(request.uri()) else {
        return match ground(request.uri()) {
            Some(version) => Ok(http::response(error::unknown_path(version))),
            None => Err(request),
        };
    };
    *request.uri_mut() = uri;
    match routes.oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// The address with its path as documented, where it is one of ours.
fn documented(uri: &Uri) -> Option<Uri> {
    let asked = uri.path().trim_end_matches('/');
    let path = ROUTES.iter().map(Route::path).find(|path| path.eq_ignore_ascii_case(asked))?;
    let target = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    target.parse().ok()
}

/// The version below whose paths an address lies.
fn ground(uri: &Uri) -> Option<Version> {
    let path = uri.path();
    let below = |(root, _): &&(&str, Version)| {
        let start = path.get(..root.len()).is_some_and(|start| start.eq_ignore_ascii_case(root));
        start && matches!(path.as_bytes().get(root.len()), None | Some(b'/'))
    };
    GROUNDS.iter().find(below).map(|(_, version)| *version)
}
