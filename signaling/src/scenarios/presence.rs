//! Stories about clients that go away and come back.

use super::*;
use crate::state::Presence;

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

#[test]
fn nobody_pays_for_a_time_in_which_nothing_could_be_decided() {
    let mut service = Service::open();
    service.run(Command::SetAvailable {
        interpreter: ANNA,
        available: false,
    });
    let call = service.tap(HALL);
    let (offer, _) = service.ringing(BORIS).unwrap();
    service.tap(MUSEUM);
    service.core.hold();
    // Long enough for every ring and every grace; a visitor goes at its end.
    service.now = service.now + Millis::from_secs(40);
    let step = service.handle(&Command::Disconnected(
        Party::Tablet(MUSEUM),
        Departure::Lost,
    ));
    assert_eq!(step.entries.len(), 1, "nothing falls due: {step:?}");
    assert_eq!(service.ringing(BORIS), Some((offer, call)));
    service.now = service.now + Millis::from_secs(40);
    service.run(Command::Resumed);
    assert_eq!(service.last_end(BORIS), Some(OfferEnd::InterpreterLost));
    let (again, rung_for) = service.ringing(BORIS).unwrap();
    assert_eq!(rung_for, call, "it keeps its place");
    assert_ne!(again, offer);
    let until = service.now + service.core.state().configuration().rules.grace_lost_ms;
    let museum = service.core.state().presence(Party::Tablet(MUSEUM));
    assert_eq!(museum, Some(Presence::Leaving { until }));
    // Deadlines are met again.
    service.after(30);
    assert_eq!(service.last_end(BORIS), Some(OfferEnd::Missed));
}

#[test]
fn media_that_came_up_while_nothing_could_be_decided_counts_from_its_moment() {
    let mut service = Service::open();
    let (up, down) = (service.tap(HALL), service.tap(MUSEUM));
    for _ in 0..2 {
        let person = if service.rung(ANNA).is_some() {
            ANNA
        } else {
            BORIS
        };
        service.accept(person);
    }
    service.core.hold();
    service.now = service.now + Millis::from_secs(5);
    let up_at = service.now;
    service.handle(&Command::MediaUp { call: up });
    service.now = service.now + Millis::from_secs(40);
    service.run(Command::Resumed);
    assert_eq!(service.call(up).record.connected_at, Some(up_at));
    // Nobody failed in the other: it is in its place again, and rung for, without a cooldown.
    assert!(service.call(down).is_waiting());
    assert_eq!(service.rung_for(down).len(), 1);
}
