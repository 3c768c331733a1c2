//! What is written down, and of whom. Numbers only: a name is in the configuration, and nothing
//! that is said in a call is known here.

use crate::hexadecimal::hexadecimal;
use passerelle_signaling::ids::{CallId, InterpreterId, TabletId};
use passerelle_signaling::protocol::Identity;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The first eight digits of the hash of a session's token: tells the sessions of one identity
/// apart, and opens none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionMark(String);

impl SessionMark {
    /// The mark of the session whose token has this hash.
    pub fn of(token_hash: &[u8; 32]) -> Self {
        Self(hexadecimal(&token_hash[..4]))
    }
}

impl fmt::Display for SessionMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// By which door somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInBy {
    /// A single-use invitation.
    Invitation,
    /// A pairing code, typed or by its QR code.
    PairingCode,
    /// One click of the demonstration.
    Demo,
}

/// Something done that somebody may have to answer for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// The gateway began to serve.
    Started {
        /// The version of the program.
        build: String,
    },
    /// It stopped by itself, and not by a power cut or a kill.
    Stopped,
    /// An administrator made an invitation.
    Invited {
        /// For whom.
        who: Identity,
    },
    /// A coordinator made a code to pair a tablet with.
    PairingCodeMade {
        /// Which.
        tablet: TabletId,
        /// The coordinator's session.
        session: SessionMark,
    },
    /// A coordinator took what was paired as a tablet away from it.
    TabletRemoved {
        /// Which.
        tablet: TabletId,
        /// The coordinator's session.
        session: SessionMark,
    },
    /// A tablet showed a credential that it had let go of, so that two have it: what was paired as
    /// this tablet was signed out.
    TabletCopied {
        /// Which.
        tablet: TabletId,
    },
    /// A browser was signed in.
    SignedIn {
        /// As whom.
        who: Identity,
        /// Its session.
        session: SessionMark,
        /// How.
        by: SignInBy,
    },
    /// A code was refused.
    SignInRefused {
        /// So many since the last such entry: they are written once a minute at most.
        times: u64,
    },
    /// A session was ended by its browser.
    SignedOut {
        /// Whose.
        who: Identity,
        /// The session.
        session: SessionMark,
    },
    /// A coordinator asked to look on in a conversation.
    AskedToLookOn {
        /// The call.
        call: CallId,
    },
    /// They were let in.
    LooksOn {
        /// The call.
        call: CallId,
    },
    /// They were not.
    NotLetIn {
        /// The call.
        call: CallId,
    },
    /// They left, or the call ended.
    LooksOnNoMore {
        /// The call.
        call: CallId,
    },
    /// An administrator let the configuration be read again.
    Reloaded {
        /// Whether it is in force.
        in_force: bool,
    },
    /// An administrator took a person out of the records.
    Erased {
        /// Who it was.
        who: InterpreterId,
    },
    /// An administrator wrote the journal of calls as text.
    Exported,
    /// An administrator copied the database.
    BackedUp,
    /// An administrator put a backup in the database's place.
    Restored,
    /// Entries grew old and were deleted with their file.
    Retired {
        /// The last of them, as `NUMBER:HASH`.
        last: String,
    },
}
