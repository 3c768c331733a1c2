//! Stories about two things at the same moment: accepts, deadlines, hang-ups. The numbers are those
//! of the adversarial scenarios in the routing specification.

use super::*;

const ALL: &str = "at once ring all of every tier";

/// 1. Asterisk #176 (both were acknowledged), #313; Twilio's change log of 4 December 2019.
#[test]
fn of_two_accepts_in_the_same_moment_the_first_wins_and_the_other_loses_nothing() {
    let mut service = Service::searching(&[ALL]);
    let call = service.tap(HALL);
    let (offer, _) = service.ringing(BORIS).unwrap();
    let idle_since = service.person(BORIS).idle_since;
    service.accept(ANNA);
    let second = Command::Accept {
        interpreter: BORIS,
        offer,
    };
    assert_eq!(service.refused(second), Rejection::OfferGone);
    assert_eq!(service.last_end(BORIS), Some(OfferEnd::LostRace));
    let boris = service.person(BORIS);
    assert_eq!((boris.idle_since, boris.misses), (idle_since, 0));
    assert!(boris.is_free());
    let may_join = |who| service.core.may_join(Party::Interpreter(who), call);
    assert!(may_join(ANNA) && !may_join(BORIS));
}

/// 3. ASTERISK-16115: one agent rung from two queues at once.
#[test]
fn somebody_of_two_languages_is_rung_for_one_call_at_a_time() {
    let mut both = configuration(&[]);
    let skills: &[(&str, u8, &[Mode])] =
        &[("fsl", 1, &[Mode::Sign]), ("en", 1, &[Mode::SpokenVideo])];
    both.interpreters.insert(ANNA, person(skills));
    let mut service = Service::with(both);
    let first = service.tap_for(HALL, "fsl");
    let second = service.tap_for(MUSEUM, "en");
    assert_eq!(service.rung(ANNA), Some(first));
    assert!(service.rung_for(second).is_empty());
    service.decline(ANNA);
    assert_eq!(service.rung(ANNA), Some(second));
}

/// 4. ASTERISK-26133: a late « idle » from the device cleared the guard while ringing.
#[test]
fn connecting_again_or_being_available_again_does_not_touch_a_ring() {
    let mut service = Service::open();
    service.tap(HALL);
    let ring = service.ringing(ANNA);
    for command in [
        Command::Connected(Party::Interpreter(ANNA)),
        Command::SetAvailable {
            interpreter: ANNA,
            available: true,
        },
        Command::EndWrapUp { interpreter: ANNA },
    ] {
        assert_eq!(service.run(command), Step::default());
    }
    assert_eq!(service.ringing(ANNA), ring);
}

/// 5, 6. FreeSWITCH #2529, #2530 (a leg created after the accept), #2540 (an agent left reserved).
#[test]
fn whoever_becomes_free_after_the_accept_is_not_rung_and_nobody_stays_reserved() {
    let mut service = Service::searching(&[ALL]);
    service.set_available(CHLOE, false);
    let call = service.tap(HALL);
    service.accept(ANNA);
    service.set_available(CHLOE, true);
    assert_eq!(service.rung(CHLOE), None);
    for person in [BORIS, CHLOE] {
        assert_eq!(service.person(person).duty, Duty::Free);
    }
    assert_eq!(service.person(ANNA).duty, Duty::InCall(call));
}

/// 7. FreeSWITCH #2529, amazon-connect-streams #559: the caller's hang-up was the agent's miss.
#[test]
fn a_visitor_who_leaves_takes_every_ring_back_and_nobody_has_missed_it() {
    let mut service = Service::searching(&[ALL]);
    let call = service.tap(HALL);
    service.hang_up(Party::Tablet(HALL), call);
    for person in [ANNA, BORIS, CHLOE] {
        assert_eq!(service.last_end(person), Some(OfferEnd::CallerLeft));
        assert_eq!(service.person(person).misses, 0);
        assert!(service.person(person).is_free());
    }
}

/// 10. Rocket.Chat: an inquiry was taken and its subscription then failed.
#[test]
fn an_accept_whose_connection_fails_leaves_no_call_without_a_place() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    let queued_at = service.call(call).record.queued_at;
    service.accept(ANNA);
    service.after(15);
    assert!(service.person(ANNA).is_free());
    let waiting = service.call(call);
    assert!(waiting.is_waiting() && waiting.search.ticket == queued_at);
    assert_eq!(service.rung(BORIS), Some(call));
}

/// 11. FreeSWITCH FS-10237: the longest wait struck while the agent was being connected.
#[test]
fn a_call_accepted_before_its_longest_wait_is_served() {
    let mut service = Service::open();
    for person in [ANNA, BORIS] {
        service.set_available(person, false);
    }
    let call = service.tap(HALL);
    service.after(15 * 60 - 1);
    service.set_available(ANNA, true);
    service.accept(ANNA);
    service.after(5);
    service.run(Command::MediaUp { call });
    assert!(matches!(service.phase(HALL), TabletPhase::Active { .. }));
}

/// 11, the other side: the longest wait strikes in the moment of the accept.
#[test]
fn a_ring_under_way_at_the_longest_wait_is_waited_for_and_no_other_begins() {
    let mut two = configuration(&[ANNA, BORIS]);
    language(&mut two, "fsl").steps = steps(&["at once ring 2 of every tier"]);
    let mut service = Service::with(two);
    for person in [ANNA, BORIS] {
        service.set_available(person, false);
    }
    let call = service.tap(HALL);
    service.after(15 * 60 - 10);
    service.set_available(ANNA, true);
    service.after(12);
    service.set_available(BORIS, true);
    assert_eq!(service.rung_for(call), [ANNA]);
    service.after(8);
    assert_eq!(service.outcome(HALL), Some(Outcome::TimedOut));
}

/// 12. LiveKit #4541: a request slower than the server's own deadline, and then no other tried.
#[test]
fn an_accept_that_comes_with_the_deadline_is_late_and_the_next_is_rung() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    let (offer, _) = service.ringing(ANNA).unwrap();
    service.after(19);
    service.now = Timestamp(service.now.0 + 1000);
    let accept = Command::Accept {
        interpreter: ANNA,
        offer,
    };
    assert_eq!(service.refused(accept), Rejection::OfferGone);
    assert_eq!(service.rung(BORIS), Some(call));
}
