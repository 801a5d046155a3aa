//! SpeedSMS: one JSON request a message, as speedsms.vn/sms-api describes it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Reply, Request, Text, Verdict, base, basic, json_of, json_request, later, refused, trouble};

/// Where they are reached.
pub(super) const BASE: &str = "https://api.speedsms.vn";

/// An account of SpeedSMS.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speedsms {
    /// The API access token, sent as the user of basic authentication.
    pub access_token: String,
    /// `sender`: brandname; without one a random number sends.
    pub brandname: Option<String>,
    /// In place of `https://api.speedsms.vn`.
    pub url: Option<String>,
}

impl Speedsms {
    /// The request that sends a text.
    pub fn request(&self, text: &Text) -> Request {
        let body = json!({
            "to": [text.digits()],
            "content": text.body,
            "sms_type": if self.brandname.is_some() { 3 } else { 2 },
            "sender": self.brandname.as_deref().unwrap_or_default(),
        });
        let url = format!("{}/index.php/sms/send", base(&self.url, BASE));
        let mut request = json_request(url, &body);
        request.headers.push(("Authorization".to_owned(), basic(&self.access_token, "x")));
        request
    }

    /// What an answer says.
    pub fn read(&self, reply: &Reply) -> Verdict {
        if let Some(trouble) = trouble(reply) {
            return trouble;
        }
        let answer = json_of(reply);
        if answer["status"] == "success" {
            let invalid = answer["data"]["invalidPhone"].as_array().is_some_and(|phones| !phones.is_empty());
            if invalid {
                return refused("SpeedSMS: invalidPhone");
            }
            return Verdict::Sent(format!("SpeedSMS {}", answer["data"]["tranId"]));
        }
        let code = answer["code"].as_str().unwrap_or_default();
        let said = format!("SpeedSMS {code}: {}", answer["message"].as_str().unwrap_or_default());
        match code {
            // Parameters, phone, encoding, length: about this message.
            "101" | "105" | "110" | "113" => refused(&said),
            _ => later(&said),
        }
    }
}
