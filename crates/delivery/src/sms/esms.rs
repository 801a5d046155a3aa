//! eSMS (ViHAT): one JSON request a message, as developers.esms.vn describes it.

use domain::sms::Alphabet;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Reply, Request, Text, Verdict, base, json_of, json_request, later, refused, trouble};

/// Where they are reached.
pub(super) const BASE: &str = "https://rest.esms.vn";

/// An account of eSMS.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Esms {
    /// `ApiKey`
    pub api_key: String,
    /// `SecretKey`
    pub api_secret: String,
    /// `Brandname`; without one the cheap fixed number sends.
    pub brandname: Option<String>,
    /// In place of `https://rest.esms.vn`.
    pub url: Option<String>,
}

impl Esms {
    /// The request that sends a text. Its `RequestId` makes eSMS refuse a second one for the same message.
    pub fn request(&self, text: &Text) -> Request {
        let mut body = json!({
            "ApiKey": self.api_key,
            "SecretKey": self.api_secret,
            "Content": text.body,
            "Phone": text.national(),
            "SmsType": if self.brandname.is_some() { "2" } else { "8" },
            "IsUnicode": if text.length().alphabet == Alphabet::Ucs2 { "1" } else { "0" },
            "RequestId": text.key,
        });
        if let Some(brandname) = &self.brandname {
            body["Brandname"] = json!(brandname);
        }
        let url = format!("{}/MainService.svc/json/SendMultipleMessage_V4_post_json/", base(&self.url, BASE));
        json_request(url, &body)
    }

    /// What an answer says.
    pub fn read(&self, reply: &Reply) -> Verdict {
        if let Some(trouble) = trouble(reply) {
            return trouble;
        }
        let answer = json_of(reply);
        let code = answer.get("CodeResult").map(plain).unwrap_or_default();
        let said = answer.get("ErrorMessage").map(plain).unwrap_or_default();
        match code.as_str() {
            "100" => {
                Verdict::Sent(format!("eSMS {}", answer.get("SMSID").map(plain).unwrap_or_default()).trim().to_owned())
            }
            // The try before this one was taken although its answer did not arrive.
            "124" => Verdict::Sent("eSMS 124: đã nhận từ lần gửi trước".to_owned()),
            // About this message or its recipient; the rest of their table is about the account, which can be put right.
            "99" | "108" | "110" | "146" | "177" => refused(&format!("eSMS {code}: {said}")),
            // No answer of theirs at all.
            "" => Verdict::Later("Trả lời không phải của eSMS: hãy kiểm tra địa chỉ".to_owned()),
            _ => later(&format!("eSMS {code}: {said}")),
        }
    }
}

/// Codes come as numbers and as texts.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
