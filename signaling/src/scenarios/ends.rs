//! Stories about how a call and the time after it end.

use super::*;

#[test]
fn cancelling_ends_the_ring_at_once_and_is_nobodys_miss() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.run(Command::HangUp {
        party: Party::Tablet(HALL),
        call,
    });
    assert_eq!(service.ringing(ANNA), None);
    assert_eq!(service.outcome(HALL), Some(Outcome::AbandonedQueued));
    let anna = service.core.state().interpreter(ANNA).unwrap();
    assert_eq!((anna.misses, anna.is_free()), (0, true));
    // Twice is once.
    let again = service.run(Command::HangUp {
        party: Party::Tablet(HALL),
        call,
    });
    assert_eq!(again, Step::default());
}

#[test]
fn a_call_that_never_connects_goes_back_to_its_place_and_rings_elsewhere() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.accept(ANNA);
    service.after(15);
    assert_eq!(
        service.ringing(BORIS).map(|(_, ringing)| ringing),
        Some(call)
    );
    let record = service.core.record(call).unwrap();
    assert_eq!(
        (record.accepted_at, record.queued_at),
        (None, record.tapped_at)
    );
}

#[test]
fn an_interpreter_who_leaves_before_the_connection_sends_the_visitor_back_not_away() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.accept(ANNA);
    let step = service.run(Command::HangUp {
        party: Party::Interpreter(ANNA),
        call,
    });
    assert!(step.effects.contains(&Effect::CloseRoom(call)));
    assert!(matches!(
        service.phase(HALL),
        TabletPhase::Waiting { position: 1, .. }
    ));
    assert!(service.ringing(BORIS).is_some());
}

#[test]
fn a_hang_up_on_either_side_ends_the_call_for_both_and_starts_the_wrap_up() {
    for party in [Party::Tablet(HALL), Party::Interpreter(ANNA)] {
        let (mut service, call) = Service::talking();
        let step = service.run(Command::HangUp { party, call });
        assert!(step.effects.contains(&Effect::CloseRoom(call)));
        assert_eq!(service.outcome(HALL), Some(Outcome::Completed));
        let activity = service.core.interpreter_view(ANNA).unwrap().activity;
        assert!(matches!(activity, Activity::WrapUp { .. }), "{activity:?}");
        service.after(30);
        assert!(service.core.state().interpreter(ANNA).unwrap().is_free());
    }
}

#[test]
fn wrap_up_can_be_cut_short_and_the_next_call_rings_at_once() {
    let (mut service, call) = Service::talking();
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    service.run(Command::HangUp {
        party: Party::Tablet(HALL),
        call,
    });
    let next = service.tap(MUSEUM);
    assert_eq!(service.ringing(ANNA), None);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    assert_eq!(
        service.ringing(ANNA).map(|(_, ringing)| ringing),
        Some(next)
    );
}

#[test]
fn losing_one_side_of_a_conversation_is_shown_and_ends_it_only_after_the_grace() {
    let (mut service, _) = Service::talking();
    service.run(Command::Disconnected(
        Party::Interpreter(ANNA),
        Departure::Lost,
    ));
    assert!(matches!(
        service.phase(HALL),
        TabletPhase::Active {
            other_lost: true,
            ..
        }
    ));
    service.after(59);
    assert!(matches!(service.phase(HALL), TabletPhase::Active { .. }));
    service.after(1);
    let lost = service.records.last().map(|record| record.outcome);
    assert_eq!(lost, Some(Some(Outcome::ConnectionLost)));
    assert!(matches!(service.phase(HALL), TabletPhase::Waiting { .. }));
}
