//! A message to a customer: an SMS or an e-mail, waiting, sent or refused.

use crate::id::{Id, Instant};

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Short message to a phone.
    Sms,
    /// E-mail.
    Email,
}

impl MessageKind {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    /// The kind of a stored word.
    pub fn of(word: &str) -> Self {
        if word == "email" { Self::Email } else { Self::Sms }
    }
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessageState {
    /// In the outbox.
    #[default]
    Queued,
    /// Accepted by the provider.
    Sent,
    /// Given up.
    Failed,
}

impl MessageState {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    /// The state of a stored word.
    pub fn of(word: &str) -> Self {
        match word {
            "sent" => Self::Sent,
            "failed" => Self::Failed,
            _ => Self::Queued,
        }
    }
}

/// An SMS or an e-mail.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// How it travels.
    pub kind: MessageKind,
    /// The customer it goes to, where that is known.
    pub customer: Option<Id>,
    /// Phone or e-mail as it was given.
    pub recipient: String,
    /// Subject of an e-mail.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// How far it has come.
    pub state: MessageState,
    /// What the provider answered last.
    pub answer: String,
    /// When it was put into the outbox.
    pub created_at: Instant,
    /// When it was accepted by the provider.
    pub sent_at: Option<Instant>,
}
