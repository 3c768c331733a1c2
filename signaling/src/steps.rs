//! How the search for an interpreter widens while a call waits: a list of steps, each a sentence
//! such as `after 30 s ring 2 of tiers 1 to 2`. A step says how many are rung at once and who; it
//! never touches a hard constraint (language, certification, rest), and audio is only ever an
//! alternative to a seen voice.
//!
//! ```text
//! at once ring one of tier 1
//! after 30 s ring 2 of tiers 1 to 2
//! after 2 min ring all of every tier and the overflow pool, audio will do
//! ```

use crate::need::Tier;
use crate::time::Millis;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Steps of one language: nobody can tell more apart.
pub const STEPS_MAX: usize = 10;

/// The latest a step begins; by then the wait is over.
const AFTER_MAX: Millis = Millis::from_secs(24 * 60 * 60);

/// The most interpreters rung at once by number; beyond it, `all` is meant.
const RING_MAX: u32 = 99;

/// How many are rung at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// At most so many.
    Some(u32),
    /// Everybody who qualifies.
    All,
}

impl Width {
    /// Whether one more may be rung beside so many.
    pub const fn admits(self, ringing: usize) -> bool {
        match self {
            Self::Some(width) => ringing < width as usize,
            Self::All => true,
        }
    }
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How long the call has waited when it begins.
    pub after: Millis,
    /// How many are rung at once.
    pub ring: Width,
    /// The last tier that is rung.
    pub tier_max: Tier,
    /// Whether partners' interpreters are rung too.
    pub overflow: bool,
    /// Whether a voice without a picture will do, where the call is spoken.
    pub audio: bool,
}

/// The steps of a language, the first at once, each later and no narrower than the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Step>", into = "Vec<Step>")]
pub struct Steps(Vec<Step>);

/// What is wrong with a step or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// Not the sentence of a step.
    #[error(
        "`{0}` is not a step: write for example `at once ring one of tier 1` or `after 2 min ring \
         all of every tier and the overflow pool, audio will do`"
    )]
    Sentence(String),
    /// Nothing happens at once.
    #[error("the first step must begin with `at once`: somebody is rung when a call arrives")]
    NotAtOnce,
    /// A step that begins no later than the one before.
    #[error("step {0} does not begin later than the one before: put the steps in order")]
    OutOfOrder(usize),
    /// A step that takes somebody away again.
    #[error("step {0} is narrower than the one before: a step may only add people")]
    Narrower(usize),
    /// Too many.
    #[error("there are more than {STEPS_MAX} steps: leave some out")]
    TooMany,
}

impl Default for Steps {
    fn default() -> Self {
        Self(vec![Step {
            after: Millis(0),
            ring: Width::Some(1),
            tier_max: Tier::LAST,
            overflow: true,
            audio: false,
        }])
    }
}

impl Steps {
    /// The step with this number, counted from 0; the last when there are fewer.
    pub fn step(&self, number: usize) -> &Step {
        // A list of steps is never empty: `try_from` refuses it.
        &self.0[number.min(self.0.len() - 1)]
    }

    /// When the step after this one begins, counted from the start of the wait.
    pub fn next_after(&self, number: usize) -> Option<Millis> {
        self.0.get(number + 1).map(|step| step.after)
    }

    /// When the last step begins, counted from the start of the wait.
    pub fn last_after(&self) -> Millis {
        self.step(usize::MAX).after
    }

    /// How many there are; at least one.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl TryFrom<Vec<Step>> for Steps {
    type Error = StepError;

    fn try_from(steps: Vec<Step>) -> Result<Self, StepError> {
        if steps.first().is_none_or(|step| step.after != Millis(0)) {
            return Err(StepError::NotAtOnce);
        }
        if steps.len() > STEPS_MAX {
            return Err(StepError::TooMany);
        }
        for (number, pair) in steps.windows(2).enumerate() {
            let (before, step) = (&pair[0], &pair[1]);
            if step.after <= before.after {
                return Err(StepError::OutOfOrder(number + 2));
            }
            let wider = step.ring >= before.ring
                && step.tier_max >= before.tier_max
                && step.overflow >= before.overflow
                && step.audio >= before.audio;
            if !wider {
                return Err(StepError::Narrower(number + 2));
            }
        }
        Ok(Self(steps))
    }
}

impl From<Steps> for Vec<Step> {
    fn from(steps: Steps) -> Self {
        steps.0
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.after.0 {
            0 => f.write_str("at once")?,
            millis if millis % 60_000 == 0 => write!(f, "after {} min", millis / 60_000)?,
            millis => write!(f, "after {} s", millis / 1000)?,
        }
        match self.ring {
            Width::Some(1) => f.write_str(" ring one")?,
            Width::Some(width) => write!(f, " ring {width}")?,
            Width::All => f.write_str(" ring all")?,
        }
        match self.tier_max {
            Tier::FIRST => f.write_str(" of tier 1")?,
            Tier::LAST => f.write_str(" of every tier")?,
            Tier(last) => write!(f, " of tiers 1 to {last}")?,
        }
        if self.overflow {
            f.write_str(" and the overflow pool")?;
        }
        if self.audio {
            f.write_str(", audio will do")?;
        }
        Ok(())
    }
}

impl FromStr for Step {
    type Err = StepError;

    fn from_str(text: &str) -> Result<Self, StepError> {
        // Cut, because the text ends in an error message.
        sentence(text).ok_or_else(|| StepError::Sentence(text.chars().take(120).collect()))
    }
}

fn sentence(text: &str) -> Option<Step> {
    let (text, audio) = without_end(text, ", audio will do");
    let (text, overflow) = without_end(text, " and the overflow pool");
    let words: Vec<&str> = text.split(' ').collect();
    let (after, words) = match *words.as_slice() {
        ["at", "once", ref rest @ ..] => (Millis(0), rest),
        ["after", number, "s", ref rest @ ..] => (length(number, 1)?, rest),
        ["after", number, "min", ref rest @ ..] => (length(number, 60)?, rest),
        _ => return None,
    };
    let ["ring", ring, "of", who @ ..] = words else {
        return None;
    };
    let ring = match *ring {
        "one" => Width::Some(1),
        "all" => Width::All,
        number => Width::Some(number.parse().ok().filter(|n| (1..=RING_MAX).contains(n))?),
    };
    let tier_max = match who {
        ["tier", "1"] => Tier::FIRST,
        ["every", "tier"] => Tier::LAST,
        ["tiers", "1", "to", last] => {
            let tiers = Tier::FIRST.0 + 1..=Tier::LAST.0;
            Tier(last.parse().ok().filter(|tier| tiers.contains(tier))?)
        }
        _ => return None,
    };
    Some(Step {
        after,
        ring,
        tier_max,
        overflow,
        audio,
    })
}

fn without_end<'a>(text: &'a str, end: &str) -> (&'a str, bool) {
    text.strip_suffix(end)
        .map_or((text, false), |rest| (rest, true))
}

fn length(number: &str, seconds: u64) -> Option<Millis> {
    let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
    Some(Millis(number.checked_mul(seconds * 1000)?)).filter(|length| *length <= AFTER_MAX)
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps(sentences: &[&str]) -> Result<Steps, StepError> {
        let parsed: Result<Vec<Step>, _> = sentences.iter().map(|text| text.parse()).collect();
        Steps::try_from(parsed?)
    }

    proptest! {
        #[test]
        fn a_step_survives_being_written_as_a_sentence(
            seconds in 0u64..=86_400, ring in 0u32..=99, tier in 1u8..=9,
            overflow: bool, audio: bool,
        ) {
            let ring = if ring == 0 { Width::All } else { Width::Some(ring) };
            let after = Millis::from_secs(seconds);
            let step = Step { after, ring, tier_max: Tier(tier), overflow, audio };
            prop_assert_eq!(step.to_string().parse(), Ok(step));
        }

        #[test]
        fn any_other_text_is_refused_with_an_example(text in "\\PC{0,200}") {
            if let Err(error) = text.parse::<Step>() {
                prop_assert!(error.to_string().contains("at once ring one of tier 1"));
            }
        }
    }

    #[test]
    fn a_list_reads_as_it_is_meant_and_is_written_as_it_was_read() {
        let sentences = [
            "at once ring one of tier 1",
            "after 30 s ring 2 of tiers 1 to 2",
            "after 2 min ring all of every tier and the overflow pool, audio will do",
        ];
        let steps = steps(&sentences).unwrap();
        let written: Vec<String> = steps.0.iter().map(Step::to_string).collect();
        assert_eq!(written, sentences);
        assert_eq!(steps.count(), 3);
        assert_eq!(steps.step(1).ring, Width::Some(2));
        assert_eq!(steps.next_after(1), Some(Millis::from_secs(120)));
        assert_eq!(steps.next_after(2), None);
        assert!(steps.step(99).audio && steps.step(99).overflow);
        assert!(!steps.step(1).audio && !steps.step(1).overflow);
    }

    #[test]
    fn a_list_survives_the_way_through_the_journal() {
        let steps = steps(&[
            "at once ring one of tier 1",
            "after 30 s ring 2 of every tier",
        ]);
        let steps = steps.unwrap();
        let written = serde_json::to_string(&steps).unwrap();
        assert_eq!(serde_json::from_str::<Steps>(&written).unwrap(), steps);
    }

    #[test]
    fn a_list_that_starts_late_goes_back_or_takes_people_away_is_refused() {
        let one = "at once ring one of every tier";
        assert_eq!(steps(&[]), Err(StepError::NotAtOnce));
        assert_eq!(
            steps(&["after 1 s ring one of tier 1"]),
            Err(StepError::NotAtOnce)
        );
        assert_eq!(steps(&[one, one]), Err(StepError::OutOfOrder(2)));
        let narrower = steps(&[one, "after 5 s ring one of tier 1"]);
        assert_eq!(narrower, Err(StepError::Narrower(2)));
        let so_many = |count: usize| {
            let later = (1..count).map(|n| format!("after {n} s ring one of every tier"));
            let all: Vec<String> = std::iter::once(one.to_owned()).chain(later).collect();
            steps(&all.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let most = so_many(STEPS_MAX);
        assert_eq!(most.map(|steps| steps.count()), Ok(STEPS_MAX));
        assert_eq!(so_many(STEPS_MAX + 1), Err(StepError::TooMany));
    }

    #[test]
    fn nobody_rung_no_tier_and_no_time_are_no_steps() {
        for text in [
            "at once ring 0 of tier 1",
            "at once ring one of tiers 1 to 10",
            "at once ring one of tiers 1 to 1",
            "after 0 s ring one of tier 1",
            "after 2000 min ring one of tier 1",
            "at once ring 100 of tier 1",
            "",
        ] {
            assert!(text.parse::<Step>().is_err(), "{text:?} was taken");
        }
    }
}
