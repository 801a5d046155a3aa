//! Editing a fact in place. The form says what its writer saw: if somebody else has changed it since, that is shown and nothing is
//! written over.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode};
use bytes::Bytes;
use domain::{Customer, Error, Instant};
use hub::customers;

use super::{Editor, Fact, Shown, find};
use crate::page::{Answer, Page, Section, Toast, fragment, fragment_and_say, fragment_at, go, show_with};
use crate::pages::customers::row_behind;
use crate::pages::own_fields::plain;
use crate::{Visitor, show as shown};

/// The form of a fact.
#[derive(Template)]
#[template(path = "customer/edit.html")]
struct Form {
    page: Page,
    customer: Customer,
    shown: Shown,
    editor: Editor,
    values: Vec<String>,
    was: String,
    refusal: Option<String>,
    clash: Option<Clash>,
}

#[derive(Template)]
#[template(path = "customer/edit_page.html")]
struct FormPage<'f> {
    page: &'f Page,
    number: i64,
    form: &'f Form,
}

/// What somebody else made of a fact meanwhile.
struct Clash {
    by: String,
    theirs: String,
}

#[derive(Template)]
#[template(path = "customer/fact.html")]
struct FactLine {
    page: Page,
    number: i64,
    fact: Shown,
}

/// `GET /customers/{number}/edit/{fact}`: the form; with `?show=1` what is known, again.
pub async fn show(visitor: Visitor, Path((number, key)): Path<(i64, String)>) -> Answer {
    let (viewer, t) = (visitor.viewer.clone(), visitor.t);
    let (customer, fact, editor) = visitor
        .read(move |tx| {
            let customer = find(tx, &viewer, number)?;
            let fact = Fact::find(tx, &key)?;
            let editor = fact.editor(tx, &customer, t)?;
            Ok((customer, fact, editor))
        })
        .await?;
    if visitor.place.ends_with("?show=1") {
        return shown_again(&visitor, &customer, &fact);
    }
    let values = fact.values(&customer);
    form(&visitor, customer, &fact, editor, values, StatusCode::OK, None, None)
}

/// How saving ended.
enum End {
    Saved(Box<Customer>),
    Clash(Box<Customer>),
    Refused(Box<Customer>, Error),
}

/// `POST /customers/{number}/edit/{fact}`
pub async fn save(visitor: Visitor, Path((number, key)): Path<(i64, String)>, body: Bytes) -> Answer {
    let (mut sent, mut was) = (Vec::new(), String::new());
    for (name, value) in form_urlencoded::parse(&body) {
        match &*name {
            "value" => sent.push(value.replace("\r\n", "\n")),
            "was" => was = value.replace("\r\n", "\n"),
            _ => {}
        }
    }
    let (viewer, t, country) = (visitor.viewer.clone(), visitor.t, visitor.org.settings.country());
    let (asked, seen) = (sent.clone(), was.clone());
    let (fact, editor, end) = visitor
        .write(move |tx| {
            let customer = find(tx, &viewer, number)?;
            let fact = Fact::find(tx, &key)?;
            let editor = fact.editor(tx, &customer, t)?;
            if plain(&fact.values(&customer).join("\n")) != plain(&seen) {
                return Ok((fact, editor, End::Clash(Box::new(customer))));
            }
            let mut wanted = customer.clone();
            if let Err(refusal) = fact.set(tx, &viewer, &mut wanted, &asked, country) {
                return if refusal.is_refusal() {
                    Ok((fact, editor, End::Refused(Box::new(customer), refusal)))
                } else {
                    Err(refusal)
                };
            }
            let saved = customers::write_back(tx, &viewer, &customer, wanted)?;
            Ok((fact, editor, End::Saved(Box::new(saved))))
        })
        .await?;
    match end {
        End::Saved(customer) => saved(&visitor, *customer, &fact).await,
        End::Refused(customer, refusal) => {
            let message = Some(visitor.said(refusal.public()));
            form(&visitor, *customer, &fact, editor, sent, StatusCode::UNPROCESSABLE_ENTITY, message, None)
        }
        End::Clash(customer) => {
            let theirs =
                fact.shown(&customer, visitor.t).lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
            let theirs = if theirs.is_empty() { visitor.t.common.none.to_owned() } else { theirs.join(", ") };
            let clash = Some(Clash { by: shown::visible(&customer.updated_by), theirs });
            form(&visitor, *customer, &fact, editor, sent, StatusCode::CONFLICT, None, clash)
        }
    }
}

fn shown_again(visitor: &Visitor, customer: &Customer, fact: &Fact) -> Answer {
    if !visitor.wants_fragment {
        return go(visitor, &format!("/customers/{}", customer.number), None);
    }
    let page = visitor.page(Section::Customers, shown::name(customer));
    fragment(&FactLine { page, number: customer.number, fact: fact.shown(customer, visitor.t) })
}

#[derive(Template)]
#[template(path = "customer/saved.html")]
struct Saved {
    page: Page,
    visitor: Visitor,
    number: i64,
    fact: Shown,
    customer: Customer,
    door: Option<String>,
    now: Instant,
    /// Whether the page of the customer itself is shown: its tab bears the name.
    is_page: bool,
    row: Option<String>,
}

/// The fact as it is now, and with it whatever else is shown of the customer.
async fn saved(visitor: &Visitor, customer: Customer, fact: &Fact) -> Answer {
    let (toast, number, id) = (Toast::good(visitor.t.customer.saved), customer.number, customer.id);
    let place = format!("/customers/{number}");
    if !visitor.wants_fragment {
        return go(visitor, &place, Some(&toast));
    }
    let page = visitor.page(Section::Customers, shown::name(&customer));
    let row = row_behind(visitor, &page, &customer).await?;
    let door = visitor.read(move |tx| customers::first_door(tx, id)).await?;
    let is_page = visitor.shown().is_some_and(|shown| shown.path() == place);
    let (fact, now) = (fact.shown(&customer, visitor.t), visitor.web.hub.now());
    let saved = Saved { page: page.clone(), visitor: visitor.clone(), number, fact, customer, door, now, is_page, row };
    let mut answer = fragment_and_say(&page, &saved, &toast)?;
    // The timeline asks for its lines again, narrowed as it is.
    answer.headers_mut().insert("hx-trigger", HeaderValue::from_static("customer-changed"));
    Ok(answer)
}

#[expect(clippy::too_many_arguments, reason = "all that a form is drawn from, used three times beside each other")]
fn form(
    visitor: &Visitor,
    customer: Customer,
    fact: &Fact,
    editor: Editor,
    values: Vec<String>,
    status: StatusCode,
    refusal: Option<String>,
    clash: Option<Clash>,
) -> Answer {
    let page = visitor.page(Section::Customers, shown::name(&customer));
    let was = fact.values(&customer).join("\n");
    let shown = fact.shown(&customer, visitor.t);
    let editor = match editor {
        Editor::Own(own) => Editor::Own(own.filled(values.clone())),
        other => other,
    };
    let form = Form { page, customer, shown, editor, values, was, refusal, clash };
    if !visitor.wants_fragment {
        return show_with(visitor, status, &FormPage { page: &form.page, number: form.customer.number, form: &form });
    }
    match status {
        StatusCode::OK => fragment(&form),
        // The form stands inside the fact that it takes the place of.
        _ => fragment_at("closest .fact", status, &form),
    }
}
