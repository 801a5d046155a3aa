//! API tokens: made and shown once, listed without their secret, taken back.

use askama::Template;
use axum::extract::Path;
use domain::{Dialect, Error, Instant, Token, User};
use hub::tokens::{self, NewToken, Secret};
use hub::{settings, users};
use jiff::tz::TimeZone;

use super::{Made, Part, Sent, curls, page};
use crate::Visitor;
use crate::page::{Answer, Page, Toast, go, show as show_page};

/// Days after which a token may end, for the form; 0 is never.
pub const DAYS: [i64; 5] = [0, 7, 30, 90, 365];

#[derive(Template)]
#[template(path = "settings/tokens.html")]
struct Tokens {
    page: Page,
    part: Part,
    tokens: Vec<(Token, Option<User>)>,
    users: Vec<User>,
    now: Instant,
    zone: TimeZone,
}

impl Tokens {
    fn doors(&self) -> [Dialect; 5] {
        Dialect::DOORS
    }

    fn days(&self) -> [i64; 5] {
        DAYS
    }

    /// Whether a token has run out.
    fn is_over(&self, token: &Token) -> bool {
        token.expires_at.is_some_and(|end| end <= self.now)
    }
}

/// `GET /settings/tokens`
pub async fn list(visitor: Visitor) -> Answer {
    visitor.must_be_admin()?;
    let (tokens, users, now) = visitor.read(|tx| Ok((tokens::list(tx)?, users::list(tx)?, tx.now()))).await?;
    let tokens = tokens.into_iter().map(|token| {
        let user = users.iter().find(|user| Some(user.id) == token.user).cloned();
        (token, user)
    });
    let tokens = tokens.collect();
    let zone = visitor.zone.clone();
    let page = page(&visitor, Part::Tokens);
    show_page(&visitor, &Tokens { page, part: Part::Tokens, tokens, users, now, zone })
}

/// `POST /settings/tokens`
pub async fn add(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let dialects: Vec<Dialect> =
        sent.all("dialect").filter_map(Dialect::of).filter(|dialect| Dialect::DOORS.contains(dialect)).collect();
    let days = match sent.text("days") {
        "" => 0,
        days => days.parse::<i64>().ok().filter(|days| (0..=36_500).contains(days)).ok_or_else(wrong_days)?,
    };
    let name = sent.some("name").unwrap_or_else(|| "Token".to_owned());
    let (networks, user) = (sent.list("networks"), sent.some("user").and_then(|user| user.parse::<i64>().ok()));
    let secret = Secret::random()?;
    let (kept, shown) = (secret.clone(), dialects.clone());
    let number = visitor
        .write(move |tx| {
            let user = match user {
                Some(number) => Some(users::find_by_number(tx, number)?.ok_or_else(unknown_user)?.id),
                None => None,
            };
            let expires_at = (days > 0).then(|| tx.now().plus_seconds(days * 86_400));
            let (name, dialects, networks) = (name.clone(), dialects.clone(), networks.clone());
            settings::add_token(tx, &NewToken { name, dialects, user, expires_at, networks }, &kept)
        })
        .await?;
    let t = visitor.t;
    let base = visitor.base_url();
    let mut items = vec![(t.settings_people.token.to_owned(), secret.reveal().to_owned())];
    for dialect in shown {
        if let Some(curl) = curls::with_token(dialect, &base, &visitor.org, secret.reveal()) {
            items.push((curls::name(&dialect).to_owned(), curl));
        }
    }
    let made = Made {
        page: page(&visitor, Part::Tokens),
        part: Part::Tokens,
        heading: t.settings_people.token_added(number),
        note: t.settings_people.token_once,
        items,
    };
    made.show(&visitor)
}

fn wrong_days() -> Error {
    Error::invalid("days", "Số ngày hiệu lực phải từ 0 đến 36500")
}

fn unknown_user() -> Error {
    Error::not_found("Không có người dùng này")
}

/// `POST /settings/tokens/{number}/revoke`
pub async fn revoke(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    visitor.write(move |tx| settings::revoke_token(tx, number)).await?;
    go(&visitor, "/settings/tokens", Some(&Toast::good(visitor.t.settings_people.token_revoked(number))))
}
