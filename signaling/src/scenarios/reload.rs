//! Stories about a configuration that changes while calls wait and ring.

use super::*;

#[test]
fn a_waiting_call_is_asked_for_in_a_mode_that_its_language_still_has() {
    let mut both = configuration(&[]);
    let modes: &[Mode] = &[Mode::Sign, Mode::TextRelay];
    both.interpreters.insert(ANNA, person(&[("fsl", 1, modes)]));
    let mut service = Service::with(both.clone());
    let call = service.tap(HALL);
    assert_eq!(service.rung(ANNA), Some(call));
    language(&mut both, "fsl").modes = vec![Mode::TextRelay];
    service.configure(both);
    assert_eq!(service.call(call).need.mode, Mode::TextRelay);
    assert_eq!(service.call(call).record.mode, Mode::TextRelay);
    // The old ring was for signs; the new one is for writing.
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::Reassigned));
    assert_eq!(service.rung(ANNA), Some(call));
}

#[test]
fn a_site_that_begins_to_require_a_certification_is_served_by_the_certified_from_then_on() {
    let mut strict = configuration(&[ANNA, BORIS]);
    let medical = "medical".parse().unwrap();
    let boris = strict.interpreters.get_mut(&BORIS).unwrap();
    boris.certifications.insert(medical);
    let mut service = Service::with(strict.clone());
    let call = service.tap(HALL);
    assert_eq!(service.rung(ANNA), Some(call));
    strict.sites.get_mut(&SiteId(1)).unwrap().certification = Some(medical);
    service.configure(strict);
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::Reassigned));
    assert_eq!(service.rung_for(call), [BORIS]);
}
