//! Language and theme: kept in cookies, so that they hold before anybody has signed in.

use axum::Form;
use axum::http::header;
use serde::Deserialize;

use crate::cookies;
use crate::messages::Language;
use crate::page::{Answer, Theme, go};
use crate::visitor::{Visit, local};

/// What was chosen, and where to go back to.
#[derive(Deserialize)]
pub struct Choice {
    language: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    next: String,
}

/// `POST /preferences`
pub async fn set(visit: Visit, Form(choice): Form<Choice>) -> Answer {
    let mut response = go(&visit, local(&choice.next), None)?;
    if let Some(language) = choice.language.as_deref().and_then(Language::of) {
        response.headers_mut().append(header::SET_COOKIE, cookies::remember(cookies::LANGUAGE, language.word()));
    }
    if let Some(theme) = choice.theme.as_deref() {
        response.headers_mut().append(header::SET_COOKIE, cookies::remember(cookies::THEME, Theme::of(theme).word()));
    }
    Ok(response)
}
