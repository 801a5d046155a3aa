//! Twilio: one form a message, as their Messages resource describes it.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::{Reply, Request, Text, Verdict, base, basic, json_of, trouble, trouble_said};

/// Where they are reached.
pub(super) const BASE: &str = "https://api.twilio.com";

/// An account of Twilio.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twilio {
    /// `AccountSid` (`AC…`).
    pub account_sid: String,
    /// Its token.
    pub auth_token: String,
    /// A number, an alphanumeric sender or a messaging service (`MG…`).
    pub from: String,
    /// In place of `https://api.twilio.com`.
    pub url: Option<String>,
}

impl Twilio {
    /// The request that sends a text.
    pub fn request(&self, text: &Text) -> Request {
        let sender = if self.from.starts_with("MG") && self.from.len() == 34 { "MessagingServiceSid" } else { "From" };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("To", &text.phone)
            .append_pair(sender, &self.from)
            .append_pair("Body", &text.body)
            .finish();
        let account = form_urlencoded::byte_serialize(self.account_sid.as_bytes()).collect::<String>();
        let url = format!("{}/2010-04-01/Accounts/{account}/Messages.json", base(&self.url, BASE));
        let headers = vec![
            ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ("Authorization".to_owned(), basic(&self.account_sid, &self.auth_token)),
        ];
        Request { method: "POST".to_owned(), url, headers, body: form.into() }
    }

    /// What an answer says. The HTTP status tells a wrong message (400) from a wrong account (401) and from haste (429).
    pub fn read(&self, reply: &Reply) -> Verdict {
        let answer = json_of(reply);
        let error = || format!("Twilio {}: {}", answer["code"], answer["message"].as_str().unwrap_or_default());
        let trouble = match answer["code"].is_number() {
            true => trouble_said(reply, error),
            false => trouble(reply),
        };
        match trouble {
            None => Verdict::Sent(format!("Twilio {}", answer["sid"].as_str().unwrap_or_default()).trim().to_owned()),
            Some(trouble) => trouble,
        }
    }
}
