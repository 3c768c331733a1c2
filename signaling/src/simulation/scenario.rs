//! What a simulated day is made of: who comes when and stays how long, who answers and how, and
//! what goes wrong.

use super::dice::Length;
use crate::configuration::Configuration;
use crate::ids::InterpreterId;
use crate::tag::Language;
use crate::time::{Millis, Timestamp};
use std::collections::BTreeMap;

/// Quarter-hours of a day.
pub const QUARTERS: usize = 96;

/// A quarter of an hour.
pub(super) const QUARTER: Millis = Millis::from_secs(15 * 60);

/// One day to be simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The directory and the rules.
    pub configuration: Configuration,
    /// Midnight, local time. On a day on which the clocks change, later hours are off by one.
    pub begins_at: Timestamp,
    /// The visitors of each language.
    pub visitors: BTreeMap<Language, Visitors>,
    /// When each interpreter is on duty, each from and until. Without an entry: never.
    pub rosters: BTreeMap<InterpreterId, Vec<(Timestamp, Timestamp)>>,
    /// How interpreters answer.
    pub answers: Answers,
    /// How often coordinators step in, on average; `None` when they only watch.
    pub coordinator_every: Option<Millis>,
    /// New directories and rules, and when they come in.
    pub reloads: Vec<(Timestamp, Configuration)>,
    /// What goes wrong.
    pub faults: Faults,
}

/// The visitors of one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Visitors {
    /// How many come in each quarter-hour of the day, on average; [`QUARTERS`] of them.
    pub per_quarter: Vec<f64>,
    /// The conversation, from picture and sound to the hang-up.
    pub talk: Length,
    /// How long they wait before they leave; `None` for ever.
    pub patience: Option<Length>,
    /// Share who ask to be called back instead of leaving.
    pub callback: f64,
    /// Share who make an appointment instead of leaving, or when nobody could serve them.
    pub appointment: f64,
    /// Share whose conversation goes on in another language.
    pub transfer: f64,
}

/// How interpreters answer and take care of themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answers {
    /// From the ring to the click.
    pub delay: Length,
    /// From the click to picture and sound on both sides.
    pub connect: Length,
    /// Share of rings declined.
    pub decline: f64,
    /// Share of rings nobody sees.
    pub miss: f64,
    /// Share of accepted calls whose media never come up.
    pub connect_failure: f64,
    /// Share of wrap-ups that are made longer.
    pub extend_wrap_up: f64,
    /// Share of wrap-ups that are cut short.
    pub end_wrap_up: f64,
    /// Share of conversations into which the lead calls a colleague.
    pub invite: f64,
    /// Share of conversations that a coordinator asks to look on in, and again the share to which a
    /// third party is invited.
    pub company: f64,
    /// Time between breaks outside the roster's; `None` for none.
    pub break_every: Option<Length>,
    /// How long such a break is.
    pub break_length: Length,
    /// How long somebody stays away whom missed rings have set to away.
    pub away: Length,
}

/// What goes wrong. The default is a day on which nothing does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// Crashes of the gateway in a day, on average. Half of them lose the step under way.
    pub crashes: f64,
    /// Connections lost for 5, 20 or 90 seconds in a day, on average, over all clients.
    pub losses: f64,
    /// Pages closed or reloaded in a day, on average, over all clients.
    pub closes: f64,
    /// Share of messages sent twice.
    pub doubles: f64,
    /// Share of messages that arrive up to half a minute late.
    pub lates: f64,
}

impl Default for Answers {
    /// People who are there: five seconds to the click, one and a half to the picture.
    fn default() -> Self {
        Self {
            delay: Length::LogNormal {
                mean: Millis::from_secs(5),
                spread: 0.6,
            },
            connect: Length::LogNormal {
                mean: Millis(1_500),
                spread: 0.5,
            },
            decline: 0.0,
            miss: 0.0,
            connect_failure: 0.0,
            extend_wrap_up: 0.0,
            end_wrap_up: 0.0,
            invite: 0.0,
            company: 0.0,
            break_every: None,
            break_length: Length::LogNormal {
                mean: Millis::from_secs(8 * 60),
                spread: 0.4,
            },
            away: Length::Exponential {
                mean: Millis::from_secs(5 * 60),
            },
        }
    }
}

impl Answers {
    /// Everybody answers at once and nothing takes time but the conversation: what the formulas of
    /// telephone engineers assume.
    pub fn at_once() -> Self {
        Self {
            delay: Length::Fixed(Millis(0)),
            connect: Length::Fixed(Millis(0)),
            ..Self::default()
        }
    }
}
