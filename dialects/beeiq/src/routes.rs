//! Where the listener is reached.

use axum::Router;
use axum::routing::any;
use kit::http::Shared;

use crate::{error, listener};

/// Every route of this dialect: method and path template.
pub const ROUTES: [(&str, &str); 1] = [("POST", "/webhook/listener/{secret}")];

/// Below these every path is this dialect's, so that one that is not known is told in its own words. `/webhook` alone may be the
/// domain of an org.
const GROUNDS: [&str; 3] = ["/webhook/listener", "/webhook/listener/", "/webhook/listener/{secret}/{*rest}"];

/// The routes of this dialect. A listener is also known with a slash behind it.
pub fn routes(shared: Shared) -> Router {
    let path = ROUTES[0].1;
    let router = Router::new().route(path, any(listener::receive)).route(&format!("{path}/"), any(listener::receive));
    GROUNDS.into_iter().fold(router, |router, path| router.route(path, any(error::unknown_path))).with_state(shared)
}
