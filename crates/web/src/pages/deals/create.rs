//! A deal made by hand, of a customer who is known.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use bytes::Bytes;
use domain::field::FieldEntity;
use domain::{Deal, Error};
use hub::deals::steps::{self, Facts};
use hub::fields;

use super::{Form, KINDS, facts, place};
use crate::Visitor;
use crate::page::{Answer, Page, Section, Toast, go, show_with};
use crate::pages::own_fields;
use crate::pages::panel::Refusal;
use crate::pages::sent::{Choices, Sent};
use crate::pages::whose::Whose;

#[derive(Template)]
#[template(path = "deals/new.html")]
struct New {
    page: Page,
    whose: Whose,
    form: Form,
    refusal: Option<Refusal>,
}

/// `GET /deals/new`, with `?customer=` for whom.
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let sent = Sent::read(raw.unwrap_or_default().as_bytes());
    form(&visitor, sent, None, None, StatusCode::OK).await
}

/// `POST /deals`
pub async fn keep(visitor: Visitor, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, org, t) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t);
    let (asked, facts, country) = (sent.clone(), facts(&sent, None, &visitor.zone), org.settings.country());
    let made = visitor
        .write(move |tx| {
            let Some(known) = Whose::find(tx, &viewer, &org, &asked, t)?.known else { return Ok(None) };
            let values = own_fields::read(tx, FieldEntity::Deal, &[], &asked, country)?;
            steps::open(tx, &viewer, known.number, &Facts { values, ..facts.clone() }).map(Some)
        })
        .await;
    match made {
        Ok(Some(deal)) => go(&visitor, &place(deal.number), Some(&Toast::good(t.deals.made(deal.number)))),
        Ok(None) => {
            let refusal = Refusal { part: "", text: t.deals.who_missing.to_owned() };
            form(&visitor, sent, Some(refusal), None, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error @ Error::Invalid { .. }) => {
            let refusal = Refusal::of(&visitor, &error, "");
            form(&visitor, sent, Some(refusal), Some(&error), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(
    visitor: &Visitor,
    sent: Sent,
    refusal: Option<Refusal>,
    error: Option<&Error>,
    status: StatusCode,
) -> Answer {
    let (viewer, org, t, zone) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t, visitor.zone.clone());
    let is_first = !sent.has("facts");
    let (whose, mut form) = visitor
        .read(move |tx| {
            let choices = Choices::find(tx, &KINDS)?;
            let whose = Whose::find(tx, &viewer, &org, &sent, t)?;
            let (own, sent) = (fields::list(tx, FieldEntity::Deal)?, Some(&sent).filter(|sent| sent.has("facts")));
            Ok((whose, Form::of(&Deal::default(), &choices, own, sent, t, &zone)))
        })
        .await?;
    if is_first {
        // What most deals begin with.
        for pick in &mut form.picks {
            let first = match pick.name {
                "currency" | "stage" => 0,
                "owner" => {
                    pick.options.iter().position(|(number, ..)| *number == visitor.user.number).unwrap_or(usize::MAX)
                }
                _ => usize::MAX,
            };
            if let Some(option) = pick.options.get_mut(first) {
                option.2 = true;
            }
        }
    }
    let is_told = error.is_some_and(|error| own_fields::tell(&mut form.own, visitor, error));
    let refusal = refusal.filter(|_| whose.refusal.is_none() && !is_told);
    let page = visitor.page(Section::Deals, t.deals.new);
    show_with(visitor, status, &New { page, whose, form, refusal })
}
