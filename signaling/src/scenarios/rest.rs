//! Stories about pauses, wrap-up and rest.

use super::*;
use crate::protocol::HelpReason;

const MINUTE: u64 = 60;

fn pause(by_coordinator: bool) -> Command {
    Command::Pause {
        interpreter: ANNA,
        reason: PauseReason::Meal,
        by_coordinator,
    }
}

#[test]
fn a_pause_takes_the_ring_back_shows_its_reason_and_ends_by_ones_own_hand() {
    for by_coordinator in [false, true] {
        let mut service = Service::with(configuration(&[ANNA]));
        let call = service.tap(HALL);
        service.run(pause(by_coordinator));
        assert_eq!(service.last_end(ANNA), Some(OfferEnd::Withdrawn));
        let shown = service.core.interpreter_view(ANNA).unwrap().pause.unwrap();
        let told = (shown.reason, shown.by_coordinator);
        assert_eq!(told, (PauseReason::Meal, by_coordinator));
        assert_eq!(service.run(pause(by_coordinator)), Step::default());
        service.after(5);
        service.set_available(ANNA, true);
        assert_eq!(service.rung(ANNA), Some(call));
        assert_eq!(service.person(ANNA).misses, 0);
    }
}

#[test]
fn a_pause_in_the_middle_of_a_call_begins_after_it() {
    let (mut service, call) = Service::talking();
    service.run(pause(true));
    assert!(matches!(service.phase(HALL), TabletPhase::Active { .. }));
    service.hang_up(Party::Tablet(HALL), call);
    service.after(30);
    service.set_available(BORIS, false);
    service.tap(MUSEUM);
    assert_eq!(service.rung(ANNA), None);
    assert_eq!(service.person(ANNA).availability, Availability::Paused);
}

#[test]
fn a_wrap_up_is_extended_to_its_limit_and_cut_short_by_the_interpreter() {
    let (mut service, call) = Service::talking();
    service.hang_up(Party::Tablet(HALL), call);
    let began = service.now;
    let extend = |seconds: u64| Command::ExtendWrapUp {
        interpreter: ANNA,
        until: began + Millis::from_secs(seconds),
    };
    let ends = |service: &Service| match service.core.interpreter_view(ANNA).unwrap().activity {
        Activity::WrapUp {
            ends_at,
            extendable,
            ..
        } => (ends_at.since(began).0 / 1000, extendable),
        other => panic!("{other:?}"),
    };
    assert_eq!(ends(&service), (30, true));
    let unseen = service.refused(extend(31));
    assert_eq!(unseen, Rejection::WrongState, "no wrap-up ends then");
    for (until, seconds) in [(30, 90), (90, 150), (150, 210), (210, 270), (270, 300)] {
        service.run(extend(until));
        // Sent again, it is one wish.
        assert_eq!(service.run(extend(until)), Step::default());
        assert_eq!(ends(&service), (seconds, seconds < 300));
    }
    assert_eq!(service.refused(extend(300)), Rejection::WrongState);
    service.after(299);
    assert!(!service.person(ANNA).is_free());
    service.run(Command::EndWrapUp { interpreter: ANNA });
    assert!(service.person(ANNA).is_free());
    assert_eq!(service.refused(extend(300)), Rejection::WrongState);
}

#[test]
fn relief_is_offered_after_thirty_minutes_of_signing_and_five_of_rest_are_owed() {
    let (mut service, call) = Service::talking();
    service.set_available(BORIS, false);
    service.after(30 * MINUTE - 1);
    let work = |service: &Service| service.core.interpreter_view(ANNA).unwrap().work;
    assert!(!work(&service).relief_due);
    service.after(1);
    assert!(work(&service).relief_due && !work(&service).stop_reached);
    service.hang_up(Party::Tablet(HALL), call);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    let rested_at = service.now + Millis::from_secs(5 * MINUTE);
    assert_eq!(work(&service).rests_until, Some(rested_at));
    let next = service.tap(MUSEUM);
    service.after(5 * MINUTE - 1);
    assert_eq!(service.rung(ANNA), None);
    service.after(1);
    assert_eq!(service.rung(ANNA), Some(next));
    assert_eq!(work(&service).rests_until, None);
}

#[test]
fn rest_is_owed_for_signs_alone_and_a_call_in_writing_is_taken_meanwhile() {
    let mut writes = configuration(&[]);
    let modes: &[Mode] = &[Mode::Sign, Mode::TextRelay];
    writes
        .interpreters
        .insert(ANNA, person(&[("fsl", 1, modes)]));
    language(&mut writes, "fsl").modes = modes.to_vec();
    let mut service = Service::with(writes);
    let call = service.tap(HALL);
    service.answer(ANNA);
    service.after(30 * MINUTE);
    service.hang_up(Party::Tablet(HALL), call);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    service.tap(HALL);
    assert_eq!(service.rung(ANNA), None);
    service.run(Command::Tap {
        tablet: MUSEUM,
        language: tag("fsl"),
        mode: Some(Mode::TextRelay),
        tapped_at: service.now,
    });
    let written = service.core.state().tablet(MUSEUM).unwrap().call;
    assert_eq!(service.rung(ANNA), written);
}

#[test]
fn short_gaps_between_calls_do_not_end_consecutive_work() {
    let mut service = Service::with(configuration(&[ANNA]));
    for _ in 0..2 {
        let call = service.tap(HALL);
        service.answer(ANNA);
        service.after(15 * MINUTE);
        service.hang_up(Party::Tablet(HALL), call);
        service.after(4 * MINUTE);
    }
    service.tap(HALL);
    assert_eq!(service.rung(ANNA), None, "thirty minutes with gaps of four");
    service.after(MINUTE);
    assert!(service.rung(ANNA).is_some());
}

#[test]
fn no_step_however_wide_breaks_the_rest_and_an_assignment_does_not_either() {
    let mut wide = configuration(&[ANNA]);
    language(&mut wide, "fsl").steps =
        steps(&["at once ring all of every tier and the overflow pool, audio will do"]);
    let mut service = Service::with(wide);
    let call = service.tap(HALL);
    service.answer(ANNA);
    service.after(31 * MINUTE);
    service.hang_up(Party::Tablet(HALL), call);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    let next = service.tap(HALL);
    assert!(service.rung_for(next).is_empty());
    let assign = Command::Assign {
        call: next,
        interpreter: ANNA,
    };
    assert_eq!(service.refused(assign), Rejection::NotQualified);
}

#[test]
fn after_two_hours_the_stop_is_shown_and_no_call_of_any_mode_is_offered() {
    let mut writes = configuration(&[]);
    let modes: &[Mode] = &[Mode::TextRelay, Mode::Sign];
    writes
        .interpreters
        .insert(ANNA, person(&[("fsl", 1, modes)]));
    language(&mut writes, "fsl").modes = vec![Mode::TextRelay, Mode::Sign];
    let mut service = Service::with(writes);
    let call = service.tap(HALL);
    service.answer(ANNA);
    service.after(2 * 60 * MINUTE);
    assert!(
        service
            .core
            .interpreter_view(ANNA)
            .unwrap()
            .work
            .stop_reached
    );
    assert!(matches!(service.phase(HALL), TabletPhase::Active { .. }));
    service.hang_up(Party::Tablet(HALL), call);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    service.tap(HALL);
    assert_eq!(service.rung(ANNA), None);
}

#[test]
fn a_person_with_a_shorter_limit_is_relieved_earlier() {
    let mut short = configuration(&[ANNA]);
    let anna = short.interpreters.get_mut(&ANNA).unwrap();
    anna.relief_ms = Some(Millis::from_secs(20 * MINUTE));
    let mut service = Service::with(short);
    service.tap(HALL);
    service.answer(ANNA);
    service.after(20 * MINUTE);
    assert!(service.core.interpreter_view(ANNA).unwrap().work.relief_due);
}

#[test]
fn a_request_for_help_is_on_the_board_until_it_is_taken_back() {
    let (mut service, _) = Service::talking();
    for reason in [Some(HelpReason::Difficult), None] {
        let interpreter = ANNA;
        service.run(Command::AskHelp {
            interpreter,
            reason,
        });
        assert_eq!(service.core.board_view().interpreters[0].help, reason);
    }
}
