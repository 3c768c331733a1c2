//! Everything that can happen to the core, as one closed `enum`, and the refusals it can answer.

use crate::configuration::{Class, Configuration};
use crate::ids::{CallId, GuestId, InterpreterId, OfferId, SiteId, TabletId};
use crate::need::{Mode, Role};
use crate::protocol::{DeclineReason, ErrorCode, HelpReason, PauseReason};
use crate::tag::{Language, Subject};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One side of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The visitor and the reception agent.
    Tablet(TabletId),
    /// The interpreter.
    Interpreter(InterpreterId),
    /// A third party, by link.
    Guest(GuestId),
    /// A coordinator who looks on. There is one at most, whoever of them it is.
    Coordinator,
}

/// How a client went away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// Its page was closed or reloaded (a WebSocket close frame arrived).
    Closed,
    /// It fell silent.
    Lost,
    /// It signed out; it will not come back by itself.
    SignedOut,
}

/// Something with hours: a call needs both its site and its language open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Counter {
    /// A reception point.
    Site(SiteId),
    /// A language.
    Language(Language),
}

/// An input of the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The directory or the rules are as follows. Unchanged ones make no event; nobody who waits is
    /// stranded by a change.
    Configure(Box<Configuration>),
    /// A client has connected (again).
    Connected(Party),
    /// A client has gone.
    Disconnected(Party, Departure),
    /// A visitor wants an interpreter.
    Tap {
        /// Where.
        tablet: TabletId,
        /// Which language.
        language: Language,
        /// How, when not the usual way of the language.
        mode: Option<Mode>,
        /// When the message arrived at the server.
        tapped_at: Timestamp,
    },
    /// A waiting visitor wants to be called back at this counter.
    RequestCallback {
        /// Where.
        tablet: TabletId,
        /// The waiting call.
        call: CallId,
    },
    /// The visitor who was called back is there.
    AnswerCallback {
        /// Where.
        tablet: TabletId,
        /// The call it was converted from.
        callback: CallId,
    },
    /// A callback is no longer wanted.
    CancelCallback {
        /// The tablet that asks; `None` for a coordinator.
        tablet: Option<TabletId>,
        /// The call it was converted from.
        callback: CallId,
    },
    /// A waiting visitor is content with another mode of the same language. The ticket is kept.
    ChangeMode {
        /// Where.
        tablet: TabletId,
        /// The waiting call.
        call: CallId,
        /// The mode from now on.
        mode: Mode,
    },
    /// The reception agent says what the conversation is about, or (`None`) no longer does.
    SetSubject {
        /// Where.
        tablet: TabletId,
        /// The call.
        call: CallId,
        /// About what.
        subject: Option<Subject>,
    },
    /// A visitor makes an appointment, instead of the waiting call if one is named.
    Book {
        /// Where.
        tablet: TabletId,
        /// The waiting call that is given up for it.
        call: Option<CallId>,
        /// Which language.
        language: Language,
        /// How, when not the usual way of the language.
        mode: Option<Mode>,
        /// When it begins: one of [`crate::core::Core::slots`].
        starts_at: Timestamp,
    },
    /// The visitor of an appointment is there: it becomes a call.
    AnswerAppointment {
        /// Where.
        tablet: TabletId,
        /// The call that names it.
        appointment: CallId,
    },
    /// An appointment is no longer wanted.
    CancelAppointment {
        /// The tablet that asks; `None` for a coordinator.
        tablet: Option<TabletId>,
        /// The call that names it.
        appointment: CallId,
    },
    /// An interpreter takes an appointment, by their own hand or a coordinator's.
    TakeAppointment {
        /// Who.
        interpreter: InterpreterId,
        /// The call that names it.
        appointment: CallId,
        /// True when a coordinator gives it to them, whoever had it.
        by_coordinator: bool,
    },
    /// An interpreter gives an appointment back; a colleague may take it.
    ReleaseAppointment {
        /// Who.
        interpreter: InterpreterId,
        /// The call that names it.
        appointment: CallId,
    },
    /// A coordinator asks to look on in a conversation.
    AskToJoin {
        /// Which call.
        call: CallId,
    },
    /// The visitor lets the coordinator look on, or not (any longer).
    Consent {
        /// Where.
        tablet: TabletId,
        /// Which call.
        call: CallId,
        /// True to agree.
        agree: bool,
    },
    /// The SFU has the connection of the coordinator, or (false) has lost it.
    ObserverUp {
        /// Which call.
        call: CallId,
        /// True when it is there.
        up: bool,
    },
    /// A side of a conversation wants a third party in it. The link is the gateway's business.
    InviteGuest {
        /// Who asks: the tablet or the lead.
        party: Party,
        /// Which call.
        call: CallId,
    },
    /// A side of a conversation no longer wants the third party.
    RemoveGuest {
        /// Who asks: the tablet or the lead.
        party: Party,
        /// Which call.
        call: CallId,
    },
    /// The SFU receives the picture or the sound of the third party.
    GuestUp {
        /// Which call.
        call: CallId,
        /// Who.
        guest: GuestId,
    },
    /// One side leaves the call.
    HangUp {
        /// Who.
        party: Party,
        /// Which call.
        call: CallId,
    },
    /// An interpreter takes calls, or not.
    SetAvailable {
        /// Who.
        interpreter: InterpreterId,
        /// True to take calls.
        available: bool,
    },
    /// An interpreter takes no calls for a while, by their own hand or a coordinator's.
    Pause {
        /// Who.
        interpreter: InterpreterId,
        /// Why.
        reason: PauseReason,
        /// True when a coordinator asked for it. The interpreter may return by themselves.
        by_coordinator: bool,
    },
    /// An interpreter takes the call.
    Accept {
        /// Who.
        interpreter: InterpreterId,
        /// Which ring.
        offer: OfferId,
    },
    /// An interpreter leaves the call to a colleague.
    Decline {
        /// Who.
        interpreter: InterpreterId,
        /// Which ring.
        offer: OfferId,
        /// Why.
        reason: DeclineReason,
    },
    /// An interpreter ends wrap-up early.
    EndWrapUp {
        /// Who.
        interpreter: InterpreterId,
    },
    /// An interpreter needs more time after a call.
    ExtendWrapUp {
        /// Who.
        interpreter: InterpreterId,
        /// The end that is not late enough, so that the same wish again changes nothing.
        until: Timestamp,
    },
    /// An interpreter passes a conversation on to another language.
    Transfer {
        /// Who.
        interpreter: InterpreterId,
        /// Which call.
        call: CallId,
        /// To which language.
        language: Language,
    },
    /// The lead of a conversation wants a colleague: to take over, or to work beside.
    Invite {
        /// Who asks.
        interpreter: InterpreterId,
        /// Which call.
        call: CallId,
        /// What for; the lead itself cannot be asked for.
        role: Role,
        /// The language of the colleague, when not the call's.
        language: Option<Language>,
        /// The person wanted, for the time of the rules.
        to: Option<InterpreterId>,
    },
    /// The lead does without a colleague: the search ends, or who came to take over leaves.
    CancelInvite {
        /// Who asks.
        interpreter: InterpreterId,
        /// Which call.
        call: CallId,
    },
    /// The colleague who came for it takes the call over: the second side of the handshake.
    TakeOver {
        /// Who.
        interpreter: InterpreterId,
        /// Which call.
        call: CallId,
    },
    /// An interpreter asks the coordinators for help, or (`None`) no longer needs it.
    AskHelp {
        /// Who.
        interpreter: InterpreterId,
        /// Why.
        reason: Option<HelpReason>,
    },
    /// A coordinator changes the class of a waiting call.
    Prioritise {
        /// Which call.
        call: CallId,
        /// Its class from now on.
        class: Class,
    },
    /// A coordinator gives a waiting call to one person, for the time of the rules.
    Assign {
        /// Which call.
        call: CallId,
        /// To whom.
        interpreter: InterpreterId,
    },
    /// A coordinator ends a waiting call.
    Withdraw {
        /// Which call.
        call: CallId,
    },
    /// A coordinator corrects the language of a waiting call; it keeps its ticket.
    Move {
        /// Which call.
        call: CallId,
        /// The language meant.
        language: Language,
    },
    /// A coordinator opens or closes against the hours, or (`None`) goes by the hours again.
    Force {
        /// What.
        counter: Counter,
        /// True to open.
        open: Option<bool>,
    },
    /// The SFU receives the picture or the sound of the colleague.
    ColleagueUp {
        /// Which call.
        call: CallId,
        /// Who.
        interpreter: InterpreterId,
    },
    /// The SFU forwards media in both directions.
    MediaUp {
        /// Which call.
        call: CallId,
    },
    /// The gateway has come back, and every connection is new. Nobody pays for the time it was
    /// away: rings end without a miss, and every client has the full grace to come back.
    Restarted,
    /// For a while nothing could be decided, since nothing could be journaled; clients and media
    /// stayed. Nobody pays for that time: rings end without a miss and are made anew, and whoever
    /// was expected back has the full grace again.
    Resumed,
    /// Time has passed: carry out whatever is due.
    Tick,
}

/// Why a command changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The tablet is not in the directory.
    #[error("this tablet is not in the directory: enrol it first")]
    UnknownTablet,
    /// The interpreter is not in the directory.
    #[error("this interpreter is not in the directory: add the person first")]
    UnknownInterpreter,
    /// The site is not in the directory.
    #[error("this site is not in the directory: take one of the directory's sites")]
    UnknownSite,
    /// The language is not offered, or not in this mode.
    #[error("no such language is offered in this way: take one of the directory's languages")]
    UnknownLanguage,
    /// The third party's link has been used up, taken back or is too old.
    #[error("this link is no longer good: ask for a new one")]
    UnknownGuest,
    /// No such subject.
    #[error("no such subject: take one of the directory's subjects")]
    UnknownSubject,
    /// The slot is past, or has been taken.
    #[error("this time is no longer free: choose another")]
    SlotGone,
    /// The language or the site is closed.
    #[error("this is closed now: choose another language, or open it first")]
    Closed,
    /// The call is over, or belongs to others.
    #[error("this call is over or is not yours: go by the newest state")]
    CallGone,
    /// The offer is no longer open.
    #[error("this offer is no longer open: go by the newest state")]
    OfferGone,
    /// The person may not take such a call: language, mode, certification or rest.
    #[error(
        "this person may not take such a call (language, mode, certification or rest): choose \
         another"
    )]
    NotQualified,
    /// Not now.
    #[error("not possible in the present state: go by the newest state")]
    WrongState,
}

impl Rejection {
    /// The stable name on the wire.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::UnknownTablet
            | Self::UnknownInterpreter
            | Self::UnknownSite
            | Self::UnknownGuest
            | Self::UnknownSubject => ErrorCode::NotFound,
            Self::SlotGone => ErrorCode::SlotGone,
            Self::UnknownLanguage => ErrorCode::UnknownLanguage,
            Self::Closed => ErrorCode::Closed,
            Self::CallGone => ErrorCode::CallGone,
            Self::OfferGone => ErrorCode::OfferGone,
            Self::NotQualified => ErrorCode::NotQualified,
            Self::WrongState => ErrorCode::WrongState,
        }
    }
}
