//! Stories about the edges of the service: nobody there, full, changed in the middle, restarted;
//! and what the board shows.

use super::*;

#[test]
fn a_call_nobody_can_take_ends_as_timed_out_at_the_longest_wait() {
    let mut service = Service::open();
    service.run(Command::SetAvailable {
        interpreter: ANNA,
        available: false,
    });
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    service.tap(HALL);
    service.after(15 * 60 - 1);
    assert!(matches!(
        service.phase(HALL),
        TabletPhase::Waiting { on_duty: 0, .. }
    ));
    service.after(1);
    assert_eq!(service.outcome(HALL), Some(Outcome::TimedOut));
}

#[test]
fn a_full_queue_refuses_on_record() {
    let mut service = Service::open();
    let mut full = configuration(&[ANNA, BORIS]);
    full.rules.queue_max = 0;
    service.configure(full);
    assert_eq!(service.tap_in_vain(HALL, "fsl"), Some(Outcome::RefusedFull));
    let record = service.core.record(CallId(1)).unwrap();
    assert_eq!(record.outcome, Some(Outcome::RefusedFull));
}

#[test]
fn a_second_tap_is_the_same_call_and_another_language_is_refused() {
    let mut service = Service::open();
    let first = service.tap(HALL);
    assert_eq!(service.tap(HALL), first);
    for (language, rejection) in [
        ("en", Rejection::WrongState),
        ("ja", Rejection::UnknownLanguage),
    ] {
        let other = Command::Tap {
            tablet: HALL,
            language: tag(language),
            mode: None,
            tapped_at: service.now,
        };
        assert_eq!(service.refused(other), rejection);
    }
}

#[test]
fn a_second_tap_in_the_same_mode_is_the_same_call_and_in_another_it_is_refused() {
    let mut service = Service::open();
    let tap = |mode| Command::Tap {
        tablet: HALL,
        language: tag("en"),
        mode: Some(mode),
        tapped_at: Timestamp(0),
    };
    service.run(tap(Mode::SpokenVideo));
    assert_eq!(service.run(tap(Mode::SpokenVideo)), Step::default());
    let other = service.refused(tap(Mode::SpokenAudio));
    assert_eq!(other, Rejection::WrongState);
}

#[test]
fn the_call_that_waited_longest_is_served_first() {
    let mut service = Service::open();
    service.run(Command::SetAvailable {
        interpreter: ANNA,
        available: false,
    });
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    let first = service.tap(MUSEUM);
    service.after(1);
    service.tap(HALL);
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: true,
    });
    assert_eq!(
        service.ringing(BORIS).map(|(_, ringing)| ringing),
        Some(first)
    );
}

#[test]
fn an_interpreter_who_leaves_the_directory_is_not_rung_and_the_visitor_keeps_the_place() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.configure(configuration(&[BORIS]));
    assert_eq!(
        service.ringing(BORIS).map(|(_, ringing)| ringing),
        Some(call)
    );
    assert!(service.core.interpreter_view(ANNA).is_none());
}

#[test]
fn only_the_two_sides_of_an_accepted_call_may_connect_media() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    let (hall, anna) = (Party::Tablet(HALL), Party::Interpreter(ANNA));
    assert!(!service.core.may_join(hall, call), "not before the accept");
    service.accept(ANNA);
    assert!(service.core.may_join(hall, call) && service.core.may_join(anna, call));
    assert!(!service.core.may_join(Party::Tablet(MUSEUM), call));
    assert!(!service.core.may_join(Party::Interpreter(BORIS), call));
    service.run(Command::HangUp { party: hall, call });
    assert!(!service.core.may_join(hall, call) && !service.core.may_join(anna, call));
}

#[test]
fn the_board_shows_each_step_of_a_call() {
    let mut service = Service::open();
    service.tap(HALL);
    let phase = |service: &Service| service.core.board_view().queue.first().map(|row| row.phase);
    assert_eq!(phase(&service), Some(QueuePhase::Offered));
    service.accept(ANNA);
    assert_eq!(phase(&service), Some(QueuePhase::Connecting));
    service.run(Command::MediaUp { call: CallId(1) });
    assert_eq!(phase(&service), None);
    assert_eq!(service.core.board_view().active[0].interpreter, ANNA);
}

#[test]
fn a_gateway_that_was_away_for_minutes_costs_nobody_a_place_or_a_miss() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    assert!(service.ringing(ANNA).is_some());
    // Ten minutes: far past the end of the ring and of every grace.
    service.now = Timestamp(service.now.0 + 600_000);
    service.run(Command::Restarted);
    assert_eq!(
        (service.ringing(ANNA), service.ringing(BORIS)),
        (None, None)
    );
    assert_eq!(service.core.state().interpreter(ANNA).unwrap().misses, 0);
    service.after(59);
    service.run(Command::Connected(Party::Tablet(HALL)));
    service.run(Command::Connected(Party::Interpreter(ANNA)));
    assert_eq!(
        service.ringing(ANNA).map(|(_, ringing)| ringing),
        Some(call)
    );
}

#[test]
fn a_moment_before_the_last_one_counts_as_the_last() {
    let mut service = Service::open();
    let tapped = service.tap(HALL);
    let queued_at = service.core.record(tapped).unwrap().queued_at;
    let lost = Command::Disconnected(Party::Tablet(HALL), Departure::Lost);
    let step = service.core.handle(&lost, Timestamp(0));
    assert!(!step.entries.is_empty());
    assert!(step.entries.iter().all(|entry| entry.at >= queued_at));
}

#[test]
fn a_call_that_was_connecting_when_the_gateway_stopped_is_rung_again_without_a_cooldown() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.accept(ANNA);
    service.now = Timestamp(service.now.0 + 16_000);
    service.run(Command::Restarted);
    service.run(Command::Connected(Party::Tablet(HALL)));
    service.run(Command::Connected(Party::Interpreter(ANNA)));
    assert_eq!(
        service.ringing(ANNA).map(|(_, ringing)| ringing),
        Some(call)
    );
}

#[test]
fn a_visitor_whose_tablet_is_away_keeps_the_place_and_rings_nobody_meanwhile() {
    let mut service = Service::open();
    for interpreter in [ANNA, BORIS] {
        service.run(Command::SetAvailable {
            interpreter,
            available: false,
        });
    }
    let first = service.tap(HALL);
    let second = service.tap(MUSEUM);
    service.run(Command::Disconnected(Party::Tablet(HALL), Departure::Lost));
    service.run(Command::SetAvailable {
        interpreter: ANNA,
        available: true,
    });
    assert_eq!(
        service.ringing(ANNA).map(|(_, ringing)| ringing),
        Some(second)
    );
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: true,
    });
    assert_eq!(service.ringing(BORIS), None);
    service.run(Command::Connected(Party::Tablet(HALL)));
    assert_eq!(
        service.ringing(BORIS).map(|(_, ringing)| ringing),
        Some(first)
    );
}
