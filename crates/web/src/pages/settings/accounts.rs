//! What e-mail and SMS go out by: the org's mail server and SMS provider, kept encrypted, tried with a button.

use askama::Template;
use domain::message::MessageKind;
use domain::{Error, Result};
use hub::sending;
use kit::courier::Courier;

use super::{Part, Sent, page};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Toast, fragment, go, show as show_page};

/// Letters of an answer that are shown.
const SHOWN: usize = 500;

/// A provider as the form offers it.
pub struct Provider {
    /// Its word.
    pub word: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Names of what it wants to know.
    pub fields: &'static [&'static str],
}

/// Who carries SMS.
const PROVIDERS: [Provider; 5] = [
    Provider { word: "esms", name: "eSMS", fields: &["api_key", "api_secret", "brandname"] },
    Provider { word: "speedsms", name: "SpeedSMS", fields: &["access_token", "brandname"] },
    Provider { word: "stringee", name: "Stringee", fields: &["api_key", "api_secret", "brandname"] },
    Provider { word: "twilio", name: "Twilio", fields: &["account_sid", "auth_token", "from"] },
    Provider { word: "http", name: "HTTP", fields: &["url", "method", "header", "body", "success", "brandname"] },
];

/// What people read for a field.
pub fn field_label(field: &str, t: &Messages) -> &'static str {
    let t = &t.settings_sending;
    match field {
        "api_key" => t.api_key,
        "api_secret" => t.api_secret,
        "access_token" => t.access_token,
        "account_sid" => t.account_sid,
        "auth_token" => t.auth_token,
        "from" => t.from,
        "brandname" => t.brandname,
        "url" => t.url,
        "method" => t.method,
        "header" => t.header,
        "body" => t.body,
        "success" => t.success,
        "smtp" => t.smtp,
        "user" => t.user,
        "provider" => t.provider,
        "host" => t.host,
        "no_accents" => t.no_accents,
        _ => t.ca,
    }
}

/// What people call who carries the messages of an account.
pub fn provider_name(word: &str) -> String {
    let known = PROVIDERS.iter().find(|provider| provider.word == word).map(|provider| provider.name);
    match word {
        "smtp" => "SMTP".to_owned(),
        _ => known.map_or_else(|| crate::show::visible(word), str::to_owned),
    }
}

/// What came of a try, as its card shows it until the next one.
struct Trial {
    arrived: bool,
    to: String,
    answer: String,
}

#[derive(Template)]
#[template(path = "settings/tried.html")]
struct Tried {
    page: Page,
    tried: Option<Trial>,
}

#[derive(Template)]
#[template(path = "settings/account.html")]
struct Account {
    page: Page,
    part: Part,
    is_mail: bool,
    /// The account as it is, without its secrets.
    known: Option<Vec<(&'static str, String)>>,
    trial: Option<(i64, Option<i64>)>,
    tried: Option<Trial>,
    /// Where a try goes to unless somebody says otherwise.
    me: String,
    providers: &'static [Provider; 5],
}

impl Account {
    /// A fact of the account as people read it.
    fn fact(&self, field: &str, value: &str) -> String {
        if field == "provider" { provider_name(value) } else { crate::show::visible(value) }
    }

    /// Whether a field of the form hides what is typed.
    fn is_secret(&self, field: &str) -> bool {
        matches!(field, "api_key" | "api_secret" | "access_token" | "auth_token")
    }

    /// Whether a field of the form has several lines.
    fn is_long(&self, field: &str) -> bool {
        matches!(field, "header" | "body")
    }

    /// Whether the form can do without it.
    fn is_optional(&self, field: &str) -> bool {
        matches!(field, "header" | "body" | "success" | "brandname" | "method")
    }
}

fn part(kind: MessageKind) -> Part {
    match kind {
        MessageKind::Email => Part::Mail,
        MessageKind::Sms => Part::Sms,
    }
}

fn courier(visitor: &Visitor) -> Result<&dyn Courier> {
    visitor.web.courier.as_deref().ok_or_else(|| Error::not_found("Máy chủ này không gửi gì ra ngoài"))
}

/// The settings of an account, opened.
async fn opened(visitor: &Visitor, kind: MessageKind) -> Result<Option<String>> {
    let account = visitor.read(move |tx| sending::account(tx, kind)).await?;
    account.map(|account| visitor.web.hub.unseal(visitor.org.id, kind.word(), &account.settings)).transpose()
}

/// `GET /settings/mail` and `GET /settings/sms`
pub async fn show(visitor: Visitor, kind: MessageKind) -> Answer {
    visitor.must_be_admin()?;
    draw(visitor, kind, None).await
}

/// The page, with what came of a try.
async fn draw(visitor: Visitor, kind: MessageKind, tried: Option<Trial>) -> Answer {
    let known = match opened(&visitor, kind).await? {
        Some(settings) => Some(courier(&visitor)?.describe_account(kind, &settings)?),
        None => None,
    };
    let is_mail = kind == MessageKind::Email;
    let trial = match is_mail || known.is_some() {
        true => None,
        false => Some(visitor.read(sending::trial).await?),
    };
    let me = match is_mail {
        true => visitor.user.email.clone(),
        false => visitor.user.phone.clone().unwrap_or_default(),
    };
    let (page, part) = (page(&visitor, part(kind)), part(kind));
    show_page(&visitor, &Account { page, part, is_mail, known, trial, tried, me, providers: &PROVIDERS })
}

/// `POST /settings/mail` and `POST /settings/sms`
pub async fn set(visitor: Visitor, kind: MessageKind, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let account = courier(&visitor)?.read_account(kind, sent.pairs())?;
    let sealed = visitor.web.hub.seal(visitor.org.id, kind.word(), &account.settings)?;
    visitor.write(move |tx| sending::set_account(tx, kind, &account.provider, &sealed)).await?;
    go(&visitor, part(kind).path(), Some(&Toast::good(visitor.t.settings.saved)))
}

/// `POST /settings/mail/test` and `POST /settings/sms/test`
pub async fn test(visitor: Visitor, kind: MessageKind, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let missing = || Error::not_found("Chưa khai báo tài khoản gửi");
    let settings = opened(&visitor, kind).await?.ok_or_else(missing)?;
    let to = sent.text("to").trim().to_owned();
    let tried = courier(&visitor)?.try_account(&visitor.org, kind, settings, to.clone()).await?;
    // As a whole, or it is no saying of ours any more.
    let answer = visitor.said(&tried.answer).chars().take(SHOWN).collect();
    let tried = Some(Trial { arrived: tried.arrived, to, answer });
    if visitor.wants_fragment {
        return fragment(&Tried { page: page(&visitor, part(kind)), tried });
    }
    draw(visitor, kind, tried).await
}

/// `POST /settings/mail/remove` and `POST /settings/sms/remove`
pub async fn remove(visitor: Visitor, kind: MessageKind) -> Answer {
    visitor.must_be_admin()?;
    visitor.write(move |tx| sending::remove_account(tx, kind).map(drop)).await?;
    go(&visitor, part(kind).path(), Some(&Toast::good(visitor.t.settings_sending.removed)))
}
