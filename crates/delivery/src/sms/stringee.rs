//! Stringee: one JSON request a message under a short-lived JSON web token, as developer.stringee.com describes it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Instant;
use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Reply, Request, Text, Verdict, base, json_of, json_request, later, trouble};

/// Where they are reached.
pub(super) const BASE: &str = "https://api.stringee.com";
/// Seconds for which a token is good.
const TOKEN_SECONDS: i64 = 3_600;

/// An account of Stringee.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stringee {
    /// API key SID (`SK…`).
    pub api_key: String,
    /// API key secret.
    pub api_secret: String,
    /// `from`: brandname.
    pub brandname: String,
    /// In place of `https://api.stringee.com`.
    pub url: Option<String>,
}

impl Stringee {
    /// The request that sends a text.
    pub fn request(&self, text: &Text) -> Request {
        let body = json!({"sms": [{"from": self.brandname, "to": text.digits(), "text": text.body}]});
        let url = format!("{}/v1/sms", base(&self.url, BASE));
        let mut request = json_request(url, &body);
        request.headers.push(("X-STRINGEE-AUTH".to_owned(), self.token(text.at)));
        request
    }

    /// HS256 is the only signature they take.
    fn token(&self, now: Instant) -> String {
        let seconds = now.millis() / 1_000;
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(&json!({"typ": "JWT", "alg": "HS256", "cty": "stringee-api;v=1"}));
        let payload = part(&json!({
            "jti": format!("{}-{seconds}", self.api_key),
            "iss": self.api_key,
            "exp": seconds + TOKEN_SECONDS,
            "rest_api": true,
        }));
        let signed = format!("{header}.{payload}");
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.api_secret.as_bytes());
        let signature = hmac::sign(&key, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    /// What an answer says. Their document lists no codes but success, so every other one is tried again.
    pub fn read(&self, reply: &Reply) -> Verdict {
        if let Some(trouble) = trouble(reply) {
            return trouble;
        }
        let answer = json_of(reply);
        let result = &answer["result"][0];
        // Numbers come as numbers and as texts.
        let is = |value: &Value, number: i64| {
            *value == number || value.as_str().is_some_and(|text| text.parse() == Ok(number))
        };
        if is(&result["r"], 0) && !is(&answer["smsSent"], 0) {
            return Verdict::Sent("Stringee".to_owned());
        }
        let code = result["r"].as_i64().map_or_else(|| result["r"].to_string(), |code| code.to_string());
        later(&format!("Stringee {code}: {}", result["msg"].as_str().unwrap_or_default()))
    }
}
