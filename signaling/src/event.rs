//! What has happened. The journal is a list of these, each with its moment; applying them in order
//! always gives the same state, on any machine.

mod ends;

use crate::command::{Counter, Departure, Party};
use crate::configuration::{Class, Configuration};
use crate::ids::{CallId, GuestId, InterpreterId, OfferId, SiteId, TabletId};
use crate::need::{Need, Role, Tier};
use crate::protocol::HelpReason;
use crate::record::Outcome;
use crate::tag::Subject;
use crate::time::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use ends::{AppointmentEnd, CallbackEnd, OfferEnd, Pause, Unwilling};

/// A journal entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it happened. Never earlier than the entry before.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// Something that has happened. Externally tagged in JSON: an inner tag or a flattened field would
/// make serde buffer the value, and maps with number keys do not come back from that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The directory or the rules changed.
    Configured {
        /// As it is from now on.
        configuration: Box<Configuration>,
    },
    /// A site or a language opened or closed by its hours, or its hours changed.
    OpeningChanged {
        /// Which.
        counter: Counter,
        /// Open from now on.
        open: bool,
        /// When its hours change it next; `None` when they never do.
        until: Option<Timestamp>,
    },
    /// A coordinator opened or closed it against its hours, or (`None`) no longer does.
    Forced {
        /// Which.
        counter: Counter,
        /// Open, whatever the hours say.
        open: Option<bool>,
    },
    /// A client connected.
    Connected {
        /// Who.
        party: Party,
    },
    /// A client went away; its place is kept for the grace.
    Disconnected {
        /// Who.
        party: Party,
        /// How.
        departure: Departure,
        /// Past this moment the client counts as gone for good.
        until: Timestamp,
    },
    /// A client did not come back.
    Gone {
        /// Who.
        party: Party,
    },
    /// A call entered the queue.
    CallQueued {
        /// The call.
        call: CallId,
        /// Where.
        tablet: TabletId,
        /// The tablet's site at that moment.
        site: SiteId,
        /// What it asks of an interpreter.
        need: Need,
        /// Its class.
        class: Class,
        /// When the tap arrived.
        tapped_at: Timestamp,
        /// The call it goes on from.
        origin: Option<CallId>,
        /// Before everybody of its rank: the visitor was in a conversation already.
        ahead: bool,
        /// The moment its place counts from: now, or the old ticket of a callback.
        ticket: Timestamp,
        /// What it is about, as far as known before.
        #[serde(default)]
        subject: Option<Subject>,
    },
    /// A visitor is to be called back. The call it was converted from ends with it.
    CallbackMade {
        /// That call, which names the callback.
        callback: CallId,
        /// Past this moment nobody is called back any more.
        expires_at: Timestamp,
    },
    /// It is this visitor's turn: the tablet rings.
    CallbackRung {
        /// Which.
        callback: CallId,
        /// When it stops by itself.
        until: Timestamp,
    },
    /// Nobody answered at the tablet.
    CallbackMissed {
        /// Which.
        callback: CallId,
        /// Not again before this moment.
        again_at: Timestamp,
    },
    /// The tablet may ring for this visitor again.
    CallbackReady {
        /// Which.
        callback: CallId,
    },
    /// What a callback asks for is another thing now; its ticket stays.
    CallbackChanged {
        /// Which.
        callback: CallId,
        /// What it asks for from now on.
        need: Need,
    },
    /// A callback is over.
    CallbackEnded {
        /// Which.
        callback: CallId,
        /// How.
        end: CallbackEnd,
    },
    /// An appointment was made, instead of the call of that number if it waits.
    AppointmentMade {
        /// The call that names it.
        appointment: CallId,
        /// Where.
        tablet: TabletId,
        /// The tablet's site at that moment.
        site: SiteId,
        /// What it asks of an interpreter.
        need: Need,
        /// When it begins.
        starts_at: Timestamp,
        /// When it is planned to end.
        ends_at: Timestamp,
    },
    /// An interpreter has taken an appointment.
    AppointmentTaken {
        /// Which.
        appointment: CallId,
        /// Who.
        interpreter: InterpreterId,
    },
    /// Nobody has the appointment any more.
    AppointmentReleased {
        /// Which.
        appointment: CallId,
    },
    /// The appointment is so near that whoever has it is kept free for it.
    AppointmentHeld {
        /// Which.
        appointment: CallId,
    },
    /// The time of the appointment has come: the tablet calls the visitor.
    AppointmentDue {
        /// Which.
        appointment: CallId,
        /// Past this moment nobody is waited for.
        until: Timestamp,
        /// Until when whoever has it is kept free; `None`: no longer.
        #[serde(default)]
        keeps_until: Option<Timestamp>,
        /// How long the tablet could call before, when it goes on calling.
        #[serde(default)]
        called: Millis,
    },
    /// The visitor of an appointment is late: whoever has it is kept free no longer.
    AppointmentLate {
        /// Which.
        appointment: CallId,
    },
    /// An appointment is over.
    AppointmentEnded {
        /// Which.
        appointment: CallId,
        /// How.
        end: AppointmentEnd,
    },
    /// What a conversation is about, or (`None`) no longer known.
    SubjectSet {
        /// The call.
        call: CallId,
        /// About what.
        subject: Option<Subject>,
    },
    /// A coordinator has asked to look on.
    ObserverAsked {
        /// The call.
        call: CallId,
        /// Past this moment the answer counts as no.
        until: Timestamp,
    },
    /// The visitor agreed, or the coordinator's connection is lost and may come back.
    ObserverAdmitted {
        /// The call.
        call: CallId,
        /// The coordinator must be connected by then.
        connect_by: Timestamp,
    },
    /// The coordinator looks on.
    ObserverUp {
        /// The call.
        call: CallId,
    },
    /// No coordinator looks on, or has asked to.
    ObserverLeft {
        /// The call.
        call: CallId,
        /// Why nobody may ask again, when the visitor did not agree (any longer).
        #[serde(default)]
        unwilling: Option<Unwilling>,
    },
    /// A third party is invited.
    GuestInvited {
        /// The call.
        call: CallId,
        /// Who.
        guest: GuestId,
        /// Past this moment the link is no longer good.
        until: Timestamp,
    },
    /// The third party's picture or sound has arrived.
    GuestUp {
        /// The call.
        call: CallId,
    },
    /// The third party is no longer in the call, or no longer invited.
    GuestLeft {
        /// The call.
        call: CallId,
        /// Who.
        guest: GuestId,
    },
    /// The search for an interpreter has become wider.
    Widened {
        /// The call.
        call: CallId,
        /// The step from now on, counted from 0.
        step: u32,
    },
    /// A normal call has waited so long that it counts as a priority call.
    Aged {
        /// The call.
        call: CallId,
    },
    /// A coordinator changed the class.
    Prioritised {
        /// The call.
        call: CallId,
        /// The class from now on.
        class: Class,
    },
    /// A coordinator gave the call to one person.
    Assigned {
        /// The call.
        call: CallId,
        /// To whom.
        interpreter: InterpreterId,
        /// Past this moment anybody may take it.
        until: Timestamp,
    },
    /// Anybody may take the call again.
    AssignmentEnded {
        /// The call.
        call: CallId,
    },
    /// What a waiting call needs is another thing now; its ticket stays. In the same language so do
    /// cooldowns, and the person it is assigned to where they may take it.
    Moved {
        /// The call.
        call: CallId,
        /// What it needs from now on.
        need: Need,
    },
    /// An interpreter is rung.
    Offered {
        /// The ring.
        offer: OfferId,
        /// The call.
        call: CallId,
        /// Who is rung.
        interpreter: InterpreterId,
        /// When the ring ends by itself.
        expires_at: Timestamp,
        /// Why this person.
        why: Why,
    },
    /// A ring ended without an accept.
    OfferClosed {
        /// The ring.
        offer: OfferId,
        /// Why.
        reason: OfferEnd,
        /// Until when this interpreter is not rung for this call again.
        cooldown_until: Timestamp,
    },
    /// An interpreter took the call.
    Accepted {
        /// The ring.
        offer: OfferId,
        /// Media must be up by then.
        connect_by: Timestamp,
    },
    /// Media flows in both directions.
    MediaUp {
        /// The call.
        call: CallId,
    },
    /// Accepted, but never connected: back to its place.
    ConnectFailed {
        /// The call.
        call: CallId,
        /// Until when this interpreter is not rung for it again.
        cooldown_until: Timestamp,
    },
    /// An interpreter may be rung for this call again.
    CooldownEnded {
        /// The call.
        call: CallId,
        /// Who.
        interpreter: InterpreterId,
    },
    /// The lead of a conversation wants a colleague; the search begins.
    ColleagueSought {
        /// The call.
        call: CallId,
        /// What for.
        role: Role,
        /// What is asked of the colleague.
        need: Need,
        /// Past this moment the search is given up.
        until: Timestamp,
    },
    /// No colleague is sought any more.
    SearchEnded {
        /// The call.
        call: CallId,
    },
    /// The colleague's picture or sound has arrived.
    ColleagueUp {
        /// The call.
        call: CallId,
    },
    /// The colleague is no longer in the call.
    ColleagueLeft {
        /// The call.
        call: CallId,
        /// Who.
        interpreter: InterpreterId,
    },
    /// The colleague has become the lead.
    TakenOver {
        /// The call.
        call: CallId,
        /// The lead until now.
        from: InterpreterId,
        /// The lead from now on.
        to: InterpreterId,
    },
    /// The call is over.
    CallEnded {
        /// The call.
        call: CallId,
        /// How.
        outcome: Outcome,
    },
    /// An interpreter takes calls, or not.
    AvailabilitySet {
        /// Who.
        interpreter: InterpreterId,
        /// True to take calls.
        available: bool,
    },
    /// An interpreter takes no calls for a while.
    Paused {
        /// Who.
        interpreter: InterpreterId,
        /// Why.
        pause: Pause,
    },
    /// An interpreter missed too many offers in a row and is away until they return.
    SetAwayAfterMisses {
        /// Who.
        interpreter: InterpreterId,
    },
    /// The time after a call has begun.
    WrapUpStarted {
        /// Who.
        interpreter: InterpreterId,
        /// The call.
        call: CallId,
        /// When it ends by itself.
        ends_at: Timestamp,
    },
    /// The time after a call has become longer. Never shorter (routing scenario 26).
    WrapUpExtended {
        /// Who.
        interpreter: InterpreterId,
        /// When it ends by itself.
        ends_at: Timestamp,
    },
    /// The time after a call is over.
    WrapUpEnded {
        /// Who.
        interpreter: InterpreterId,
    },
    /// An interpreter has worked so long that relief is offered.
    ReliefDue {
        /// Who.
        interpreter: InterpreterId,
    },
    /// An interpreter has worked as long as anybody may.
    StopReached {
        /// Who.
        interpreter: InterpreterId,
    },
    /// An interpreter has rested; consecutive work counts from nought again.
    Rested {
        /// Who.
        interpreter: InterpreterId,
    },
    /// An interpreter asks the coordinators for help, or (`None`) no longer does.
    HelpAsked {
        /// Who.
        interpreter: InterpreterId,
        /// Why.
        reason: Option<HelpReason>,
    },
}

/// The key by which an interpreter was chosen, in the order of comparison: whoever answered last
/// time, the earliest tier, the fewest kinds of call, the longest idle, then the lowest number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Why {
    /// The step of the search, counted from 0.
    pub step: u32,
    /// The class the call counted as.
    pub rank: Class,
    /// Missed the last ring; rung behind everybody who did not.
    pub missed: bool,
    /// The tier.
    pub tier: Tier,
    /// How many kinds of call (language and mode) this person can take.
    pub breadth: u16,
    /// How long they had been idle.
    pub idle_ms: Millis,
    /// How many free people could have been rung, this one included.
    pub among: u32,
    /// A coordinator had assigned the call to this person.
    pub assigned: bool,
}
