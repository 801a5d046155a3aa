//! The own account: password, and where one is signed in.

use askama::Template;
use axum::Form;
use axum::http::{StatusCode, header};
use domain::Error;
use domain::session::Session;
use hub::sessions;
use serde::Deserialize;

use crate::page::{Answer, Page, Section, Toast, go, show as show_page};
use crate::{Visitor, cookies};

#[derive(Template)]
#[template(path = "account/show.html")]
struct Account {
    page: Page,
    visitor: Visitor,
    sessions: Vec<Session>,
    refusal: Option<String>,
}

/// What the password form sends.
#[derive(Deserialize)]
pub struct Passwords {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

/// `GET /account`
pub async fn show(visitor: Visitor) -> Answer {
    page(visitor, None).await
}

/// `POST /account/password`
pub async fn change_password(visitor: Visitor, Form(sent): Form<Passwords>) -> Answer {
    let t = visitor.t;
    let refusal = if sent.new != sent.again {
        Some(t.account.passwords_differ.to_owned())
    } else if sent.new == sent.old {
        Some(t.account.same_password.to_owned())
    } else {
        match visitor.web.hub.change_password(&visitor.signed_in(), &sent.old, &sent.new).await {
            Ok(()) => None,
            Err(Error::Invalid { field, .. }) if field == "old" => Some(t.account.wrong_password.to_owned()),
            Err(Error::Invalid { .. }) => Some(t.account.short_password.to_owned()),
            Err(error) => return Err(error.into()),
        }
    };
    match refusal {
        None => go(&visitor, "/account", Some(&Toast::good(t.account.password_changed))),
        Some(refusal) => {
            let mut response = page(visitor, Some(refusal)).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

/// `POST /account/sign-out-everywhere`
pub async fn leave_everywhere(visitor: Visitor) -> Answer {
    let user = visitor.user.id;
    visitor.write(move |tx| sessions::leave_everywhere(tx, user, None)).await?;
    let mut response = go(&visitor, "/sign-in", Some(&Toast::good(visitor.t.account.left_everywhere)))?;
    for cookie in cookies::drop_session() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn page(visitor: Visitor, refusal: Option<String>) -> Answer {
    let user = visitor.user.id;
    let sessions = visitor.read(move |tx| sessions::list(tx, user)).await?;
    let page = visitor.page(Section::None, visitor.t.account.title);
    let visit = visitor.clone();
    show_page(&visit, &Account { page, visitor, sessions, refusal })
}
