//! Who calls: the token from query, header or body, and everything that was sent, read into one object.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use domain::{Dialect, Error, Result};
use hub::access::Caller;
use hub::drafts::{Manner, Unknown};
use hub::{Answer, Call, Incoming};
use jiff::tz::TimeZone;
use kit::forms;
use kit::http::{self, Shared};
use kit::json::{Node, Parsed, Tolerance};
use kit::reader::Reader;

use crate::error;

/// The parameter that carries the token.
const TOKEN: &str = "access_token";
/// What a secret is replaced by.
const MASK: &str = "***";
/// Letters of base64 that the journal keeps of a file, whose bytes are kept elsewhere.
const KEPT_OF_FILES: usize = 120;

/// A caller who was let in, with all that was sent.
pub struct Visit {
    /// Who calls.
    pub caller: Caller,
    /// The org's time zone.
    pub zone: TimeZone,
    /// How labels, phones and codes are taken here.
    pub manner: Manner,
    address: String,
    sent: Sent,
}

/// What was sent, or why it cannot be read and what it looked like.
type Sent = std::result::Result<(Node, Vec<Tolerance>), (Error, String)>;

/// Lets a caller in. The token of the query counts before that of the header, and that before the one of the body.
pub async fn enter(shared: &Shared, request: Request) -> std::result::Result<Visit, Answer> {
    let address = http::address(&request);
    let (parts, body) = request.into_parts();
    let query = forms::read_text(parts.uri.query().unwrap_or_default()).map_err(|error| error::failed(&error))?;
    let early = match token(&query).or_else(|| in_header(&parts.headers)) {
        Some(token) => Some(admit(shared, &token, address).await?),
        None => None,
    };
    let bytes = http::read_body(body, &shared.budget).await.map_err(|fault| error::unread(&fault))?;
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let read = forms::read_body(content_type, &bytes).await.and_then(checked);
    let caller = match (early, &read) {
        (Some(caller), _) => caller,
        (None, Ok(Parsed { node, .. })) => admit(shared, &token(node).unwrap_or_default(), address).await?,
        (None, Err(error)) => return Err(error::failed(error)),
    };
    let merged =
        read.and_then(|Parsed { node, tolerated }| checked(Parsed { node: forms::merge(query, node), tolerated }));
    let sent = match merged {
        Ok(Parsed { node, tolerated }) => Ok((node, tolerated)),
        Err(error) => Err((error, masked_text(&String::from_utf8_lossy(&bytes)))),
    };
    let settings = &caller.org.settings;
    let is_lenient = settings.text("oneoffice.required") == "lenient";
    let manner = Manner {
        unknown: if is_lenient { Unknown::Create } else { Unknown::Refuse },
        country: settings.country(),
        system: domain::dialect::System::OneOffice,
    };
    let zone = settings.time_zone();
    let address = address.map(|address| address.to_string()).unwrap_or_default();
    Ok(Visit { caller, zone, manner, address, sent })
}

/// Refuses a method that a change may not have.
pub fn refuse_unless_post(request: &Request) -> std::result::Result<(), Answer> {
    if request.method() == Method::POST {
        return Ok(());
    }
    Err(error::failed(&Error::invalid("", "API này chỉ nhận phương thức POST")))
}

async fn admit(shared: &Shared, token: &str, address: Option<IpAddr>) -> std::result::Result<Caller, Answer> {
    shared.hub.caller(token, Dialect::OneOffice, address).await.map_err(|error| error::failed(&error))
}

fn token(fields: &Node) -> Option<String> {
    match fields.find(TOKEN)? {
        Node::Text(token) => Some(token.trim().to_owned()).filter(|token| !token.is_empty()),
        Node::Number(token) => Some(token.to_string()),
        Node::Null | Node::Bool(_) | Node::List(_) | Node::Object(_) => None,
    }
}

fn in_header(headers: &HeaderMap) -> Option<String> {
    let token = http::token(headers.get(header::AUTHORIZATION)?.to_str().ok()?);
    Some(token.to_owned()).filter(|token| !token.is_empty())
}

fn checked(parsed: Parsed) -> Result<Parsed> {
    Reader::object(&parsed.node, "")?.reject_nul()?;
    Ok(parsed)
}

impl Visit {
    /// The fields of query and body together.
    pub fn form(&self) -> Result<&Node> {
        match &self.sent {
            Ok((form, _)) => Ok(form),
            Err((error, _)) => Err(error.clone()),
        }
    }

    /// The call for the journal: all fields as one JSON object, wherever they came from, with secrets masked.
    pub fn call(&self, shared: &Shared, route: &'static str) -> Call {
        let (body, tolerated) = match &self.sent {
            Ok((form, tolerated)) => (masked(form).to_json(), tolerated.as_slice()),
            Err((_, text)) => (text.clone(), &[][..]),
        };
        let caller = &self.caller.actor.name;
        let incoming = Incoming { version: "v1", route, caller, address: &self.address, body: body.as_bytes() };
        let mut call = shared.hub.call(self.caller.actor.clone(), &incoming);
        if let Ok((form, _)) = &self.sent {
            call.is_kept_as_json();
            if form.find("files").is_some_and(|files| shortened(files) != *files) {
                call.is_kept_in_part(form.to_json().as_bytes());
            }
        }
        tolerated.iter().for_each(|tolerance| call.tolerate(tolerance.to_string()));
        call
    }
}

/// The fields without the token, and with the beginnings of files only.
fn masked(form: &Node) -> Node {
    let member = |(key, node): &(String, Node)| {
        let node = match key.as_str() {
            key if is_token(key) => Node::Text(MASK.to_owned()),
            "files" => shortened(node),
            _ => node.clone(),
        };
        (key.clone(), node)
    };
    Node::Object(form.as_object().unwrap_or_default().iter().map(member).collect())
}

fn is_token(key: &str) -> bool {
    key.trim().to_ascii_lowercase().starts_with(TOKEN)
}

fn shortened(node: &Node) -> Node {
    match node {
        Node::Text(text) if text.len() > KEPT_OF_FILES => {
            let kept = &text[..text.floor_char_boundary(KEPT_OF_FILES)];
            Node::Text(format!("{kept}… ({} byte)", text.len()))
        }
        Node::List(items) => Node::List(items.iter().map(shortened).collect()),
        Node::Object(members) => {
            Node::Object(members.iter().map(|(key, node)| (key.clone(), shortened(node))).collect())
        }
        other => other.clone(),
    }
}

/// A body that could not be read, without what follows the name of the token.
fn masked_text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(TOKEN) {
        let (before, after) = rest.split_at(place + TOKEN.len());
        let value = after.find(|c: char| c.is_ascii_alphanumeric() || "-_~".contains(c)).unwrap_or(after.len());
        let end = after[value..].find(|c: char| c.is_whitespace() || "\"'&,}".contains(c));
        masked.push_str(before);
        masked.push_str(&after[..value]);
        masked.push_str(MASK);
        rest = end.map_or("", |end| &after[value + end..]);
    }
    masked + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_left_in_what_cannot_be_read() {
        for text in [
            r#"{"access_token": "bi-mat", "name": }"#,
            "--x\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\nbi-mat\r\n--",
            "access_token=bi-mat&x",
            "access_tokenaccess_token=bi-mat",
            "access_token",
        ] {
            let masked = masked_text(text);
            assert!(!masked.contains("bi-mat") && masked.contains("***"), "{masked}");
        }
    }
}
