//! With whom a record is shared: everybody, one user, a user and a team, or a user and some others.

use crate::id::Id;

/// The four modes of the listener document (`permit.status` 1 to 4). "Me" is the user who wrote the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Permit {
    /// 1: everybody in the org.
    #[default]
    Everybody,
    /// 2: only the writer.
    OnlyMe {
        /// The writer.
        me: Id,
    },
    /// 3: the writer and a team; an unknown team is left out.
    MeAndTeam {
        /// The writer.
        me: Id,
        /// The team.
        team: Option<Id>,
    },
    /// 4: the writer and these users; unknown ones are left out.
    MeAndUsers {
        /// The writer.
        me: Id,
        /// The others.
        users: Vec<Id>,
    },
}

impl Permit {
    /// The number of the mode in the listener document.
    pub fn status(&self) -> i64 {
        match self {
            Self::Everybody => 1,
            Self::OnlyMe { .. } => 2,
            Self::MeAndTeam { .. } => 3,
            Self::MeAndUsers { .. } => 4,
        }
    }

    /// Whether `viewer` may see a record shared so.
    pub fn allows(&self, viewer: &Viewer) -> bool {
        let Viewer::User { id, teams } = viewer else { return true };
        match self {
            Self::Everybody => true,
            Self::OnlyMe { me } => me == id,
            Self::MeAndTeam { me, team } => me == id || team.is_some_and(|team| teams.contains(&team)),
            Self::MeAndUsers { me, users } => me == id || users.contains(id),
        }
    }
}

/// On whose behalf records are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// The org itself, or an admin of it: sees everything.
    Org,
    /// A member, with the teams they belong to.
    User {
        /// The user.
        id: Id,
        /// Their teams.
        teams: Vec<Id>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_modes() {
        let viewer = |id, teams: &[i64]| Viewer::User { id: Id(id), teams: teams.iter().map(|id| Id(*id)).collect() };
        let team = Permit::MeAndTeam { me: Id(1), team: Some(Id(9)) };
        let users = Permit::MeAndUsers { me: Id(1), users: vec![Id(3)] };
        for (permit, one, teammate, other) in [
            (Permit::Everybody, true, true, true),
            (Permit::OnlyMe { me: Id(1) }, true, false, false),
            (team, true, true, false),
            (users, true, false, true),
        ] {
            assert_eq!(permit.allows(&viewer(1, &[])), one);
            assert_eq!(permit.allows(&viewer(2, &[9])), teammate);
            assert_eq!(permit.allows(&viewer(3, &[])), other);
            assert!(permit.allows(&Viewer::Org));
        }
    }
}
