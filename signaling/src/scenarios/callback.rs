//! Stories about visitors who are called back (scenario 29 of the routing specification).

use super::*;
use crate::state::Turn;

/// Anna alone, and away; the hall's visitor waits to be called back.
fn requested() -> (Service, CallId) {
    let mut service = Service::with(configuration(&[ANNA]));
    service.set_available(ANNA, false);
    let callback = request(&mut service, HALL);
    (service, callback)
}

fn request(service: &mut Service, tablet: TabletId) -> CallId {
    let call = service.tap(tablet);
    service.run(Command::RequestCallback { tablet, call });
    call
}

fn answer(service: &mut Service, tablet: TabletId, callback: CallId) -> CallId {
    service.run(Command::AnswerCallback { tablet, callback });
    service.core.state().tablet(tablet).unwrap().call.unwrap()
}

/// The callback a tablet rings for.
fn rings(service: &Service, tablet: TabletId) -> Option<CallId> {
    let callbacks = service.core.tablet_view(tablet).unwrap().callbacks;
    let mut ringing = callbacks.iter().filter(|one| one.rings_until.is_some());
    ringing.next().map(|one| one.callback)
}

fn end_of(service: &Service, callback: CallId) -> Option<CallbackEnd> {
    let ended = |entry: &Entry| match entry.event {
        Event::CallbackEnded { callback: id, end } if id == callback => Some(end),
        _ => None,
    };
    service.journal.iter().find_map(ended)
}

/// FreePBX #525 (called twice), twilio-labs #9 (order lost).
#[test]
fn the_tablet_rings_when_the_turn_has_come_and_the_answer_stands_at_the_old_ticket() {
    let (mut service, callback) = requested();
    let ticket = service.core.state().callback(callback).unwrap().ticket;
    assert_eq!(service.outcome(HALL), Some(Outcome::ConvertedCallback));
    service.after(120);
    let later = service.tap(MUSEUM);
    assert_eq!(rings(&service, HALL), None, "nobody is free");
    service.set_available(ANNA, true);
    assert_eq!(rings(&service, HALL), Some(callback));
    service.decline(ANNA);
    let again = answer(&mut service, HALL, callback);
    assert_eq!(service.call(again).search.ticket, ticket);
    assert_eq!(service.rung(ANNA), Some(again), "before {later}");
    assert_eq!(end_of(&service, callback), Some(CallbackEnd::Answered));
    let twice = Command::AnswerCallback {
        tablet: HALL,
        callback,
    };
    assert_eq!(service.run(twice), Step::default());
}

#[test]
fn a_visitor_nobody_found_three_times_is_on_record_as_unserved() {
    let (mut service, callback) = requested();
    service.set_available(ANNA, true);
    for _ in 0..3 {
        assert_eq!(rings(&service, HALL), Some(callback));
        service.after(60);
        assert_eq!(rings(&service, HALL), None);
        service.after(5 * 60);
    }
    assert_eq!(end_of(&service, callback), Some(CallbackEnd::Unserved));
    assert_eq!(service.core.state().callbacks().count(), 0);
    let mut state = Core::new().state().clone();
    let records = service
        .journal
        .iter()
        .filter_map(|entry| state.apply(entry));
    let last = records.last().unwrap();
    assert_eq!(last.callback, Some(CallbackEnd::Unserved));
    assert_eq!(crate::figures([&last])[0].unserved, 1);
}

/// A random day: whoever stood first had come last, and the callback looked no further.
#[test]
fn a_callback_passes_nobody_who_waits_behind_somebody_transferred() {
    let mut people = configuration(&[ANNA]);
    let speaks = person(&[("en", 1, &[Mode::SpokenVideo])]);
    people.interpreters.insert(BORIS, speaks);
    let mut service = Service::with(people);
    service.tap(HALL);
    let talks = service.answer(ANNA);
    for tablet in [MUSEUM, CLINIC] {
        service.after(1);
        service.tap_for(tablet, "en");
        service.decline(BORIS);
    }
    let call = service.core.state().tablet(CLINIC).unwrap().call.unwrap();
    service.run(Command::RequestCallback {
        tablet: CLINIC,
        call,
    });
    assert_eq!(rings(&service, CLINIC), None, "the museum came before");
    service.run(Command::Transfer {
        interpreter: ANNA,
        call: talks,
        language: tag("en"),
    });
    service.decline(BORIS);
    assert_eq!(rings(&service, CLINIC), None, "the museum still waits");
}

#[test]
fn two_visitors_of_one_counter_are_called_one_after_the_other() {
    let (mut service, first) = requested();
    service.after(1);
    let second = request(&mut service, HALL);
    service.set_available(ANNA, true);
    assert_eq!(rings(&service, HALL), Some(first));
    let call = answer(&mut service, HALL, first);
    assert_eq!(rings(&service, HALL), None, "the tablet is in a call");
    service.answer(ANNA);
    service.hang_up(Party::Tablet(HALL), call);
    service.after(30);
    assert_eq!(rings(&service, HALL), Some(second));
}

#[test]
fn a_counter_takes_so_many_callbacks_and_no_more() {
    let (mut service, _) = requested();
    for _ in 1..5 {
        request(&mut service, HALL);
    }
    let call = service.tap(HALL);
    let TabletPhase::Waiting { may_call_back, .. } = service.phase(HALL) else {
        panic!("the call is gone");
    };
    assert!(!may_call_back);
    let sixth = Command::RequestCallback { tablet: HALL, call };
    assert_eq!(service.refused(sixth), Rejection::WrongState);
}

#[test]
fn a_callback_is_given_up_at_its_counter_or_by_a_coordinator_and_nowhere_else() {
    for tablet in [Some(HALL), None] {
        let (mut service, callback) = requested();
        let elsewhere = Command::CancelCallback {
            tablet: Some(MUSEUM),
            callback,
        };
        assert_eq!(service.refused(elsewhere), Rejection::CallGone);
        service.run(Command::CancelCallback { tablet, callback });
        assert_eq!(end_of(&service, callback), Some(CallbackEnd::Cancelled));
    }
}

#[test]
fn asked_twice_for_a_callback_there_is_one() {
    let (mut service, callback) = requested();
    let again = Command::RequestCallback {
        tablet: HALL,
        call: callback,
    };
    assert_eq!(service.run(again), Step::default());
    assert_eq!(service.core.state().callbacks().count(), 1);
}

#[test]
fn a_ring_that_nobody_can_answer_is_not_counted_against_the_visitor() {
    let unheard: [fn(&mut Service); 3] = [
        |service| drop(service.lose(Party::Tablet(HALL))),
        |service| drop(service.run(Command::Restarted)),
        |service| {
            service.tap_for(HALL, "en");
        },
    ];
    for happens in unheard {
        let (mut service, callback) = requested();
        service.set_available(ANNA, true);
        assert_eq!(rings(&service, HALL), Some(callback));
        happens(&mut service);
        assert_eq!(rings(&service, HALL), None);
        service.after(59);
        let attempts = service.core.state().callback(callback).unwrap().attempts;
        assert_eq!(attempts, 0);
    }
}

#[test]
fn a_callback_too_late_for_its_day_ends_as_unserved() {
    let (mut service, callback) = requested();
    service.after(4 * 60 * 60);
    assert_eq!(end_of(&service, callback), Some(CallbackEnd::Unserved));
}

#[test]
fn a_tablet_out_of_the_directory_is_kept_for_its_callback_only_and_begins_nothing() {
    let (mut service, callback) = requested();
    let mut without = configuration(&[ANNA]);
    without.tablets.remove(&HALL);
    service.configure(without);
    let tap = Command::Tap {
        tablet: HALL,
        language: tag("fsl"),
        mode: None,
        tapped_at: service.now,
    };
    assert_eq!(service.refused(tap), Rejection::UnknownTablet);
    service.lose(Party::Tablet(HALL));
    service.run(Command::Connected(Party::Tablet(HALL)));
    service.set_available(ANNA, true);
    assert_eq!(rings(&service, HALL), Some(callback));
    let tablet = None;
    service.run(Command::CancelCallback { tablet, callback });
    assert!(service.core.state().tablet(HALL).is_none());
}

#[test]
fn one_free_interpreter_calls_one_visitor_back_at_a_time() {
    let mut service = Service::open();
    service.set_available(ANNA, false);
    service.set_available(BORIS, false);
    let calls = [HALL, MUSEUM].map(|tablet| {
        let call = service.tap(tablet);
        service.run(Command::RequestCallback { tablet, call });
        call
    });
    service.set_available(ANNA, true);
    let rings = |service: &Service, callback| {
        let turn = service.core.state().callback(callback).unwrap().turn;
        matches!(turn, Turn::Ringing { .. })
    };
    assert!(rings(&service, calls[0]));
    assert!(!rings(&service, calls[1]), "nobody is free for a second");
    service.set_available(BORIS, true);
    assert!(rings(&service, calls[1]));
}

#[test]
fn a_visitor_to_be_called_back_ages_like_one_who_waits() {
    let mut service = Service::open();
    service.set_available(ANNA, false);
    service.set_available(BORIS, false);
    let first = service.tap(HALL);
    service.run(Command::RequestCallback {
        tablet: HALL,
        call: first,
    });
    service.after(5);
    service.tap(MUSEUM);
    service.after(9 * 60);
    let rank = |service: &Service| service.core.state().callback(first).unwrap().rank;
    assert_eq!(rank(&service), Class::Normal);
    // The later call counts as a priority call after ten minutes, and so does the callback.
    service.after(2 * 60);
    assert_eq!(rank(&service), Class::Priority);
    service.set_available(ANNA, true);
    let turn = service.core.state().callback(first).unwrap().turn;
    assert!(matches!(turn, Turn::Ringing { .. }), "{turn:?}");
}

#[test]
fn a_visitor_who_is_away_from_the_tablet_holds_no_callback_up() {
    let mut service = Service::open();
    service.set_available(ANNA, false);
    service.set_available(BORIS, false);
    service.tap(MUSEUM);
    service.after(5);
    let call = service.tap(HALL);
    service.run(Command::RequestCallback { tablet: HALL, call });
    service.lose(Party::Tablet(MUSEUM));
    service.set_available(ANNA, true);
    let turn = service.core.state().callback(call).unwrap().turn;
    assert!(matches!(turn, Turn::Ringing { .. }), "{turn:?}");
}

#[test]
fn a_callback_that_rings_when_its_time_runs_out_may_still_be_answered() {
    let mut quick = configuration(&[ANNA]);
    quick.rules.callback_max_ms = Millis::from_secs(100);
    let mut service = Service::with(quick);
    service.set_available(ANNA, false);
    let callback = request(&mut service, HALL);
    service.after(80);
    service.set_available(ANNA, true);
    assert_eq!(rings(&service, HALL), Some(callback));
    service.after(40);
    assert_eq!(rings(&service, HALL), Some(callback), "past its time");
    answer(&mut service, HALL, callback);
    assert_eq!(end_of(&service, callback), Some(CallbackEnd::Answered));
}

#[test]
fn a_callback_that_nobody_answers_past_its_time_is_unserved_at_once() {
    let mut quick = configuration(&[ANNA]);
    quick.rules.callback_max_ms = Millis::from_secs(100);
    let mut service = Service::with(quick);
    service.set_available(ANNA, false);
    let callback = request(&mut service, HALL);
    service.after(80);
    service.set_available(ANNA, true);
    service.after(60);
    assert_eq!(end_of(&service, callback), Some(CallbackEnd::Unserved));
}

#[test]
fn a_callback_asks_for_what_its_site_asks_for_now() {
    let (mut service, callback) = requested();
    let mut certified = configuration(&[ANNA]);
    let medical = Some("medical".parse().unwrap());
    for site in certified.sites.values_mut() {
        site.certification = medical;
    }
    service.configure(certified);
    service.set_available(ANNA, true);
    assert_eq!(rings(&service, HALL), None, "Anna is not certified");
    let need = service.core.state().callback(callback).unwrap().need;
    assert_eq!(need.certification, medical);
}

#[test]
fn a_callback_in_a_language_that_is_no_more_is_unserved_on_record() {
    let (mut service, callback) = requested();
    let mut without = configuration(&[ANNA]);
    without.languages.remove(&tag("fsl"));
    service.configure(without);
    assert_eq!(end_of(&service, callback), Some(CallbackEnd::Unserved));
}

#[test]
fn the_visitor_the_tablet_was_ringing_for_has_another_turn_when_another_answers() {
    let (mut service, first) = requested();
    let second = request(&mut service, HALL);
    service.set_available(ANNA, true);
    assert_eq!(rings(&service, HALL), Some(first));
    let call = answer(&mut service, HALL, second);
    assert_eq!(rings(&service, HALL), None, "the tablet is in a call");
    service.hang_up(Party::Tablet(HALL), call);
    assert_eq!(rings(&service, HALL), Some(first));
    let attempts = service.core.state().callback(first).unwrap().attempts;
    assert_eq!(attempts, 0, "nobody could have answered");
}

#[test]
fn nobody_is_called_back_before_a_visitor_who_waits_with_an_older_ticket() {
    let mut service = Service::open();
    service.set_available(ANNA, false);
    service.set_available(BORIS, false);
    let older = service.tap(MUSEUM);
    service.after(5);
    let callback = request(&mut service, HALL);
    service.set_available(ANNA, true);
    assert_eq!(service.rung(ANNA), Some(older));
    assert_eq!(rings(&service, HALL), None);
    service.set_available(BORIS, true);
    assert_eq!(rings(&service, HALL), None, "the older one still waits");
    service.accept(ANNA);
    assert_eq!(rings(&service, HALL), Some(callback));
}

#[test]
fn the_record_of_a_visitor_to_be_called_back_says_how_the_call_ended() {
    let (service, callback) = requested();
    let record = service.core.record(callback).unwrap();
    assert_eq!(record.outcome, Some(Outcome::ConvertedCallback));
    assert_eq!(record.ended_at, Some(service.now));
}
