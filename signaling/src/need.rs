//! What a call needs and what an interpreter can do: mode, language, certification, tier. These are
//! the hard constraints of routing: whatever widens with time, nobody unqualified is ever rung
//! (invariant I11).

use crate::hours::Hours;
use crate::tag::{Certification, Language};
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// How an interpreter works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By signs: the picture is the conversation.
    Sign,
    /// By voice, seen.
    SpokenVideo,
    /// By voice alone.
    SpokenAudio,
    /// In writing: what is said is typed, and what is typed is said.
    TextRelay,
    /// Speech repeated with the cues that make it readable on the lips (LfPC in French).
    CuedSpeech,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 5] = [
        Self::Sign,
        Self::SpokenVideo,
        Self::SpokenAudio,
        Self::TextRelay,
        Self::CuedSpeech,
    ];

    /// Whether a picture can be done without when nobody is there for more. Never where the picture
    /// is the conversation.
    pub const fn may_fall_to_audio(self) -> bool {
        matches!(self, Self::SpokenVideo)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A few modes, as a bit set: compared in every decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Modes(u8);

impl Modes {
    /// This mode alone.
    pub const fn only(mode: Mode) -> Self {
        Self(mode.bit())
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, mode: Mode) -> Self {
        Self(self.0 | mode.bit())
    }

    /// Whether the mode is among them.
    pub const fn contains(self, mode: Mode) -> bool {
        self.0 & mode.bit() != 0
    }

    /// Whether the two have a mode in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those in both.
    #[must_use]
    pub const fn among(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Mode> for Modes {
    fn from_iter<I: IntoIterator<Item = Mode>>(modes: I) -> Self {
        modes.into_iter().fold(Self::default(), Self::with)
    }
}

/// What one call asks of an interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Need {
    /// The language.
    pub language: Language,
    /// How it is interpreted.
    pub mode: Mode,
    /// What the interpreter must be certified for, if anything.
    pub certification: Option<Certification>,
}

/// What an interpreter is in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Interprets, and answers for the call.
    Lead,
    /// Comes to take the call over.
    Relief,
    /// Works beside the lead: a deaf intermediator, a relay language.
    Second,
}

/// How early an interpreter is thought of: 1 first, then 2, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Tier(pub u8);

impl Tier {
    /// The one rung first.
    pub const FIRST: Self = Self(1);
    /// The last there is: more than any service distinguishes.
    pub const LAST: Self = Self(9);
}

/// One language of an interpreter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    /// How early they are rung for it.
    pub tier: Tier,
    /// The ways they work in it.
    pub modes: BTreeSet<Mode>,
}

/// Whose interpreter it is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Pool {
    /// The service's own.
    #[default]
    Own,
    /// A partner's, rung once a widening step says so.
    Overflow,
}

/// What an interpreter can do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Qualification {
    /// The languages taken.
    pub skills: BTreeMap<Language, Skill>,
    /// What they are certified for.
    pub certifications: BTreeSet<Certification>,
    /// Own or a partner's.
    pub pool: Pool,
    /// Consecutive work after which this person is relieved, when shorter than the rule's.
    pub relief_ms: Option<Millis>,
    /// Time out of calls that counts as rest for this person, when longer than the rule's.
    pub rest_ms: Option<Millis>,
    /// Consecutive work after which this person is offered no call, when shorter than the rule's.
    pub stop_ms: Option<Millis>,
    /// When they are planned to be on duty; `None` when nobody has said. It decides nobody's ring:
    /// it lets the estimate know who comes and who leaves, and appointments be made.
    pub roster: Option<Hours>,
}

impl Qualification {
    /// Whether they may take such a call, were they free and rested.
    pub fn meets(&self, need: &Need) -> bool {
        let skill = self.skills.get(&need.language);
        skill.is_some_and(|skill| skill.modes.contains(&need.mode))
            && need
                .certification
                .is_none_or(|one| self.certifications.contains(&one))
    }

    /// How many kinds of call (language and mode) they can take: the more, the rarer the person,
    /// and the later they are rung for a call that a specialist can take.
    pub fn breadth(&self) -> u16 {
        let kinds: usize = self.skills.values().map(|skill| skill.modes.len()).sum();
        u16::try_from(kinds).unwrap_or(u16::MAX)
    }
}
