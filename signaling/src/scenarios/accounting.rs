//! Stories about the books: one end for each call, figures from the records, a journal that can be
//! read again. The numbers are those of the adversarial scenarios in the routing specification.

use super::*;

/// 35, 36. Asterisk #1736 (counted twice), ASTERISK-29043 (not at all), -25665 (twice).
#[test]
fn a_call_that_both_sides_end_at_once_has_one_end_and_counts_once() {
    let (mut service, call) = Service::talking();
    service.hang_up(Party::Tablet(HALL), call);
    let again = service.hang_up(Party::Interpreter(ANNA), call);
    assert_eq!(again, Step::default());
    let figures = crate::figures(&service.records);
    assert_eq!((figures[0].calls, figures[0].answered), (1, 1));
    assert_eq!((figures[0].abandoned, figures[0].unserved), (0, 0));
}

/// 39. Asterisk's `labs`, OpenSIPS: « 0 s » with nobody logged in. Nothing honest can be said yet.
#[test]
fn with_nobody_on_duty_the_tablet_says_so_and_promises_no_time() {
    let mut service = Service::open();
    for person in [ANNA, BORIS] {
        service.set_available(person, false);
    }
    service.tap(HALL);
    let TabletPhase::Waiting {
        on_duty, estimate, ..
    } = service.phase(HALL)
    else {
        panic!("the call is gone");
    };
    assert_eq!((on_duty, estimate), (0, None));
    assert_eq!(service.core.board_view().queue[0].estimate, None);
}

/// 40. Amazon Connect: contact records are delivered at least once.
#[test]
fn a_record_delivered_twice_is_the_same_record() {
    let (mut service, call) = Service::talking();
    service.hang_up(Party::Tablet(HALL), call);
    let mut state = Core::new().state().clone();
    let mut twice = Vec::new();
    for entry in service.journal.iter().chain(service.journal.last()) {
        twice.extend(state.apply(entry));
    }
    assert_eq!(twice, service.records);
}

/// 41. FreeSWITCH sets every caller to « abandoned » and every agent to « waiting » on start.
#[test]
fn a_gateway_killed_after_any_entry_comes_back_with_nobody_lost_and_nobody_rung_twice() {
    let (mut service, call) = Service::talking();
    service.tap(MUSEUM);
    service.accept(BORIS);
    service.hang_up(Party::Tablet(HALL), call);
    service.tap(CLINIC);
    service.after(35);
    for kept in 0..=service.journal.len() {
        let entries = &service.journal[..kept];
        let mut core = Core::replay(entries.iter().cloned());
        let before = core.state().clone();
        let step = core.handle(&Command::Restarted, Timestamp(service.now.0 + 30_000));
        assert_eq!(step.rejection, None);
        let state = core.state();
        for (id, call) in before.calls() {
            let after = state.call(id).expect("a call is lost");
            assert_eq!(after.place(), call.place());
            assert!(after.search.rings.is_empty(), "rung while nobody is there");
            let talks = call.record.connected_at.is_some();
            assert_eq!(after.is_waiting(), !talks, "{:?}", after.phase);
        }
        for (id, person) in state.interpreters() {
            let misses = before.interpreter(id).map(|person| person.misses);
            assert_eq!(Some(person.misses), misses);
            assert!(!matches!(person.duty, Duty::Ringing(_)));
        }
    }
}

/// 43. LiveKit #4374: of 15 jobs, 10 reached no worker although the answer was « OK ».
#[test]
fn every_call_that_was_taken_has_an_end_on_record_whatever_nobody_does() {
    let mut service = Service::open();
    for tablet in [HALL, MUSEUM, CLINIC] {
        service.tap(tablet);
    }
    service.after(20 * 60);
    let outcomes: Vec<_> = service
        .records
        .iter()
        .map(|record| record.outcome)
        .collect();
    assert_eq!(outcomes, [Some(Outcome::TimedOut); 3]);
}

/// 45. Rocket.Chat #19352 (the limit of chats exceeded under load), Chatwoot #15275.
#[test]
fn however_many_call_at_once_nobody_has_more_than_one_call() {
    let mut many = configuration(&[ANNA, BORIS]);
    language(&mut many, "fsl").steps = steps(&["at once ring all of every tier"]);
    for id in 4..=60 {
        many.tablets.insert(TabletId(id), SiteId(1));
    }
    let mut service = Service::with(many);
    let calls: Vec<CallId> = (1..=60).map(|id| service.tap(TabletId(id))).collect();
    let rings = |service: &Service| -> usize {
        let rings = calls.iter().map(|call| service.rung_for(*call).len());
        rings.sum()
    };
    assert_eq!(rings(&service), 2);
    service.accept(ANNA);
    let still = service.rung_for(calls[1]).len() + service.rung_for(calls[2]).len();
    assert_eq!(still, 1, "Boris, who lost the race, is rung for the next");
}
