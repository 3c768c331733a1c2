//! Stories about whoever is kept free for an appointment that is near.

use super::appointments::{TEN, annas, answered, at_ten, wait_until};
use super::booking::{booked, clock, monday, planned, take};
use super::*;
use crate::need::Role;
use crate::state::Turn;

#[test]
fn whoever_has_an_appointment_is_kept_free_from_ten_minutes_before() {
    let (mut service, _) = annas();
    wait_until(&mut service, clock(9, 49));
    let before = service.tap(MUSEUM);
    assert_eq!(service.rung_for(before), [ANNA], "there is still time");
    service.hang_up(Party::Tablet(MUSEUM), before);
    wait_until(&mut service, clock(9, 50));
    let after = service.tap(MUSEUM);
    assert_eq!(service.rung_for(after), [BORIS]);
    let second = service.tap(CLINIC);
    assert!(service.rung_for(second).is_empty());
    let held = &service.core.interpreter_view(ANNA).unwrap().appointments[0];
    assert!(held.mine && held.held);
}

#[test]
fn an_emergency_is_not_rung_at_whoever_is_kept_free_until_a_coordinator_says_so() {
    let (mut service, _) = annas();
    service.set_available(BORIS, false);
    wait_until(&mut service, clock(9, 55));
    let call = service.tap(MUSEUM);
    let class = Class::Emergency;
    service.run(Command::Prioritise { call, class });
    assert!(service.rung_for(call).is_empty());
    let interpreter = ANNA;
    service.run(Command::Assign { call, interpreter });
    assert_eq!(service.rung_for(call), [ANNA]);
}

#[test]
fn an_appointment_nobody_has_taken_keeps_nobody_free_and_takes_effect_when_somebody_does() {
    let (mut service, appointment) = at_ten();
    wait_until(&mut service, clock(9, 55));
    let call = service.tap(MUSEUM);
    assert_eq!(service.rung_for(call), [ANNA]);
    service.hang_up(Party::Tablet(MUSEUM), call);
    service.run(take(ANNA, appointment));
    let call = service.tap(MUSEUM);
    assert_eq!(service.rung_for(call), [BORIS]);
    service.run(Command::ReleaseAppointment {
        interpreter: ANNA,
        appointment,
    });
    let call = service.tap(CLINIC);
    assert_eq!(service.rung_for(call), [ANNA], "free for anybody again");
}

#[test]
fn the_end_of_one_appointment_does_not_free_whoever_has_the_next_one_near() {
    let (mut service, first) = annas();
    let next = booked(&mut service, MUSEUM, "fsl", clock(10, 30));
    service.run(take(ANNA, next));
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    wait_until(&mut service, clock(10, 2));
    let tablet = Some(HALL);
    assert!(service.person(ANNA).held);
    service.run(Command::CancelAppointment {
        tablet,
        appointment: first,
    });
    assert!(!service.person(ANNA).held, "the next one is far");
    wait_until(&mut service, clock(10, 20));
    assert!(service.person(ANNA).held);
}

#[test]
fn a_ring_under_way_when_the_appointment_comes_near_may_be_answered() {
    let (mut service, _) = annas();
    wait_until(&mut service, clock(9, 49));
    service.after(50);
    let call = service.tap(MUSEUM);
    wait_until(&mut service, clock(9, 50));
    assert_eq!(service.rung(ANNA), Some(call));
    assert_eq!(service.answer(ANNA), call);
}

#[test]
fn whoever_is_still_in_a_conversation_is_waited_for_a_minute_and_then_anybody_may_take_it() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(9, 45));
    service.tap(MUSEUM);
    service.answer(ANNA);
    wait_until(&mut service, TEN);
    let call = answered(&mut service, appointment);
    service.after(59);
    assert!(service.rung_for(call).is_empty());
    service.after(1);
    assert_eq!(service.rung_for(call), [BORIS]);
}

#[test]
fn the_visitor_of_somebody_who_is_away_goes_to_anybody_at_once() {
    let away: [fn(&mut Service); 2] = [
        |service| service.set_available(ANNA, false),
        |service| {
            drop(service.run(Command::Disconnected(
                Party::Interpreter(ANNA),
                Departure::SignedOut,
            )));
        },
    ];
    for happens in away {
        let (mut service, appointment) = annas();
        wait_until(&mut service, TEN);
        happens(&mut service);
        let call = answered(&mut service, appointment);
        assert_eq!(service.rung_for(call), [BORIS]);
    }
}

#[test]
fn the_visitor_of_somebody_who_owes_rest_goes_to_anybody_at_once() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(9, 20));
    service.tap(MUSEUM);
    let long = service.answer(ANNA);
    wait_until(&mut service, clock(9, 58));
    service.hang_up(Party::Tablet(MUSEUM), long);
    wait_until(&mut service, TEN);
    assert!(service.person(ANNA).is_free(), "and owes three minutes");
    let call = answered(&mut service, appointment);
    assert_eq!(service.rung_for(call), [BORIS]);
    assert_eq!(service.call(call).search.assigned, None);
}

#[test]
fn a_visitor_whose_interpreter_does_not_answer_goes_to_the_next() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, TEN);
    let call = answered(&mut service, appointment);
    service.decline(ANNA);
    assert_eq!(service.rung_for(call), [BORIS]);
    let (mut service, appointment) = annas();
    wait_until(&mut service, TEN);
    let call = answered(&mut service, appointment);
    service.after(20);
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::Missed));
    assert_eq!(service.rung_for(call), [BORIS]);
}

#[test]
fn whoever_is_kept_free_relieves_no_colleague_and_calls_nobody_back() {
    let (mut service, _) = annas();
    wait_until(&mut service, clock(9, 49));
    service.set_available(ANNA, false);
    let call = service.tap(MUSEUM);
    service.answer(BORIS);
    let waiting = service.tap(CLINIC);
    service.run(Command::RequestCallback {
        tablet: CLINIC,
        call: waiting,
    });
    wait_until(&mut service, clock(9, 50));
    service.set_available(ANNA, true);
    service.run(Command::Invite {
        interpreter: BORIS,
        call,
        role: Role::Relief,
        language: None,
        to: None,
    });
    assert_eq!(service.ringing(ANNA), None);
    let callbacks = service.core.tablet_view(CLINIC).unwrap().callbacks;
    assert_eq!(callbacks[0].rings_until, None);
}

#[test]
fn whoever_is_kept_free_is_so_for_three_minutes_past_the_time_and_then_for_anybody() {
    let (mut service, appointment) = annas();
    service.set_available(BORIS, false);
    wait_until(&mut service, clock(9, 50));
    let call = service.tap(MUSEUM);
    wait_until(&mut service, clock(10, 2));
    service.after(59);
    assert!(service.person(ANNA).held);
    assert!(service.rung_for(call).is_empty());
    service.after(1);
    assert_eq!(service.rung_for(call), [ANNA], "before the longest wait");
    service.answer(ANNA);
    // The visitor who is late is called still, and is the next.
    let urgent = service.tap(CLINIC);
    let late = answered(&mut service, appointment);
    service.hang_up(Party::Interpreter(ANNA), call);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    assert_eq!(service.rung(ANNA), Some(late), "before {urgent}");
}

#[test]
fn a_visitor_who_is_late_is_for_whoever_is_free() {
    let (mut service, appointment) = annas();
    service.set_available(BORIS, false);
    wait_until(&mut service, clock(10, 3));
    let call = service.tap(MUSEUM);
    assert_eq!(service.rung_for(call), [ANNA]);
    service.answer(ANNA);
    service.set_available(BORIS, true);
    let late = answered(&mut service, appointment);
    assert_eq!(service.rung_for(late), [BORIS]);
}

#[test]
fn a_visitor_who_is_late_takes_nobody_who_is_kept_free_for_the_next_one() {
    for boris in [true, false] {
        let (mut service, first) = annas();
        let next = booked(&mut service, MUSEUM, "fsl", clock(10, 30));
        service.run(take(ANNA, next));
        service.set_available(BORIS, boris);
        // The hall's tablet cannot call at a quarter past, and so calls until half past.
        wait_until(&mut service, clock(10, 14));
        service.lose(Party::Tablet(HALL));
        wait_until(&mut service, clock(10, 16));
        service.run(Command::Connected(Party::Tablet(HALL)));
        wait_until(&mut service, clock(10, 22));
        assert!(service.person(ANNA).held, "for the next");
        let late = answered(&mut service, first);
        let free = if boris { vec![BORIS] } else { vec![] };
        assert_eq!(service.rung_for(late), free);
    }
}

#[test]
fn whoever_takes_an_appointment_whose_visitor_is_late_is_kept_free_no_longer() {
    let (mut service, appointment) = at_ten();
    service.set_available(BORIS, false);
    wait_until(&mut service, clock(10, 3));
    service.run(take(ANNA, appointment));
    assert!(!service.person(ANNA).held);
    let call = answered(&mut service, appointment);
    assert_eq!(service.rung_for(call), [ANNA]);
}

/// Anna alone, who has the hall's visitor of ten o'clock, and a visitor of the hall who is to be
/// called back in Arabic, which nobody on duty speaks.
fn with_a_callback() -> (Service, CallId, CallId) {
    let mut two = planned(&[ANNA]);
    two.interpreters
        .insert(BORIS, person(&[("ar", 1, &[Mode::SpokenVideo])]));
    let mut service = monday(two);
    let appointment = booked(&mut service, HALL, "fsl", TEN);
    service.run(take(ANNA, appointment));
    service.set_available(BORIS, false);
    wait_until(&mut service, clock(9, 30));
    let callback = service.tap_for(HALL, "ar");
    let tablet = HALL;
    service.run(Command::RequestCallback {
        tablet,
        call: callback,
    });
    (service, appointment, callback)
}

fn rings(service: &Service) -> bool {
    let shown = service.core.tablet_view(HALL).unwrap().callbacks;
    assert_eq!(shown[0].mode, Mode::SpokenVideo);
    assert_eq!(shown[0].attempts, 0);
    shown[0].rings_until.is_some()
}

#[test]
fn a_callback_waits_until_the_visitor_of_an_appointment_at_its_tablet_has_been_called() {
    let (mut service, appointment, _) = with_a_callback();
    wait_until(&mut service, TEN);
    service.set_available(BORIS, true);
    assert!(!rings(&service), "the tablet calls somebody else");
    let call = answered(&mut service, appointment);
    service.answer(ANNA);
    assert!(!rings(&service), "the tablet is in a call");
    service.hang_up(Party::Tablet(HALL), call);
    assert!(rings(&service));
}

#[test]
fn an_appointment_that_begins_takes_its_tablets_ring_back_and_costs_the_callback_no_attempt() {
    let (mut service, appointment, callback) = with_a_callback();
    wait_until(&mut service, clock(9, 59));
    service.after(30);
    service.set_available(BORIS, true);
    assert!(rings(&service));
    let ticket = service.core.state().callback(callback).unwrap().ticket;
    wait_until(&mut service, TEN);
    assert!(!rings(&service));
    let waits = service.core.state().callback(callback).unwrap();
    assert_eq!((waits.turn, waits.ticket), (Turn::Waiting, ticket));
    service.run(Command::CancelAppointment {
        tablet: Some(HALL),
        appointment,
    });
    assert!(rings(&service));
}
