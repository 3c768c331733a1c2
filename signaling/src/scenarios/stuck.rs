//! Stories about what must not get stuck: guards, presence, searches, changes of the service. The
//! numbers are those of the adversarial scenarios in the routing specification.

use super::*;

/// 15. ASTERISK-26862, -27920: the guard of a pending call survived a transfer.
#[test]
fn after_a_transfer_the_interpreter_is_free_again_without_anybodys_help() {
    let (mut service, call) = Service::talking();
    service.run(Command::Transfer {
        interpreter: ANNA,
        call,
        language: tag("en"),
    });
    service.after(30);
    assert!(service.person(ANNA).is_free());
    let next = service.tap(MUSEUM);
    assert_eq!(service.rung_for(next).len(), 1);
}

/// 16. OpenSIPS #2530, #3123; ASTERISK-26399: in a call for ever, since a BYE was missed.
#[test]
fn a_tablet_lost_for_longer_than_the_grace_ends_the_call_and_frees_the_interpreter() {
    let (mut service, _) = Service::talking();
    service.lose(Party::Tablet(HALL));
    service.after(60);
    assert_eq!(service.outcome(HALL), Some(Outcome::ConnectionLost));
    assert!(matches!(service.person(ANNA).duty, Duty::WrapUp { .. }));
    service.after(30);
    assert!(service.person(ANNA).is_free());
}

/// 17. amazon-connect-streams #386, #428: the browser sleeps and is still « available ».
#[test]
fn a_browser_that_fell_asleep_is_away_after_the_grace_and_the_visitor_keeps_the_place() {
    let mut service = Service::open();
    service.set_available(BORIS, false);
    let call = service.tap(HALL);
    service.lose(Party::Interpreter(ANNA));
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::InterpreterLost));
    service.after(60);
    assert_eq!(service.person(ANNA).availability, Availability::Away);
    assert!(service.call(call).is_waiting());
    service.run(Command::Connected(Party::Interpreter(ANNA)));
    assert_eq!(service.rung(ANNA), None, "away until they say otherwise");
}

/// 19. amazon-connect-streams #292; FreeSWITCH db5f0474: the same offer again and again.
#[test]
fn the_sole_interpreter_who_declines_is_left_in_peace_for_the_cooldown() {
    let mut service = Service::with(configuration(&[ANNA]));
    let call = service.tap(HALL);
    service.decline(ANNA);
    for _ in 0..59 {
        service.after(1);
        assert_eq!(service.rung(ANNA), None);
    }
    service.after(1);
    assert_eq!(service.rung(ANNA), Some(call));
    assert_eq!(service.call(call).record.offers, 2);
}

/// 20. Kazoo #6609: logged out for ever after three misses.
#[test]
fn whoever_was_set_to_away_returns_by_one_tap_and_is_rung_at_once() {
    let mut service = Service::with(configuration(&[ANNA]));
    let call = service.tap(HALL);
    service.after(3 * 20 + 2 * 60);
    let away = Availability::AwayAfterMisses;
    assert_eq!(service.person(ANNA).availability, away);
    service.after(60);
    service.set_available(ANNA, true);
    assert_eq!(service.rung(ANNA), Some(call));
    assert_eq!(service.person(ANNA).misses, 0);
}

/// 21. FreeSWITCH FS-7569: the strategy changed and waiting calls were never dispatched.
#[test]
fn a_call_that_waits_through_every_change_of_the_rules_is_still_rung_for() {
    let mut service = Service::open();
    for person in [ANNA, BORIS] {
        service.set_available(person, false);
    }
    let call = service.tap(HALL);
    let mut wide = configuration(&[ANNA, BORIS]);
    language(&mut wide, "fsl").steps = steps(&[
        "at once ring one of tier 1",
        "after 10 s ring 2 of tiers 1 to 2",
        "after 20 s ring all of every tier",
    ]);
    service.configure(wide);
    service.after(25);
    service.configure(configuration(&[ANNA, BORIS]));
    let mut without = configuration(&[ANNA, BORIS]);
    without.languages.remove(&tag("fsl"));
    service.configure(without);
    service.set_available(ANNA, true);
    assert_eq!(service.rung(ANNA), Some(call));
}

/// 23. FreeSWITCH #1216, #1221: the last candidate could not be rung and the search ended there.
#[test]
fn a_candidate_who_cannot_be_rung_does_not_stop_the_search_for_others() {
    let mut service = Service::searching(&["at once ring one of every tier"]);
    let first = service.tap(HALL);
    service.decline(ANNA);
    service.decline(BORIS);
    assert_eq!(service.rung(CHLOE), Some(first));
    let second = service.tap(MUSEUM);
    assert_eq!(service.rung(ANNA), Some(second));
    service.decline(CHLOE);
    // Everybody cools down for the first; it waits and blocks nobody.
    let third = service.tap(CLINIC);
    assert_eq!(service.rung(BORIS), Some(third));
}

/// 24. Chatwoot #10685, #12334 (« every 15 minutes »); Rocket.Chat #22105.
#[test]
fn whatever_makes_somebody_free_rings_for_whoever_waits_in_the_same_step() {
    let ways: [fn(&mut Service, CallId); 4] = [
        |service, _| drop(service.run(Command::EndWrapUp { interpreter: ANNA })),
        |service, _| service.after(30),
        |service, _| {
            service.set_available(ANNA, false);
            service.run(Command::EndWrapUp { interpreter: ANNA });
            service.set_available(ANNA, true);
        },
        |service, _| {
            service.lose(Party::Interpreter(ANNA));
            service.run(Command::EndWrapUp { interpreter: ANNA });
            service.run(Command::Connected(Party::Interpreter(ANNA)));
        },
    ];
    for way in ways {
        let mut service = Service::with(configuration(&[ANNA]));
        service.tap(HALL);
        let call = service.answer(ANNA);
        let waits = service.tap(MUSEUM);
        service.hang_up(Party::Tablet(HALL), call);
        assert_eq!(service.rung(ANNA), None);
        way(&mut service, call);
        assert_eq!(service.rung(ANNA), Some(waits));
    }
}

/// 26. Asterisk #1006, #607, ASTERISK-28952: wrap-up cut short by a stale last call.
#[test]
fn nothing_but_the_interpreters_own_hand_ends_a_wrap_up_early() {
    let (mut service, call) = Service::talking();
    service.hang_up(Party::Tablet(HALL), call);
    let Duty::WrapUp { ends_at, .. } = service.person(ANNA).duty else {
        panic!("no wrap-up");
    };
    service.after(10);
    service.hang_up(Party::Interpreter(ANNA), call);
    service.lose(Party::Interpreter(ANNA));
    service.run(Command::Restarted);
    service.run(Command::Connected(Party::Interpreter(ANNA)));
    let mut shorter = configuration(&[ANNA, BORIS]);
    shorter.rules.wrap_up_ms = Millis(1);
    service.configure(shorter);
    let same =
        matches!(service.person(ANNA).duty, Duty::WrapUp { ends_at: now, .. } if now == ends_at);
    assert!(same, "{:?}", service.person(ANNA).duty);
}
