//! A message to a customer: an SMS or an e-mail, waiting, sent or refused.

use crate::id::{Id, Instant};

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MessageKind {
    /// Short message to a phone.
    #[default]
    Sms,
    /// E-mail.
    Email,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Sms, Self::Email];

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
    /// Given up, or refused from the start; the answer says why.
    Failed,
    /// Kept to be looked at and sent to nobody: the org has no provider yet.
    Trial,
    /// Kept and not sent unless somebody asks for it, as what an import or a replay brings.
    Held,
}

impl MessageState {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Trial => "trial",
            Self::Held => "held",
        }
    }

    /// The state of a stored word.
    pub fn of(word: &str) -> Self {
        match word {
            "sent" => Self::Sent,
            "failed" => Self::Failed,
            "trial" => Self::Trial,
            "held" => Self::Held,
            _ => Self::Queued,
        }
    }
}

/// An SMS or an e-mail.
#[derive(Debug, Clone, PartialEq, Default)]
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
    /// The same as HTML, for an e-mail that has it.
    pub html: Option<String>,
    /// How far it has come.
    pub state: MessageState,
    /// What the provider answered last, or why it is not sent.
    pub answer: String,
    /// Attempts so far.
    pub attempts: i64,
    /// When it is tried next, while it is waiting.
    pub due_at: Option<Instant>,
    /// When it was put into the outbox.
    pub created_at: Instant,
    /// When it was accepted by the provider.
    pub sent_at: Option<Instant>,
}
