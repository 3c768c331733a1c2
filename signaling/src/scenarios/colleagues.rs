//! Two interpreters in one conversation: taking it over, working beside, and every way that fails.
//! The handshake with two sides is that of voxbento (fossasia/voxbento #160): one passes, the other
//! takes, and nobody is left without an interpreter between.

use super::*;
use crate::need::Role;
use crate::view::{ColleagueState, ColleagueView};

const HALL_PARTY: Party = Party::Tablet(HALL);

fn invite(call: CallId, role: Role) -> Command {
    Command::Invite {
        interpreter: ANNA,
        call,
        role,
        language: None,
        to: None,
    }
}

const fn take_over(call: CallId) -> Command {
    Command::TakeOver {
        interpreter: BORIS,
        call,
    }
}

const fn boris_up(call: CallId) -> Command {
    Command::ColleagueUp {
        call,
        interpreter: BORIS,
    }
}

/// Anna talks to the hall, and Boris has accepted to come.
fn with_boris(role: Role) -> (Service, CallId) {
    let (mut service, call) = Service::talking();
    service.run(invite(call, role));
    service.accept(BORIS);
    (service, call)
}

/// And is seen.
fn with_boris_up(role: Role) -> (Service, CallId) {
    let (mut service, call) = with_boris(role);
    service.run(boris_up(call));
    (service, call)
}

/// Anna talks to the hall, and Boris, who speaks English and does not sign, is rung to work beside.
fn with_english_sought() -> (Service, CallId) {
    let mut two = configuration(&[ANNA]);
    let speaks = person(&[("en", 1, &[Mode::SpokenVideo])]);
    two.interpreters.insert(BORIS, speaks);
    let mut service = Service::with(two);
    service.tap(HALL);
    let call = service.answer(ANNA);
    service.run(Command::Invite {
        interpreter: ANNA,
        call,
        role: Role::Second,
        language: Some(tag("en")),
        to: None,
    });
    (service, call)
}

fn colleague(service: &Service) -> Option<ColleagueView> {
    match service.phase(HALL) {
        TabletPhase::Active { colleague, .. } => colleague,
        other => panic!("the hall does not talk: {other:?}"),
    }
}

fn state(service: &Service) -> Option<ColleagueState> {
    colleague(service).map(|colleague| colleague.state)
}

#[test]
fn a_conversation_is_handed_over_without_the_visitor_losing_the_interpreter() {
    let (mut service, call) = Service::talking();
    service.run(invite(call, Role::Relief));
    assert_eq!(service.rung(BORIS), Some(call));
    assert_eq!(state(&service), Some(ColleagueState::Ringing));
    service.accept(BORIS);
    assert_eq!(state(&service), Some(ColleagueState::Connecting));
    assert_eq!(service.refused(take_over(call)), Rejection::WrongState);
    service.run(boris_up(call));
    assert_eq!(service.call(call).interpreter(), Some(ANNA));
    let step = service.run(take_over(call));
    assert!(
        step.effects
            .contains(&Effect::CloseLeg(call, Party::Interpreter(ANNA)))
    );
    assert!(!step.effects.contains(&Effect::CloseRoom(call)));
    assert_eq!(service.call(call).interpreter(), Some(BORIS));
    assert!(matches!(service.person(ANNA).duty, Duty::WrapUp { .. }));
    assert_eq!(colleague(&service), None);
    let record = service.core.record(call).unwrap();
    assert_eq!((record.handovers, record.interpreter), (1, Some(BORIS)));
    // Clicked twice.
    assert_eq!(service.run(take_over(call)).entries, []);
}

#[test]
fn only_the_lead_asks_for_a_colleague_and_only_one_at_a_time() {
    let (mut service, call) = Service::talking();
    let by_boris = Command::Invite {
        interpreter: BORIS,
        call,
        role: Role::Relief,
        language: None,
        to: None,
    };
    assert_eq!(service.refused(by_boris), Rejection::CallGone);
    assert_eq!(
        service.refused(invite(call, Role::Lead)),
        Rejection::WrongState
    );
    service.run(invite(call, Role::Relief));
    assert_eq!(service.run(invite(call, Role::Relief)).entries, []);
    assert_eq!(
        service.refused(invite(call, Role::Second)),
        Rejection::WrongState
    );
}

#[test]
fn a_colleague_who_never_connects_is_let_go_and_the_conversation_goes_on() {
    let (mut service, call) = with_boris(Role::Relief);
    service.after(15);
    assert_eq!(colleague(&service), None);
    assert_eq!(service.person(BORIS).duty, Duty::Free);
    assert_eq!(service.call(call).interpreter(), Some(ANNA));
}

#[test]
fn an_accept_asked_twice_is_answered_alike_to_the_lead_and_to_the_colleague() {
    let (mut service, call) = with_boris(Role::Relief);
    let lead = service.call(call).offer().unwrap();
    let colleague = service.call(call).colleague.unwrap().offer;
    let accept = |interpreter, offer| Command::Accept { interpreter, offer };
    for (interpreter, own, other) in [(ANNA, lead, colleague), (BORIS, colleague, lead)] {
        assert_eq!(service.run(accept(interpreter, own)), Step::default());
        let refused = service.refused(accept(interpreter, other));
        assert_eq!(refused, Rejection::OfferGone);
    }
}

#[test]
fn a_search_that_finds_nobody_ends_and_says_so() {
    let (mut service, call) = Service::talking();
    service.set_available(BORIS, false);
    service.run(invite(call, Role::Relief));
    assert_eq!(state(&service), Some(ColleagueState::Sought));
    service.after(120);
    assert_eq!(colleague(&service), None);
}

#[test]
fn the_lead_may_take_the_wish_back_while_it_rings_and_after_the_accept() {
    let (mut service, call) = Service::talking();
    let cancel = || Command::CancelInvite {
        interpreter: ANNA,
        call,
    };
    service.run(invite(call, Role::Relief));
    service.run(cancel());
    assert_eq!(service.rung(BORIS), None);
    assert_eq!(service.last_end(BORIS), Some(OfferEnd::Withdrawn));
    service.run(invite(call, Role::Relief));
    service.accept(BORIS);
    let step = service.run(cancel());
    assert!(
        step.effects
            .contains(&Effect::CloseLeg(call, Party::Interpreter(BORIS)))
    );
    assert_eq!(service.person(BORIS).duty, Duty::Free);
}

#[test]
fn the_lead_who_hangs_up_once_the_relief_is_there_has_handed_over() {
    let (mut service, call) = with_boris_up(Role::Relief);
    service.hang_up(Party::Interpreter(ANNA), call);
    assert_eq!(service.call(call).interpreter(), Some(BORIS));
}

#[test]
fn the_lead_who_hangs_up_ends_the_call_while_the_relief_is_not_seen_or_a_second_is_beside() {
    for (mut service, call) in [with_boris(Role::Relief), with_boris_up(Role::Second)] {
        service.hang_up(Party::Interpreter(ANNA), call);
        assert_eq!(service.outcome(HALL), Some(Outcome::Completed));
    }
}

#[test]
fn the_lead_who_is_lost_leaves_the_conversation_to_the_colleague_who_is_there() {
    let (mut service, call) = with_boris_up(Role::Second);
    service.lose(Party::Interpreter(ANNA));
    service.after(60);
    assert_eq!(service.call(call).interpreter(), Some(BORIS));
    assert!(matches!(service.person(ANNA).duty, Duty::WrapUp { .. }));
}

#[test]
fn a_second_interpreter_works_beside_and_both_wrap_up_when_the_visitor_leaves() {
    let (mut service, call) = with_boris_up(Role::Second);
    let role = |who| service.call(call).role_of(who);
    assert_eq!(role(ANNA), Some(Role::Lead));
    assert_eq!((role(BORIS), role(CHLOE)), (Some(Role::Second), None));
    assert_eq!(service.refused(take_over(call)), Rejection::WrongState);
    service.hang_up(HALL_PARTY, call);
    for person in [ANNA, BORIS] {
        assert!(matches!(service.person(person).duty, Duty::WrapUp { .. }));
    }
    assert_eq!(service.outcome(HALL), Some(Outcome::Completed));
}

#[test]
fn a_second_interpreter_who_leaves_wraps_up_and_the_conversation_goes_on() {
    let (mut service, call) = with_boris_up(Role::Second);
    service.hang_up(Party::Interpreter(BORIS), call);
    assert!(matches!(service.person(BORIS).duty, Duty::WrapUp { .. }));
    assert_eq!(service.call(call).interpreter(), Some(ANNA));
}

#[test]
fn a_colleague_of_another_language_is_sought_by_that_language() {
    let (service, call) = with_english_sought();
    assert_eq!(service.rung(BORIS), Some(call));
}

#[test]
fn the_person_wanted_is_rung_before_who_is_idle_longest() {
    let mut service = Service::with(configuration(&[ANNA, BORIS, CHLOE]));
    service.tap(HALL);
    let call = service.answer(ANNA);
    service.run(Command::Invite {
        interpreter: ANNA,
        call,
        role: Role::Relief,
        language: None,
        to: Some(CHLOE),
    });
    assert_eq!(service.rung_for(call), [CHLOE]);
    // Chloe declines: then anybody.
    service.decline(CHLOE);
    assert_eq!(service.rung_for(call), [BORIS]);
}

#[test]
fn relief_is_sought_before_a_normal_call_is_served() {
    let (mut service, call) = Service::talking();
    service.set_available(BORIS, false);
    let waiting = service.tap(MUSEUM);
    service.after(5);
    service.run(invite(call, Role::Relief));
    service.set_available(BORIS, true);
    assert_eq!(service.rung(BORIS), Some(call));
    assert_eq!(service.rung_for(waiting), []);
}

#[test]
fn after_two_hours_relief_is_sought_by_itself() {
    let (mut service, call) = Service::talking();
    service.after(2 * 60 * 60);
    assert!(service.person(ANNA).work.now.unwrap().stop_reached);
    assert_eq!(service.rung(BORIS), Some(call));
}

#[test]
fn after_two_hours_nobody_else_is_sought_while_a_second_is_beside() {
    let (mut service, call) = with_boris_up(Role::Second);
    service.after(2 * 60 * 60);
    assert!(service.person(ANNA).work.now.unwrap().stop_reached);
    assert_eq!(service.call(call).sought, None);
}

#[test]
fn after_two_hours_relief_is_sought_until_somebody_comes() {
    let (mut service, call) = Service::talking();
    service.set_available(BORIS, false);
    service.after(2 * 60 * 60 + 10 * 60);
    assert_eq!(state(&service), Some(ColleagueState::Sought));
    service.set_available(BORIS, true);
    assert_eq!(service.rung(BORIS), Some(call));
}

#[test]
fn a_restart_lets_a_colleague_go_who_was_still_connecting_and_keeps_one_who_was_there() {
    let (mut coming, _) = with_boris(Role::Relief);
    coming.run(Command::Restarted);
    assert_eq!(colleague(&coming), None);
    let (mut there, _) = with_boris_up(Role::Second);
    there.run(Command::Restarted);
    assert_eq!(state(&there), Some(ColleagueState::There));
}

#[test]
fn a_transfer_to_another_language_lets_the_colleague_go_too() {
    let (mut service, call) = with_boris_up(Role::Second);
    service.run(Command::Transfer {
        interpreter: ANNA,
        call,
        language: tag("en"),
    });
    assert!(matches!(service.person(BORIS).duty, Duty::WrapUp { .. }));
    assert!(matches!(service.phase(HALL), TabletPhase::Waiting { .. }));
}

#[test]
fn only_the_lead_passes_the_visitor_on_to_another_language() {
    let (mut service, call) = with_boris_up(Role::Second);
    let by_the_second = Command::Transfer {
        interpreter: BORIS,
        call,
        language: tag("en"),
    };
    assert_eq!(service.refused(by_the_second), Rejection::WrongState);
}

#[test]
fn a_second_of_another_language_is_not_left_alone_with_the_visitor() {
    let (mut service, call) = with_english_sought();
    service.accept(BORIS);
    service.run(boris_up(call));
    service.lose(Party::Interpreter(ANNA));
    service.after(60);
    assert!(matches!(service.phase(HALL), TabletPhase::Waiting { .. }));
    assert!(matches!(service.person(BORIS).duty, Duty::WrapUp { .. }));
}

#[test]
fn oneself_and_people_off_duty_cannot_be_asked_to_come() {
    let (mut service, call) = Service::talking();
    service.set_available(BORIS, false);
    for to in [ANNA, BORIS] {
        let wish = Command::Invite {
            interpreter: ANNA,
            call,
            role: Role::Relief,
            language: None,
            to: Some(to),
        };
        assert_eq!(service.refused(wish), Rejection::WrongState, "{to}");
    }
}

#[test]
fn a_colleague_is_sought_to_the_last_step_of_the_language_and_rung_there() {
    let mut late = configuration(&[ANNA, BORIS, CHLOE]);
    let second = person(&[("fsl", 2, &[Mode::Sign])]);
    late.interpreters.insert(CHLOE, second);
    language(&mut late, "fsl").steps = steps(&[
        "at once ring one of tier 1",
        "after 5 min ring one of every tier",
    ]);
    let mut service = Service::with(late);
    service.tap(HALL);
    let call = service.answer(ANNA);
    // Of the first tier Boris is on duty, and stays in a conversation.
    service.tap(MUSEUM);
    service.answer(BORIS);
    service.run(invite(call, Role::Relief));
    service.after(5 * 60 - 1);
    assert_eq!(state(&service), Some(ColleagueState::Sought));
    service.after(1);
    assert_eq!(service.rung(CHLOE), Some(call));
    service.decline(CHLOE);
    service.after(20);
    assert_eq!(state(&service), None, "given up one ring later");
}
