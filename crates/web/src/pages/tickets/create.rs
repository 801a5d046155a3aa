//! A ticket made by hand, of a customer where one is known.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use bytes::Bytes;
use domain::field::FieldEntity;
use domain::{Error, Ticket};
use hub::fields;
use hub::tickets::{self, Facts};

use super::{Form, KINDS, facts, place};
use crate::Visitor;
use crate::page::{Answer, Page, Section, Toast, go, show_with};
use crate::pages::own_fields;
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
    let (asked, facts, country) = (sent.clone(), facts(&sent), org.settings.country());
    let made = visitor
        .write(move |tx| {
            let whose = Whose::find(tx, &viewer, &org, &asked, t)?;
            if whose.refusal.is_some() {
                return Ok(None);
            }
            let values = own_fields::read(tx, FieldEntity::Ticket, &[], &asked, country)?;
            let facts = Facts { values, ..facts.clone() };
            tickets::open(tx, &viewer, whose.known.map(|known| known.number), &facts).map(Some)
        })
        .await;
    match made {
        Ok(Some(ticket)) => go(&visitor, &place(ticket.number), Some(&Toast::good(t.tickets.made(ticket.number)))),
        Ok(None) => form(&visitor, sent, None, StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(refusal @ Error::Invalid { .. }) => {
            form(&visitor, sent, Some(&refusal), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(visitor: &Visitor, sent: Sent, refusal: Option<&Error>, status: StatusCode) -> Answer {
    let (viewer, org, t) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t);
    let (whose, mut form) = visitor
        .read(move |tx| {
            let choices = Choices::find(tx, &KINDS)?;
            let whose = Whose::find(tx, &viewer, &org, &sent, t)?;
            let (own, sent) = (fields::list(tx, FieldEntity::Ticket)?, Some(&sent).filter(|sent| sent.has("facts")));
            Ok((whose, Form::of(&Ticket::default(), &choices, own, sent, t)))
        })
        .await?;
    let refusal = refusal.filter(|refusal| !own_fields::tell(&mut form.own, visitor, refusal));
    let refusal = refusal.map(|refusal| visitor.said(refusal.public()));
    let page = visitor.page(Section::Tickets, t.shell.new_ticket);
    show_with(visitor, status, &New { page, whose, form, refusal })
}
