//! SMS: the providers that carry them. What is asked of a provider and what its answer means are pure functions here; the way
//! out is `net`'s.

mod esms;
mod gateway;
mod path;
mod speedsms;
mod stringee;
#[cfg(test)]
mod tests;
mod twilio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::sms::{Length, length};
use domain::{Error, Instant, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::net::{Net, Reply, Request, parse_url};
use crate::{Outcome, PATIENCE};

pub use esms::Esms;
pub use gateway::Gateway;
pub use speedsms::Speedsms;
pub use stringee::Stringee;
pub use twilio::Twilio;

/// Characters of a provider's answer that are kept in an explanation.
const SHOWN: usize = 200;
/// Bytes of an answer that are read: what tells success may stand behind much else.
const READ: usize = 64 * 1024;

/// The provider of an org with its credentials: kept sealed, as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsAccount {
    /// Who carries the messages.
    #[serde(flatten)]
    pub provider: Provider,
    /// Send without accents, for a brandname that takes no Unicode.
    #[serde(default)]
    pub plain: bool,
}

/// Who carries messages.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "provider", rename_all = "lowercase")]
pub enum Provider {
    /// eSMS (ViHAT).
    Esms(Esms),
    /// SpeedSMS.
    Speedsms(Speedsms),
    /// Stringee.
    Stringee(Stringee),
    /// Twilio.
    Twilio(Twilio),
    /// Any gateway that speaks HTTP.
    Http(Gateway),
}

/// One SMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The message's own key, the same at every try, for providers that refuse a second one.
    pub key: String,
    /// Recipient in E.164: `+84912345678`.
    pub phone: String,
    /// What it says.
    pub body: String,
    /// When this try begins: what tokens of short life are made of.
    pub at: Instant,
}

/// What an answer means for the message, each with what to write down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The provider took it.
    Sent(String),
    /// It will never be taken as it is.
    Refused(String),
    /// Try again: the fault is in the account, the provider or the way there.
    Later(String),
}

/// Sends a text by the account whose settings these are, as they were sealed.
pub async fn send(net: &Net, settings: &str, text: &Text) -> Outcome {
    let Ok(account) = serde_json::from_str::<SmsAccount>(settings) else {
        return Outcome::retry("Không đọc được cấu hình nhà cung cấp SMS");
    };
    let request = match account.request(text) {
        Ok(request) => request,
        Err(error) => return Outcome::retry(error.public()),
    };
    let reply = match net.send(request, PATIENCE, READ).await {
        Ok(reply) => reply,
        Err(fault) => return fault.into(),
    };
    let status = Some(reply.status);
    match account.read(&reply) {
        Verdict::Sent(answer) => Outcome::Sent { status, answer },
        Verdict::Refused(answer) => Outcome::Refused { status, answer },
        Verdict::Later(answer) => Outcome::Retry { status, answer, pause: reply.pause },
    }
}

impl SmsAccount {
    /// Refuses settings that cannot work, naming what is wrong.
    pub fn check(&self) -> Result<()> {
        match &self.provider {
            Provider::Http(gateway) => gateway.check(),
            Provider::Esms(Esms { url, .. })
            | Provider::Speedsms(Speedsms { url, .. })
            | Provider::Stringee(Stringee { url, .. })
            | Provider::Twilio(Twilio { url, .. }) => url.as_deref().map_or(Ok(()), check_url),
        }
    }

    /// The request that sends a text. A setting that [`SmsAccount::check`] refuses gives its error.
    pub fn request(&self, text: &Text) -> Result<Request> {
        let plain;
        let text = if self.plain {
            plain = Text { body: domain::sms::plain(&text.body), ..text.clone() };
            &plain
        } else {
            text
        };
        Ok(match &self.provider {
            Provider::Esms(account) => account.request(text),
            Provider::Speedsms(account) => account.request(text),
            Provider::Stringee(account) => account.request(text),
            Provider::Twilio(account) => account.request(text),
            Provider::Http(account) => account.request(text)?,
        })
    }

    /// What an answer means; its words hold none of the credentials, even when the provider repeats them.
    pub fn read(&self, reply: &Reply) -> Verdict {
        let verdict = match &self.provider {
            Provider::Esms(account) => account.read(reply),
            Provider::Speedsms(account) => account.read(reply),
            Provider::Stringee(account) => account.read(reply),
            Provider::Twilio(account) => account.read(reply),
            Provider::Http(account) => account.read(reply),
        };
        match verdict {
            Verdict::Sent(words) => Verdict::Sent(self.masked(words)),
            Verdict::Refused(words) => Verdict::Refused(self.masked(words)),
            Verdict::Later(words) => Verdict::Later(self.masked(words)),
        }
    }

    /// The name by which the command line and the settings know the provider.
    pub fn name(&self) -> &'static str {
        match &self.provider {
            Provider::Esms(_) => "esms",
            Provider::Speedsms(_) => "speedsms",
            Provider::Stringee(_) => "stringee",
            Provider::Twilio(_) => "twilio",
            Provider::Http(_) => "http",
        }
    }

    /// Who the recipient sees, where the settings say so.
    pub fn sender(&self) -> Option<&str> {
        match &self.provider {
            Provider::Esms(account) => account.brandname.as_deref(),
            Provider::Speedsms(account) => account.brandname.as_deref(),
            Provider::Stringee(account) => Some(&account.brandname),
            Provider::Twilio(account) => Some(&account.from),
            Provider::Http(account) => account.brandname.as_deref(),
        }
    }

    /// Scheme and host that messages go to; paths and queries of gateways may hold keys.
    pub fn host(&self) -> String {
        let (url, usual) = match &self.provider {
            Provider::Esms(account) => (account.url.as_deref(), esms::BASE),
            Provider::Speedsms(account) => (account.url.as_deref(), speedsms::BASE),
            Provider::Stringee(account) => (account.url.as_deref(), stringee::BASE),
            Provider::Twilio(account) => (account.url.as_deref(), twilio::BASE),
            Provider::Http(account) => (Some(account.url.as_str()), ""),
        };
        let url = url.unwrap_or(usual);
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        format!("{scheme}://{host}")
    }

    fn secrets(&self) -> Vec<&str> {
        match &self.provider {
            Provider::Esms(account) => vec![&account.api_key, &account.api_secret],
            Provider::Speedsms(account) => vec![&account.access_token],
            Provider::Stringee(account) => vec![&account.api_secret],
            Provider::Twilio(account) => vec![&account.auth_token],
            Provider::Http(account) => account.secrets(),
        }
    }

    fn masked(&self, mut words: String) -> String {
        for secret in self.secrets() {
            if secret.len() > 3 && words.contains(secret) {
                words = words.replace(secret, "***");
            }
        }
        words
    }
}

impl std::fmt::Debug for SmsAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsAccount").field("provider", &self.name()).finish_non_exhaustive()
    }
}

impl Text {
    /// Its length and segments.
    pub fn length(&self) -> Length {
        length(&self.body)
    }

    /// The phone without its plus sign: `84912345678`.
    pub fn digits(&self) -> &str {
        self.phone.trim_start_matches('+')
    }

    /// A Vietnamese phone as it is dialled at home, `0912345678`; a foreign one without its plus sign.
    pub fn national(&self) -> String {
        self.phone.strip_prefix("+84").map_or_else(|| self.digits().to_owned(), |rest| format!("0{rest}"))
    }
}

fn json_request(url: String, body: &Value) -> Request {
    let kind = ("Content-Type".to_owned(), "application/json".to_owned());
    Request { method: "POST".to_owned(), url, headers: vec![kind], body: body.to_string().into() }
}

/// The body of an answer as JSON; null when it is none.
fn json_of(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

/// The beginning of the body of an answer on one line.
fn beginning(reply: &Reply) -> String {
    let text = String::from_utf8_lossy(&reply.body);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(SHOWN).collect()
}

/// What an HTTP status other than 2xx means: 400, 413 and 422 are about the message, all others about the way there or the
/// account, which somebody can put right while the message waits.
fn trouble(reply: &Reply) -> Option<Verdict> {
    trouble_said(reply, || format!("HTTP {} {}", reply.status, beginning(reply)).trim_end().to_owned())
}

/// The same, where the provider's own words can be told from its answer.
fn trouble_said(reply: &Reply, said: impl Fn() -> String) -> Option<Verdict> {
    let told = match reply.status {
        200..=299 => return None,
        400 | 413 | 422 => return Some(refused(&said())),
        401 | 403 => "Nhà cung cấp SMS không nhận khóa hoặc mật khẩu: hãy kiểm tra tài khoản",
        404 | 405 => "Nhà cung cấp SMS không có gì ở địa chỉ này: hãy kiểm tra địa chỉ và phương thức",
        429 => "Nhà cung cấp SMS nhận quá nhiều yêu cầu: hãy thử lại sau",
        500.. => "Nhà cung cấp SMS đang gặp sự cố: hãy thử lại sau",
        _ => "Nhà cung cấp SMS trả lời khác với mong đợi: hãy kiểm tra địa chỉ",
    };
    Some(Verdict::Later(format!("{told} ({})", said())))
}

/// What is about this message or its recipient, with the provider's words.
fn refused(said: &str) -> Verdict {
    Verdict::Refused(format!("Nhà cung cấp SMS không nhận tin này: hãy kiểm tra số điện thoại và nội dung ({said})"))
}

/// What is about the account, with the provider's words.
fn later(said: &str) -> Verdict {
    Verdict::Later(format!("Nhà cung cấp SMS chưa nhận tin: hãy kiểm tra khóa, số dư và brandname ({said})"))
}

/// The address that stands in for a provider's own, without its last slash.
fn base<'a>(given: &'a Option<String>, usual: &'a str) -> &'a str {
    given.as_deref().unwrap_or(usual).trim_end_matches('/')
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Refuses what is no address of an HTTP server. Whether it may be reached is for `net` to say when the time comes.
fn check_url(url: &str) -> Result<()> {
    parse_url(url).map(drop).map_err(|fault| Error::invalid("url", fault.to_string()))
}
