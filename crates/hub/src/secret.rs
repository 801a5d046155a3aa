//! Secrets: 256 random bits in URL-safe text, of which only the SHA-256 is kept.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::{Error, Result};
use sha2::{Digest, Sha256};

/// A new secret of 256 random bits, 43 letters long.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::broken)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A new secret of 256 random bits in plain Base64, for those who want it so.
pub(crate) fn random_base64() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::broken)?;
    Ok(STANDARD.encode(bytes))
}

/// Whether a text is plain Base64 of so many bytes.
pub(crate) fn is_base64_of(text: &str, bytes: std::ops::RangeInclusive<usize>) -> bool {
    STANDARD.decode(text).is_ok_and(|decoded| bytes.contains(&decoded.len()))
}

/// A new password that people can type.
pub(crate) fn password() -> Result<String> {
    Ok(random()?.chars().filter(char::is_ascii_alphanumeric).take(16).collect())
}

/// What is kept of a secret: its SHA-256 in hex.
pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// What stands in the journal in place of a secret.
pub(crate) const MASK: &str = "***";

/// A text without the secrets that its sender showed at the door; some repeat them in the body.
pub(crate) fn masked(text: &str, secrets: &[String]) -> String {
    let long = secrets.iter().filter(|secret| secret.len() >= SHORTEST);
    long.fold(text.to_owned(), |text, secret| if text.contains(secret) { text.replace(secret, MASK) } else { text })
}

/// A body without those secrets.
pub(crate) fn masked_bytes(body: &[u8], secrets: &[String]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    let masked = masked(&text, secrets);
    // What is no UTF-8 is refused as it came, so it must come so.
    if masked == text { body.to_vec() } else { masked.into_bytes() }
}

/// Letters of the shortest text that may be a secret; what is shorter opens nothing and may be a word.
const SHORTEST: usize = 16;

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}
