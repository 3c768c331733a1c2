//! An interpreter: qualified for what, there or not, doing what, rested or not.

use crate::event::{OfferEnd, Pause};
use crate::ids::{CallId, OfferId};
use crate::need::{Mode, Modes, Need, Qualification};
use crate::protocol::HelpReason;
use crate::rules::RestRules;
use crate::state::Presence;
use crate::time::{Millis, Timestamp};
use crate::view::Availability;
use serde::{Deserialize, Serialize};

/// An interpreter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreter {
    /// What they can do. Empty for somebody who left the directory in the middle of a call.
    pub qualification: Qualification,
    /// The console's connection.
    pub presence: Presence,
    /// Takes calls, or not.
    pub availability: Availability,
    /// Why not, when they or a coordinator said so.
    pub pause: Option<Pause>,
    /// What they are doing.
    pub duty: Duty,
    /// Longest idle is rung first; this is where the idle time counts from.
    pub idle_since: Timestamp,
    /// When the state shown to the coordinator last changed.
    pub since: Timestamp,
    /// Offers missed since the last accept, decline or return.
    pub misses: u32,
    /// The last offer that ended without their accept, so that a late click is answered rightly
    /// and the screen can say what became of it.
    pub last_offer: Option<ClosedOffer>,
    /// How long they have worked without rest.
    pub work: Work,
    /// Asks the coordinators for help.
    pub help: Option<HelpReason>,
    /// Kept free for an appointment that is near.
    pub held: bool,
}

/// An offer that ended without an accept of this person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedOffer {
    /// Which.
    pub offer: OfferId,
    /// How it ended.
    pub end: OfferEnd,
}

/// Work without rest: time in calls since the last gap that was long enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// In calls that have ended.
    pub done: Millis,
    /// Of the call under way.
    pub now: Option<Shift>,
    /// When the last call ended.
    pub ended_at: Timestamp,
}

/// Work in the call under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Since when.
    pub since: Timestamp,
    /// In which mode.
    pub mode: Mode,
    /// Relief has been offered.
    pub relief_due: bool,
    /// Nobody may work longer.
    pub stop_reached: bool,
}

/// What an interpreter is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Duty {
    /// Nothing.
    Free,
    /// Being rung.
    Ringing(OfferId),
    /// In a call, or connecting one.
    InCall(CallId),
    /// After a call.
    WrapUp {
        /// The call just ended.
        call: CallId,
        /// When it began.
        began_at: Timestamp,
        /// When it ends by itself.
        ends_at: Timestamp,
    },
}

impl Interpreter {
    /// Can be rung now, for whatever their rest allows.
    pub fn is_free(&self) -> bool {
        self.presence == Presence::Connected
            && self.availability == Availability::Available
            && self.duty == Duty::Free
    }

    /// Signed in and not away, busy or not.
    pub fn is_on_duty(&self) -> bool {
        self.availability == Availability::Available && self.presence != Presence::Absent
    }

    /// The modes they are rested enough to work in.
    pub fn rested_modes(&self, rest: &RestRules) -> Modes {
        Mode::ALL
            .into_iter()
            .filter(|mode| self.work.done < self.limit(*mode, rest))
            .collect()
    }

    /// Whether they may be rung for such a call, were they free: qualified and rested.
    pub fn may_take(&self, need: &Need, rest: &RestRules) -> bool {
        self.qualification.meets(need) && self.rested_modes(rest).contains(need.mode)
    }

    /// Consecutive work after which rest is owed before the next call of this mode.
    pub fn limit(&self, mode: Mode, rest: &RestRules) -> Millis {
        let stop = self.stop(rest);
        let rule = rest.relief_ms.get(&mode).copied().unwrap_or(stop);
        rule.min(self.qualification.relief_ms.unwrap_or(rule))
            .min(stop)
    }

    /// Consecutive work after which nobody offers them any call.
    pub fn stop(&self, rest: &RestRules) -> Millis {
        let own = self.qualification.stop_ms.unwrap_or(rest.stop_ms);
        own.min(rest.stop_ms)
    }

    /// Time out of calls that counts as rest.
    pub fn rest(&self, rest: &RestRules) -> Millis {
        let own = self.qualification.rest_ms.unwrap_or(rest.rest_ms);
        own.max(rest.rest_ms)
    }
}
