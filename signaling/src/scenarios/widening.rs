//! Stories about searches that widen: how many are rung, of which tiers and pools, by voice alone.

use super::*;

const WIDENING: &[&str] = &[
    "at once ring one of tier 1",
    "after 30 s ring 2 of tiers 1 to 2",
    "after 2 min ring all of every tier and the overflow pool",
];

/// Anna of tier 1, Boris of tier 2, Chloe a partner's; all sign.
fn in_tiers() -> Configuration {
    let mut tiers = configuration(&[ANNA]);
    let second = person(&[("fsl", 2, &[Mode::Sign])]);
    let mut partner = person(&[("fsl", 1, &[Mode::Sign])]);
    partner.pool = Pool::Overflow;
    tiers.interpreters.insert(BORIS, second);
    tiers.interpreters.insert(CHLOE, partner);
    language(&mut tiers, "fsl").steps = steps(WIDENING);
    tiers
}

#[test]
fn ring_two_rings_two_and_the_next_as_soon_as_one_declines() {
    let mut service = Service::searching(&["at once ring 2 of every tier"]);
    let call = service.tap(HALL);
    assert_eq!(service.rung_for(call), [ANNA, BORIS]);
    service.decline(ANNA);
    assert_eq!(service.rung_for(call), [BORIS, CHLOE]);
    service.accept(CHLOE);
    assert_eq!(service.last_end(BORIS), Some(OfferEnd::LostRace));
    assert_eq!(service.call(call).interpreter(), Some(CHLOE));
}

#[test]
fn ring_all_rings_everybody_free_and_whoever_becomes_free() {
    let mut service = Service::searching(&["at once ring all of every tier"]);
    service.set_available(BORIS, false);
    let call = service.tap(HALL);
    assert_eq!(service.rung_for(call), [ANNA, CHLOE]);
    service.set_available(BORIS, true);
    assert_eq!(service.rung_for(call), [ANNA, BORIS, CHLOE]);
}

#[test]
fn a_search_widens_at_once_when_everybody_within_it_was_tried_in_vain() {
    let mut service = Service::with(in_tiers());
    let call = service.tap(HALL);
    assert_eq!(service.rung_for(call), [ANNA]);
    service.after(20);
    assert_eq!(service.rung_for(call), [BORIS], "Anna did not answer");
    let TabletPhase::Waiting { widened, .. } = service.phase(HALL) else {
        panic!("the call is gone");
    };
    assert!(widened);
    service.decline(BORIS);
    assert_eq!(service.rung_for(call), [CHLOE], "the partner");
    assert_eq!(service.call(call).record.steps, 3);
}

#[test]
fn a_step_that_adds_nobody_comes_in_its_time_however_vain_the_search() {
    for later in [
        "after 30 s ring all of every tier",
        "after 30 s ring one of every tier, audio will do",
    ] {
        let mut sole = configuration(&[ANNA]);
        language(&mut sole, "fsl").steps = steps(&["at once ring one of every tier", later]);
        let mut service = Service::with(sole);
        let call = service.tap(HALL);
        service.decline(ANNA);
        service.after(29);
        assert_eq!(service.call(call).search.step, 0);
        service.after(1);
        assert_eq!(service.call(call).search.step, 1);
    }
}

#[test]
fn a_tier_that_is_not_on_duty_is_not_waited_for() {
    let mut service = Service::with(in_tiers());
    service.set_available(ANNA, false);
    let call = service.tap(HALL);
    assert_eq!(service.rung_for(call), [BORIS]);
    service.set_available(BORIS, false);
    assert_eq!(service.rung_for(call), [CHLOE], "at once, not after 2 min");
}

#[test]
fn the_tier_the_pool_or_the_voice_that_a_step_adds_is_not_waited_for_when_nobody_else_is_there() {
    let one = "at once ring one of every tier";
    let mut partner = person(&[("en", 1, &[Mode::SpokenVideo])]);
    partner.pool = Pool::Overflow;
    let second = person(&[("en", 2, &[Mode::SpokenVideo])]);
    let voice = person(&[("en", 1, &[Mode::SpokenAudio])]);
    for (who, first, then) in [
        (second, "at once ring one of tier 1", "one of tiers 1 to 2"),
        (partner, one, "one of every tier and the overflow pool"),
        (voice, one, "one of every tier, audio will do"),
    ] {
        let mut sole = configuration(&[]);
        sole.interpreters.insert(ANNA, who);
        let then = format!("after 30 s ring {then}");
        language(&mut sole, "en").steps = steps(&[first, &then]);
        let mut service = Service::with(sole);
        let call = service.tap_for(HALL, "en");
        assert_eq!(service.rung(ANNA), Some(call), "{then}");
    }
}

#[test]
fn a_tier_that_is_busy_is_waited_for() {
    let mut service = Service::with(in_tiers());
    service.tap(MUSEUM);
    service.answer(ANNA);
    let call = service.tap(HALL);
    service.after(29);
    assert!(service.rung_for(call).is_empty());
    service.after(1);
    assert_eq!(service.rung_for(call), [BORIS]);
}

#[test]
fn whoever_was_tried_and_has_left_is_not_counted_among_those_on_duty() {
    let mut tiers = in_tiers();
    let second = tiers.interpreters[&BORIS].clone();
    tiers.interpreters.insert(CHLOE, second);
    let first = tiers.interpreters[&ANNA].clone();
    tiers.interpreters.insert(BORIS, first);
    let mut service = Service::with(tiers);
    service.tap(MUSEUM);
    service.answer(ANNA);
    let call = service.tap(HALL);
    service.decline(BORIS);
    assert!(service.rung_for(call).is_empty(), "Anna is waited for");
    service.set_available(BORIS, false);
    assert!(service.rung_for(call).is_empty(), "still");
    service.set_available(ANNA, false);
    assert_eq!(service.rung_for(call), [CHLOE], "nobody is left in tier 1");
}

#[test]
fn the_partner_is_rung_only_once_a_step_says_so() {
    let mut own = in_tiers();
    language(&mut own, "fsl").steps = steps(&["at once ring all of every tier"]);
    let mut service = Service::with(own);
    let call = service.tap(HALL);
    assert_eq!(service.rung_for(call), [ANNA, BORIS]);
    service.decline(ANNA);
    service.decline(BORIS);
    service.after(14 * 60);
    assert_eq!(service.person(CHLOE).last_offer, None);
}

/// Anna speaks English seen and signs, Boris only by voice and signs by no step.
fn by_voice(steps: &[&str]) -> Configuration {
    let mut voices = configuration(&[]);
    let both = [Mode::SpokenVideo, Mode::SpokenAudio];
    let seen = person(&[("en", 1, &both)]);
    let voice = person(&[
        ("en", 1, &[Mode::SpokenAudio]),
        ("fsl", 1, &[Mode::SpokenAudio]),
    ]);
    voices.interpreters.extend([(ANNA, seen), (BORIS, voice)]);
    for language in voices.languages.values_mut() {
        language.steps = super::steps(steps);
    }
    voices
}

const AUDIO_LATER: &[&str] = &[
    "at once ring one of every tier",
    "after 30 s ring one of every tier, audio will do",
];

#[test]
fn a_voice_alone_will_do_once_the_step_says_so_and_the_record_shows_it() {
    let mut service = Service::with(by_voice(AUDIO_LATER));
    service.tap_for(MUSEUM, "en");
    service.answer(ANNA);
    let call = service.tap_for(HALL, "en");
    service.after(29);
    assert_eq!(service.rung(BORIS), None);
    service.after(1);
    assert_eq!(service.rung(BORIS), Some(call));
    service.accept(BORIS);
    assert_eq!(service.call(call).record.mode, Mode::SpokenAudio);
}

#[test]
fn a_sign_call_never_falls_to_a_voice() {
    let mut service = Service::with(by_voice(&["at once ring all of every tier, audio will do"]));
    let call = service.tap_for(HALL, "fsl");
    service.after(14 * 60);
    assert!(service.rung_for(call).is_empty());
    assert_eq!(service.person(BORIS).last_offer, None);
}

#[test]
fn a_ring_by_voice_ends_when_the_rules_no_longer_let_a_voice_do() {
    let audio = "at once ring one of every tier, audio will do";
    let mut service = Service::with(by_voice(&[audio]));
    service.set_available(ANNA, false);
    let call = service.tap_for(HALL, "en");
    assert_eq!(service.rung(BORIS), Some(call));
    service.configure(by_voice(&["at once ring one of every tier"]));
    assert_eq!(service.rung(BORIS), None);
    assert_eq!(service.last_end(BORIS), Some(OfferEnd::Withdrawn));
}

#[test]
fn a_ring_by_voice_goes_on_through_a_change_of_the_rules_that_lets_a_voice_do() {
    let mut voices = by_voice(&["at once ring one of every tier, audio will do"]);
    let mut service = Service::with(voices.clone());
    service.set_available(ANNA, false);
    service.tap_for(HALL, "en");
    let ring = service.ringing(BORIS).expect("a voice will do");
    voices.rules.wrap_up_ms = Millis::from_secs(5);
    service.configure(voices);
    assert_eq!(service.ringing(BORIS), Some(ring));
}

#[test]
fn whoever_owes_rest_from_being_seen_takes_the_call_by_voice() {
    let mut voices = by_voice(&["at once ring one of every tier, audio will do"]);
    let seen = Mode::SpokenVideo;
    voices.rules.rest.relief_ms = BTreeMap::from([(seen, Millis::from_secs(60))]);
    let mut service = Service::with(voices);
    service.set_available(BORIS, false);
    service.tap_for(HALL, "en");
    let first = service.answer(ANNA);
    service.after(60);
    service.hang_up(Party::Tablet(HALL), first);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    let second = service.tap_for(HALL, "en");
    service.accept(ANNA);
    assert_eq!(service.call(second).record.mode, Mode::SpokenAudio);
}

/// Found by random days: a change of the rules comes while somebody is rung who owes rest from
/// being seen.
#[test]
fn a_ring_by_voice_is_accepted_as_seen_when_the_rules_no_longer_let_a_voice_do() {
    let limit = BTreeMap::from([(Mode::SpokenVideo, Millis::from_secs(60))]);
    let mut voices = by_voice(&["at once ring one of every tier, audio will do"]);
    voices.rules.rest.relief_ms = limit.clone();
    let mut service = Service::with(voices);
    service.set_available(BORIS, false);
    service.tap_for(HALL, "en");
    let first = service.answer(ANNA);
    service.after(60);
    service.hang_up(Party::Tablet(HALL), first);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    let second = service.tap_for(HALL, "en");
    let mut seen = by_voice(&["at once ring one of every tier"]);
    seen.rules.rest.relief_ms = limit;
    service.configure(seen);
    service.accept(ANNA);
    assert_eq!(service.call(second).record.mode, Mode::SpokenVideo);
}

#[test]
fn whoever_can_only_be_seen_is_not_put_on_record_as_a_voice_when_a_shorter_limit_comes() {
    let audio = "at once ring one of every tier, audio will do";
    let mut seen = by_voice(&[audio]);
    let only = person(&[("en", 1, &[Mode::SpokenVideo])]);
    seen.interpreters.insert(ANNA, only);
    let mut service = Service::with(seen.clone());
    service.set_available(BORIS, false);
    service.tap_for(HALL, "en");
    service.accept(ANNA);
    service.after(15);
    service.after(60);
    let call = service.rung(ANNA).expect("rung again after the cooldown");
    seen.rules
        .rest
        .relief_ms
        .insert(Mode::SpokenVideo, Millis(1));
    service.configure(seen);
    service.accept(ANNA);
    assert_eq!(service.call(call).record.mode, Mode::SpokenVideo);
}
