//! Secrets that must be read back, such as a mail server's password: encrypted, and bound to the org and purpose they are for.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::message::MessageKind;
use domain::{Error, OrgId, Result};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};
use store::{accounts, endpoints, orgs};

use crate::{Hub, secret};

/// Name of the file in which the key is kept.
pub const KEY_FILE: &str = "secret.key";
/// What a sealed text of this form begins with.
const FORM: &str = "v1";

/// Where the key is.
#[derive(Clone, PartialEq, Eq)]
pub enum KeySource {
    /// In the configuration: 32 bytes in hex or Base64.
    Given(String),
    /// In a file that is made when it is first needed.
    File(PathBuf),
    /// Nowhere: nothing can be sealed.
    Nowhere,
}

/// The key, found when it is first needed.
pub(crate) struct Seals {
    source: KeySource,
    key: OnceLock<Key>,
}

struct Key {
    cipher: LessSafeKey,
    /// The beginning of its SHA-256, so that a text that was sealed with another key is told from a damaged one.
    mark: String,
}

impl Seals {
    pub(crate) fn new(source: KeySource) -> Self {
        Self { source, key: OnceLock::new() }
    }

    fn key(&self, may_make: bool) -> Result<&Key> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let bytes = match &self.source {
            KeySource::Given(text) => decode(text).ok_or_else(|| {
                Error::broken(
                    "DAUMOI_SECRET_KEY must be 32 bytes in hex or Base64, as `openssl rand -hex 32` makes them",
                )
            })?,
            KeySource::File(path) => read_or_make(path, may_make)?,
            KeySource::Nowhere => {
                return Err(Error::broken(
                    "credentials cannot be encrypted without a key: set DAUMOI_SECRET_KEY to 32 random bytes in hex, the same for every process",
                ));
            }
        };
        let cipher =
            UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| Error::broken("the secret key is unusable"))?;
        let mark = secret::hex(&Sha256::digest(bytes)[..4]);
        Ok(self.key.get_or_init(|| Key { cipher: LessSafeKey::new(cipher), mark }))
    }
}

impl Hub {
    /// The same hub with its key elsewhere than beside the SQLite file.
    #[must_use]
    pub fn with_key(mut self, source: KeySource) -> Self {
        self.seals = std::sync::Arc::new(Seals::new(source));
        self
    }

    /// Encrypts a text for one org and purpose. Not for use inside a unit of work: each time it gives another text.
    pub fn seal(&self, org: OrgId, purpose: &str, text: &str) -> Result<String> {
        let key = self.seals.key(true)?;
        let mut nonce = [0_u8; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(Error::broken)?;
        let mut bytes = text.as_bytes().to_vec();
        key.cipher
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), context(org, purpose), &mut bytes)
            .map_err(|_| Error::broken("a secret could not be encrypted"))?;
        Ok(format!("{FORM}.{}.{}", key.mark, URL_SAFE_NO_PAD.encode([&nonce[..], &bytes].concat())))
    }

    /// Reads back what was sealed for the same org and purpose.
    pub fn unseal(&self, org: OrgId, purpose: &str, sealed: &str) -> Result<String> {
        let damaged = || Error::broken(format!("a sealed secret ({purpose}) is damaged, or was moved from elsewhere"));
        let mut parts = sealed.split('.');
        let (Some(FORM), Some(mark), Some(data), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(damaged());
        };
        let key = self.seals.key(false)?;
        if key.mark != mark {
            return Err(Error::broken(
                "a secret was sealed with another key: bring back the former DAUMOI_SECRET_KEY or secret.key, or set the secret anew",
            ));
        }
        let bytes = URL_SAFE_NO_PAD.decode(data).map_err(|_| damaged())?;
        let (nonce, rest) = bytes.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let mut rest = rest.to_vec();
        let plain = key.cipher.open_in_place(nonce, context(org, purpose), &mut rest).map_err(|_| damaged())?;
        String::from_utf8(plain.to_vec()).map_err(|_| damaged())
    }

    /// How many secrets of all orgs are sealed, and what is wrong with the first that does not open. Blocks.
    pub fn check_sealed(&self) -> Result<(usize, Option<Error>)> {
        let mut sealed: Vec<(OrgId, &'static str, String)> = Vec::new();
        for org in self.read(OrgId(0), orgs::list).wait()? {
            for endpoint in self.read(org.id, endpoints::list).wait()? {
                sealed.push((org.id, crate::webhooks::PURPOSE, endpoint.secret));
            }
            for kind in MessageKind::ALL {
                let account = self.read(org.id, move |tx| accounts::find(tx, kind)).wait()?;
                sealed.extend(account.map(|account| (org.id, kind.word(), account.settings)));
            }
        }
        let fault = sealed.iter().find_map(|(org, purpose, text)| self.unseal(*org, purpose, text).err());
        Ok((sealed.len(), fault))
    }
}

/// What a sealed text is bound to: moved to another org or purpose it does not open.
fn context(org: OrgId, purpose: &str) -> Aad<String> {
    Aad::from(format!("daumoi {FORM} {org} {purpose}"))
}

fn decode(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() == 64 && text.is_ascii() {
        let digits: Option<Vec<u8>> =
            (0..64).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).ok()).collect();
        return digits?.try_into().ok();
    }
    let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='))).ok()?;
    bytes.try_into().ok()
}

fn read_or_make(path: &Path, may_make: bool) -> Result<[u8; 32]> {
    let shown = path.display();
    match fs::read_to_string(path) {
        Ok(text) => {
            decode(&text).ok_or_else(|| Error::broken(format!("{shown} does not hold a key of 32 bytes in hex")))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && may_make => {
            make(path).map_err(|error| Error::broken(format!("cannot make {shown}: {error}")))?;
            read_or_make(path, false)
        }
        Err(error) => Err(Error::broken(format!("cannot read the secret key {shown}: {error}"))),
    }
}

/// Makes a key for its owner's eyes only. It is linked into place when it is whole, so that nobody reads half of it and of two
/// processes that both make one, one wins.
fn make(path: &Path) -> std::io::Result<()> {
    let mut bytes = [0_u8; 38];
    getrandom::fill(&mut bytes)?;
    let (key, name) = bytes.split_at(32);
    let half_made = path.with_file_name(format!(".{KEY_FILE}.{}", secret::hex(name)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&half_made)?;
    file.write_all(secret::hex(key).as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&half_made, path);
    fs::remove_file(&half_made)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // What was sealed with it must not outlive it in a power cut.
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Arc;

    use tempfile::TempDir;

    use super::*;
    use crate::files::Files;
    use crate::{CountingIds, FixedClock, Options, Place};

    fn hub(folder: &TempDir) -> Hub {
        let place = Place::Sqlite(folder.path().join("daumoi.db"));
        store::migrate::run(&place, domain::Instant(0)).unwrap();
        let files = Files::local(&folder.path().join("files")).unwrap();
        let clock = Arc::new(FixedClock::new(domain::Instant(0)));
        Hub::open_with(&place, Options::default(), files, clock, Arc::new(CountingIds::default())).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_where_it_belongs_and_nowhere_else() {
        let folder = TempDir::new().unwrap();
        let hub = hub(&folder);
        assert_eq!(hub.check_sealed().unwrap(), (0, None));
        assert!(hub.unseal(OrgId(1), "sms", "v1.00000000.AAAA").is_err());
        assert!(!folder.path().join(KEY_FILE).exists(), "reading makes none");
        let sealed = hub.seal(OrgId(1), "sms", "mật khẩu").unwrap();
        assert!(!sealed.contains("mật khẩu"));
        assert_ne!(sealed, hub.seal(OrgId(1), "sms", "mật khẩu").unwrap());
        assert_eq!(hub.unseal(OrgId(1), "sms", &sealed).unwrap(), "mật khẩu");
        assert!(hub.unseal(OrgId(2), "sms", &sealed).is_err());
        assert!(hub.unseal(OrgId(1), "email", &sealed).is_err());
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone().into_bytes();
            damaged[place] = if damaged[place] == b'A' { b'B' } else { b'A' };
            assert!(hub.unseal(OrgId(1), "sms", std::str::from_utf8(&damaged).unwrap()).is_err(), "{place}");
        }
        let key = folder.path().join(KEY_FILE);
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().filter(|entry| is_key(entry.as_ref().unwrap())).count(), 1);
        let given = hub.clone().with_key(KeySource::Given(fs::read_to_string(&key).unwrap()));
        assert_eq!(given.unseal(OrgId(1), "sms", &sealed).unwrap(), "mật khẩu");
        let other = hub.with_key(KeySource::Given("00".repeat(32)));
        assert!(other.unseal(OrgId(1), "sms", &sealed).unwrap_err().private().contains("another key"));
    }

    fn is_key(entry: &fs::DirEntry) -> bool {
        entry.file_name().to_string_lossy().contains(KEY_FILE)
    }

    #[test]
    fn without_a_key_nothing_is_sealed() {
        let folder = TempDir::new().unwrap();
        for source in [KeySource::Nowhere, KeySource::Given("short".to_owned())] {
            let hub = hub(&folder).with_key(source);
            assert!(hub.seal(OrgId(1), "sms", "x").unwrap_err().private().contains("DAUMOI_SECRET_KEY"));
        }
    }
}
