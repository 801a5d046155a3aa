//! Where the interface is reached.

use axum::Router;
use axum::routing::any;
use kit::http::Shared;

use crate::{contacts, deals};

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

/// The routes of this dialect. Reading tolerates any method; writing by another than `POST` is refused in the envelope.
pub fn routes(shared: Shared) -> Router {
    Router::new()
        .route(ROUTES[0].1, any(contacts::insert))
        .route(ROUTES[1].1, any(contacts::gets))
        .route(ROUTES[2].1, any(contacts::item))
        .route(ROUTES[3].1, any(contacts::update))
        .route(ROUTES[4].1, any(contacts::delete))
        .route(ROUTES[5].1, any(contacts::insert_customer))
        .route(ROUTES[6].1, any(contacts::gets))
        .route(ROUTES[7].1, any(deals::gets))
        .with_state(shared)
}
