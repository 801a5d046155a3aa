//! A customer made by hand. Whoever has that phone or e-mail already is shown first, so that nobody is entered twice unseen.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use bytes::Bytes;
use domain::{CatalogKind, ContactKind, Customer, Error};
use hub::{customers, users};

use super::{Editor, Fact};
use crate::page::{Answer, Page, Section, Toast, go, show_with};
use crate::{Visitor, show as shown};

/// A field of the form.
struct Asked {
    key: String,
    label: String,
    editor: Editor,
    values: Vec<String>,
    /// What is wrong with it.
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "customer/new.html")]
struct New {
    page: Page,
    asked: Vec<Asked>,
    known: Vec<Customer>,
    refusal: Option<String>,
}

/// What is asked for.
fn facts() -> [Fact; 11] {
    [
        Fact::Text("name"),
        Fact::Kind,
        Fact::Stage,
        Fact::Points(ContactKind::Phone),
        Fact::Points(ContactKind::Email),
        Fact::Addresses,
        Fact::Labels(CatalogKind::Status),
        Fact::Labels(CatalogKind::Source),
        Fact::Labels(CatalogKind::Tag),
        Fact::Owners,
        Fact::Note,
    ]
}

/// `GET /customers/new`; what stands in the address is in the form already.
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let raw = raw.unwrap_or_default();
    let sent: Vec<(String, String)> =
        form_urlencoded::parse(raw.as_bytes()).map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    form(&visitor, &sent, Vec::new(), None, StatusCode::OK).await
}

/// How it ended.
enum End {
    Made(Box<Customer>),
    Known(Vec<Customer>),
    Refused(Error),
}

/// `POST /customers`
pub async fn keep(visitor: Visitor, body: Bytes) -> Answer {
    let sent: Vec<(String, String)> =
        form_urlencoded::parse(&body).map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    let (asked, country, viewer) = (sent.clone(), visitor.org.settings.country(), visitor.viewer.clone());
    let permit = visitor.org.settings.text("permit.default").to_owned();
    let end = visitor
        .write(move |tx| {
            let mut new = Customer { permit: users::usual_permit(tx, &permit)?, ..Customer::default() };
            for fact in facts() {
                let values = of(&asked, &fact.key());
                match fact.set(tx, &viewer, &mut new, &values, country) {
                    Err(refusal) if refusal.is_refusal() => return Ok(End::Refused(refusal)),
                    other => other?,
                }
            }
            if shown::visible(&new.name).is_empty() {
                return Ok(End::Refused(Error::invalid("name", "Tên không được để trống")));
            }
            let known = customers::sharing(tx, &viewer, &new.keys())?;
            if !known.is_empty() && of(&asked, "anyway").is_empty() {
                return Ok(End::Known(known));
            }
            match customers::create_apart(tx, new) {
                Err(refusal @ Error::Invalid { .. }) => Ok(End::Refused(refusal)),
                made => Ok(End::Made(Box::new(made?))),
            }
        })
        .await?;
    match end {
        End::Made(made) => {
            let toast = Toast::good(visitor.t.customer.made(shown::name(&made)));
            go(&visitor, &format!("/customers/{}", made.number), Some(&toast))
        }
        End::Known(known) => form(&visitor, &sent, known, None, StatusCode::CONFLICT).await,
        End::Refused(refusal) => {
            form(&visitor, &sent, Vec::new(), Some(&refusal), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn of(sent: &[(String, String)], key: &str) -> Vec<String> {
    sent.iter().filter(|(known, _)| known == key).map(|(_, value)| value.replace("\r\n", "\n")).collect()
}

async fn form(
    visitor: &Visitor,
    sent: &[(String, String)],
    known: Vec<Customer>,
    refusal: Option<&Error>,
    status: StatusCode,
) -> Answer {
    let (t, sent) = (visitor.t, sent.to_vec());
    let mut asked = visitor
        .read(move |tx| {
            let mut asked = Vec::new();
            for fact in facts() {
                let editor = fact.editor(tx, &Customer::default(), t)?;
                let mut values = of(&sent, &fact.key());
                if values.is_empty() && fact == Fact::Stage {
                    values.push("customer".to_owned());
                }
                asked.push(Asked { key: fact.key(), label: fact.label(t), editor, values, refusal: None });
            }
            Ok(asked)
        })
        .await?;
    // What is wrong with one field is told beside it, everything else above them all.
    let mut told = refusal.map(|refusal| visitor.said(refusal.public()));
    if let Some(Error::Invalid { field: about, .. }) = refusal
        && let Some(field) = asked.iter_mut().find(|field| field.key == *about)
    {
        field.refusal = told.take();
    }
    let refusal = told;
    let page = visitor.page(Section::Customers, t.shell.new_customer);
    show_with(visitor, status, &New { page, asked, known, refusal })
}
