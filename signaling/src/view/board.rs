//! The coordinator's picture: who waits, who talks, who works, what is open.

use super::{
    AppointmentView, CallbackView, ColleagueView, GuestState, ObserverView, WaitEstimate, WorkView,
};
use crate::command::Counter;
use crate::configuration::Class;
use crate::event::{Pause, Unwilling, Why};
use crate::ids::{CallId, InterpreterId, SiteId, TabletId};
use crate::need::{Mode, Pool, Tier};
use crate::protocol::HelpReason;
use crate::tag::{Language, Subject};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
    /// Appointments, the next one first.
    pub appointments: Vec<AppointmentRow>,
}

/// An appointment on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AppointmentRow {
    /// Where.
    pub tablet: TabletId,
    /// The site of that tablet.
    pub site: SiteId,
    /// Who has taken it.
    pub interpreter: Option<InterpreterId>,
    /// The rest.
    #[serde(flatten)]
    pub appointment: AppointmentView,
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
    /// What it is about, if known.
    pub subject: Option<Subject>,
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
    /// A coordinator has asked to look on, or does.
    pub observer: Option<ObserverView>,
    /// Why no coordinator may ask to, when the visitor was asked in vain.
    pub unwilling: Option<Unwilling>,
    /// A third party is invited or there.
    pub guest: Option<GuestState>,
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
    /// Kept free for this appointment, the next one, and rung for nothing else meanwhile.
    pub held: Option<HeldFor>,
    /// Since when.
    pub since: Timestamp,
}

/// The appointment somebody is kept free for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeldFor {
    /// Which.
    pub appointment: CallId,
    /// When it begins.
    pub starts_at: Timestamp,
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
