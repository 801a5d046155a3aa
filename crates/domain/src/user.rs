//! People who work in an org, and their teams.

use crate::id::Id;

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Works with the records that are shared with them.
    Member,
    /// Sees everything and keeps the settings.
    Admin,
    /// An admin who also decides who else is one.
    Owner,
}

impl Role {
    /// The word that is stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Member, Self::Admin, Self::Owner].into_iter().find(|role| role.word() == word)
    }

    /// Whether records that are not shared with the user are shown all the same.
    pub fn sees_everything(self) -> bool {
        self >= Self::Admin
    }
}

/// A person who works in an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their identity.
    pub id: Id,
    /// Small number that people and vendors see.
    pub number: i64,
    /// As it was written.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Code in the company's staff list.
    pub staff_code: Option<String>,
    /// Telephone number as written.
    pub phone: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether they may still sign in and be named as a sender.
    pub active: bool,
}

/// Several users under a name: BeeIQ and CareSoft call it a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its identity.
    pub id: Id,
    /// Small number that people and vendors see.
    pub number: i64,
    /// What people read.
    pub name: String,
}
