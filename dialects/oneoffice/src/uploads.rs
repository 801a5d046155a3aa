//! Attached files: decoded and measured before anything is done, then put away before the unit of work.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::{Error, Result};
use hub::drafts::PutFile;
use hub::{Hub, files};

use crate::wire::File;

const MB: usize = 1024 * 1024;
/// Bytes of one file.
const LARGEST: usize = 10 * MB;
/// Bytes of all files of one call.
const ALL: usize = 17 * MB + MB / 2;

/// A file that was sent, decoded.
pub struct Upload {
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

/// Decodes the files of a call. A name that is missing is made.
pub fn decode(files: &[File]) -> Result<Vec<Upload>> {
    let mut all = 0;
    let mut uploads = Vec::with_capacity(files.len());
    for (index, File { name, file }) in files.iter().enumerate() {
        let field = format!("files[{index}].file");
        let bytes = from_base64(file).ok_or_else(|| refused(&field, "không phải base64 hợp lệ"))?;
        if bytes.len() > LARGEST {
            return Err(refused(&field, "vượt quá 10 MB"));
        }
        all += bytes.len();
        if all > ALL {
            return Err(refused("files", "vượt quá 17,5 MB tổng cộng"));
        }
        let media_type = files::media_type(&bytes);
        let name = if name.is_empty() { made_name(index, media_type) } else { clean(name) };
        uploads.push(Upload { name, media_type, bytes });
    }
    Ok(uploads)
}

/// Puts the bytes away.
pub async fn put(hub: &Hub, uploads: Vec<Upload>) -> Result<Vec<PutFile>> {
    let mut put = Vec::with_capacity(uploads.len());
    for Upload { name, media_type, bytes } in uploads {
        let size = bytes.len();
        let digest = hub.files().put(bytes).await?;
        put.push(PutFile { name, media_type: media_type.to_owned(), size, digest });
    }
    Ok(put)
}

/// Base64 in either alphabet, with or without padding, line breaks and `data:…;base64,` before it. A blank inside is a plus
/// that a form was not given in escaped form.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let text = match text.split_once(";base64,") {
        Some((kind, data)) if kind.starts_with("data:") => data,
        _ => text,
    };
    let letters: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\r' | '\n' | '\t'))
        .map(|letter| match letter {
            ' ' | '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet::STANDARD, config).decode(letters).ok()
}

fn made_name(index: usize, media_type: &str) -> String {
    let ending = match media_type {
        "application/pdf" => ".pdf",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "application/zip" => ".zip",
        _ => "",
    };
    format!("Tệp {}{ending}", index + 1)
}

/// A name as sent, without folders and what cannot be seen.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|letter| !letter.is_control()).collect()
}

fn refused(field: &str, fault: &str) -> Error {
    Error::invalid(field, format!("Trường {field} {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_in_every_spelling() {
        for text in ["++8=", "++8", "--8=", "data:text/plain;base64,++8=", "++\r\n8=", " ++8= "] {
            assert_eq!(from_base64(text), Some(vec![0xfb, 0xef]), "{text}");
        }
        assert_eq!(from_base64("Y +8"), from_base64("Y++8"));
        for text in ["a", "ab=c", "đ", "a*b="] {
            assert_eq!(from_base64(text), None, "{text}");
        }
    }
}
