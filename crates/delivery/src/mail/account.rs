//! A mail account: where the server is, how it is spoken to, and who the letters come from.

use domain::{Error, Result};
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};
use url::Url;

/// How a connection is kept from being read by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Not at all within the networks that the operator allows, with STARTTLS everywhere else: `smtp://`.
    Network,
    /// STARTTLS before anything else is said: `smtp+starttls://`.
    StartTls,
    /// TLS from the first byte: `smtps://`.
    Tls,
}

/// The mail server of an org with its credentials: kept sealed, as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailAccount {
    /// Encryption.
    pub security: Security,
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whom to sign in as, if at all.
    pub user: Option<String>,
    /// The password to that.
    pub password: Option<String>,
    /// Sender: an address, or `Name <address>`.
    pub from: String,
    /// Certificates in PEM of an authority of one's own.
    #[serde(default)]
    pub ca: Option<String>,
}

impl MailAccount {
    /// Reads `smtp://`, `smtps://` or `smtp+starttls://` with `user:password@` if the server wants that, and the sender. A
    /// `password` that is given by itself need not stand in the address.
    pub fn read(url: &str, password: Option<String>, from: &str, ca: Option<String>) -> Result<Self> {
        let wrong = |why: &str| Error::invalid("smtp", format!("Địa chỉ SMTP không đúng: {why}"));
        let url = Url::parse(url.trim()).map_err(|_| wrong("ví dụ smtps://user:password@mail.example.vn"))?;
        let (security, usual) = match url.scheme() {
            "smtp" => (Security::Network, 587),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            _ => return Err(wrong("phải bắt đầu bằng smtp://, smtps:// hoặc smtp+starttls://")),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("thiếu tên máy chủ"))?;
        if !["", "/"].contains(&url.path()) || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("không có gì đứng sau tên máy chủ và cổng"));
        }
        let user = Some(decoded(url.username()).ok_or_else(|| wrong("tên đăng nhập"))?).filter(|user| !user.is_empty());
        let inside = match url.password() {
            Some(inside) => Some(decoded(inside).ok_or_else(|| wrong("mật khẩu"))?),
            None => None,
        };
        let password = password.or(inside);
        if user.is_some() != password.is_some() {
            return Err(wrong("tên đăng nhập và mật khẩu phải đi cùng nhau"));
        }
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let account = Self {
            security,
            host,
            port: url.port().unwrap_or(usual),
            user,
            password,
            from: from.trim().to_owned(),
            ca,
        };
        account.sender().map_err(|reason| Error::invalid("from", reason))?;
        if let Some(ca) = &account.ca {
            super::stream::roots(ca).map_err(|reason| Error::invalid("ca", reason))?;
        }
        Ok(account)
    }

    /// Scheme, host and port, without who signs in.
    pub fn place(&self) -> String {
        let scheme = match self.security {
            Security::Network => "smtp",
            Security::StartTls => "smtp+starttls",
            Security::Tls => "smtps",
        };
        match self.host.contains(':') {
            true => format!("{scheme}://[{}]:{}", self.host, self.port),
            false => format!("{scheme}://{}:{}", self.host, self.port),
        }
    }

    /// The sender as a letter names it.
    pub(super) fn sender(&self) -> std::result::Result<Mailbox, String> {
        let wrong = || format!("Địa chỉ người gửi \"{}\" không đúng", self.from);
        // A name with accents or commas need not be quoted by whoever types it.
        match self.from.strip_suffix('>').and_then(|from| from.rsplit_once('<')) {
            Some((name, address)) => {
                let name = name.trim().trim_matches('"');
                let address = address.trim().parse().map_err(|_| wrong())?;
                let sound = !name.chars().any(char::is_control);
                sound
                    .then(|| Mailbox::new(Some(name.to_owned()).filter(|name| !name.is_empty()), address))
                    .ok_or_else(wrong)
            }
            None => self.from.parse().map(|address| Mailbox::new(None, address)).map_err(|_| wrong()),
        }
    }

    /// What stands behind the @ of the sender.
    pub(super) fn domain(&self) -> &str {
        let address = self.from.trim_end_matches('>');
        address.rsplit_once('@').map_or(address, |(_, domain)| domain)
    }

    /// Words without the password, whoever said them.
    pub(super) fn masked(&self, words: String) -> String {
        match &self.password {
            Some(password) if password.len() > 3 => words.replace(password.as_str(), "***"),
            _ => words,
        }
    }
}

impl std::fmt::Debug for MailAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailAccount").field("place", &self.place()).field("from", &self.from).finish_non_exhaustive()
    }
}

/// Undoes percent-encoding; `None` when that gives no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| (byte as char).to_digit(16));
        bytes.push((digit(rest.next())? * 16 + digit(rest.next())?) as u8);
    }
    String::from_utf8(bytes).ok()
}
