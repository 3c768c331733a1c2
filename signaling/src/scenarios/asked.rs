//! What the driver asks of the core between two commands: whether anybody waits, whose pictures a
//! change of a queue touches, what the screens count.

use super::*;

const SEEN: &[Mode] = &[Mode::SpokenVideo];

#[test]
fn somebody_waits_from_the_tap_to_the_accept() {
    let mut service = Service::open();
    let waits = |service: &mut Service| {
        service.core.refresh_waits(service.now);
        service.core.is_anybody_waiting()
    };
    assert!(!waits(&mut service));
    service.tap(HALL);
    assert!(waits(&mut service));
    service.accept(ANNA);
    assert!(!waits(&mut service));
}

#[test]
fn a_queue_is_shown_to_who_waits_in_it_and_to_who_takes_its_language_and_is_here() {
    let mut people = configuration(&[ANNA, BORIS]);
    people
        .interpreters
        .insert(CHLOE, person(&[("en", 1, SEEN)]));
    let mut service = Service::with(people);
    service.tap(HALL);
    service.tap_for(MUSEUM, "en");
    service.lose(Party::Interpreter(BORIS));
    let audience = service.core.audience(tag("fsl"));
    assert_eq!(audience, [Party::Tablet(HALL), Party::Interpreter(ANNA)]);
}

#[test]
fn the_waiting_screen_says_how_many_are_on_duty_busy_ones_included() {
    let mut people = configuration(&[ANNA, BORIS]);
    people
        .interpreters
        .insert(CHLOE, person(&[("en", 1, SEEN)]));
    let mut service = Service::with(people);
    service.tap(MUSEUM);
    service.answer(ANNA);
    service.tap(HALL);
    let on_duty = |service: &Service| match service.phase(HALL) {
        TabletPhase::Waiting { on_duty, .. } => on_duty,
        other => panic!("the hall does not wait: {other:?}"),
    };
    assert_eq!(on_duty(&service), 2);
    service.set_available(BORIS, false);
    assert_eq!(on_duty(&service), 1);
}

#[test]
fn the_board_has_a_row_for_every_tablet_every_site_and_every_language() {
    let mut service = Service::open();
    let counter = Counter::Language(tag("en"));
    let open = Some(false);
    service.run(Command::Force { counter, open });
    let board = service.core.board_view();
    let tablets: Vec<_> = board.tablets.iter().map(|row| row.tablet).collect();
    assert_eq!(tablets, [HALL, MUSEUM, CLINIC]);
    assert_eq!(board.counters.len(), 3 + 3);
    for row in board.counters {
        let is_english = row.counter == counter;
        assert_eq!((row.open, row.forced), (!is_english, is_english));
    }
}

#[test]
fn a_core_read_from_the_journal_stands_where_the_other_stood() {
    let (service, _) = Service::talking();
    let replayed = Core::replay(service.journal.clone());
    assert_eq!(replayed.state(), service.core.state());
    let last = service.journal.last().map(|entry| entry.at);
    assert_eq!(Some(replayed.latest()), last);
}
