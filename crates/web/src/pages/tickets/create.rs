//! A ticket made by hand, of a customer where one is known.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use bytes::Bytes;
use domain::{Error, Ticket};
use hub::tickets;

use super::{Form, KINDS, facts, place};
use crate::Visitor;
use crate::page::{Answer, Page, Section, Toast, go, show_with};
use crate::pages::sent::{Choices, Sent};
use crate::pages::whose::Whose;

#[derive(Template)]
#[template(path = "tickets/new.html")]
struct New {
    page: Page,
    whose: Whose,
    form: Form,
    refusal: Option<String>,
}

/// `GET /tickets/new`, with `?customer=` for whom.
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let sent = Sent::read(raw.unwrap_or_default().as_bytes());
    form(&visitor, sent, None, StatusCode::OK).await
}

/// `POST /tickets`
pub async fn keep(visitor: Visitor, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, org, t) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t);
    let (asked, facts) = (sent.clone(), facts(&sent));
    let made = visitor
        .write(move |tx| {
            let whose = Whose::find(tx, &viewer, &org, &asked, t)?;
            if whose.refusal.is_some() {
                return Ok(None);
            }
            tickets::open(tx, &viewer, whose.known.map(|known| known.number), &facts).map(Some)
        })
        .await;
    match made {
        Ok(Some(ticket)) => go(&visitor, &place(ticket.number), Some(&Toast::good(t.tickets.made(ticket.number)))),
        Ok(None) => form(&visitor, sent, None, StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(refusal @ Error::Invalid { .. }) => {
            form(&visitor, sent, Some(visitor.said(refusal.public())), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(visitor: &Visitor, sent: Sent, refusal: Option<String>, status: StatusCode) -> Answer {
    let (viewer, org, t) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t);
    let (whose, form) = visitor
        .read(move |tx| {
            let choices = Choices::find(tx, &KINDS)?;
            let whose = Whose::find(tx, &viewer, &org, &sent, t)?;
            Ok((whose, Form::of(&Ticket::default(), &choices, sent.has("facts").then_some(&sent), t)))
        })
        .await?;
    let page = visitor.page(Section::Tickets, t.shell.new_ticket);
    show_with(visitor, status, &New { page, whose, form, refusal })
}
