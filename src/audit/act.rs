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
    /// The password of an account.
    Password,
    /// A provider answered for them.
    Provider,
    /// One click of the demonstration.
    Demo,
}

/// What of an account an administrator has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountField {
    /// What its owner types.
    Login,
    /// Who they are.
    Role,
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
    /// A coordinator or an administrator made a code to pair a tablet with.
    PairingCodeMade {
        /// Which.
        tablet: TabletId,
        /// Their session.
        session: SessionMark,
    },
    /// A coordinator or an administrator took what was paired as a tablet away from it.
    TabletRemoved {
        /// Which.
        tablet: TabletId,
        /// Their session.
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
        /// The number of the account whose password it was; coordinators are told apart by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<u32>,
    },
    /// An administrator made an account.
    AccountAdded {
        /// Its number, by which the entries below go; `passerelle account list` has the logins.
        account: u32,
        /// For whom.
        who: Identity,
        /// In which session of an administrator; none for the command line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SessionMark>,
    },
    /// An administrator took password, second factor and sessions of an account away, and made a
    /// link to choose a password.
    AccountReset {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
        /// In which session of an administrator; none for the command line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SessionMark>,
    },
    /// An administrator removed an account.
    AccountRemoved {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
        /// In which session of an administrator; none for the command line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SessionMark>,
    },
    /// An administrator changed an account.
    AccountChanged {
        /// Which.
        account: u32,
        /// Whose it was.
        who: Identity,
        /// Whose it is from now on; all sessions end with another role.
        becomes: Identity,
        /// What was changed, without the values: they are personal.
        fields: Vec<AccountField>,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SessionMark>,
    },
    /// An administrator took the second factor of an account away.
    SecondFactorTaken {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SessionMark>,
    },
    /// An administrator ended all sessions of somebody.
    AccountSignedOut {
        /// Which account.
        account: u32,
        /// Whose.
        who: Identity,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SessionMark>,
    },
    /// An administrator looked at the newest entries of this journal, on the page.
    AuditRead {
        /// The session.
        by: SessionMark,
    },
    /// An administrator had this journal checked, on the page.
    AuditVerified {
        /// The session.
        by: SessionMark,
    },
    /// A password was chosen by a link, and a browser signed in by it.
    PasswordChosen {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
        /// The session.
        session: SessionMark,
    },
    /// Somebody asked for a link to choose a password, which is being sent to the login by mail.
    LinkMailed {
        /// Which. Who asked nobody knows.
        account: u32,
    },
    /// A password was chosen by a link that was sent by mail; all other sessions ended.
    MailedLinkUsed {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
        /// The session that was opened by it; none where codes of a telephone are asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionMark>,
    },
    /// A password was put in the place of the former; all other sessions ended.
    PasswordChanged {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
        /// In which session.
        session: SessionMark,
    },
    /// From now on codes of a telephone are asked for.
    SecondFactorAdded {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
    },
    /// They are not asked for any more.
    SecondFactorRemoved {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
    },
    /// A code was used in the place of the telephone's.
    RecoveryCodeUsed {
        /// Which.
        account: u32,
        /// Whose.
        who: Identity,
    },
    /// Somebody ended sessions of their own from another.
    SessionsEnded {
        /// Whose.
        who: Identity,
        /// From which.
        by: SessionMark,
    },
    /// A code was refused.
    SignInRefused {
        /// So many since the last such entry: they are written once a minute at most.
        times: u64,
    },
    /// Somebody came from a provider and was not let in.
    ProviderRefused {
        /// Why, by its stable name.
        reason: String,
    },
    /// An account began to belong to somebody that a provider answers for.
    ProviderAccountAdded {
        /// Its number.
        account: u32,
        /// For whom.
        who: Identity,
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
