//! Secrets: 256 random bits in URL-safe text, of which only the SHA-256 is kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Error, Result};
use sha2::{Digest, Sha256};

/// A new secret of 256 random bits, 43 letters long.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::broken)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A new password that people can type.
pub(crate) fn password() -> Result<String> {
    Ok(random()?.chars().filter(char::is_ascii_alphanumeric).take(16).collect())
}

/// What is kept of a secret: its SHA-256 in hex.
pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}
