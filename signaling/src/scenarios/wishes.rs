//! Stories about what a visitor wishes or a person needs: another mode, a subject, limits of one's
//! own.

use super::*;
use crate::tag::Subject;

const fn change(tablet: TabletId, call: CallId, mode: Mode) -> Command {
    Command::ChangeMode { tablet, call, mode }
}

fn housing() -> Subject {
    "housing".parse().unwrap()
}

fn about(tablet: TabletId, call: CallId, subject: Option<Subject>) -> Command {
    Command::SetSubject {
        tablet,
        call,
        subject,
    }
}

/// Anna is seen, Boris is a voice; both speak English.
fn seen_and_voice() -> Configuration {
    let mut two = configuration(&[]);
    let anna = person(&[("en", 1, &[Mode::SpokenVideo])]);
    let boris = person(&[("en", 1, &[Mode::SpokenAudio])]);
    two.interpreters = BTreeMap::from([(ANNA, anna), (BORIS, boris)]);
    two.subjects.insert(housing());
    two
}

#[test]
fn a_visitor_content_with_a_voice_keeps_ticket_and_place() {
    let mut service = Service::with(seen_and_voice());
    service.set_available(ANNA, false);
    service.set_available(BORIS, false);
    let first = service.tap_for(HALL, "en");
    service.after(5);
    let second = service.tap_for(MUSEUM, "en");
    let ticket = service.call(first).search.ticket;
    service.after(60);
    service.run(change(HALL, first, Mode::SpokenAudio));
    service.run(change(MUSEUM, second, Mode::SpokenAudio));
    let call = service.call(first);
    assert_eq!(
        (call.search.ticket, call.record.mode),
        (ticket, Mode::SpokenAudio)
    );
    assert_eq!(call.record.queued_at, ticket);
    service.set_available(BORIS, true);
    assert_eq!(service.rung(BORIS), Some(first));
}

#[test]
fn a_ring_for_the_old_mode_is_taken_back_without_blame() {
    let mut service = Service::with(seen_and_voice());
    let call = service.tap_for(HALL, "en");
    assert_eq!(service.rung_for(call), [ANNA]);
    service.run(change(HALL, call, Mode::SpokenAudio));
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::Reassigned));
    assert_eq!(service.rung_for(call), [BORIS]);
    assert_eq!(service.person(ANNA).misses, 0);
    let again = change(HALL, call, Mode::SpokenAudio);
    assert_eq!(service.run(again), Step::default());
}

/// Both are seen, and heard.
fn seen_and_heard() -> Configuration {
    let both: &[Mode] = &[Mode::SpokenVideo, Mode::SpokenAudio];
    let mut two = seen_and_voice();
    for one in two.interpreters.values_mut() {
        *one = person(&[("en", 1, both), ("ar", 1, both)]);
    }
    two
}

#[test]
fn whoever_declined_is_not_rung_again_because_the_visitor_is_content_with_a_voice() {
    let mut service = Service::with(seen_and_heard());
    let call = service.tap_for(HALL, "en");
    service.decline(ANNA);
    for mode in [Mode::SpokenAudio, Mode::SpokenVideo] {
        service.run(change(HALL, call, mode));
        assert_eq!(service.rung_for(call), [BORIS]);
    }
    // Of another language nothing is known.
    let language = tag("ar");
    service.run(Command::Move { call, language });
    assert_eq!(service.rung_for(call), [ANNA]);
}

#[test]
fn a_coordinators_choice_stands_in_another_mode_where_that_person_may_take_it() {
    for (directory, kept) in [(seen_and_heard(), true), (seen_and_voice(), false)] {
        let mut service = Service::with(directory);
        service.set_available(BORIS, false);
        let call = service.tap_for(HALL, "en");
        service.decline(ANNA);
        let interpreter = ANNA;
        service.run(Command::Assign { call, interpreter });
        service.run(change(HALL, call, Mode::SpokenAudio));
        let assigned = service.call(call).search.assigned.map(|(who, _)| who);
        assert_eq!(assigned, kept.then_some(ANNA));
        assert_eq!(service.rung(ANNA), kept.then_some(call));
        service.set_available(BORIS, true);
        assert_eq!(service.rung(BORIS), (!kept).then_some(call));
    }
}

#[test]
fn a_mode_that_is_not_offered_or_a_call_that_no_longer_waits_stays_as_it_is() {
    let mut service = Service::with(seen_and_voice());
    let call = service.tap_for(HALL, "en");
    let sign = change(HALL, call, Mode::Sign);
    assert_eq!(service.refused(sign), Rejection::UnknownLanguage);
    for strange in [
        change(MUSEUM, call, Mode::SpokenAudio),
        change(HALL, CallId(77), Mode::SpokenAudio),
    ] {
        assert_eq!(service.refused(strange), Rejection::CallGone);
    }
    service.answer(ANNA);
    let late = change(HALL, call, Mode::SpokenAudio);
    assert_eq!(service.refused(late), Rejection::WrongState);
    let same = change(HALL, call, Mode::SpokenVideo);
    assert_eq!(service.run(same), Step::default());
}

#[test]
fn the_subject_is_on_the_briefing_card_and_may_be_taken_back() {
    let mut service = Service::with(seen_and_voice());
    let call = service.tap_for(HALL, "en");
    service.run(about(HALL, call, Some(housing())));
    let card = |service: &Service| match service.core.interpreter_view(ANNA).unwrap().activity {
        Activity::Ringing { subject, .. } | Activity::Active { subject, .. } => subject,
        other => panic!("Anna is not rung: {other:?}"),
    };
    assert_eq!(card(&service), Some(housing()));
    let again = about(HALL, call, Some(housing()));
    assert_eq!(service.run(again), Step::default());
    service.answer(ANNA);
    service.run(about(HALL, call, None));
    assert_eq!(card(&service), None);
    service.run(about(HALL, call, Some(housing())));
    service.hang_up(Party::Tablet(HALL), call);
    assert_eq!(service.records[0].subject, Some(housing()));
}

#[test]
fn a_subject_nobody_knows_and_a_call_of_somebody_else_are_refused() {
    let mut service = Service::with(seen_and_voice());
    let call = service.tap_for(HALL, "en");
    let unknown = about(HALL, call, Some("taxes".parse().unwrap()));
    assert_eq!(service.refused(unknown), Rejection::UnknownSubject);
    for strange in [
        about(MUSEUM, call, Some(housing())),
        about(HALL, CallId(77), Some(housing())),
    ] {
        assert_eq!(service.refused(strange), Rejection::CallGone);
    }
}

#[test]
fn the_subject_goes_on_with_the_visitor_through_a_callback_and_a_transfer() {
    let mut service = Service::with(seen_and_voice());
    service.set_available(ANNA, false);
    service.set_available(BORIS, false);
    let callback = service.tap_for(HALL, "en");
    service.run(about(HALL, callback, Some(housing())));
    service.run(Command::RequestCallback {
        tablet: HALL,
        call: callback,
    });
    service.run(Command::AnswerCallback {
        tablet: HALL,
        callback,
    });
    let call = service.core.state().tablet(HALL).unwrap().call.unwrap();
    assert_eq!(service.call(call).record.subject, Some(housing()));
    service.set_available(ANNA, true);
    service.answer(ANNA);
    service.run(Command::Transfer {
        interpreter: ANNA,
        call,
        language: tag("ar"),
    });
    let next = service.core.state().tablet(HALL).unwrap().call.unwrap();
    assert_ne!(next, call);
    assert_eq!(service.call(next).record.subject, Some(housing()));
}

const MINUTE: u64 = 60;

/// How long Anna and Boris, who sign, may work, and rest, each in minutes: Anna's own limits.
fn limits(stop: Option<u64>, rest: Option<u64>) -> Service {
    let minutes = |minutes: u64| Millis::from_secs(minutes * MINUTE);
    let mut two = configuration(&[ANNA, BORIS]);
    two.rules.rest.relief_ms.clear();
    two.rules.rest.stop_ms = minutes(60);
    two.rules.rest.rest_ms = minutes(5);
    two.rules.wrap_up_ms = Millis(0);
    let anna = two.interpreters.get_mut(&ANNA).unwrap();
    anna.stop_ms = stop.map(minutes);
    anna.rest_ms = rest.map(minutes);
    let mut service = Service::with(two);
    service.set_available(BORIS, false);
    service
}

/// Anna talks for so many minutes, and hangs up.
fn talk(service: &mut Service, minutes: u64) {
    service.tap(HALL);
    let call = service.answer(ANNA);
    service.after(minutes * MINUTE);
    service.hang_up(Party::Interpreter(ANNA), call);
}

/// Whether Anna is rung for a call now.
fn is_rung(service: &mut Service) -> bool {
    let call = service.tap(MUSEUM);
    let rung = service.rung_for(call) == [ANNA];
    service.hang_up(Party::Tablet(MUSEUM), call);
    rung
}

#[test]
fn a_stop_of_ones_own_binds_when_it_is_shorter_than_the_rule_and_not_when_longer() {
    for (own, minutes, rung) in [
        (None, 59, true),
        (None, 60, false),
        (Some(20), 19, true),
        (Some(20), 20, false),
        (Some(90), 59, true),
        (Some(90), 60, false),
    ] {
        let mut service = limits(own, None);
        talk(&mut service, minutes);
        assert_eq!(is_rung(&mut service), rung, "{own:?} after {minutes} min");
    }
}

#[test]
fn a_rest_of_ones_own_binds_when_it_is_longer_than_the_rule_and_not_when_shorter() {
    for (own, minutes, rung) in [
        (None, 4, false),
        (None, 5, true),
        (Some(15), 14, false),
        (Some(15), 15, true),
        (Some(1), 4, false),
        (Some(1), 5, true),
    ] {
        let mut service = limits(None, own);
        talk(&mut service, 60);
        service.after(minutes * MINUTE);
        assert_eq!(is_rung(&mut service), rung, "{own:?} after {minutes} min");
        let rests = service
            .core
            .interpreter_view(ANNA)
            .unwrap()
            .work
            .rests_until;
        assert_eq!(rests.is_none(), rung);
    }
}

#[test]
fn relief_is_sought_at_a_stop_of_ones_own() {
    let mut service = limits(Some(20), None);
    service.tap(HALL);
    let call = service.answer(ANNA);
    service.set_available(BORIS, true);
    service.after(20 * MINUTE - 1);
    assert_eq!(service.call(call).sought, None);
    service.after(1);
    assert_eq!(service.rung(BORIS), Some(call));
    assert!(
        service
            .core
            .interpreter_view(ANNA)
            .unwrap()
            .work
            .stop_reached
    );
}
