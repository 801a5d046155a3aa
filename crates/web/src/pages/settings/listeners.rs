//! Webhook listeners: made with an address at once, set, previewed, rotated.

use askama::Template;
use axum::extract::Path;
use domain::catalog::CatalogKind;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::listener::EmailTemplate;
use domain::{Customer, Instant, Listener, User};
use hub::templates;
use hub::{catalog, listeners, settings, users};
use jiff::tz::TimeZone;

use super::{Made, Part, Sent, curls, page};
use crate::Visitor;
use crate::page::{Answer, Page, Toast, fragment, go, show as show_page};

#[derive(Template)]
#[template(path = "settings/webhook.html")]
struct Webhook {
    page: Page,
    part: Part,
    listeners: Vec<Listener>,
    zone: TimeZone,
}

/// `GET /settings/webhook`: the tab of listeners.
pub async fn list(visitor: Visitor) -> Answer {
    visitor.must_be_admin()?;
    let listeners = visitor.read(listeners::list).await?;
    let (page, zone) = (page(&visitor, Part::Webhook), visitor.zone.clone());
    show_page(&visitor, &Webhook { page, part: Part::Webhook, listeners, zone })
}

/// `POST /settings/webhook/listeners`
pub async fn add(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let hub = &visitor.web.hub;
    let name = sent.some("name").unwrap_or_else(|| "Webhook listener".to_owned());
    let (number, path) = hub.create_listener(visitor.actor(), &name).await?;
    show_address(&visitor, number, &path, visitor.t.settings_webhook.added(number)).await
}

/// `POST /settings/webhook/listeners/{number}/rotate`
pub async fn rotate(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let path = visitor.web.hub.rotate_listener(visitor.actor(), number).await?;
    show_address(&visitor, number, &path, visitor.t.settings_webhook.rotated.to_owned()).await
}

/// On to the page of the listener, where its address stands; without a key that keeps it, it is shown this once.
async fn show_address(visitor: &Visitor, number: i64, path: &str, said: String) -> Answer {
    let shown = visitor.web.hub.listener(visitor.org.id, number).await?;
    if shown.paths.iter().any(|(kept, _)| kept == path) {
        return go(visitor, &format!("/settings/webhook/listeners/{number}"), Some(&Toast::good(said)));
    }
    let t = &visitor.t.settings_webhook;
    let url = visitor.base_url();
    let made = Made {
        page: page(visitor, Part::Webhook),
        part: Part::Webhook,
        heading: said,
        note: t.path_once,
        items: vec![
            (t.address.to_owned(), format!("{url}{path}")),
            (t.try_it.to_owned(), curls::to_listener(&url, path, &visitor.user.email)),
        ],
    };
    show_page(visitor, &super::MadePage { page: made.page.clone(), part: Part::Webhook, made })
}

#[derive(Template)]
#[template(path = "settings/listener.html")]
struct OneListener {
    page: Page,
    part: Part,
    listener: Listener,
    /// Whole addresses, each with the moment until which it works if it was replaced.
    addresses: Vec<(String, Option<Instant>)>,
    curl: Option<String>,
    users: Vec<User>,
    tags: Vec<String>,
    sources: Vec<String>,
    preview: Option<Preview>,
    zone: TimeZone,
}

/// `GET /settings/webhook/listeners/{number}`
pub async fn show(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    draw(visitor, number, None).await
}

async fn draw(visitor: Visitor, number: i64, preview: Option<(Preview, Sent)>) -> Answer {
    visitor.must_be_admin()?;
    let shown = visitor.web.hub.listener(visitor.org.id, number).await?;
    let (users, tags, sources) = visitor
        .read(|tx| {
            let labels = |items: Vec<domain::CatalogItem>| items.into_iter().map(|item| item.label).collect::<Vec<_>>();
            let tags = labels(catalog::list(tx, CatalogKind::Tag)?);
            Ok((users::list(tx)?, tags, labels(catalog::list(tx, CatalogKind::Source)?)))
        })
        .await?;
    let url = visitor.base_url();
    let curl = shown.paths.first().map(|(path, _)| curls::to_listener(&url, path, &visitor.user.email));
    let addresses = shown.paths.into_iter().map(|(path, until)| (format!("{url}{path}"), until)).collect();
    let mut page = page(&visitor, Part::Webhook);
    page.title.clone_from(&shown.listener.name);
    let mut listener = shown.listener;
    let preview = preview.map(|(preview, sent)| {
        // What was typed is not lost by looking at it.
        apply(&sent, &mut listener, None);
        preview
    });
    let zone = visitor.zone.clone();
    let users = users.into_iter().filter(|user| user.active).collect();
    let part = Part::Webhook;
    show_page(&visitor, &OneListener { page, part, listener, addresses, curl, users, tags, sources, preview, zone })
}

/// `POST /settings/webhook/listeners/{number}`
pub async fn change(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let user = sent.some("user").and_then(|user| user.parse::<i64>().ok());
    visitor
        .write(move |tx| {
            let user = match user {
                Some(user) => users::find_by_number(tx, user)?.map(|user| user.id),
                None => None,
            };
            settings::change_listener(tx, number, |listener| apply(&sent, listener, user)).map(drop)
        })
        .await?;
    let place = format!("/settings/webhook/listeners/{number}");
    go(&visitor, &place, Some(&Toast::good(visitor.t.settings.saved)))
}

/// Writes what a form says into a listener.
fn apply(sent: &Sent, listener: &mut Listener, user: Option<domain::Id>) {
    sent.text("name").clone_into(&mut listener.name);
    listener.active = sent.has("active");
    listener.networks = sent.list("networks");
    listener.user = user;
    listener.default_tag = sent.some("default_tag");
    listener.contact_source = sent.some("contact_source");
    listener.lead_source = sent.some("lead_source");
    listener.email = email(sent).filter(|_| sent.has("email_on"));
    listener.sms = sent.some("sms_body").filter(|_| sent.has("sms_on"));
}

fn email(sent: &Sent) -> Option<EmailTemplate> {
    let (subject, body) = (sent.text("email_subject").to_owned(), sent.text("email_body").to_owned());
    Some(EmailTemplate { subject, body }).filter(|email| !email.subject.is_empty() || !email.body.is_empty())
}

/// The automatic messages as an invented customer would get them.
#[derive(Template)]
#[template(path = "settings/preview.html")]
struct Preview {
    page: Page,
    email: Option<Result<templates::Letter, String>>,
    sms: Option<Result<(String, domain::sms::Length), String>>,
}

/// `POST /settings/webhook/listeners/{number}/preview`
pub async fn preview(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let (customer, code) = (example(&visitor), "PID-212");
    let said = |error: domain::Error| visitor.said(error.public());
    // What would be refused when it is saved is refused here.
    let letter = |email: EmailTemplate| {
        templates::check("email_subject", &email.subject).map_err(said)?;
        templates::check("email_body", &email.body).map_err(said)?;
        templates::letter(&email, &customer, code).map_err(said)
    };
    let text = |body: String| {
        templates::check("sms_body", &body).map_err(said)?;
        let filled = templates::render(&body, &customer, code).map_err(said)?;
        let length = domain::sms::length(&filled);
        Ok((filled, length))
    };
    let preview = Preview {
        page: page(&visitor, Part::Webhook),
        email: email(&sent).map(letter),
        sms: sent.some("sms_body").map(text),
    };
    if visitor.wants_fragment {
        return fragment(&preview);
    }
    draw(visitor, number, Some((preview, sent))).await
}

fn example(visitor: &Visitor) -> Customer {
    let country = visitor.org.settings.country();
    let points = [(ContactKind::Phone, "0912 345 678"), (ContactKind::Email, "binh@example.com")];
    let points = points.into_iter().filter_map(|(kind, raw)| ContactPoint::new(kind, raw, "", country));
    Customer {
        number: 212,
        name: "Nguyễn Thanh Bình".to_owned(),
        family_name: "Nguyễn".to_owned(),
        given_name: "Bình".to_owned(),
        points: points.collect(),
        ..Customer::default()
    }
}
