//! What each screen shows, computed from the state alone. A view is a whole picture, not a change:
//! a client that missed any number of messages is right again after the next one.

mod board;

use crate::configuration::Class;
use crate::estimate::shown::Cause;
use crate::event::{OfferEnd, Pause};
use crate::ids::{CallId, InterpreterId, OfferId, SiteId};
use crate::need::{Mode, Role};
use crate::protocol::HelpReason;
use crate::record::Outcome;
use crate::tag::{Certification, Language, Subject};
use crate::time::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use board::{
    ActiveRow, AppointmentRow, BoardView, CallbackRow, CounterRow, HeldFor, InterpreterRow,
    InterpreterStatus, QueuePhase, QueueRow, RingRow, SkillRow, TabletRow,
};

/// The tablet's picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TabletView {
    /// The site this tablet stands at.
    pub site: SiteId,
    /// What the tablet is doing.
    pub phase: TabletPhase,
    /// How the tablet's last call ended, until the next tap.
    pub last: Option<EndedCall>,
    /// The languages that cannot be called from here now.
    pub closed: Vec<ClosedLanguage>,
    /// Visitors of this counter who are to be called back, in the order of their tickets.
    pub callbacks: Vec<CallbackView>,
    /// Appointments at this counter, the next one first.
    pub appointments: Vec<AppointmentView>,
}

/// An appointment, as the counter sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AppointmentView {
    /// The call that names it; its last two digits are the number the visitor is told.
    pub appointment: CallId,
    /// Its language.
    pub language: Language,
    /// How it is interpreted.
    pub mode: Mode,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is planned to end.
    pub ends_at: Timestamp,
    /// An interpreter has taken it.
    pub taken: bool,
    /// It is so near that the visitor may begin.
    pub may_answer: bool,
    /// Its time has come: the tablet calls the visitor until then.
    pub calls_until: Option<Timestamp>,
}

/// An appointment, as an interpreter sees it who could take it or has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferedAppointment {
    /// The call that names it.
    pub appointment: CallId,
    /// Its language.
    pub language: Language,
    /// How it is interpreted.
    pub mode: Mode,
    /// What it is about, if known.
    pub subject: Option<Subject>,
    /// Where the visitor will stand.
    pub site: SiteId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is planned to end.
    pub ends_at: Timestamp,
    /// This interpreter has taken it.
    pub mine: bool,
    /// It is so near that this interpreter is rung for nothing else.
    pub held: bool,
}

/// A visitor who is to be called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallbackView {
    /// The call it was converted from; its last two digits are the number the visitor is told.
    pub callback: CallId,
    /// Its language.
    pub language: Language,
    /// How the visitor would be interpreted.
    pub mode: Mode,
    /// The ticket time.
    pub ticket: Timestamp,
    /// It is their turn: the tablet rings until then.
    pub rings_until: Option<Timestamp>,
    /// How often the tablet has rung for them in vain.
    pub attempts: u32,
}

/// A language that cannot be called now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClosedLanguage {
    /// The language.
    pub language: Language,
    /// When it can be called again, as far as its hours say.
    pub opens_at: Option<Timestamp>,
}

/// How much longer a waiting call will probably wait: an interval in steps that people use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaitEstimate {
    /// As likely shorter as longer.
    pub from_ms: Millis,
    /// Shorter four times of five.
    pub to_ms: Millis,
    /// Why it has become longer than was said before, when it has.
    pub cause: Option<Cause>,
}

/// The end of a call, for the closing screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndedCall {
    /// The call.
    pub call: CallId,
    /// Its language, for calling again.
    pub language: Language,
    /// How it ended.
    pub outcome: Outcome,
}

/// What a tablet is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TabletPhase {
    /// Languages are shown; a tap starts a call.
    Idle,
    /// In the queue.
    Waiting {
        /// The call.
        call: CallId,
        /// The language tapped.
        language: Language,
        /// Place among the waiting calls of this language; 1 is next.
        position: u32,
        /// How it is asked for.
        mode: Mode,
        /// The ticket time; the wait shown counts from here.
        queued_at: Timestamp,
        /// An interpreter is being rung for this call now.
        ringing: bool,
        /// The search has become wider than at first.
        widened: bool,
        /// Interpreters of this language who are signed in and not away, busy ones included.
        /// Zero means that nobody can answer for the moment.
        on_duty: u32,
        /// How much longer it will probably wait; `None` when nothing honest can be said.
        estimate: Option<WaitEstimate>,
        /// When nobody can answer now: when somebody is planned to be on duty, if that is known.
        next_duty: Option<Timestamp>,
        /// A callback may be asked for instead of waiting here.
        may_call_back: bool,
        /// What it is about, if known.
        subject: Option<Subject>,
    },
    /// Accepted; media is being set up.
    Connecting {
        /// The call.
        call: CallId,
        /// The language.
        language: Language,
        /// How it is interpreted.
        mode: Mode,
        /// The ticket time.
        queued_at: Timestamp,
    },
    /// Media flows in both directions.
    Active {
        /// The call.
        call: CallId,
        /// The language.
        language: Language,
        /// How it is interpreted.
        mode: Mode,
        /// When media was up in both directions.
        connected_at: Timestamp,
        /// The interpreter's connection is lost and may come back.
        other_lost: bool,
        /// A colleague of the interpreter is wanted, coming or there.
        colleague: Option<ColleagueView>,
        /// A coordinator has asked to look on, or does.
        observer: Option<ObserverView>,
        /// A third party is invited or there.
        guest: Option<GuestState>,
    },
}

/// A second interpreter in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ColleagueView {
    /// To take over, or to work beside.
    pub role: Role,
    /// How far they are.
    pub state: ColleagueState,
    /// Who, once they have accepted.
    pub interpreter: Option<InterpreterId>,
}

/// A coordinator who looks on, or would like to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ObserverView {
    /// Has asked; the visitor answers until then, or it counts as no.
    Asked {
        /// Until when.
        until: Timestamp,
    },
    /// May connect.
    Connecting,
    /// Sees and hears.
    There,
}

/// A third party in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum GuestState {
    /// The link has not been used.
    Invited {
        /// Until when it is good.
        until: Timestamp,
    },
    /// Has opened the link; neither seen nor heard yet.
    Connecting,
    /// Seen or heard.
    There,
    /// The connection is lost and may come back.
    Lost,
}

/// A third party's picture, for as long as the call goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GuestView {
    /// The call.
    pub call: CallId,
    /// Its language.
    pub language: Language,
    /// How it is interpreted.
    pub mode: Mode,
    /// Where the visitor stands.
    pub site: SiteId,
    /// When media was up in both directions.
    pub connected_at: Timestamp,
    /// A second interpreter is wanted, coming or there.
    pub colleague: Option<ColleagueView>,
    /// A coordinator has asked to look on, or does.
    pub observer: Option<ObserverView>,
}

/// How far a colleague is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ColleagueState {
    /// Nobody is free yet.
    Sought,
    /// Somebody is rung.
    Ringing,
    /// Accepted; media is being set up.
    Connecting,
    /// Seen or heard.
    There,
}

/// The interpreter's picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InterpreterView {
    /// The languages this interpreter takes.
    pub languages: Vec<Language>,
    /// Takes calls, or away.
    pub availability: Availability,
    /// Why not, during a pause.
    pub pause: Option<Pause>,
    /// The last call and its ring, connection or wrap-up.
    pub activity: Activity,
    /// Calls waiting in this interpreter's languages, the ringing one included.
    pub waiting: u32,
    /// What became of the last offer that was not accepted here.
    pub last_offer: Option<LastOffer>,
    /// Work and rest.
    pub work: WorkView,
    /// Asks the coordinators for help.
    pub help: Option<HelpReason>,
    /// Appointments that this interpreter has taken or could take, the next one first.
    pub appointments: Vec<OfferedAppointment>,
}

/// An offer that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastOffer {
    /// Which.
    pub offer: OfferId,
    /// How it ended.
    #[serde(flatten)]
    pub end: OfferEnd,
}

/// Work without rest, and what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkView {
    /// Work without rest, in calls that have ended.
    pub done_ms: Millis,
    /// The call under way counts from here.
    pub since: Option<Timestamp>,
    /// Relief is offered: the time for it has come.
    pub relief_due: bool,
    /// Nobody may work longer.
    pub stop_reached: bool,
    /// Rest is owed: some or all calls are not offered until then.
    pub rests_until: Option<Timestamp>,
}

/// Whether an interpreter takes calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Takes calls.
    Available,
    /// Not yet available since signing in, or away without a reason.
    Away,
    /// Away for a reason that is known.
    Paused,
    /// Set to away by the gateway after too many missed offers; one tap returns.
    AwayAfterMisses,
}

/// What an interpreter is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Activity {
    /// Neither ringing nor in a call.
    Idle,
    /// An offer is ringing: the briefing card. No names, by design.
    Ringing {
        /// The offer to accept or decline.
        offer: OfferId,
        /// The call offered.
        call: CallId,
        /// Its language.
        language: Language,
        /// How it is asked for.
        mode: Mode,
        /// What the conversation requires, such as `medical`.
        certification: Option<Certification>,
        /// How urgent it is.
        class: Class,
        /// What it is about, if known.
        subject: Option<Subject>,
        /// Where the visitor stands.
        site: SiteId,
        /// The ticket time; the wait shown counts from here.
        queued_at: Timestamp,
        /// When the ring ends by itself.
        expires_at: Timestamp,
        /// The call itself, or beside or after a colleague.
        role: Role,
        /// For a conversation under way, since when it is.
        connected_at: Option<Timestamp>,
    },
    /// Accepted; media is being set up.
    Connecting {
        /// The call.
        call: CallId,
        /// Its language.
        language: Language,
        /// How it is interpreted.
        mode: Mode,
        /// Where the visitor stands.
        site: SiteId,
        /// What this interpreter is in the call.
        role: Role,
    },
    /// Media flows in both directions.
    Active {
        /// The call.
        call: CallId,
        /// Its language.
        language: Language,
        /// How it is interpreted.
        mode: Mode,
        /// Where the visitor stands.
        site: SiteId,
        /// When media was up in both directions.
        connected_at: Timestamp,
        /// The tablet's connection is lost and may come back.
        other_lost: bool,
        /// What this interpreter is in the call.
        role: Role,
        /// The other interpreter, wanted, coming or there; for a colleague, oneself.
        colleague: Option<ColleagueView>,
        /// What it is about, if known.
        subject: Option<Subject>,
        /// A coordinator has asked to look on, or does.
        observer: Option<ObserverView>,
        /// A third party is invited or there.
        guest: Option<GuestState>,
    },
    /// After a call: notes, breath. Ends by itself, or earlier by the interpreter's hand.
    WrapUp {
        /// The call just ended.
        call: CallId,
        /// When wrap-up ends by itself.
        ends_at: Timestamp,
        /// Whether it may become longer.
        extendable: bool,
    },
}
