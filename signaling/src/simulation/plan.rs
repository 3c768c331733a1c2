//! A scenario as a coordinator writes it: calls per day and language, how they spread over the
//! hours, how long conversations take, how long visitors wait, and who is on duty when. The file it
//! is read from is `deploy/scenario.example.toml`.

use crate::ids::InterpreterId;
use crate::tag::Language;
use serde::Deserialize;
use std::fmt;

/// Days one run simulates: a century of working days, minutes of computing.
pub const DAYS_MAX: u32 = 25_000;

/// Calls of one language in a day: more than a national relay centre takes.
pub const VISITORS_MAX: f64 = 20_000.0;

/// A scenario as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// What it is called, on tables and charts.
    pub name: String,
    /// A day of the week that is simulated, such as `2026-11-23`.
    pub week: String,
    /// The days of that week that are simulated in turn, such as `mon`.
    pub days: Vec<String>,
    /// How calls spread over the 24 hours, in parts of any size; a language may have its own.
    pub profile: Vec<f64>,
    /// The calls of each language.
    pub arrivals: Vec<Arrivals>,
    /// How interpreters answer.
    pub answering: Answering,
    /// Who is on duty when.
    pub rosters: Vec<Roster>,
}

/// The calls of one language.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrivals {
    /// The language.
    pub language: Language,
    /// Calls on an average day.
    pub calls_per_day: f64,
    /// How they spread over the hours, when not as all others do.
    #[serde(default)]
    pub profile: Vec<f64>,
    /// Mean length of a conversation, in minutes.
    #[serde(default = "default_handling")]
    pub handling_min: f64,
    /// How much conversations vary: standard deviation over mean.
    #[serde(default = "default_spread")]
    pub handling_spread: f64,
    /// How long visitors wait before they leave, in minutes, on average.
    #[serde(default = "default_patience")]
    pub patience_min: f64,
    /// Share of those who would leave that ask to be called back instead.
    #[serde(default)]
    pub callback: f64,
}

/// How interpreters answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answering {
    /// From the ring to the click, in seconds, on average.
    pub delay_s: f64,
    /// Share of rings declined.
    pub decline: f64,
    /// Share of rings nobody sees.
    pub miss: f64,
    /// Time between breaks outside the roster's, in minutes; 0 for none.
    pub break_every_min: f64,
    /// How long such a break is, in minutes.
    pub break_min: f64,
}

/// When an interpreter is on duty.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Who; of the configuration, or somebody new who has `languages`.
    pub interpreter: InterpreterId,
    /// When, such as `mon-fri 09:00-12:00, 13:00-17:00`.
    pub hours: Vec<String>,
    /// For somebody who is not in the configuration: what they would take.
    #[serde(default)]
    pub languages: Vec<Language>,
}

/// Twelve minutes: twice and a half the mean of the French relay centres (4.5 minutes, Arcep 2024),
/// because people at a counter have forms before them.
const fn default_handling() -> f64 {
    12.0
}

const fn default_spread() -> f64 {
    0.8
}

const fn default_patience() -> f64 {
    15.0
}

impl Default for Plan {
    fn default() -> Self {
        // Peaks from 10 to 12 and, higher, from 14 to 16 (Arcep's usage figures, 2019).
        let profile = [
            0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 11, 11, 4, 5, 12, 12, 7, 3, 0, 0, 0, 0, 0, 0,
        ];
        Self {
            name: String::new(),
            // A week without a public holiday in France.
            week: String::from("2026-11-23"),
            days: ["mon", "tue", "wed", "thu", "fri"].map(String::from).into(),
            profile: profile.map(f64::from).into(),
            arrivals: Vec::new(),
            answering: Answering::default(),
            rosters: Vec::new(),
        }
    }
}

impl Default for Answering {
    fn default() -> Self {
        Self {
            delay_s: 5.0,
            decline: 0.02,
            miss: 0.02,
            break_every_min: 90.0,
            break_min: 8.0,
        }
    }
}

/// One thing that is wrong with a plan, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanProblem {
    /// The key, such as `arrivals[2].language`; list positions count from 1.
    pub key: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// Everything that is wrong with a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct PlanProblems(pub Vec<PlanProblem>);

impl fmt::Display for PlanProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, PlanProblem { key, message }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}  {key}: {message}")?;
        }
        Ok(())
    }
}
