//! What a search asks for and what a person offers, made small and comparable, so that a decision
//! compares a few words instead of going through people's qualifications.

use super::Interpreter;
use crate::configuration::Configuration;
use crate::ids::InterpreterId;
use crate::need::{Mode, Modes, Need, Pool, Tier};
use crate::tag::{Certification, Language};

/// What the indexes need to know beside the entity itself.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) certification_bits: &'a [Certification],
}

/// Certifications as a bit set, numbered by the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Certifications(u64);

/// The most kinds of certification one service tells apart: the bits of the set.
pub const CERTIFICATIONS_MAX: usize = 64;

impl Certifications {
    pub(crate) fn of<'a>(
        bits: &[Certification],
        held: impl IntoIterator<Item = &'a Certification>,
    ) -> Self {
        let bit = |one: &Certification| bits.iter().position(|known| known == one);
        let set = held
            .into_iter()
            .filter_map(bit)
            .filter(|bit| *bit < CERTIFICATIONS_MAX);
        Self(set.fold(0, |set, bit| set | 1 << bit))
    }

    const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What a search asks for at its step. Calls that ask for the same differ only by their place and
/// by whom they have tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    pub(crate) language: Language,
    /// Any of these will do.
    pub(crate) modes: Modes,
    pub(crate) certifications: Certifications,
    pub(crate) tier_max: Tier,
    pub(crate) overflow: bool,
    /// Nobody but this person.
    pub(crate) only: Option<InterpreterId>,
}

impl Wanted {
    pub(super) fn of(
        need: &Need,
        step: usize,
        only: Option<InterpreterId>,
        terms: Terms<'_>,
    ) -> Self {
        let step = terms.configuration.step(need.language, step);
        let modes = Modes::only(need.mode);
        let audio = step.audio && need.mode.may_fall_to_audio();
        let modes = if audio {
            modes.with(Mode::SpokenAudio)
        } else {
            modes
        };
        let certifications = Certifications::of(terms.certification_bits, &need.certification);
        Self {
            language: need.language,
            modes,
            certifications,
            // A coordinator's choice of a person goes before tiers and pools.
            tier_max: if only.is_some() {
                Tier::LAST
            } else {
                step.tier_max
            },
            overflow: step.overflow || only.is_some(),
            only,
        }
    }

    /// Whether no further step would add anybody.
    pub(crate) fn is_widest(&self, configuration: &Configuration) -> bool {
        let last = configuration.step(self.language, usize::MAX);
        let audio =
            self.modes.contains(Mode::SpokenAudio) || !self.modes.contains(Mode::SpokenVideo);
        self.tier_max >= last.tier_max && self.overflow >= last.overflow && (audio || !last.audio)
    }

    /// Whether somebody of this profile will do.
    pub(crate) fn is_met_by(&self, profile: Profile) -> bool {
        self.modes.meets(profile.modes)
            && profile.certifications.contains(self.certifications)
            && profile.tier <= self.tier_max
            && (self.overflow || profile.pool == Pool::Own)
            && (self.only.is_some() || !profile.held)
    }
}

/// What decides between interpreters of one language, in the order of the key. People of the same
/// profile differ only by how long they have been idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Profile {
    pub(crate) missed: bool,
    pub(crate) tier: Tier,
    pub(crate) breadth: u16,
    pub(crate) pool: Pool,
    pub(crate) modes: Modes,
    pub(crate) certifications: Certifications,
    /// Kept free for an appointment: rung only when called for by name.
    pub(crate) held: bool,
}

/// The profile of a person in each of their languages, rested or not.
pub(super) fn profiles(
    person: &Interpreter,
    terms: Terms<'_>,
) -> impl Iterator<Item = (Language, Profile)> {
    let qualification = &person.qualification;
    let certifications =
        Certifications::of(terms.certification_bits, &qualification.certifications);
    let breadth = qualification.breadth();
    qualification.skills.iter().map(move |(language, skill)| {
        let profile = Profile {
            missed: person.misses > 0,
            tier: skill.tier,
            breadth,
            pool: qualification.pool,
            modes: skill.modes.iter().copied().collect(),
            certifications,
            held: person.held,
        };
        (*language, profile)
    })
}

/// The profile of a person in one language, rested or not.
pub(super) fn profile(
    person: &Interpreter,
    language: Language,
    terms: Terms<'_>,
) -> Option<Profile> {
    profiles(person, terms).find_map(|(one, profile)| (one == language).then_some(profile))
}
