//! Where every page is: the whole table on one page.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use domain::Error;
use domain::message::MessageKind::{Email, Sms};
use tower_http::compression::CompressionLayer;

use crate::pages::settings::{
    self, accounts, catalogs, connections, endpoints, fields, funnels, history, listeners, org, teams, tokens, users,
};
use crate::pages::{
    account, companies, customer, customers, dashboard, deals, duplicates, inbox, leads, outbox, preferences, sign_in,
    tickets,
};
use crate::{Fault, Web, assets, fault, guard};

/// Bytes of a form at most; uploads read their own bodies.
pub(crate) const FORM: usize = 1024 * 1024;

/// Every page. Nouns are English and plural, as in the code; what people read is in the messages.
#[rustfmt::skip]
fn table() -> Router<Web> {
    Router::new()
        .route("/", get(dashboard::show))
        .route("/arrivals", get(dashboard::arrivals))
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-in/org", post(sign_in::choose))
        .route("/sign-out", post(sign_in::leave))
        .route("/preferences", post(preferences::set))
        .route("/customers", get(customers::list).post(customer::keep))
        .route("/customers.csv", get(customers::csv))
        .route("/customers/find", get(customers::offer))
        .route("/customers/new", get(customer::show_new))
        .route("/customers/views", post(customers::keep_view))
        .route("/customers/views/{id}/delete", post(customers::delete_view))
        .route("/customers/bulk", get(customers::list_bulks).post(customers::ask_bulk))
        .route("/customers/bulk/apply", post(customers::apply_bulk))
        .route("/customers/bulk/{batch}/undo", post(customers::undo_bulk))
        .route("/customers/{number}", get(customer::show))
        .route("/customers/{number}/edit/{fact}", get(customer::show_edit).post(customer::save))
        .route("/customers/{number}/timeline", get(customer::show_timeline))
        .route("/customers/{number}/as/{dialect}", get(customer::through))
        .route("/customers/{number}/notes", post(customer::add_note))
        .route("/customers/{number}/files", post(customer::upload))
        .route("/customers/{number}/files/{file}", get(customer::download))
        .route("/customers/{number}/files/{file}/delete", post(customer::remove_file))
        .route("/customers/{number}/persons", post(customer::add_person))
        .route("/customers/{number}/persons/{place}", post(customer::correct_person))
        .route("/customers/{number}/persons/{place}/delete", post(customer::remove_person))
        .route("/customers/{number}/delete", post(customer::delete))
        .route("/leads", get(leads::list).post(leads::keep))
        .route("/leads/new", get(leads::show_new))
        .route("/leads/{number}", get(leads::show).post(leads::correct))
        .route("/leads/{number}/move", post(leads::move_on))
        .route("/leads/{number}/convert", post(leads::convert))
        .route("/leads/{number}/give-up", post(leads::give_up))
        .route("/leads/{number}/comments", post(leads::comment))
        .route("/deals", get(deals::list).post(deals::keep))
        .route("/deals/new", get(deals::show_new))
        .route("/deals/{number}", get(deals::show).post(deals::correct))
        .route("/deals/{number}/move", post(deals::move_on))
        .route("/deals/{number}/notes", post(deals::note))
        .route("/tickets", get(tickets::list).post(tickets::keep))
        .route("/tickets/new", get(tickets::show_new))
        .route("/tickets/{number}", get(tickets::show).post(tickets::correct))
        .route("/tickets/{number}/close", post(tickets::close))
        .route("/tickets/{number}/reopen", post(tickets::reopen))
        .route("/tickets/{number}/notes", post(tickets::note))
        .route("/companies", get(companies::list))
        .route("/companies/{number}", get(companies::show))
        .route("/account", get(account::show))
        .route("/account/password", post(account::change_password))
        .route("/account/sign-out-everywhere", post(account::leave_everywhere))
}

/// The settings.
#[rustfmt::skip]
fn settings() -> Router<Web> {
    Router::new()
        .route("/settings", get(settings::show))
        .route("/settings/org", get(org::show).post(org::set))
        .route("/settings/users", get(users::list).post(users::add))
        .route("/settings/users/{number}", get(users::show).post(users::change))
        .route("/settings/users/{number}/password", post(users::reset_password))
        .route("/settings/teams", get(teams::list).post(teams::add))
        .route("/settings/teams/{number}", post(teams::rename))
        .route("/settings/tokens", get(tokens::list).post(tokens::add))
        .route("/settings/tokens/{number}/revoke", post(tokens::revoke))
        .route("/settings/connections", get(connections::list).post(connections::set))
        .route("/settings/connections/{dialect}/token", post(connections::make_token))
        .route("/settings/catalogs", get(catalogs::list))
        .route("/settings/catalogs/{kind}", get(catalogs::show).post(catalogs::add))
        .route("/settings/catalogs/{kind}/{number}", get(catalogs::item).post(catalogs::change))
        .route("/settings/catalogs/{kind}/{number}/move", post(catalogs::shift))
        .route("/settings/catalogs/{kind}/{number}/merge", post(catalogs::merge))
        .route("/settings/catalogs/{kind}/{number}/delete", post(catalogs::delete))
        .route("/settings/fields", get(fields::list).post(fields::add))
        .route("/settings/fields/{number}", get(fields::show).post(fields::change))
        .route("/settings/fields/{number}/delete", post(fields::delete))
        .route("/settings/funnels", get(funnels::list).post(funnels::add))
        .route("/settings/funnels/{number}", post(funnels::change))
        .route("/settings/mail", get(|visitor| accounts::show(visitor, Email)).post(|visitor, sent| accounts::set(visitor, Email, sent)))
        .route("/settings/mail/test", post(|visitor, sent| accounts::test(visitor, Email, sent)))
        .route("/settings/mail/remove", post(|visitor| accounts::remove(visitor, Email)))
        .route("/settings/sms", get(|visitor| accounts::show(visitor, Sms)).post(|visitor, sent| accounts::set(visitor, Sms, sent)))
        .route("/settings/sms/test", post(|visitor, sent| accounts::test(visitor, Sms, sent)))
        .route("/settings/sms/remove", post(|visitor| accounts::remove(visitor, Sms)))
        .route("/settings/history", get(history::show))
        .route("/settings/webhook", get(listeners::list))
        .route("/settings/webhook/listeners", post(listeners::add))
        .route("/settings/webhook/listeners/{number}", get(listeners::show).post(listeners::change))
        .route("/settings/webhook/listeners/{number}/rotate", post(listeners::rotate))
        .route("/settings/webhook/listeners/{number}/preview", post(listeners::preview))
        .route("/settings/webhook/endpoints", get(endpoints::list).post(endpoints::add))
        .route("/settings/webhook/endpoints/{number}", get(endpoints::show).post(endpoints::change))
        .route("/settings/webhook/endpoints/{number}/rotate", post(endpoints::rotate))
        .route("/settings/webhook/endpoints/{number}/switch", post(endpoints::switch))
        .route("/settings/webhook/endpoints/{number}/test", post(endpoints::test))
        .route("/settings/webhook/endpoints/{number}/delete", post(endpoints::delete))
}

/// What came in, what goes out, and what waits for a decision.
#[rustfmt::skip]
fn traffic() -> Router<Web> {
    Router::new()
        .route("/inbox", get(inbox::list))
        .route("/inbox/replay", get(inbox::confirm).post(inbox::play_some))
        .route("/inbox/{id}", get(inbox::show))
        .route("/inbox/{id}/file/{what}", get(inbox::download))
        .route("/inbox/{id}/replay", post(inbox::play_one))
        .route("/inbox/{id}/rehearse", post(inbox::rehearse))
        .route("/duplicates", get(duplicates::list))
        .route("/duplicates/compare", get(duplicates::find))
        .route("/duplicates/merges", get(duplicates::list_merges))
        .route("/duplicates/merges/{number}/undo", post(duplicates::undo))
        .route("/duplicates/{winner}/{loser}", get(duplicates::compare).post(duplicates::merge))
        .route("/duplicates/{winner}/{loser}/dismiss", post(duplicates::dismiss))
        .route("/outbox", get(outbox::messages))
        .route("/outbox/messages/{kind}/{number}", get(outbox::message))
        .route("/outbox/messages/{kind}/{number}/retry", post(outbox::retry))
        .route("/outbox/deliveries", get(outbox::deliveries))
        .route("/outbox/deliveries/{id}", get(outbox::delivery))
        .route("/outbox/deliveries/{id}/redeliver", post(outbox::redeliver))
        .route("/outbox/endpoints/{number}/redeliver", post(outbox::redeliver_dead))
}

/// Every page and file, with what holds for all of them.
pub fn routes(web: Web) -> Router {
    let pages = table()
        .merge(settings())
        .merge(traffic())
        .layer(DefaultBodyLimit::max(FORM))
        .layer(from_fn(guard::refuse_strangers))
        .layer(from_fn_with_state(web.clone(), fault::frame))
        .layer(CompressionLayer::new());
    Router::new()
        .merge(pages)
        .route("/assets/{name}", get(assets::serve))
        .route("/manifest.webmanifest", get(assets::manifest))
        .layer(from_fn(guard::add_headers))
        .with_state(web)
}

/// The page for an address that leads nowhere, for people; programs are better served by a short answer.
pub fn nowhere(web: Web) -> Router {
    Router::new()
        .fallback(async || Fault(Error::not_found("Không có trang này")).into_response())
        .layer(from_fn_with_state(web, fault::frame))
        .layer(from_fn(guard::add_headers))
}
