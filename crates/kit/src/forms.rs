//! Fields as forms send them: query, urlencoded, multipart or JSON, with PHP's bracketed keys, all read into one object.

mod keys;
mod multipart;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use domain::{Error, Result};

use crate::json::{self, Node, Parsed};
use crate::place;

/// Fields of one request at most. PHP itself stops at a thousand, and every field is looked for among the others.
pub const MOST_FIELDS: usize = 5_000;

/// Reads the text of a query or of an urlencoded body.
///
/// `a[b]`, `a[0]` and `a[]` make objects and lists; a key that stands twice counts with its last value, as in PHP. Fails with
/// `Invalid` on what is no UTF-8 and on more than [`MOST_FIELDS`] fields.
pub fn read_text(text: &str) -> Result<Node> {
    read_fields(text, &[])
}

fn read_fields(text: &str, lists: &'static [&'static str]) -> Result<Node> {
    let mut fields = keys::Fields::with_lists(lists);
    for (key, value) in form_urlencoded::parse(text.as_bytes()) {
        if key.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(place::invalid(place::shown(&key), "không phải UTF-8"));
        }
        fields.put(&key, Node::Text(value.into_owned()))?;
    }
    Ok(fields.into_node())
}

/// Reads a body in whatever form it has. What its first bytes say counts for more than `content_type`, since clients send
/// JSON as forms and forms as JSON. An empty body, and `[]`, which is how PHP writes an empty object, have no fields.
pub async fn read_body(content_type: Option<&str>, body: &Bytes) -> Result<Parsed> {
    read_body_with_lists(content_type, body, &[]).await
}

/// The same; of a form, a field of `lists` that stands twice is a list of all its values, as ASP.NET reads it.
pub async fn read_body_with_lists(
    content_type: Option<&str>,
    body: &Bytes,
    lists: &'static [&'static str],
) -> Result<Parsed> {
    let kind = content_type.unwrap_or_default().to_ascii_lowercase();
    let start = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body).trim_ascii_start();
    let plain = |node| Ok(Parsed { node, tolerated: Vec::new() });
    match start.first() {
        None => plain(Node::Object(Vec::new())),
        Some(b'{' | b'[') => read_json(body),
        Some(b'-') if start.starts_with(b"--") => plain(multipart::read(content_type, body, lists).await?),
        Some(_) if kind.starts_with("multipart/") => plain(multipart::read(content_type, body, lists).await?),
        Some(_) if kind.contains("json") && !looks_like_fields(start) => read_json(body),
        Some(_) => plain(read_fields(json::utf8(body)?, lists)?),
    }
}

fn read_json(body: &[u8]) -> Result<Parsed> {
    let mut parsed = json::parse(body)?;
    if parsed.node.is_empty() {
        parsed.node = Node::Object(Vec::new());
    }
    match &parsed.node {
        Node::Object(members) if members.len() > MOST_FIELDS => Err(too_many()),
        Node::Object(_) => Ok(parsed),
        _ => Err(place::invalid("", "phải là đối tượng JSON")),
    }
}

/// Whether a body begins like `name=…`.
fn looks_like_fields(start: &[u8]) -> bool {
    let name = start.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_[]%.-".contains(byte)).count();
    name > 0 && start.get(name) == Some(&b'=')
}

/// The fields of query and body together. One that stands in both counts as the body has it, unless it is empty there.
pub fn merge(query: Node, body: Node) -> Node {
    let (Node::Object(mut all), Node::Object(body)) = (query, body) else { return Node::Object(Vec::new()) };
    all.retain(|(key, _)| !body.iter().any(|(other, node)| other == key && !node.is_empty()));
    let hidden = |key: &str, node: &Node| node.is_empty() && all.iter().any(|(other, _)| other == key);
    let added: Vec<_> = body.into_iter().filter(|(key, node)| !hidden(key, node)).collect();
    all.extend(added);
    Node::Object(all)
}

fn too_many() -> Error {
    Error::invalid("", format!("Yêu cầu có quá {MOST_FIELDS} trường"))
}
