//! Signing in and out.

use askama::Template;
use axum::Form;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use domain::Error;
use hub::sessions::{self, Entrance};
use hub::tokens::Secret;
use serde::Deserialize;

use crate::page::{Answer, Page, Toast, go, show as show_page};
use crate::visitor::{Visit, Visitor, Web, local};
use crate::{Fault, cookies};

/// Where to go on to.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Which of several orgs is meant.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    choice: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in/form.html")]
struct Form_ {
    page: Page,
    email: String,
    next: String,
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/choose.html")]
struct Choose {
    page: Page,
    orgs: Vec<(String, String)>,
    next: String,
}

/// `GET /sign-in`
pub async fn show(
    visit: Visit,
    State(web): State<Web>,
    Query(Next { next }): Query<Next>,
    headers: HeaderMap,
) -> Answer {
    if is_signed_in(&web, &headers).await {
        return go(&visit, local(&next), None);
    }
    form(&visit, String::new(), next, None)
}

/// `POST /sign-in`
pub async fn enter(visit: Visit, Form(sent): Form<Credentials>) -> Answer {
    let entered = visit.web.hub.enter(&sent.email, &sent.password, &visit.origin()).await;
    match entered {
        Ok(Entrance::Open(secret)) => enter_with(&visit, &secret, &sent.next),
        Ok(Entrance::Choice(orgs)) => {
            let page = visit.page(visit.t.sign_in.choose_org);
            let orgs = orgs.into_iter().map(|(org, choice)| (org.name, choice.reveal().to_owned())).collect();
            show_page(&visit, &Choose { page, orgs, next: sent.next })
        }
        Err(refusal @ (Error::Unauthorized { .. } | Error::Forbidden { .. } | Error::Invalid { .. })) => {
            let status = Fault(refusal.clone()).status();
            let message = match refusal {
                Error::Unauthorized { .. } => visit.t.sign_in.refused,
                _ => visit.t.sign_in.too_often,
            };
            let mut response = form(&visit, sent.email, sent.next, Some(message.to_owned()))?;
            *response.status_mut() = status;
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /sign-in/org`
pub async fn choose(visit: Visit, Form(sent): Form<Chosen>) -> Answer {
    match visit.web.hub.choose(&sent.choice, &visit.origin()).await {
        Ok(secret) => enter_with(&visit, &secret, &sent.next),
        Err(Error::Unauthorized { .. }) => {
            let mut response = form(&visit, String::new(), sent.next, Some(visit.t.sign_in.choice_expired.to_owned()))?;
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /sign-out`
pub async fn leave(visitor: Visitor) -> Answer {
    let session = visitor.session.id;
    visitor.write(move |tx| sessions::leave(tx, session)).await?;
    let mut response = go(&visitor, "/sign-in", Some(&Toast::good(visitor.t.sign_in.left)))?;
    for cookie in cookies::drop_session() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn form(visit: &Visit, email: String, next: String, refusal: Option<String>) -> Answer {
    show_page(visit, &Form_ { page: visit.page(visit.t.sign_in.title), email, next, refusal })
}

fn enter_with(visit: &Visit, secret: &Secret, next: &str) -> Answer {
    let mut response = go(visit, local(next), None)?;
    let cookie = cookies::keep_session(&visit.headers, secret.reveal());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn is_signed_in(web: &Web, headers: &HeaderMap) -> bool {
    let mut request = axum::http::Request::new(());
    headers.clone_into(request.headers_mut());
    let (mut parts, ()) = request.into_parts();
    Visitor::from_request_parts(&mut parts, web).await.is_ok()
}
