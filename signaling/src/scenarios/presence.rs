//! Stories about clients that go away and come back.

use super::*;

#[test]
fn closing_the_tablets_page_ends_the_ring_after_the_grace_of_a_reload() {
    let mut service = Service::open();
    service.tap(HALL);
    service.run(Command::Disconnected(
        Party::Tablet(HALL),
        Departure::Closed,
    ));
    service.after(3);
    assert!(service.ringing(ANNA).is_some());
    service.after(1);
    assert_eq!(service.ringing(ANNA), None);
    assert_eq!(service.outcome(HALL), Some(Outcome::AbandonedQueued));
}

#[test]
fn a_tablet_without_wifi_for_50_seconds_keeps_its_place() {
    let mut service = Service::open();
    service.run(Command::SetAvailable {
        interpreter: ANNA,
        available: false,
    });
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    let first = service.tap(HALL);
    service.tap(MUSEUM);
    service.run(Command::Disconnected(Party::Tablet(HALL), Departure::Lost));
    service.after(50);
    service.run(Command::Connected(Party::Tablet(HALL)));
    let TabletPhase::Waiting { call, position, .. } = service.phase(HALL) else {
        panic!("the call is gone");
    };
    assert_eq!((call, position), (first, 1));
}

#[test]
fn an_interpreter_who_vanishes_while_ringing_is_replaced_at_once_and_not_rung_meanwhile() {
    let mut service = Service::open();
    service.tap(HALL);
    service.run(Command::Disconnected(
        Party::Interpreter(ANNA),
        Departure::Lost,
    ));
    assert!(service.ringing(BORIS).is_some());
    service.tap(MUSEUM);
    assert_eq!(service.ringing(ANNA), None);
    // Back within the lease: available as before, and rung for the call that waits.
    service.run(Command::Connected(Party::Interpreter(ANNA)));
    assert!(service.ringing(ANNA).is_some());
}

#[test]
fn a_ring_or_a_connection_that_nobody_failed_begins_no_cooldown() {
    let mut service = Service::open();
    service.tap(HALL);
    service.lose(Party::Interpreter(ANNA));
    service.accept(BORIS);
    service.run(Command::Restarted);
    let cooled = |entry: &&Entry| matches!(entry.event, Event::CooldownEnded { .. });
    assert_eq!(service.journal.iter().find(cooled), None);
}
