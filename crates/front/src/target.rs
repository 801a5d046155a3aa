//! The request target as clients really send it, made into one that the HTTP parser accepts; pure functions.

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

const VERSION: &[u8] = b" HTTP/1.";
const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// The length of the request head in `buffer` with its blank line, if it is all there. The first `seen` bytes were
/// looked at before. Line ends are CR LF or LF, as the parser takes both.
pub(crate) fn head_end(buffer: &[u8], seen: usize) -> Option<usize> {
    let start = seen.saturating_sub(2);
    let mut at = start;
    while let Some(found) = buffer.get(at..)?.iter().position(|&byte| byte == b'\n') {
        let next = at + found + 1;
        match buffer.get(next..)? {
            [b'\n', ..] => return Some(next + 1),
            [b'\r', b'\n', ..] => return Some(next + 2),
            _ => at = next,
        }
    }
    None
}

/// The head with every byte that may not stand raw in a request target percent-encoded; `None` if there is none, or if
/// the first line is no request line (the parser says what is wrong with it).
///
/// Clients of 1Office join `"…&detail="` and a JSON text into a URL; the parser refuses its `"`, and takes the first
/// blank for the end of the target. The target therefore ends at the line's last ` HTTP/1.x`. `#` is encoded too: the
/// parser would drop what follows it.
pub(crate) fn repair_head(head: &[u8]) -> Option<Vec<u8>> {
    let line_end = head.iter().position(|&byte| byte == b'\n')?;
    let line = head.get(..line_end)?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let method_end = line.iter().position(|&byte| byte == b' ')?;
    let version_start = line.len().checked_sub(VERSION.len() + 1).filter(|&start| start > method_end)?;
    let (request, version) = line.split_at_checked(version_start)?;
    if !version.starts_with(VERSION) || !version.ends_with(b"0") && !version.ends_with(b"1") {
        return None;
    }
    let target = request.get(method_end..)?.trim_ascii_start();
    let clean = target.len() + method_end + 1 == request.len() && target.iter().all(|&byte| may_stand_raw(byte));
    if clean || target.is_empty() {
        return None;
    }
    let mut repaired = Vec::with_capacity(head.len() + head.len() / 2);
    repaired.extend_from_slice(head.get(..=method_end)?);
    percent_encode(target, &mut repaired);
    repaired.extend_from_slice(head.get(version_start..)?);
    Some(repaired)
}

/// Makes every run of slashes in the path one slash: clients join a base URL that ends in a slash with a path that
/// begins with one. The query stays as it is.
pub(crate) fn collapse_slashes(uri: &mut Uri) {
    if !uri.path().contains("//") {
        return;
    }
    let mut joined = String::with_capacity(uri.path().len() + uri.query().map_or(0, |query| query.len() + 1));
    for letter in uri.path().chars() {
        if letter != '/' || !joined.ends_with('/') {
            joined.push(letter);
        }
    }
    if let Some(query) = uri.query() {
        joined.push('?');
        joined.push_str(query);
    }
    let mut parts = std::mem::take(uri).into_parts();
    // Every byte came out of a valid URI, so neither step can fail.
    if let Ok(path_and_query) = PathAndQuery::try_from(joined) {
        parts.path_and_query = Some(path_and_query);
    }
    *uri = Uri::from_parts(parts).unwrap_or_default();
}

/// RFC 3986's characters, with the percent sign of what is encoded already.
fn may_stand_raw(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte)
}

fn percent_encode(target: &[u8], out: &mut Vec<u8>) {
    for &byte in target {
        if may_stand_raw(byte) {
            out.push(byte);
        } else {
            out.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}
