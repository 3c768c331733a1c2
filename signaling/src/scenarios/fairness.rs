//! Stories about who comes first. The numbers are those of the adversarial scenarios in the routing
//! specification.

use super::*;

/// Anna alone, who is away; so calls wait.
fn nobody_free() -> Service {
    let mut service = Service::with(configuration(&[ANNA]));
    service.set_available(ANNA, false);
    service
}

fn prioritise(service: &mut Service, call: CallId, class: Class) {
    service.run(Command::Prioritise { call, class });
}

/// 27. Asterisk #1691: a caller put at position 1 blocked the check across queues.
#[test]
fn an_emergency_that_nobody_can_take_blocks_no_other_language() {
    let mut service = nobody_free();
    let english = service.tap_for(HALL, "en");
    prioritise(&mut service, english, Class::Emergency);
    let signed = service.tap(MUSEUM);
    service.set_available(ANNA, true);
    assert_eq!(service.rung(ANNA), Some(signed));
}

/// 28. Asterisk #1637, FreePBX VQPlus #621: calls of a higher priority delayed everybody.
#[test]
fn a_call_that_has_aged_is_not_passed_by_a_priority_call_that_came_later() {
    let mut service = nobody_free();
    let old = service.tap(HALL);
    service.after(5 * 60);
    let urgent = service.tap(MUSEUM);
    prioritise(&mut service, urgent, Class::Priority);
    assert!(service.call(urgent).place() < service.call(old).place());
    service.after(5 * 60);
    assert!(service.call(old).place() < service.call(urgent).place());
    service.set_available(ANNA, true);
    assert_eq!(service.rung(ANNA), Some(old));
}

#[test]
fn an_emergency_passes_even_a_call_that_has_aged() {
    let mut service = nobody_free();
    service.tap(HALL);
    service.after(11 * 60);
    let urgent = service.tap(MUSEUM);
    prioritise(&mut service, urgent, Class::Emergency);
    service.set_available(ANNA, true);
    assert_eq!(service.rung(ANNA), Some(urgent));
}

/// 30. Asterisk app_queue.c: after 11.6 days idle, the metric subtracts one penalty band.
#[test]
fn no_idleness_however_long_makes_up_for_a_tier() {
    let mut tiers = configuration(&[ANNA]);
    let later = person(&[("fsl", 2, &[Mode::Sign])]);
    tiers.interpreters.insert(BORIS, later);
    let mut service = Service::with(tiers);
    service.after(20 * 24 * 60 * 60);
    service.set_available(ANNA, false);
    service.set_available(ANNA, true);
    let call = service.tap(HALL);
    assert_eq!(service.rung(ANNA), Some(call));
}

/// 32. Chatwoot #10376: the newest conversation was assigned first.
#[test]
fn a_new_arrival_does_not_pass_those_who_wait() {
    let mut service = nobody_free();
    let calls = [HALL, MUSEUM, CLINIC].map(|tablet| {
        service.after(1);
        service.tap(tablet)
    });
    service.set_available(ANNA, true);
    for call in calls {
        assert_eq!(service.rung(ANNA), Some(call));
        service.answer(ANNA);
        service.hang_up(Party::Interpreter(ANNA), call);
        service.run(Command::EndWrapUp { interpreter: ANNA });
    }
}

/// 33. rvoip (put back with a higher priority), FreeSWITCH mod_fifo #1855.
#[test]
fn a_call_that_was_declined_missed_or_never_connected_stands_where_it_stood() {
    let mut service = Service::with(configuration(&[ANNA]));
    let first = service.tap(HALL);
    service.after(1);
    let second = service.tap(MUSEUM);
    let place = service.call(first).place();
    service.decline(ANNA);
    assert_eq!(service.rung(ANNA), Some(second));
    service.after(20);
    service.after(40);
    assert_eq!(service.rung(ANNA), Some(first));
    service.accept(ANNA);
    service.after(15);
    assert_eq!(service.call(first).place(), place);
    let TabletPhase::Waiting { position, .. } = service.phase(HALL) else {
        panic!("the call is gone");
    };
    assert_eq!(position, 1);
}

#[test]
fn within_a_class_everybody_is_rung_for_once_before_anybody_is_rung_for_twice() {
    let mut service = Service::searching(&["at once ring 2 of every tier"]);
    for person in [ANNA, BORIS, CHLOE] {
        service.set_available(person, false);
    }
    let (first, second) = (service.tap(HALL), service.tap(MUSEUM));
    for (person, call) in [(ANNA, first), (BORIS, second), (CHLOE, first)] {
        service.set_available(person, true);
        assert_eq!(service.rung(person), Some(call));
    }
}
