//! How an attempt to deliver something ended.

/// What came of one attempt. The texts are written down and shown to people; no secret may stand in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived: the receiver or the provider took it.
    Sent {
        /// Status of the answer: HTTP, or the three digits of SMTP.
        status: Option<u16>,
        /// The first of what was answered.
        answer: String,
    },
    /// It did not arrive; it may the next time.
    Retry {
        /// Status of the answer, where there was one.
        status: Option<u16>,
        /// What was answered, or what went wrong.
        answer: String,
        /// Seconds that the receiver asked to be left alone.
        pause: Option<i64>,
    },
    /// It will never arrive as it is.
    Refused {
        /// Status of the answer, where there was one.
        status: Option<u16>,
        /// What was answered.
        answer: String,
    },
    /// The receiver is gone for good and wants to hear nothing more.
    Gone {
        /// What was answered.
        answer: String,
    },
}

impl Outcome {
    /// What failed on the way, to be tried again.
    pub fn retry(answer: impl Into<String>) -> Self {
        Self::Retry { status: None, answer: answer.into(), pause: None }
    }

    /// What will never arrive.
    pub fn refused(answer: impl Into<String>) -> Self {
        Self::Refused { status: None, answer: answer.into() }
    }

    /// Status of the answer, where there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Sent { status, .. } | Self::Retry { status, .. } | Self::Refused { status, .. } => *status,
            Self::Gone { .. } => Some(410),
        }
    }

    /// What was answered, or what went wrong.
    pub fn answer(&self) -> &str {
        match self {
            Self::Sent { answer, .. }
            | Self::Retry { answer, .. }
            | Self::Refused { answer, .. }
            | Self::Gone { answer } => answer,
        }
    }
}

impl From<crate::net::Fault> for Outcome {
    fn from(fault: crate::net::Fault) -> Self {
        Self::retry(fault.to_string())
    }
}
