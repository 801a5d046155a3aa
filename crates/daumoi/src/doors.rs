//! The dialects, put together: their routes behind the one way in, their views of a customer, and old calls played again.

use std::sync::Arc;

use axum::Router;
use hub::Hub;
use kit::http::Shared;
use kit::lens::Lens;
use kit::passage::guarded;
use kit::replay::Player;

/// The routes of each dialect, with its name.
pub fn routes(hub: &Hub) -> [(&'static str, Router); 5] {
    let shared = Shared::new(hub.clone());
    [
        ("beeiq", guarded(beeiq::routes(shared.clone()))),
        ("caresoft", guarded(caresoft::routes(shared.clone()))),
        ("omicrm", guarded(omicrm::routes(shared.clone()))),
        ("oneoffice", guarded(oneoffice::routes(shared.clone()))),
        ("vbot", guarded(vbot::routes(shared))),
    ]
}

/// The routes of the dialect whose calls may wait for the database.
pub fn of_listeners(hub: &Hub) -> Router {
    guarded(beeiq::routes(Shared::new(hub.clone())))
}

/// How each dialect shows a customer, in the order of the tabs.
pub fn lenses() -> Vec<Arc<dyn Lens>> {
    vec![
        Arc::new(oneoffice::Lens),
        Arc::new(omicrm::Lens),
        Arc::new(vbot::Lens),
        Arc::new(caresoft::Lens),
        Arc::new(beeiq::Lens),
    ]
}

/// Plays old calls again, through all dialects.
pub fn player(hub: &Hub) -> Player {
    let all = routes(hub).into_iter().fold(Router::new(), |all, (_, routes)| all.merge(routes));
    Player::new(hub.clone(), all)
}
