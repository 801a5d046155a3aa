//! Where the interface is reached.

use axum::Router;
use axum::routing::{MethodRouter, any};
use kit::http::Shared;

use crate::{contacts, deals, error};

/// Every route of this dialect: method and path.
pub const ROUTES: [(&str, &str); 8] = [
    ("POST", "/api/customer/contact/insert"),
    ("GET", "/api/customer/contact/gets"),
    ("GET", "/api/customer/contact/item"),
    ("POST", "/api/customer/contact/update"),
    ("POST", "/api/customer/contact/delete"),
    ("POST", "/api/customer/customer/insert"),
    ("GET", "/api/customer/customer/gets"),
    ("GET", "/api/customer/deal/gets"),
];

/// Below these every path is this dialect's, so that one that is not known is told in its own words.
const GROUNDS: [&str; 3] = ["/api/customer", "/api/customer/", "/api/customer/{*rest}"];

/// The routes of this dialect, each also with a slash behind it. Reading tolerates any method; writing by another than `POST` is
/// refused in the envelope.
pub fn routes(shared: Shared) -> Router {
    let handlers: [MethodRouter<Shared>; ROUTES.len()] = [
        any(contacts::insert),
        any(contacts::gets),
        any(contacts::item),
        any(contacts::update),
        any(contacts::delete),
        any(contacts::insert_customer),
        any(contacts::gets),
        any(deals::gets),
    ];
    let mut router = Router::new();
    for ((_, path), handler) in ROUTES.iter().zip(handlers) {
        router = router.route(path, handler.clone()).route(&format!("{path}/"), handler);
    }
    GROUNDS.into_iter().fold(router, |router, path| router.route(path, any(error::unknown_path))).with_state(shared)
}
