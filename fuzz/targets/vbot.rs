//! VBot's CRM API, its paths in any case: whatever is asked, the answer is the vendor's.

#![no_main]

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use kit::http::Shared;
use libfuzzer_sys::fuzz_target;

const DOOR: fuzz::Door = fuzz::Door {
    routes,
    key: fuzz::Key::Token,
    refused: |status, answer| status != 200 || answer.get("error").is_some_and(|code| code != 0),
};

fn routes(shared: Shared) -> Router {
    let inner = vbot::routes(shared);
    inner.clone().fallback(move |request: Request| async move {
        let answer = vbot::in_any_case(inner, request).await;
        answer.unwrap_or_else(|_| StatusCode::NOT_FOUND.into_response())
    })
}

fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::ask(&DOOR, input) });
