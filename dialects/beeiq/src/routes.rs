//! Where the listener is reached.

use axum::Router;
use axum::routing::any;
use kit::http::Shared;

use crate::listener;

/// Every route of this dialect: method and path template.
pub const ROUTES: [(&str, &str); 1] = [("POST", "/webhook/listener/{secret}")];

/// The routes of this dialect.
pub fn routes(shared: Shared) -> Router {
    Router::new().route(ROUTES[0].1, any(listener::receive)).with_state(shared)
}
