//! Stories about the coordinator's hand: class, person, language and end of a waiting call.

use super::*;

fn assign(call: CallId, interpreter: InterpreterId) -> Command {
    Command::Assign { call, interpreter }
}

#[test]
fn an_assigned_call_rings_that_person_alone_and_takes_the_other_rings_back() {
    let mut service = Service::searching(&["at once ring 2 of tier 1"]);
    let call = service.tap(HALL);
    service.run(assign(call, CHLOE));
    assert_eq!(service.rung_for(call), [CHLOE]);
    for person in [ANNA, BORIS] {
        assert_eq!(service.last_end(person), Some(OfferEnd::Reassigned));
    }
    let why = service.core.board_view().queue[0].rings[0].why;
    assert!(why.assigned);
}

#[test]
fn an_assignment_goes_before_tier_pool_and_cooldown_but_not_before_qualification() {
    let mut people = configuration(&[ANNA]);
    let mut partner = person(&[("fsl", 3, &[Mode::Sign])]);
    partner.pool = Pool::Overflow;
    people.interpreters.insert(BORIS, partner);
    let voice = person(&[("en", 1, &[Mode::SpokenVideo])]);
    people.interpreters.insert(CHLOE, voice);
    language(&mut people, "fsl").steps = steps(&["at once ring one of tier 1"]);
    let mut service = Service::with(people);
    let call = service.tap(HALL);
    service.run(assign(call, BORIS));
    assert_eq!(service.rung_for(call), [BORIS]);
    service.decline(BORIS);
    service.run(assign(call, BORIS));
    assert_eq!(service.rung_for(call), [BORIS]);
    assert_eq!(
        service.refused(assign(call, CHLOE)),
        Rejection::NotQualified
    );
}

#[test]
fn an_assigned_call_rings_that_person_when_nobody_else_is_free() {
    let mut service = Service::open();
    service.set_available(BORIS, false);
    let call = service.tap(HALL);
    service.decline(ANNA);
    assert_eq!(service.rung(ANNA), None);
    service.run(assign(call, ANNA));
    assert_eq!(service.rung(ANNA), Some(call));
}

#[test]
fn an_assignment_ends_when_the_person_declines() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.run(assign(call, BORIS));
    service.decline(BORIS);
    assert_eq!(service.call(call).search.assigned, None);
    assert_eq!(service.rung_for(call), [ANNA]);
}

#[test]
fn an_assignment_to_somebody_busy_ends_after_its_time() {
    let (mut service, _) = Service::talking();
    let call = service.tap(MUSEUM);
    service.run(assign(call, ANNA));
    assert_eq!(service.rung(BORIS), None);
    service.after(60);
    assert_eq!(service.rung_for(call), [BORIS]);
}

#[test]
fn an_assignment_ends_at_once_when_the_person_leaves_or_no_longer_qualifies() {
    let mut unqualified = configuration(&[ANNA, BORIS]);
    let english = person(&[("en", 1, &[Mode::SpokenVideo])]);
    unqualified.interpreters.insert(ANNA, english);
    let commands = [
        Command::SetAvailable {
            interpreter: ANNA,
            available: false,
        },
        Command::Configure(Box::new(configuration(&[BORIS]))),
        Command::Configure(Box::new(unqualified)),
    ];
    for leaves in commands {
        let (mut service, _) = Service::talking();
        let call = service.tap(MUSEUM);
        service.run(assign(call, ANNA));
        assert!(service.rung_for(call).is_empty());
        service.run(leaves);
        assert!(service.rung_for(call).contains(&BORIS));
    }
}

#[test]
fn a_call_made_urgent_is_served_next_and_the_board_shows_its_class() {
    let mut service = Service::with(configuration(&[ANNA]));
    service.set_available(ANNA, false);
    service.tap(HALL);
    service.after(1);
    let urgent = service.tap(MUSEUM);
    let class = Class::Priority;
    service.run(Command::Prioritise {
        call: urgent,
        class,
    });
    let row = service.core.board_view().queue.remove(0);
    assert_eq!((row.call, row.class, row.rank), (urgent, class, class));
    service.set_available(ANNA, true);
    assert_eq!(service.rung(ANNA), Some(urgent));
}

#[test]
fn a_call_that_ages_keeps_its_class_on_record() {
    let mut service = Service::with(configuration(&[]));
    let call = service.tap(HALL);
    service.after(10 * 60 - 1);
    assert_eq!(service.call(call).search.rank, Class::Normal);
    service.after(1);
    assert_eq!(service.call(call).search.rank, Class::Priority);
    assert_eq!(service.call(call).record.class, Class::Normal);
}

#[test]
fn a_class_given_twice_is_given_once_and_an_aged_call_may_be_given_the_class_it_counts_as() {
    let mut service = Service::with(configuration(&[]));
    let call = service.tap(HALL);
    service.after(10 * 60);
    let class = Class::Priority;
    service.run(Command::Prioritise { call, class });
    assert_eq!(service.call(call).record.class, class);
    let again = service.run(Command::Prioritise { call, class });
    assert_eq!(again, Step::default());
}

#[test]
fn a_call_moved_to_another_language_keeps_its_ticket_and_rings_there() {
    let mut people = configuration(&[ANNA]);
    let english = person(&[("en", 1, &[Mode::SpokenVideo])]);
    people.interpreters.insert(BORIS, english);
    let mut service = Service::with(people);
    let call = service.tap(HALL);
    let ticket = service.call(call).search.ticket;
    service.after(5);
    let language = tag("en");
    service.run(Command::Move { call, language });
    assert_eq!(service.rung_for(call), [BORIS]);
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::Reassigned));
    let moved = service.call(call);
    assert_eq!(
        (moved.search.ticket, moved.record.queued_at),
        (ticket, ticket)
    );
    assert_eq!(
        (moved.record.language, moved.need.language),
        (language, language)
    );
}

#[test]
fn a_withdrawn_call_ends_with_its_rings_and_is_on_record() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.run(Command::Withdraw { call });
    assert_eq!(service.outcome(HALL), Some(Outcome::Withdrawn));
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::Withdrawn));
    assert_eq!(crate::figures(&service.records)[0].unserved, 1);
}

#[test]
fn a_moved_call_may_ring_whoever_declined_it_in_the_other_language() {
    let mut people = configuration(&[]);
    let skills: &[(&str, u8, &[Mode])] =
        &[("fsl", 1, &[Mode::Sign]), ("en", 1, &[Mode::SpokenVideo])];
    people.interpreters.insert(ANNA, person(skills));
    let mut service = Service::with(people);
    let call = service.tap(HALL);
    service.decline(ANNA);
    let language = tag("en");
    service.run(Command::Move { call, language });
    assert_eq!(service.rung(ANNA), Some(call));
}
