//! The one error of the whole program: what the caller may read, and the private cause for the log.

use std::fmt;

/// The outcome of every rule, store function and verb.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something was not done. `message` is for the caller, in Vietnamese; `cause` is for the operator's log only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The thing named does not exist, or not for this caller.
    NotFound {
        /// What the caller may read.
        message: String,
    },
    /// The thing exists already, or was changed by somebody else.
    Conflict {
        /// What the caller may read.
        message: String,
    },
    /// A value cannot be accepted. `field` is the path in the caller's own words, such as `data[0].phones`.
    Invalid {
        /// Path of the value in the caller's own words; empty when the whole input is meant.
        field: String,
        /// What the caller may read.
        message: String,
    },
    /// The caller is known but may not do this.
    Forbidden {
        /// What the caller may read.
        message: String,
    },
    /// The caller is not known: no credential, or one that is wrong, expired or revoked.
    Unauthorized {
        /// What the caller may read.
        message: String,
    },
    /// The database could not do it now; the same call may succeed later. A unit of work that ends so is run again.
    Busy {
        /// What happened, for the log.
        cause: String,
    },
    /// A fault of ours or of the machine.
    Broken {
        /// What happened, for the log.
        cause: String,
    },
}

impl Error {
    /// The thing named does not exist, or not for this caller.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::NotFound { message: message.into() }
    }

    /// The thing exists already, or was changed by somebody else.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    /// The value at `field` cannot be accepted.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    /// The caller may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden { message: message.into() }
    }

    /// The caller is not known.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::Unauthorized { message: message.into() }
    }

    /// The database could not do it now.
    pub fn busy(cause: impl fmt::Display) -> Self {
        Self::Busy { cause: cause.to_string() }
    }

    /// A fault of ours or of the machine.
    pub fn broken(cause: impl fmt::Display) -> Self {
        Self::Broken { cause: cause.to_string() }
    }

    /// What the caller may read, in Vietnamese; never the private cause.
    pub fn public(&self) -> &str {
        match self {
            Self::NotFound { message }
            | Self::Conflict { message }
            | Self::Invalid { message, .. }
            | Self::Forbidden { message }
            | Self::Unauthorized { message } => message,
            Self::Busy { .. } => "Hệ thống đang bận, vui lòng thử lại sau",
            Self::Broken { .. } => "Hệ thống gặp sự cố, vui lòng thử lại sau",
        }
    }

    /// What the log should say: the cause where there is one, otherwise the public message.
    pub fn private(&self) -> &str {
        match self {
            Self::Busy { cause } | Self::Broken { cause } => cause,
            _ => self.public(),
        }
    }

    /// Whether the input or the caller is to blame, so that the refusal itself is a lasting answer.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Busy { .. } | Self::Broken { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.private())
    }
}

impl std::error::Error for Error {}
