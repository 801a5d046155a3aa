//! A lead made by hand: of a customer who is known, or of somebody new with a phone or e-mail.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use bytes::Bytes;
use domain::field::FieldEntity;
use domain::{CatalogKind, ContactKind, ContactPoint, Customer, Error, Result};
use hub::enquiries::{self, Enquiry, Reference, Unassigned};
use hub::{fields, leads};

use super::place;
use crate::Visitor;
use crate::page::{Answer, Page, Section, Toast, go, show_with};
use crate::pages::own_fields::{self, Own};
use crate::pages::sent::{Choices, Pick, Sent};
use crate::pages::typed;
use crate::pages::whose::Whose;

#[derive(Template)]
#[template(path = "leads/new.html")]
struct New {
    page: Page,
    sent: Sent,
    whose: Whose,
    picks: Vec<Pick>,
    labels: Vec<(i64, String, bool)>,
    own: Vec<Own>,
    refusal: Option<String>,
    /// The field that the refusal is about, where it is told beside it.
    wrong: &'static str,
}

/// Fields beside which is told what is wrong with them.
const TELLING: [&str; 2] = ["phone", "email"];

/// `GET /leads/new`, with `?customer=` for somebody who is known.
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let sent = Sent::read(raw.unwrap_or_default().as_bytes());
    form(&visitor, sent, None, StatusCode::OK).await
}

/// `POST /leads`
pub async fn keep(visitor: Visitor, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, org, t, zone) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t, visitor.zone.clone());
    let asked = sent.clone();
    let made = visitor
        .write(move |tx| {
            let whose = Whose::find(tx, &viewer, &org, &asked, t)?;
            let points = [(ContactKind::Phone, "phone"), (ContactKind::Email, "email")].into_iter();
            let country = org.settings.country();
            let read = |(kind, name)| typed::point(kind, asked.text(name), "", country, name).transpose();
            let points = points.filter_map(read).collect::<Result<Vec<ContactPoint>>>()?;
            if whose.known.is_none() && (points.is_empty() || whose.refusal.is_some()) {
                return Ok(None);
            }
            let customer = Customer { name: asked.text("name").trim().to_owned(), points, ..Customer::default() };
            let enquiry = Enquiry {
                requester: whose.known.map(|known| Reference { number: known.number, field: "customer".to_owned() }),
                customer,
                subject: Some(asked.text("subject").trim().to_owned()),
                service: asked.number("service"),
                team: asked.number("team"),
                assignee: asked.number("assignee"),
                labels: Some(asked.numbers("label")),
                expected_close: asked.day("expected_close", &zone),
                own: own_fields::read(tx, FieldEntity::Lead, &[], &asked, country)?,
                ..Enquiry::default()
            };
            let lead = enquiries::open(tx, &viewer, &enquiry, Unassigned::FirstTeam)?;
            // Phone or e-mail may be of somebody who is not shown to whoever adds the lead.
            let is_shown = match leads::find_for(tx, &viewer, lead.number) {
                Err(Error::NotFound { .. }) => false,
                found => found.map(|_| true)?,
            };
            Ok(Some((lead.number, is_shown)))
        })
        .await;
    match made {
        Ok(Some((number, true))) => go(&visitor, &place(number), Some(&Toast::good(t.leads.made(number)))),
        Ok(Some((number, false))) => go(&visitor, "/leads", Some(&Toast::good(t.leads.made_hidden(number)))),
        Ok(None) => {
            let refusal = Error::invalid("", t.leads.who_missing);
            form(&visitor, sent, Some(&refusal), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(refusal @ Error::Invalid { .. }) => {
            form(&visitor, sent, Some(&refusal), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(visitor: &Visitor, sent: Sent, refusal: Option<&Error>, status: StatusCode) -> Answer {
    let (viewer, org, t, asked) = (visitor.viewer.clone(), visitor.org.clone(), visitor.t, sent.clone());
    let (whose, choices, mut own) = visitor
        .read(move |tx| {
            let kinds = [CatalogKind::Service, CatalogKind::LeadLabel];
            let own = own_fields::asked(fields::list(tx, FieldEntity::Lead)?, &[], Some(&asked));
            Ok((Whose::find(tx, &viewer, &org, &asked, t)?, Choices::find(tx, &kinds)?, own))
        })
        .await?;
    let me = (!sent.has("subject")).then_some(visitor.user.number);
    let picks = vec![
        Pick::of("service", t.catalog.service, choices.list(CatalogKind::Service), sent.number("service")),
        Pick::of("team", t.leads.team, &choices.teams, sent.number("team")),
        Pick::of("assignee", t.leads.assignee, &choices.users, sent.number("assignee").or(me)),
    ];
    let marked = sent.numbers("label");
    let labels = choices.list(CatalogKind::LeadLabel).iter();
    let labels = labels.map(|(number, text)| (*number, text.clone(), marked.contains(number))).collect();
    let wrong = match refusal {
        Some(Error::Invalid { field, .. }) => TELLING.into_iter().find(|known| known == field).unwrap_or_default(),
        _ => "",
    };
    // Who is meant is asked for where it stands, and what is wrong with a field beside it; the message above is for everything else.
    let refusal = refusal.filter(|refusal| whose.refusal.is_none() && !own_fields::tell(&mut own, visitor, refusal));
    let refusal = refusal.map(|refusal| visitor.said(refusal.public()));
    let page = visitor.page(Section::Leads, t.leads.new);
    show_with(visitor, status, &New { page, sent, whose, picks, labels, own, refusal, wrong })
}
