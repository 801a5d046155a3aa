//! A deal made by hand, of a customer who is known.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use bytes::Bytes;
use domain::{Deal, Error};
use hub::deals::steps;

use super::{Form, KINDS, facts};
use crate::Visitor;
use crate::page::{Answer, Page, Section, Toast, go, show as show_page};
use crate::pages::sent::{Choices, Sent};
use crate::pages::whose::Whose;

#[derive(Template)]
#[template(path = "deals/new.html")]
struct New {
    page: Page,
    whose: Whose,
    form: Form,
    refusal: Option<String>,
}

/// `GET /deals/new`, with `?customer=` for whom.
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let sent = Sent::read(raw.unwrap_or_default().as_bytes());
    form(&visitor, sent, None, StatusCode::OK).await
}

/// How it ended.
enum End {
    Made(Box<Deal>),
    Asked,
    Refused(Error),
}

/// `POST /deals`
pub async fn keep(visitor: Visitor, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, org, t) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t);
    let (asked, facts) = (sent.clone(), facts(&sent, &visitor.zone));
    let end = visitor
        .write(move |tx| {
            let Some(known) = Whose::find(tx, &viewer, &org, &asked, t)?.known else { return Ok(End::Asked) };
            match steps::open(tx, &viewer, known.number, &facts) {
                Err(refusal @ Error::Invalid { .. }) => Ok(End::Refused(refusal)),
                made => Ok(End::Made(Box::new(made?))),
            }
        })
        .await?;
    match end {
        End::Made(deal) => {
            go(&visitor, &format!("/deals/{}", deal.number), Some(&Toast::good(t.deals.made(deal.number))))
        }
        End::Asked => {
            form(&visitor, sent, Some(t.deals.who_missing.to_owned()), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        End::Refused(refusal) => {
            form(&visitor, sent, Some(visitor.said(refusal.public())), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn form(visitor: &Visitor, sent: Sent, refusal: Option<String>, status: StatusCode) -> Answer {
    let (viewer, org, t, zone) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t, visitor.zone.clone());
    let is_first = !sent.has("facts");
    let (whose, mut form) = visitor
        .read(move |tx| {
            let choices = Choices::find(tx, &KINDS)?;
            let whose = Whose::find(tx, &viewer, &org, &sent, t)?;
            Ok((whose, Form::of(&Deal::default(), &choices, sent.has("facts").then_some(&sent), t, &zone)))
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
    let refusal = refusal.filter(|_| whose.refusal.is_none());
    let page = visitor.page(Section::Deals, t.deals.new);
    let mut response = show_page(visitor, &New { page, whose, form, refusal })?;
    *response.status_mut() = status;
    Ok(response)
}
