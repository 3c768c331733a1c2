//! The record every call leaves: who (by number), what, and the server-side moment of each state,
//! never anything that was said. The figures the coordinator reads are computed from these rows.

use crate::configuration::Class;
use crate::event::{AppointmentEnd, CallbackEnd};
use crate::ids::{CallId, InterpreterId, SiteId};
use crate::need::{Mode, Need};
use crate::tag::{Language, Subject};
use crate::time::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a call ended. Exactly one per call, and final (invariant I6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Media flowed in both directions and one side hung up.
    Completed,
    /// The visitor left before any interpreter had accepted.
    AbandonedQueued,
    /// The visitor left after an accept, before media flowed in both directions.
    AbandonedConnecting,
    /// Nobody took the call within the longest wait of the rules.
    TimedOut,
    /// The queue of the language was full when the visitor tapped.
    RefusedFull,
    /// The site or the language was closed when the visitor tapped.
    RefusedClosed,
    /// A coordinator ended the wait.
    Withdrawn,
    /// The visitor is to be called back, with this call's ticket.
    ConvertedCallback,
    /// The visitor has an appointment instead.
    ConvertedAppointment,
    /// The conversation went on in another language, as a call of its own.
    Transferred,
    /// The call was up and one side was lost for longer than the grace of the rules.
    ConnectionLost,
}

impl Outcome {
    /// The stable name used on the wire, in the journal and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::AbandonedQueued => "abandoned_queued",
            Self::AbandonedConnecting => "abandoned_connecting",
            Self::TimedOut => "timed_out",
            Self::RefusedFull => "refused_full",
            Self::RefusedClosed => "refused_closed",
            Self::Withdrawn => "withdrawn",
            Self::ConvertedCallback => "converted_callback",
            Self::ConvertedAppointment => "converted_appointment",
            Self::Transferred => "transferred",
            Self::ConnectionLost => "connection_lost",
        }
    }
}

/// One call as the figures see it. All moments are the server's; `None` means never reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallRecord {
    /// The call.
    pub call: CallId,
    /// Where the tablet stood.
    pub site: SiteId,
    /// The language tapped.
    pub language: Language,
    /// How it was asked for, and once accepted how it is interpreted.
    pub mode: Mode,
    /// The class, as a coordinator last set it.
    pub class: Class,
    /// The call it was transferred from.
    pub origin: Option<CallId>,
    /// The tap arrived at the server.
    pub tapped_at: Timestamp,
    /// The call entered the queue. This is the ticket time, which nothing ever changes.
    pub queued_at: Timestamp,
    /// The first ring at an interpreter.
    pub offered_at: Option<Timestamp>,
    /// The accept that led to the connection (the last one, when an earlier one never connected).
    pub accepted_at: Option<Timestamp>,
    /// Media up in both directions.
    pub connected_at: Option<Timestamp>,
    /// The outcome was reached.
    pub ended_at: Option<Timestamp>,
    /// How it ended; `None` while it goes on.
    pub outcome: Option<Outcome>,
    /// The interpreter of the accepted offer.
    pub interpreter: Option<InterpreterId>,
    /// How many interpreters were rung.
    pub offers: u32,
    /// How often a colleague took the conversation over.
    pub handovers: u32,
    /// For a call converted to a callback: what became of that, once it is over.
    pub callback: Option<CallbackEnd>,
    /// For a call converted to an appointment: what became of that, once it is over.
    pub appointment: Option<AppointmentEnd>,
    /// What it was about, if somebody said so.
    pub subject: Option<Subject>,
    /// How many steps the search had taken, the first one included; 0 for an appointment made
    /// without having waited, which was never in the queue.
    pub steps: u32,
}

impl CallRecord {
    /// The record of a call that has just entered the queue.
    pub(crate) fn queued(
        call: CallId,
        site: SiteId,
        need: Need,
        class: Class,
        tapped_at: Timestamp,
        queued_at: Timestamp,
    ) -> Self {
        Self {
            call,
            site,
            language: need.language,
            mode: need.mode,
            class,
            origin: None,
            tapped_at,
            queued_at,
            offered_at: None,
            accepted_at: None,
            connected_at: None,
            ended_at: None,
            outcome: None,
            interpreter: None,
            offers: 0,
            handovers: 0,
            callback: None,
            appointment: None,
            subject: None,
            steps: 1,
        }
    }

    /// The wait of the visitor: from entering the queue to media up in both directions, or `None`
    /// when that was never reached.
    pub fn wait(&self) -> Option<Millis> {
        self.connected_at
            .map(|connected| connected.since(self.queued_at))
    }
}

/// Wait figures of one language, over the calls of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageFigures {
    /// The language.
    pub language: Language,
    /// Calls that entered the queue, ended or not; what is counted how: [`crate::figures`].
    pub calls: u32,
    /// Calls in which media flowed in both directions.
    pub answered: u32,
    /// Calls the visitor left before media flowed.
    pub abandoned: u32,
    /// Calls that ended unanswered for another reason (timed out, refused, withdrawn), callbacks
    /// and appointments in vain.
    pub unserved: u32,
    /// Mean wait of the answered calls.
    pub wait_mean_ms: Option<Millis>,
    /// Median wait of the answered calls (nearest rank).
    pub wait_median_ms: Option<Millis>,
    /// 90th percentile of the wait of the answered calls (nearest rank).
    pub wait_p90_ms: Option<Millis>,
}
