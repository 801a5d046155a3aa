//! Any gateway that speaks HTTP: method, address, headers and body as the operator writes them, with `{{places}}` to fill.

use domain::{Error, Instant, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::form_urlencoded;

use super::path::Rule;
use super::{Reply, Request, Text, Verdict, beginning, check_url, json_of, trouble};

/// What can stand between the braces.
const PLACES: [&str; 6] = ["phone", "phone84", "phone0", "text", "id", "brandname"];
/// Headers that the connection itself decides about.
const OWN_HEADERS: [&str; 4] = ["host", "content-length", "transfer-encoding", "connection"];

/// Characters from which on a word may be a key.
const LONG: usize = 12;

/// A gateway and how to ask it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// Address with its places, which are percent-encoded.
    pub url: String,
    /// `POST`, `PUT`, `PATCH` or `GET`.
    pub method: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Body with its places, which are written as its content type demands.
    pub body: Option<String>,
    /// What besides a 2xx status makes an answer a success: `JSONPATH=VALUE`.
    pub success: Option<String>,
    /// What fills `{{brandname}}`.
    pub brandname: Option<String>,
}

/// How a value is written into a body.
enum Kind {
    Json,
    Form,
    Xml,
    Text,
}

impl Gateway {
    /// Refuses settings that cannot work, naming what is wrong.
    pub fn check(&self) -> Result<()> {
        check_url(&self.url)?;
        if !["POST", "GET", "PUT", "PATCH"].contains(&self.method.as_str()) {
            return Err(Error::invalid("method", "Phương thức phải là POST, PUT, PATCH hoặc GET"));
        }
        if self.method == "GET" && self.body.is_some() {
            return Err(Error::invalid(
                "body",
                "Yêu cầu GET không có nội dung; hãy đặt {{phone}} và {{text}} vào địa chỉ",
            ));
        }
        for (name, value) in &self.headers {
            let known =
                name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&b)) && !name.is_empty();
            let visible = value.chars().all(|c| !c.is_control());
            if !known || !visible || OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(Error::invalid("header", format!("Không dùng được header \"{name}\"")));
            }
            if places(value)?.contains(&"text") {
                return Err(Error::invalid("header", "Header không chứa được {{text}}"));
            }
        }
        if let Some(rule) = &self.success {
            Rule::read(rule)?;
        }
        let everywhere = format!("{}{}", self.url, self.body.as_deref().unwrap_or_default());
        let used = places(&everywhere)?;
        if !used.contains(&"text") || !used.iter().any(|place| place.starts_with("phone")) {
            return Err(Error::invalid("body", "Địa chỉ hoặc nội dung phải có {{phone}} và {{text}}"));
        }
        let sample = Text { key: "0".into(), phone: "+84912345678".into(), body: "\"\\\n&<ạ".into(), at: Instant(0) };
        self.request(&sample).map(drop)
    }

    /// The request that sends a text.
    pub fn request(&self, text: &Text) -> Result<Request> {
        let mut headers = self.headers.clone();
        for (_, value) in &mut headers {
            *value = self.fill(value, text, str::to_owned)?;
        }
        let body = match &self.body {
            None => String::new(),
            Some(template) => {
                let (kind, media_type) = self.kind(template);
                if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                    headers.push(("Content-Type".to_owned(), media_type.to_owned()));
                }
                match kind {
                    Kind::Json => self.fill_json(template, text)?,
                    Kind::Form => self.fill(template, text, percent)?,
                    Kind::Xml => self.fill(template, text, xml)?,
                    Kind::Text => self.fill(template, text, str::to_owned)?,
                }
            }
        };
        Ok(Request {
            method: self.method.clone(),
            url: self.fill(&self.url, text, percent)?,
            headers,
            body: body.into(),
        })
    }

    /// What an answer says: without a rule every 2xx is a success. An answer that breaks the rule is taken for a passing fault,
    /// because a gateway's words for a lasting one are not known here.
    pub fn read(&self, reply: &Reply) -> Verdict {
        if let Some(trouble) = trouble(reply) {
            return trouble;
        }
        let words = format!("HTTP {} {}", reply.status, beginning(reply)).trim_end().to_owned();
        match self.success.as_deref().map(Rule::read) {
            None => Verdict::Sent(words),
            Some(Ok(rule)) if rule.holds(&json_of(reply)) => Verdict::Sent(words),
            Some(_) => Verdict::Later(format!("Trả lời không đạt quy tắc thành công: {words}")),
        }
    }

    /// What may be a key: every long word of the settings that is not to be filled.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let values = self.headers.iter().map(|(_, value)| value.as_str());
        let texts = values.chain([query, self.body.as_deref().unwrap_or_default()]);
        let words = texts.flat_map(|text| text.split(|c: char| c.is_whitespace() || "\"'&=<>,;:{}[]".contains(c)));
        words.filter(|word| word.len() >= LONG).collect()
    }

    fn kind(&self, template: &str) -> (Kind, &'static str) {
        let given = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let media_type = given.map(|(_, value)| value.to_ascii_lowercase());
        let has = |word| media_type.as_ref().is_some_and(|media_type| media_type.contains(word));
        let begins = |sign: &[char]| media_type.is_none() && template.trim_start().starts_with(sign);
        if has("json") || begins(&['{', '[']) && !template.trim_start().starts_with("{{") {
            (Kind::Json, "application/json")
        } else if has("xml") || begins(&['<']) {
            (Kind::Xml, "application/xml; charset=utf-8")
        } else if has("form-urlencoded") || media_type.is_none() && template.contains("={{") {
            (Kind::Form, "application/x-www-form-urlencoded")
        } else {
            (Kind::Text, "text/plain; charset=utf-8")
        }
    }

    /// The template is read as JSON before its texts are filled, so that no value can leave its quotes.
    fn fill_json(&self, template: &str, text: &Text) -> Result<String> {
        let fault = "Nội dung JSON không đúng; mỗi chỗ điền như {{text}} phải nằm trong dấu ngoặc kép";
        let mut value: Value = serde_json::from_str(template).map_err(|_| Error::invalid("body", fault))?;
        self.fill_value(&mut value, text)?;
        Ok(value.to_string())
    }

    fn fill_value(&self, value: &mut Value, text: &Text) -> Result<()> {
        match value {
            Value::String(inner) => *inner = self.fill(inner, text, str::to_owned)?,
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.fill_value(item, text))?,
            Value::Object(fields) => fields.values_mut().try_for_each(|field| self.fill_value(field, text))?,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }

    fn fill(&self, template: &str, text: &Text, write: impl Fn(&str) -> String) -> Result<String> {
        let mut filled = String::with_capacity(template.len() + text.body.len());
        let mut rest = template;
        while let Some((before, place, after)) = next_place(rest)? {
            filled.push_str(before);
            filled.push_str(&match place {
                "phone" => write(&text.phone),
                "phone84" => write(text.digits()),
                "phone0" => write(&text.national()),
                "text" => write(&text.body),
                "id" => write(&text.key),
                _ => write(self.brandname.as_deref().unwrap_or_default()),
            });
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// The names of all places in a template.
fn places(template: &str) -> Result<Vec<&str>> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((_, place, after)) = next_place(rest)? {
        found.push(place);
        rest = after;
    }
    Ok(found)
}

/// What stands before the next place, its name, and what follows it.
fn next_place(template: &str) -> Result<Option<(&str, &str, &str)>> {
    let Some((before, rest)) = template.split_once("{{") else { return Ok(None) };
    let (place, after) = rest.split_once("}}").ok_or_else(|| Error::invalid("body", "Thiếu dấu }} trong mẫu"))?;
    let place = place.trim();
    if PLACES.contains(&place) {
        return Ok(Some((before, place, after)));
    }
    let known = PLACES.map(|place| format!("{{{{{place}}}}}")).join(", ");
    Err(Error::invalid("body", format!("Không có chỗ điền {{{{{place}}}}}. Các chỗ điền: {known}")))
}

fn percent(value: &str) -> String {
    // A plus sign means a blank to some servers and a plus to others; `%20` means a blank to all.
    form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

fn xml(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}
