//! The rules of the service: every deadline and limit of the core, with its default and the reason
//! for it. They are part of the configuration and therefore of the journal, so that a replay uses
//! the rules of its day.

use crate::need::Mode;
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Deadlines and limits of calls and interpreters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// How long one interpreter is rung before the offer counts as missed.
    pub offer_ms: Millis,
    /// From accept to media up in both directions; past it the call goes back to its place.
    pub connect_ms: Millis,
    /// Time after a call in which the interpreter is not offered another.
    pub wrap_up_ms: Millis,
    /// How much longer a wrap-up gets each time the interpreter asks.
    pub wrap_up_extension_ms: Millis,
    /// How long a wrap-up may become in all.
    pub wrap_up_max_ms: Millis,
    /// A call nobody could take ends as timed out, so that the reception agent can do something.
    /// A language may have its own.
    pub wait_max_ms: Millis,
    /// A pair that did not work (declined, missed, never connected) is not tried again for this
    /// long.
    pub cooldown_ms: Millis,
    /// Missed offers in a row after which the interpreter is set to away, until they return.
    pub misses_max: u32,
    /// Calls that may wait at once for one language. A language may have its own.
    pub queue_max: u32,
    /// A normal call that has waited this long counts as a priority call: the bound on how long
    /// calls of a higher class may pass it (invariant I13).
    pub ageing_ms: Millis,
    /// How long a call waits for the person a coordinator assigned it to before anybody may take
    /// it.
    pub assignment_ms: Millis,
    /// How long a colleague is sought during a conversation. Where the steps of the language take
    /// longer, one ring longer than they do.
    pub search_max_ms: Millis,
    /// How long a tablet rings for a visitor who is called back.
    pub callback_ring_ms: Millis,
    /// After a callback nobody answered, the tablet does not ring for it again for this long.
    pub callback_retry_ms: Millis,
    /// How often the tablet rings for one visitor.
    pub callback_attempts_max: u32,
    /// A callback nobody could be found for ends after this, as unserved.
    pub callback_max_ms: Millis,
    /// Visitors of one tablet who may be waiting to be called back.
    pub callbacks_max: u32,
    /// How long an appointment is planned to take; appointments begin at multiples of it
    /// after local midnight.
    pub appointment_ms: Millis,
    /// How long before it an appointment can be made at the latest.
    pub appointment_lead_ms: Millis,
    /// How many days ahead appointments can be made.
    pub appointment_days_max: u32,
    /// How long before it whoever has taken it is kept free.
    pub appointment_hold_ms: Millis,
    /// How long past its time they are: a visitor later than that finds them among everybody.
    pub appointment_keep_ms: Millis,
    /// How long the tablet calls the visitor of an appointment.
    pub appointment_wait_ms: Millis,
    /// Appointments of one tablet that may lie ahead.
    pub appointments_max: u32,
    /// How long a visitor may think about a coordinator who asks to look on.
    pub consent_ms: Millis,
    /// How long a third party's link is good until it is used.
    pub guest_link_ms: Millis,
    /// A client whose page was closed or reloaded: time to come back before the call ends.
    pub grace_closed_ms: Millis,
    /// A client that fell silent (Wi-Fi, sleep): time to come back with the place kept.
    pub grace_lost_ms: Millis,
    /// Rest of interpreters.
    pub rest: RestRules,
}

/// Rest is a rule of routing: whoever owes it is not rung, however wide the search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RestRules {
    /// Per mode, consecutive work after which relief is offered, and rest is owed before the next
    /// call of this mode. A mode that is not named has only the stop.
    pub relief_ms: BTreeMap<Mode, Millis>,
    /// Time out of calls that counts as rest; a shorter gap does not end consecutive work.
    pub rest_ms: Millis,
    /// Consecutive work after which no call of any mode is offered, and relief is sought by itself.
    pub stop_ms: Millis,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            // Four rings of a telephone; long enough to put down a glass, short for a visitor.
            offer_ms: Millis::from_secs(20),
            // Ten times what a slow TURN/TLS connection needs.
            connect_ms: Millis::from_secs(15),
            wrap_up_ms: Millis::from_secs(30),
            wrap_up_extension_ms: Millis::from_secs(60),
            // Notes of a long conversation; more is a pause, and says so.
            wrap_up_max_ms: Millis::from_secs(5 * 60),
            wait_max_ms: Millis::from_secs(15 * 60),
            cooldown_ms: Millis::from_secs(60),
            // ACE Direct's default, "auto-away after 3 missed calls" (its user guide v5.0, p. 26).
            misses_max: 3,
            // More than every tablet of the reference city at once.
            queue_max: 64,
            // Two thirds of the longest wait: an aged call still has time to be answered.
            ageing_ms: Millis::from_secs(10 * 60),
            assignment_ms: Millis::from_secs(60),
            // Six rings; whoever needs a colleague longer than that needs a coordinator.
            search_max_ms: Millis::from_secs(120),
            // Long enough to fetch somebody from the bench across the hall.
            callback_ring_ms: Millis::from_secs(60),
            callback_retry_ms: Millis::from_secs(5 * 60),
            callback_attempts_max: 3,
            // A morning or an afternoon at a counter.
            callback_max_ms: Millis::from_secs(4 * 60 * 60),
            // More than sit in front of one counter.
            callbacks_max: 5,
            // A conversation at a counter with time to spare (mean handling 8 to 12 min).
            appointment_ms: Millis::from_secs(30 * 60),
            // Time for an interpreter to see it and take it.
            appointment_lead_ms: Millis::from_secs(60 * 60),
            appointment_days_max: 14,
            // About as long as a short conversation: whoever is rung before will be back.
            appointment_hold_ms: Millis::from_secs(10 * 60),
            // With the ten minutes before it less than the longest wait: whoever waits for the only
            // interpreter of a language is rung before giving up.
            appointment_keep_ms: Millis::from_secs(3 * 60),
            appointment_wait_ms: Millis::from_secs(15 * 60),
            // Two full days of one counter.
            appointments_max: 32,
            consent_ms: Millis::from_secs(60),
            // Time to find the message with the link and to allow the camera.
            guest_link_ms: Millis::from_secs(15 * 60),
            // A reload takes about one second on a cheap tablet.
            grace_closed_ms: Millis::from_secs(4),
            // The longest Wi-Fi roaming gap seen in practice is under a minute.
            grace_lost_ms: Millis::from_secs(60),
            rest: RestRules::default(),
        }
    }
}

impl Default for RestRules {
    fn default() -> Self {
        Self {
            // Relay every 20 to 30 minutes is what AFICI, the professional body, asks for; remote
            // sessions of one hour at most, AFILS.
            relief_ms: BTreeMap::from([
                (Mode::Sign, Millis::from_secs(30 * 60)),
                (Mode::CuedSpeech, Millis::from_secs(30 * 60)),
                (Mode::SpokenVideo, Millis::from_secs(60 * 60)),
                (Mode::SpokenAudio, Millis::from_secs(60 * 60)),
            ]),
            // Scottish interpreters' body (SLIS): five minutes of rest per 30 to 40 of work.
            rest_ms: Millis::from_secs(5 * 60),
            // Code of AFILS: never more than two hours without relief.
            stop_ms: Millis::from_secs(2 * 60 * 60),
        }
    }
}
