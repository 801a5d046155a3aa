//! The doors: through which interface something came in, and which system's codes it speaks.

/// An interface of ours. Its word stands in history, journal and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// 1Office contact insert and its siblings.
    OneOffice,
    /// OMICRM contact API v2.
    Omicrm,
    /// VBot customer management.
    Vbot,
    /// CareSoft lead API.
    Caresoft,
    /// BeeIQ / AntBuddy webhook listener.
    Beeiq,
    /// The pages.
    Web,
    /// The command line.
    Cli,
}

impl Dialect {
    /// Those that a token may be allowed on.
    pub const DOORS: [Self; 5] = [Self::OneOffice, Self::Omicrm, Self::Vbot, Self::Caresoft, Self::Beeiq];

    /// The word that is stored and shown, the same as the crate's name.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneOffice => "oneoffice",
            Self::Omicrm => "omicrm",
            Self::Vbot => "vbot",
            Self::Caresoft => "caresoft",
            Self::Beeiq => "beeiq",
            Self::Web => "web",
            Self::Cli => "cli",
        }
    }

    /// The dialect of a word, in any case.
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::OneOffice, Self::Omicrm, Self::Vbot, Self::Caresoft, Self::Beeiq, Self::Web, Self::Cli];
        all.into_iter().find(|dialect| dialect.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// A system that gives records codes of its own. One record has at most one code in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum System {
    /// 1Office `code`.
    OneOffice,
    /// OMICRM `refId`.
    OmicrmRefId,
    /// OMICRM `refCode`.
    OmicrmRefCode,
    /// VBot `customer_no`.
    Vbot,
    /// BeeIQ `contactId`.
    Beeiq,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 5] = [Self::OneOffice, Self::OmicrmRefId, Self::OmicrmRefCode, Self::Vbot, Self::Beeiq];

    /// The word under which a record's code is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneOffice => "oneoffice",
            Self::OmicrmRefId => "omicrm_ref_id",
            Self::OmicrmRefCode => "omicrm_ref_code",
            Self::Vbot => "vbot",
            Self::Beeiq => "beeiq",
        }
    }

    /// The word of its unique keys.
    pub fn identity_word(self) -> &'static str {
        match self {
            Self::OneOffice => "code:oneoffice",
            Self::OmicrmRefId => "code:omicrm_ref_id",
            Self::OmicrmRefCode => "code:omicrm_ref_code",
            Self::Vbot => "code:vbot",
            Self::Beeiq => "code:beeiq",
        }
    }

    /// The system of a stored word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.word() == word)
    }
}
