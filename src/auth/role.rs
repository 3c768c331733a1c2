//! The kinds of page, each with its own session.

use passerelle_signaling::protocol::Identity;
use serde::Deserialize;
use std::fmt;

/// A kind of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A tablet at a reception point.
    Tablet,
    /// An interpreter's console.
    Interpreter,
    /// The coordinators' board.
    Coordinator,
    /// A third party in one conversation.
    Guest,
    /// The page of who looks after people and tablets.
    Administrator,
}

impl Role {
    /// All there are.
    pub const ALL: [Self; 5] = [
        Self::Tablet,
        Self::Guest,
        Self::Interpreter,
        Self::Coordinator,
        Self::Administrator,
    ];

    /// The role of this identity.
    pub const fn of(identity: Identity) -> Self {
        match identity {
            Identity::Tablet { .. } => Self::Tablet,
            Identity::Interpreter { .. } => Self::Interpreter,
            Identity::Coordinator => Self::Coordinator,
            Identity::Guest { .. } => Self::Guest,
            Identity::Administrator => Self::Administrator,
        }
    }

    /// The name in addresses, queries and cookies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tablet => "tablet",
            Self::Interpreter => "interpreter",
            Self::Coordinator => "coordinator",
            Self::Guest => "guest",
            Self::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
