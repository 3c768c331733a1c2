//! The made-up service of the random days, and the forms it changes into while calls wait. Every
//! rule is short, so that a day of half an hour meets all of them.

use crate::configuration::{Class, Configuration, LanguageRules, SiteRules};
use crate::hours::Hours;
use crate::ids::{InterpreterId, SiteId, TabletId};
use crate::need::{Mode, Pool, Qualification, Skill, Tier};
use crate::rules::{RestRules, Rules};
use crate::steps::Steps;
use crate::tag::{Certification, Language, Subject};
use crate::time::{Millis, Timestamp};
use std::collections::BTreeMap;

pub(super) const TABLETS: u32 = 4;
pub(super) const INTERPRETERS: u32 = 6;
/// The forms of [`configuration`].
pub(super) const VARIANTS: u8 = 9;

pub(super) fn subjects() -> [Subject; 2] {
    ["housing", "taxes"].map(|tag| tag.parse().unwrap())
}

/// The hour that most people are planned for; no random day is longer.
fn hour() -> Hours {
    Hours {
        weekly: vec!["mon-sun 08:00-09:00".parse().unwrap()],
        ..Hours::always()
    }
}

/// Monday, 14 September 2026, 08:10 in Paris: the hours of variant 4 close in five minutes.
pub(super) const MORNING: Timestamp = Timestamp(1_789_366_200_000);

pub(super) fn languages() -> [Language; 3] {
    ["ar", "en", "fsl"].map(|tag| tag.parse().unwrap())
}

fn medical() -> Certification {
    "medical".parse().unwrap()
}

fn steps(sentences: &[&str]) -> Steps {
    let steps: Vec<_> = sentences.iter().map(|text| text.parse().unwrap()).collect();
    Steps::try_from(steps).unwrap()
}

/// Ring one, then two, then all; tier by tier, then the partner and a voice alone.
fn widening() -> Steps {
    steps(&[
        "at once ring one of tier 1",
        "after 15 s ring 2 of tiers 1 to 2",
        "after 40 s ring all of every tier and the overflow pool, audio will do",
    ])
}

fn secs(seconds: u64) -> Millis {
    Millis::from_secs(seconds)
}

fn rules() -> Rules {
    Rules {
        wrap_up_extension_ms: secs(20),
        wrap_up_max_ms: secs(60),
        wait_max_ms: secs(180),
        cooldown_ms: secs(45),
        ageing_ms: secs(90),
        assignment_ms: secs(30),
        callback_ring_ms: secs(30),
        callback_retry_ms: secs(40),
        callback_attempts_max: 2,
        callback_max_ms: secs(400),
        callbacks_max: 2,
        appointment_ms: secs(60),
        appointment_lead_ms: secs(20),
        appointment_days_max: 1,
        appointment_hold_ms: secs(25),
        appointment_keep_ms: secs(10),
        appointment_wait_ms: secs(30),
        appointments_max: 2,
        consent_ms: secs(40),
        guest_link_ms: secs(60),
        rest: RestRules {
            relief_ms: BTreeMap::from([
                (Mode::Sign, secs(150)),
                (Mode::SpokenVideo, secs(100)),
                (Mode::SpokenAudio, secs(200)),
            ]),
            rest_ms: secs(50),
            stop_ms: secs(300),
        },
        ..Rules::default()
    }
}

fn person(skills: &[(usize, u8, &[Mode])], certified: bool, pool: Pool) -> Qualification {
    let skills = skills.iter().map(|(language, tier, modes)| {
        let modes = modes.iter().copied().collect();
        let tier = Tier(*tier);
        (languages()[*language], Skill { tier, modes })
    });
    Qualification {
        skills: skills.collect(),
        certifications: certified.then(medical).into_iter().collect(),
        pool,
        ..Qualification::default()
    }
}

fn interpreters() -> BTreeMap<InterpreterId, Qualification> {
    const VOICE: &[Mode] = &[Mode::SpokenAudio];
    const SEEN: &[Mode] = &[Mode::SpokenVideo];
    const BOTH: &[Mode] = &[Mode::SpokenVideo, Mode::SpokenAudio];
    const SIGN: &[Mode] = &[Mode::Sign];
    const WRITES: &[Mode] = &[Mode::Sign, Mode::TextRelay];
    let (own, partner) = (Pool::Own, Pool::Overflow);
    let mut specialist = person(&[(2, 1, WRITES)], true, own);
    specialist.relief_ms = Some(secs(40));
    specialist.rest_ms = Some(secs(80));
    let mut short = person(&[(0, 1, BOTH), (1, 2, VOICE)], true, own);
    short.stop_ms = Some(secs(90));
    let mut longer = person(&[(1, 1, SEEN)], false, own);
    longer.stop_ms = Some(secs(900));
    longer.rest_ms = Some(secs(5));
    let all = [
        person(&[(2, 1, SIGN), (1, 2, BOTH)], true, own),
        specialist,
        longer,
        short,
        person(&[(0, 1, SEEN), (1, 1, BOTH), (2, 3, SIGN)], false, partner),
        person(&[(1, 1, VOICE), (2, 1, VOICE)], true, own),
    ];
    let planned = |(id, person): (u32, Qualification)| {
        // Of the last nobody has said when.
        let roster = (id < INTERPRETERS).then(hour);
        (InterpreterId(id), Qualification { roster, ..person })
    };
    (1..).zip(all).map(planned).collect()
}

/// What the service is like: as usual (0); searches that widen (1), ring all with somebody gone
/// (2); people, tablets and languages taken away (3, 5); hours that close (4); rest that is owed at
/// once and steps with audio (6); every limit as short as it gets (7); ring two (8).
pub(super) fn configuration(variant: u8) -> Configuration {
    let [ar, en, fsl] = languages();
    let language = |modes: &[Mode]| LanguageRules {
        modes: modes.to_vec(),
        ..LanguageRules::default()
    };
    let site = |class, certification| SiteRules {
        class,
        certification,
        ..SiteRules::default()
    };
    let mut made = Configuration {
        rules: rules(),
        languages: BTreeMap::from([
            (ar, language(&[Mode::SpokenVideo])),
            (en, language(&[Mode::SpokenVideo, Mode::SpokenAudio])),
            (fsl, language(&[Mode::Sign, Mode::TextRelay])),
        ]),
        sites: BTreeMap::from([
            (SiteId(10), site(Class::Normal, None)),
            (SiteId(20), site(Class::Normal, Some(medical()))),
            (SiteId(30), site(Class::Priority, None)),
        ]),
        tablets: (1..=TABLETS)
            .map(|id| (TabletId(id), SiteId(10 * id.min(3))))
            .collect(),
        interpreters: interpreters(),
        subjects: subjects().into(),
        ..Configuration::default()
    };
    change(&mut made, variant);
    made
}

fn change(made: &mut Configuration, variant: u8) {
    let [ar, en, fsl] = languages();
    match variant {
        1 => search(made, &widening()),
        2 => {
            search(
                made,
                &steps(&["at once ring all of every tier, audio will do"]),
            );
            made.interpreters.remove(&InterpreterId(2));
        }
        3 => {
            let less = person(&[(1, 1, &[Mode::SpokenAudio])], false, Pool::Own);
            made.interpreters.insert(InterpreterId(1), less.clone());
            made.interpreters.insert(InterpreterId(3), less);
            made.tablets.remove(&TabletId(1));
            made.subjects.remove(&subjects()[0]);
            made.rules.queue_max = 1;
        }
        4 => {
            let weekly = "mon-sun 08:00-08:15, 08:17-08:25, 08:26-23:00";
            let hours = Hours {
                weekly: vec![weekly.parse().unwrap()],
                ..Hours::always()
            };
            made.languages.get_mut(&en).unwrap().hours = hours.clone();
            made.sites.get_mut(&SiteId(10)).unwrap().hours = hours;
        }
        5 => {
            made.languages.remove(&ar);
            made.sites.remove(&SiteId(20));
            made.tablets.remove(&TabletId(3));
            made.interpreters.remove(&InterpreterId(4));
        }
        6 => {
            search(
                made,
                &steps(&["at once ring one of every tier, audio will do"]),
            );
            made.rules
                .rest
                .relief_ms
                .insert(Mode::SpokenVideo, Millis(1));
            made.rules.rest.rest_ms = secs(120);
        }
        7 => {
            search(made, &widening());
            made.rules.ageing_ms = secs(20);
            made.rules.misses_max = 1;
            made.rules.callback_attempts_max = 1;
            made.rules.grace_lost_ms = secs(2);
            made.rules.appointments_max = 1;
            made.languages.get_mut(&fsl).unwrap().queue_max = Some(2);
            made.languages.get_mut(&en).unwrap().wait_max_ms = Some(secs(50));
        }
        8 => search(
            made,
            &steps(&["at once ring 2 of every tier and the overflow pool"]),
        ),
        _ => {}
    }
}

fn search(made: &mut Configuration, steps: &Steps) {
    for language in made.languages.values_mut() {
        language.steps = steps.clone();
    }
}
