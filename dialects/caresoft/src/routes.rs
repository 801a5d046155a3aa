//! Where CareSoft's clients call.

use axum::Router;
use axum::routing::{MethodRouter, any, get};
use kit::http::Shared;

use crate::call::{self, Here};
use crate::{contacts, leads, lists};

/// Every route of this dialect: method and path template.
pub const ROUTES: [(&str, &str); 21] = [
    ("POST", "/{domain}/api/v1/lead"),
    ("PUT", "/{domain}/api/v1/lead/{leadId}"),
    ("GET", "/{domain}/api/v1/lead/{leadId}"),
    ("GET", "/{domain}/api/v1/leads"),
    ("GET", "/{domain}/api/v1/lead/status"),
    ("GET", "/{domain}/api/v1/lead/unqualified-reason"),
    ("GET", "/{domain}/lead/labels"),
    ("GET", "/{domain}/api/v1/lead/labels"),
    ("POST", "/{domain}/api/v1/leads"),
    ("GET", "/{domain}/api/v1/lead"),
    ("PUT", "/{domain}/api/v1/leads/{leadId}"),
    ("GET", "/{domain}/api/v1/leads/{leadId}"),
    ("GET", "/{domain}/api/v1/agents"),
    ("GET", "/{domain}/api/v1/groups"),
    ("GET", "/{domain}/api/v1/services"),
    ("GET", "/{domain}/api/v1/tickets/custom_fields"),
    ("GET", "/{domain}/api/v1/contactsByPhone"),
    ("GET", "/{domain}/api/v1/contacts"),
    ("POST", "/{domain}/api/v1/contacts"),
    ("GET", "/{domain}/api/v1/contacts/{contactId}"),
    ("PUT", "/{domain}/api/v1/contacts/{contactId}"),
];

/// The routes of this dialect. A path is also known with a slash behind it: clients join addresses as they come.
pub fn routes(shared: Shared) -> Router {
    let leads = || get(leads::list).post(leads::create);
    let lead = || get(leads::detail).put(leads::update);
    let paths: [(&str, MethodRouter<Here>); 15] = [
        ("/{domain}/api/v1/lead", leads()),
        ("/{domain}/api/v1/leads", leads()),
        ("/{domain}/api/v1/lead/{leadId}", lead()),
        ("/{domain}/api/v1/leads/{leadId}", lead()),
        ("/{domain}/api/v1/lead/status", get(lists::statuses)),
        ("/{domain}/api/v1/lead/unqualified-reason", get(lists::reasons)),
        ("/{domain}/api/v1/lead/labels", get(lists::labels)),
        ("/{domain}/lead/labels", get(lists::labels)),
        ("/{domain}/api/v1/agents", get(lists::agents)),
        ("/{domain}/api/v1/groups", get(lists::groups)),
        ("/{domain}/api/v1/services", get(lists::services)),
        ("/{domain}/api/v1/tickets/custom_fields", get(lists::custom_fields)),
        ("/{domain}/api/v1/contactsByPhone", get(contacts::by_phone)),
        ("/{domain}/api/v1/contacts", get(contacts::list).post(contacts::create)),
        ("/{domain}/api/v1/contacts/{contactId}", get(contacts::detail).put(contacts::update)),
    ];
    let mut router = Router::new().route("/{domain}/api/v1/{*rest}", any(call::unknown_path));
    for (path, methods) in paths {
        let methods = methods.fallback(call::wrong_method);
        router = router.route(&format!("{path}/"), methods.clone()).route(path, methods);
    }
    router.with_state(Here::new(shared))
}
