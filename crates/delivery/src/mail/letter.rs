//! A letter as it stands on the wire: headers, plain text, HTML.

use std::time::{Duration, UNIX_EPOCH};

use domain::Instant;
use hub::templates;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use super::MailAccount;

/// One e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The message's own key, the same at every try: its Message-ID, by which receivers tell a second copy.
    pub key: String,
    /// Address of the recipient.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says as plain text.
    pub text: String,
    /// The same as HTML; made from the text when there is none.
    pub html: Option<String>,
    /// When it was written.
    pub at: Instant,
}

impl Letter {
    /// The letter with its headers, or why it cannot be sent.
    pub(super) fn message(&self, account: &MailAccount) -> Result<Message, String> {
        let address = self.to.parse().map_err(|_| "Địa chỉ e-mail người nhận không hợp lệ".to_owned())?;
        let html = self.html.clone().unwrap_or_else(|| templates::from_text(&self.text));
        let written = UNIX_EPOCH + Duration::from_micros(u64::try_from(self.at.0).unwrap_or_default());
        // Replies by machines are not wanted: RFC 3834.
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .message_id(Some(format!("<{}@{}>", self.key, account.domain())))
            .date(written)
            .from(account.sender()?)
            .to(Mailbox::new(None, address))
            .subject(self.subject.split_whitespace().collect::<Vec<_>>().join(" "))
            .raw_header(automatic)
            .multipart(MultiPart::alternative_plain_html(self.text.clone(), templates::document(&html)))
            .map_err(|error| format!("Không soạn được e-mail: {error}"))
    }
}
