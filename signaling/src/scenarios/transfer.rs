//! Stories about conversations that go on with somebody else: passed on by the interpreter, or
//! after the interpreter was lost.

use super::*;

/// Anna signs, Boris and Chloe speak English; the hall talks with Anna.
fn talking() -> (Service, CallId) {
    let mut people = configuration(&[ANNA]);
    for id in [BORIS, CHLOE] {
        let speaks = person(&[("en", 1, &[Mode::SpokenVideo])]);
        people.interpreters.insert(id, speaks);
    }
    let mut service = Service::with(people);
    service.tap(HALL);
    let call = service.answer(ANNA);
    (service, call)
}

fn to_english(call: CallId) -> Command {
    Command::Transfer {
        interpreter: ANNA,
        call,
        language: tag("en"),
    }
}

#[test]
fn a_transferred_visitor_waits_before_everybody_of_the_class_and_behind_the_more_urgent() {
    let (mut service, call) = talking();
    service.set_available(BORIS, false);
    service.set_available(CHLOE, false);
    let normal = service.tap_for(MUSEUM, "en");
    let urgent = service.tap_for(CLINIC, "en");
    let class = Class::Priority;
    service.run(Command::Prioritise {
        call: urgent,
        class,
    });
    service.after(60);
    service.run(to_english(call));
    let again = service.core.state().tablet(HALL).unwrap().call.unwrap();
    let order: Vec<_> = service.core.state().waiting(tag("en")).collect();
    assert_eq!(order, [urgent, again, normal]);
    let record = &service.call(again).record;
    assert_eq!((record.origin, record.class), (Some(call), Class::Normal));
    assert_eq!(service.records[0].outcome, Some(Outcome::Transferred));
    assert!(matches!(service.person(ANNA).duty, Duty::WrapUp { .. }));
}

#[test]
fn a_transfer_rings_at_once_and_asked_twice_happens_once() {
    let (mut service, call) = talking();
    service.run(to_english(call));
    assert!(service.rung(BORIS).is_some());
    assert_eq!(service.run(to_english(call)), Step::default());
}

#[test]
fn a_transfer_to_nowhere_leaves_the_conversation_as_it_is() {
    let (mut service, call) = talking();
    let to = |language: &str| Command::Transfer {
        interpreter: ANNA,
        call,
        language: tag(language),
    };
    assert_eq!(service.refused(to("ja")), Rejection::UnknownLanguage);
    assert_eq!(service.refused(to("fsl")), Rejection::WrongState);
    let counter = Counter::Language(tag("en"));
    let open = Some(false);
    service.run(Command::Force { counter, open });
    assert_eq!(service.refused(to("en")), Rejection::Closed);
    assert!(matches!(service.phase(HALL), TabletPhase::Active { .. }));
}

#[test]
fn a_visitor_whose_interpreter_was_lost_waits_again_before_the_others() {
    let (mut service, call) = Service::talking();
    service.set_available(BORIS, false);
    let other = service.tap(MUSEUM);
    service.lose(Party::Interpreter(ANNA));
    service.after(60);
    let again = service.core.state().tablet(HALL).unwrap().call.unwrap();
    assert_eq!(service.call(again).record.origin, Some(call));
    service.set_available(BORIS, true);
    assert_eq!(service.rung(BORIS), Some(again));
    assert!(service.call(other).is_waiting());
    assert_eq!(service.records[0].outcome, Some(Outcome::ConnectionLost));
}

#[test]
fn an_interpreter_who_signs_out_in_a_conversation_leaves_nobody_behind() {
    let (mut service, _) = Service::talking();
    let anna = Party::Interpreter(ANNA);
    service.run(Command::Disconnected(anna, Departure::SignedOut));
    assert!(service.rung(BORIS).is_some());
}

#[test]
fn a_tablet_out_of_the_directory_finishes_its_conversation_and_begins_no_other() {
    let (mut service, call) = talking();
    let mut without = service.core.state().configuration().clone();
    without.tablets.remove(&HALL);
    service.configure(without);
    // And may reload its page meanwhile.
    service.lose(Party::Tablet(HALL));
    service.run(Command::Connected(Party::Tablet(HALL)));
    assert!(matches!(service.phase(HALL), TabletPhase::Active { .. }));
    assert_eq!(service.refused(to_english(call)), Rejection::UnknownTablet);
    service.lose(Party::Interpreter(ANNA));
    service.after(60);
    assert_eq!(service.core.state().calls().count(), 0);
    assert!(service.core.state().tablet(HALL).is_none());
}
