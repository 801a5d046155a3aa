//! Outgoing webhooks: who is told of what, with which signature; tried, rotated, switched off and on.

use askama::Template;
use axum::extract::Path;
use domain::webhook::{Endpoint, EndpointState, Event, Format};
use domain::{Dialect, Error, Instant, Result};
use hub::outbox;
use hub::webhooks::{self, NewEndpoint};
use jiff::tz::TimeZone;

use super::{Made, Part, Sent, page};
use crate::Visitor;
use crate::page::{Answer, Page, Toast, go, show as show_page};

/// Deliveries that are counted at most.
const MOST: i64 = 1_000;
/// Seconds for which a test belongs to this page, which sends it itself.
const LEASE: i64 = 60;
/// Letters of an answer that are shown.
const SHOWN: usize = 300;
/// The list of endpoints.
const PLACE: &str = "/settings/webhook/endpoints";

/// Doors whose changes an endpoint may ask for: all through which something can change.
const DOORS: [Dialect; 7] =
    [Dialect::OneOffice, Dialect::Omicrm, Dialect::Vbot, Dialect::Caresoft, Dialect::Beeiq, Dialect::Web, Dialect::Cli];

#[derive(Template)]
#[template(path = "settings/endpoints.html")]
struct Endpoints {
    page: Page,
    part: Part,
    endpoints: Vec<Endpoint>,
    events: &'static [Event],
    doors: [Dialect; 7],
}

impl Endpoints {
    /// The form is for a new endpoint, which is told of everything unless somebody says otherwise.
    fn known(&self) -> Option<&Endpoint> {
        None
    }

    fn is_all(&self) -> bool {
        true
    }
}

/// `GET /settings/webhook/endpoints`
pub async fn list(visitor: Visitor) -> Answer {
    visitor.must_be_admin()?;
    let endpoints = visitor.read(webhooks::list).await?;
    let (page, part) = (page(&visitor, Part::Webhook), Part::Webhook);
    show_page(&visitor, &Endpoints { page, part, endpoints, events: Event::ALL, doors: DOORS })
}

fn events(sent: &Sent) -> Result<Vec<Event>> {
    match sent.text("which") {
        "all" => Ok(Vec::new()),
        _ => {
            let chosen = Event::parse_list(sent.all("event"))?;
            if chosen.is_empty() {
                return Err(Error::invalid("event", "Hãy chọn ít nhất một sự kiện"));
            }
            Ok(chosen)
        }
    }
}

fn doors(sent: &Sent) -> Vec<Dialect> {
    let chosen: Vec<Dialect> = sent.all("dialect").filter_map(Dialect::of).collect();
    // All of them is what an empty list says, and it holds for doors of later versions too.
    if chosen.len() == DOORS.len() { Vec::new() } else { chosen }
}

fn check_url(visitor: &Visitor, url: &str) -> Result<()> {
    let courier = visitor.web.courier.as_deref();
    courier.ok_or_else(|| Error::not_found("Máy chủ này không gửi gì ra ngoài"))?.check_url(url)
}

/// `POST /settings/webhook/endpoints`
pub async fn add(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let url = sent.text("url").to_owned();
    check_url(&visitor, &url)?;
    let format = Format::of(sent.text("format")).unwrap_or_default();
    let new = NewEndpoint { url, events: events(&sent)?, dialects: doors(&sent), format };
    let (number, secret) = visitor.web.hub.create_endpoint(visitor.actor(), new, None).await?;
    made(&visitor, visitor.t.settings_webhook.endpoint_added(number), secret)
}

fn made(visitor: &Visitor, heading: String, secret: String) -> Answer {
    let t = &visitor.t.settings_webhook;
    let made = Made {
        page: page(visitor, Part::Webhook),
        part: Part::Webhook,
        heading,
        note: t.secret_once,
        items: vec![(t.secret.to_owned(), secret)],
    };
    made.show(visitor)
}

#[derive(Template)]
#[template(path = "settings/endpoint.html")]
struct OneEndpoint {
    page: Page,
    part: Part,
    endpoint: Endpoint,
    backlog: (i64, i64),
    now: Instant,
    events: &'static [Event],
    doors: [Dialect; 7],
    zone: TimeZone,
}

impl OneEndpoint {
    fn is_on(&self) -> bool {
        self.endpoint.state == EndpointState::On
    }

    /// The form is for this endpoint.
    fn known(&self) -> Option<&Endpoint> {
        Some(&self.endpoint)
    }

    fn is_all(&self) -> bool {
        self.endpoint.events.is_empty()
    }

    /// Until when the secret before this one signs too.
    fn old_until(&self) -> Option<Instant> {
        self.endpoint.old_secret.as_ref().map(|(_, until)| *until).filter(|until| *until > self.now)
    }
}

/// `GET /settings/webhook/endpoints/{number}`
pub async fn show(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let (endpoint, backlog, now) = visitor
        .read(move |tx| {
            let endpoint = webhooks::find(tx, number)?;
            let backlog = outbox::backlog(tx, endpoint.id, MOST)?;
            Ok((endpoint, backlog, tx.now()))
        })
        .await?;
    let mut page = page(&visitor, Part::Webhook);
    page.title = visitor.t.settings_webhook.endpoint_title(number);
    let (part, zone) = (Part::Webhook, visitor.zone.clone());
    show_page(&visitor, &OneEndpoint { page, part, endpoint, backlog, now, events: Event::ALL, doors: DOORS, zone })
}

fn place(number: i64) -> String {
    format!("{PLACE}/{number}")
}

/// `POST /settings/webhook/endpoints/{number}`
pub async fn change(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let (url, events, doors) = (sent.text("url").to_owned(), events(&sent)?, doors(&sent));
    check_url(&visitor, &url)?;
    visitor
        .write(move |tx| {
            webhooks::change(tx, number, "Sửa webhook", |endpoint| {
                endpoint.url.clone_from(&url);
                endpoint.events.clone_from(&events);
                endpoint.dialects.clone_from(&doors);
            })
            .map(drop)
        })
        .await?;
    go(&visitor, &place(number), Some(&Toast::good(visitor.t.settings.saved)))
}

/// `POST /settings/webhook/endpoints/{number}/rotate`
pub async fn rotate(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let secret = visitor.web.hub.rotate_endpoint(visitor.actor(), number).await?;
    made(&visitor, visitor.t.settings_webhook.secret_rotated.to_owned(), secret)
}

/// `POST /settings/webhook/endpoints/{number}/switch`
pub async fn switch(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let is_on = sent.text("on") == "1";
    visitor
        .write(move |tx| {
            if is_on {
                return webhooks::enable(tx, number).map(drop);
            }
            let endpoint = webhooks::find(tx, number)?;
            webhooks::disable(tx, endpoint.id, "người quản trị tắt").map(drop)
        })
        .await?;
    go(&visitor, &place(number), Some(&Toast::good(visitor.t.settings.saved)))
}

/// `POST /settings/webhook/endpoints/{number}/test`
pub async fn test(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let courier = visitor.web.courier.as_deref();
    let courier = courier.ok_or_else(|| Error::not_found("Máy chủ này không gửi gì ra ngoài"))?;
    let load = visitor
        .write(move |tx| {
            let until = tx.now().plus_seconds(LEASE);
            outbox::queue_test(tx, number, until)
        })
        .await?;
    let tried = courier.try_delivery(visitor.org.id, load).await?;
    let answer: String = tried.answer.chars().take(SHOWN).collect();
    let status = tried.status.map(|status| status.to_string()).unwrap_or_default();
    let t = &visitor.t.settings_webhook;
    let toast = match tried.arrived {
        true => Toast::good(t.endpoint_answered(status)),
        false => Toast::bad(t.endpoint_failed(format!("{status} {answer}").trim())),
    };
    go(&visitor, &place(number), Some(&toast))
}

/// `POST /settings/webhook/endpoints/{number}/delete`
pub async fn delete(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    visitor.write(move |tx| webhooks::remove(tx, number)).await?;
    go(&visitor, PLACE, Some(&Toast::good(visitor.t.settings_webhook.endpoint_removed(number))))
}
