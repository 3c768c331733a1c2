//! What each screen shows, computed from the state alone. A view is a whole picture, not a change:
//! a client that missed any number of messages is right again after the next one.

use crate::command::Counter;
use crate::configuration::Class;
use crate::estimate::shown::Cause;
use crate::event::{OfferEnd, Pause, Why};
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::need::{Mode, Pool, Role, Tier};
use crate::protocol::HelpReason;
use crate::record::Outcome;
use crate::tag::{Certification, Language};
use crate::time::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
}

/// A visitor who is to be called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallbackView {
    /// The call it was converted from; its last two digits are the number the visitor is told.
    pub callback: CallId,
    /// Its language.
    pub language: Language,
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

/// The coordinator's picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoardView {
    /// Calls not yet connected, in the order they will be served.
    pub queue: Vec<QueueRow>,
    /// Calls in progress, longest first.
    pub active: Vec<ActiveRow>,
    /// Every interpreter of the directory.
    pub interpreters: Vec<InterpreterRow>,
    /// Every tablet of the directory.
    pub tablets: Vec<TabletRow>,
    /// Every site and language, and whether it is open.
    pub counters: Vec<CounterRow>,
    /// Everybody to be called back, in the order of their tickets.
    pub callbacks: Vec<CallbackRow>,
}

/// A call that is not connected yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QueueRow {
    /// The call.
    pub call: CallId,
    /// Its language.
    pub language: Language,
    /// Where the visitor stands.
    pub site: SiteId,
    /// The ticket time.
    pub queued_at: Timestamp,
    /// How much longer it will probably wait.
    pub estimate: Option<WaitEstimate>,
    /// Where the call stands on its way.
    pub phase: QueuePhase,
    /// How it is asked for.
    pub mode: Mode,
    /// Its class.
    pub class: Class,
    /// The class it counts as by now; more urgent than its own once it has waited long.
    pub rank: Class,
    /// The step of the search, counted from 0.
    pub step: u32,
    /// Who is rung, and why they.
    pub rings: Vec<RingRow>,
    /// The person it is assigned to for the moment.
    pub assigned: Option<InterpreterId>,
    /// Who has accepted.
    pub interpreter: Option<InterpreterId>,
    /// The tablet is connected; nobody is rung while it is not.
    pub there: bool,
}

/// A callback on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallbackRow {
    /// Where the visitor is to be called back.
    pub tablet: TabletId,
    /// The site of that tablet.
    pub site: SiteId,
    /// The rest.
    #[serde(flatten)]
    pub callback: CallbackView,
}

/// A ring on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RingRow {
    /// Who is rung.
    pub interpreter: InterpreterId,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Why this person.
    pub why: Why,
}

/// Where a waiting call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QueuePhase {
    /// Waiting for an interpreter to be free.
    Queued,
    /// An interpreter is being rung.
    Offered,
    /// Accepted; media is being set up.
    Connecting,
}

/// A call in progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ActiveRow {
    /// The call.
    pub call: CallId,
    /// Its language.
    pub language: Language,
    /// Where the visitor stands.
    pub site: SiteId,
    /// How it is interpreted.
    pub mode: Mode,
    /// Who interprets.
    pub interpreter: InterpreterId,
    /// Why they were rung.
    pub why: Option<Why>,
    /// The other interpreter, wanted, coming or there.
    pub colleague: Option<ColleagueView>,
    /// When media was up in both directions.
    pub connected_at: Timestamp,
}

/// An interpreter on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InterpreterRow {
    /// Who; the name is in the directory.
    pub interpreter: InterpreterId,
    /// What they can do.
    pub skills: Vec<SkillRow>,
    /// The service's own, or a partner's.
    pub pool: Pool,
    /// Why they pause.
    pub pause: Option<Pause>,
    /// They ask for help.
    pub help: Option<HelpReason>,
    /// Work and rest.
    pub work: WorkView,
    /// The state, as one word.
    pub status: InterpreterStatus,
    /// Since when.
    pub since: Timestamp,
}

/// One language of an interpreter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SkillRow {
    /// The language.
    pub language: Language,
    /// How early they are rung for it.
    pub tier: Tier,
    /// The ways they work in it.
    pub modes: Vec<Mode>,
}

/// The state of an interpreter in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InterpreterStatus {
    /// Not signed in.
    Offline,
    /// Signed in, takes no calls.
    Away,
    /// Pauses, for a reason that is known.
    Paused,
    /// Set to away after too many missed offers.
    AwayAfterMisses,
    /// Takes calls.
    Available,
    /// Takes calls, but owes rest before any.
    Resting,
    /// Being rung.
    Offered,
    /// In a call, or connecting one.
    Busy,
    /// After a call.
    WrapUp,
    /// Connection lost a moment ago; not rung meanwhile.
    Unreachable,
}

/// A tablet on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TabletRow {
    /// Which; its name is in the directory.
    pub tablet: TabletId,
    /// The site it is bound to.
    pub site: SiteId,
    /// Connected now.
    pub connected: bool,
    /// The call it is in, if any.
    pub call: Option<CallId>,
}

/// A site or a language on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CounterRow {
    /// Which.
    pub counter: Counter,
    /// Open now.
    pub open: bool,
    /// A coordinator opened or closed it against its hours.
    pub forced: bool,
    /// When its hours change it next; `None` when they never do.
    pub until: Option<Timestamp>,
}
