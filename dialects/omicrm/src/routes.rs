//! Where contacts are reached: version 2 as documented, and its elder siblings.

use axum::Router;
use axum::routing::{MethodRouter, any, delete, get, post};
use kit::http::Shared;

use crate::{auth, contacts, error, layout, legacy};

/// A route: version of the interface, method and path template, and both as the journal writes them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    pub(crate) version: &'static str,
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
}

macro_rules! routes {
    ($($constant:ident = $version:literal $method:literal $path:literal;)*) => {
        $(
            pub(crate) const $constant: Route =
                Route { version: $version, name: concat!($method, " ", $path), path: $path };
        )*

        /// Every route of this dialect: method and path template.
        pub const ROUTES: &[(&str, &str)] = &[$(($method, $path)),*];
    };
}

routes! {
    AUTH = "v1" "GET" "/api/auth";
    ADD = "v2" "POST" "/api/v2/contact/add";
    ADD_MANY = "v2" "POST" "/api/v2/contact/addMany";
    UPDATE = "v2" "POST" "/api/v2/contact/update";
    SEARCH = "v2" "POST" "/api/v2/contact/search";
    GET = "v2" "GET" "/api/v2/contact/get/{id}";
    LAYOUT = "v2" "GET" "/api/v2/contact/layout/list";
    FUNNELS = "v2" "GET" "/api/v2/contact/filterContact/list";
    V1_LIST = "v1" "POST" "/api/contacts/list";
    V1_ADD = "v1" "POST" "/api/contacts/add";
    V1_ADD_MORE = "v1" "POST" "/api/contacts/add-more";
    V1_UPDATE = "v1" "POST" "/api/contacts/update";
    V1_DETAILS = "v1" "GET" "/api/contacts/details/{id}";
    V1_GET = "v1" "GET" "/api/contacts/get";
    V1_DELETE = "v1" "DELETE" "/api/contacts/delete/{id}";
}

/// Below these every path is this dialect's, so that one that is not known is told in its own words.
const GROUNDS: [&str; 6] =
    ["/api/v2", "/api/v2/", "/api/v2/{*rest}", "/api/contacts", "/api/contacts/", "/api/contacts/{*rest}"];

/// The routes of this dialect, each also with a slash behind it.
pub fn routes(shared: Shared) -> Router {
    let table: [(Route, MethodRouter<Shared>); 15] = [
        (AUTH, get(auth::exchange)),
        (ADD, post(contacts::add)),
        (ADD_MANY, post(contacts::add_many)),
        (UPDATE, post(contacts::update)),
        (SEARCH, post(contacts::search)),
        (GET, get(contacts::find)),
        (LAYOUT, get(layout::attributes)),
        (FUNNELS, get(layout::funnels)),
        (V1_LIST, post(contacts::search)),
        (V1_ADD, post(legacy::add)),
        (V1_ADD_MORE, post(legacy::add_more)),
        (V1_UPDATE, post(legacy::update)),
        (V1_DETAILS, get(contacts::find)),
        (V1_GET, get(legacy::find_by_phone)),
        (V1_DELETE, delete(legacy::delete)),
    ];
    let add = |router: Router<Shared>, (route, methods): (Route, MethodRouter<Shared>)| {
        let methods = methods.fallback(error::wrong_method);
        router.route(route.path, methods.clone()).route(&format!("{}/", route.path), methods)
    };
    let known = table.into_iter().fold(Router::new(), add);
    GROUNDS.into_iter().fold(known, |router, path| router.route(path, any(error::unknown_path))).with_state(shared)
}
