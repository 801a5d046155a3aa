//! `multipart/form-data`: texts as they are, files as `{"name", "file"}` in base64, like those of a JSON body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::{Error, Result};
use http_body_util::{BodyDataStream, Full};
use multer::Multipart;

use super::keys::Fields;
use crate::json::{self, Node};
use crate::place;

/// Reads the fields of a body. The boundary of its first line counts, and that of `content_type` when it begins otherwise.
pub(super) async fn read(content_type: Option<&str>, body: &Bytes, lists: &'static [&'static str]) -> Result<Node> {
    let named = content_type.and_then(|kind| multer::parse_boundary(kind).ok());
    let Some(boundary) = first_line(body).or(named) else { return Err(unreadable()) };
    let mut parts = Multipart::new(BodyDataStream::new(Full::new(body.clone())), boundary);
    let mut fields = Fields::with_lists(lists);
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let Some(key) = part.name().map(str::to_owned) else { continue };
        let file_name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        let value = match file_name {
            // A file that nobody chose, as browsers send it.
            Some(name) if name.is_empty() && bytes.is_empty() => continue,
            Some(name) => Node::Object(vec![
                ("name".to_owned(), Node::Text(name)),
                ("file".to_owned(), Node::Text(STANDARD.encode(&bytes))),
            ]),
            None => match json::utf8(&bytes) {
                Ok(text) => Node::Text(text.to_owned()),
                Err(_) => return Err(place::invalid(place::shown(&key), "không phải UTF-8")),
            },
        };
        fields.put(&key, value)?;
    }
    Ok(fields.into_node())
}

fn first_line(body: &[u8]) -> Option<String> {
    let line = body.trim_ascii_start().split(|byte| *byte == b'\n').next()?;
    let boundary = line.strip_prefix(b"--")?.trim_ascii_end();
    let text = std::str::from_utf8(boundary).ok()?;
    (1..=200).contains(&text.len()).then(|| text.to_owned())
}

fn unreadable() -> Error {
    Error::invalid("", "Nội dung multipart/form-data không đọc được")
}
