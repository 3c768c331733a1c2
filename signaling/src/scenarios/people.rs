//! Stories about who suits a call best: certification, the polyglot, those who miss.

use super::*;
use crate::tag::Certification;

const SIGN: &[Mode] = &[Mode::Sign];
const SEEN: &[Mode] = &[Mode::SpokenVideo];

#[test]
fn a_clinic_is_served_by_the_certified_alone_however_long_it_waits() {
    let medical: Certification = "medical".parse().unwrap();
    let mut clinic = configuration(&[ANNA, BORIS]);
    clinic.sites.get_mut(&SiteId(3)).unwrap().certification = Some(medical);
    let boris = clinic.interpreters.get_mut(&BORIS).unwrap();
    boris.certifications.insert(medical);
    language(&mut clinic, "fsl").steps = steps(&["at once ring all of every tier"]);
    let mut service = Service::with(clinic);
    let call = service.tap(CLINIC);
    assert_eq!(service.rung_for(call), [BORIS]);
    service.decline(BORIS);
    service.after(59);
    assert_eq!(service.person(ANNA).last_offer, None);
    let elsewhere = service.tap(HALL);
    assert_eq!(service.rung_for(elsewhere), [ANNA, BORIS]);
}

#[test]
fn a_polyglot_is_spared_for_the_call_that_nobody_else_can_take() {
    let mut people = configuration(&[]);
    let polyglot = person(&[("fsl", 1, SIGN), ("en", 1, SEEN), ("ar", 1, SEEN)]);
    people.interpreters.insert(ANNA, polyglot);
    people
        .interpreters
        .insert(BORIS, person(&[("en", 1, SEEN)]));
    let mut service = Service::with(people);
    let english = service.tap_for(HALL, "en");
    assert_eq!(
        service.rung_for(english),
        [BORIS],
        "though Anna idles longer"
    );
    let arabic = service.tap_for(MUSEUM, "ar");
    assert_eq!(service.rung_for(arabic), [ANNA]);
    let row = service.core.board_view().queue.remove(0);
    let why = row.rings[0].why;
    assert_eq!((why.breadth, why.among), (1, 2));
}

#[test]
fn a_polyglot_of_an_earlier_tier_comes_before_a_specialist_of_a_later_one() {
    let mut people = configuration(&[]);
    people.interpreters.insert(ANNA, person(&[("en", 2, SEEN)]));
    let polyglot = person(&[("fsl", 1, SIGN), ("en", 1, SEEN)]);
    people.interpreters.insert(BORIS, polyglot);
    let mut service = Service::with(people);
    let call = service.tap_for(HALL, "en");
    assert_eq!(service.rung_for(call), [BORIS]);
}

/// FreePBX #40: who misses keeps the place at the front, and every call rings there first.
#[test]
fn a_miss_moves_behind_everybody_who_answers_even_of_a_later_tier() {
    let mut people = configuration(&[ANNA]);
    people
        .interpreters
        .insert(BORIS, person(&[("fsl", 2, SIGN)]));
    let mut service = Service::with(people);
    service.tap(HALL);
    service.after(20);
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::Missed));
    service.hang_up(Party::Tablet(HALL), CallId(1));
    let next = service.tap(HALL);
    assert_eq!(service.rung_for(next), [BORIS]);
    service.decline(BORIS);
    assert_eq!(service.rung_for(next), [ANNA]);
    service.decline(ANNA);
    let later = service.tap(MUSEUM);
    assert_eq!(service.rung_for(later), [ANNA], "an answer makes it good");
}

#[test]
fn the_reason_on_the_board_counts_only_those_who_could_be_rung() {
    let mut service = Service::searching(&["at once ring one of every tier"]);
    let call = service.tap(HALL);
    let among = |service: &Service| {
        let rings = &service.core.board_view().queue[0].rings;
        rings.first().map(|ring| ring.why.among)
    };
    assert_eq!(among(&service), Some(3));
    service.decline(ANNA);
    assert_eq!(among(&service), Some(2));
    service.run(Command::Assign {
        call,
        interpreter: CHLOE,
    });
    assert_eq!(among(&service), Some(1));
}

#[test]
fn a_miss_and_a_return_begin_the_idle_time_anew() {
    let mut service = Service::open();
    service.tap(HALL);
    service.after(20);
    service.hang_up(Party::Tablet(HALL), CallId(1));
    assert!(service.person(ANNA).idle_since > service.person(BORIS).idle_since);
    service.set_available(BORIS, false);
    service.tap(HALL);
    service.decline(ANNA);
    service.hang_up(Party::Tablet(HALL), CallId(2));
    // Anna has answered, if only with a no; Boris returns, and is idle from now on.
    service.set_available(BORIS, true);
    assert_eq!(service.person(BORIS).idle_since, service.now);
    let call = service.tap(MUSEUM);
    assert_eq!(service.rung_for(call), [ANNA]);
}

#[test]
fn somebody_who_is_not_there_cannot_become_available() {
    let mut service = Service::open();
    let party = Party::Interpreter(ANNA);
    service.run(Command::Disconnected(party, Departure::SignedOut));
    service.after(1);
    let available = Command::SetAvailable {
        interpreter: ANNA,
        available: true,
    };
    assert_eq!(service.refused(available), Rejection::WrongState);
}
