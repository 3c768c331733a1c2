//! Stories about opening: by hours, by hand, and what a queue takes.

use super::*;
use crate::hours::Hours;

/// Monday, 14 September 2026, 08:00 in Paris.
const MONDAY: Timestamp = Timestamp(1_789_365_600_000);
/// Saturday, 28 March 2026, 22:00 in Paris; in this night the clock jumps from 2 to 3.
const SPRING_NIGHT: Timestamp = Timestamp(1_774_731_600_000);

const HOUR: u64 = 60 * 60;

fn open_on(weekly: &str) -> Configuration {
    let mut hours = configuration(&[ANNA]);
    language(&mut hours, "fsl").hours = Hours {
        weekly: vec![weekly.parse().unwrap()],
        ..Hours::always()
    };
    hours
}

fn force(counter: Counter, open: Option<bool>) -> Command {
    Command::Force { counter, open }
}

#[test]
fn a_call_that_waits_at_closing_time_is_still_served() {
    let mut service = Service::at(open_on("mon-fri 08:00-12:00"), MONDAY);
    service.set_available(ANNA, false);
    service.after(4 * HOUR - 60);
    let call = service.tap(HALL);
    service.after(60);
    assert_eq!(
        service.tap_in_vain(MUSEUM, "fsl"),
        Some(Outcome::RefusedClosed)
    );
    service.set_available(ANNA, true);
    assert_eq!(service.rung(ANNA), Some(call));
}

#[test]
fn a_refusal_because_it_is_closed_is_on_record_and_the_screen_says_when_it_opens() {
    let mut service = Service::at(open_on("mon-fri 09:00-12:00"), MONDAY);
    assert_eq!(
        service.tap_in_vain(HALL, "fsl"),
        Some(Outcome::RefusedClosed)
    );
    assert_eq!(service.records[0].outcome, Some(Outcome::RefusedClosed));
    assert_eq!(crate::figures(&service.records)[0].unserved, 1);
    let closed = service.core.tablet_view(HALL).unwrap().closed;
    assert_eq!(closed.len(), 1);
    let nine = Timestamp(MONDAY.0 + HOUR * 1000);
    assert_eq!(
        (closed[0].language, closed[0].opens_at),
        (tag("fsl"), Some(nine))
    );
    service.after(HOUR);
    assert_eq!(service.core.tablet_view(HALL).unwrap().closed, []);
    let call = service.tap(HALL);
    assert_eq!(service.rung(ANNA), Some(call));
}

#[test]
fn the_night_in_which_the_clock_jumps_is_an_hour_shorter() {
    let mut service = Service::at(open_on("sat 22:00-03:30"), SPRING_NIGHT);
    service.after(4 * HOUR + HOUR / 2 - 2);
    let call = service.tap(HALL);
    assert_eq!(service.rung(ANNA), Some(call));
    service.after(1);
    assert_eq!(
        service.tap_in_vain(MUSEUM, "fsl"),
        Some(Outcome::RefusedClosed)
    );
}

#[test]
fn a_coordinator_opens_and_closes_against_the_hours_and_gives_them_back() {
    let mut service = Service::at(open_on("mon-fri 09:00-12:00"), MONDAY);
    let counter = Counter::Language(tag("fsl"));
    service.run(force(counter, Some(true)));
    let call = service.tap(HALL);
    assert_eq!(service.rung(ANNA), Some(call));
    service.hang_up(Party::Tablet(HALL), call);
    service.run(force(counter, Some(false)));
    service.after(2 * HOUR);
    assert_eq!(
        service.tap_in_vain(HALL, "fsl"),
        Some(Outcome::RefusedClosed)
    );
    let closed = service.core.tablet_view(HALL).unwrap().closed;
    assert_eq!(closed[0].opens_at, None, "by hand, as it was closed");
    assert_eq!(service.run(force(counter, Some(false))), Step::default());
    service.run(force(counter, None));
    assert_eq!(service.tap_in_vain(HALL, "fsl"), None);
}

#[test]
fn a_closed_site_closes_its_tablets_alone_and_calls_that_wait_stay() {
    let mut service = Service::open();
    for person in [ANNA, BORIS] {
        service.set_available(person, false);
    }
    let call = service.tap(HALL);
    service.run(force(Counter::Site(SiteId(1)), Some(false)));
    service.run(force(Counter::Site(SiteId(2)), Some(false)));
    assert_eq!(
        service.tap_in_vain(MUSEUM, "fsl"),
        Some(Outcome::RefusedClosed)
    );
    assert_eq!(service.tap_in_vain(CLINIC, "fsl"), None);
    assert!(service.call(call).is_waiting());
}

#[test]
fn a_tablet_whose_site_left_the_directory_is_closed_until_it_has_a_site() {
    let mut service = Service::open();
    let mut without = configuration(&[ANNA, BORIS]);
    without.sites.remove(&SiteId(1));
    service.configure(without);
    let before = service.core.tablet_view(HALL).unwrap();
    let all: Vec<_> = before.closed.iter().map(|one| one.opens_at).collect();
    assert_eq!(all, [None; 3]);
    assert_eq!(
        service.tap_in_vain(HALL, "fsl"),
        Some(Outcome::RefusedClosed)
    );
}

#[test]
fn each_language_has_its_own_longest_queue_and_wait() {
    let mut limits = configuration(&[]);
    let fsl = language(&mut limits, "fsl");
    fsl.queue_max = Some(1);
    fsl.wait_max_ms = Some(Millis::from_secs(60));
    let mut service = Service::with(limits);
    service.tap(HALL);
    assert_eq!(
        service.tap_in_vain(MUSEUM, "fsl"),
        Some(Outcome::RefusedFull)
    );
    service.tap_for(MUSEUM, "en");
    service.tap_for(CLINIC, "en");
    service.after(60);
    assert_eq!(service.outcome(HALL), Some(Outcome::TimedOut));
    assert!(matches!(service.phase(MUSEUM), TabletPhase::Waiting { .. }));
}

#[test]
fn a_waiting_call_asks_for_what_its_site_requires_after_a_reload() {
    let mut service = Service::open();
    let mut strict = configuration(&[ANNA, BORIS]);
    let site = strict.sites.get_mut(&SiteId(HALL.0)).unwrap();
    site.certification = Some("medical".parse().unwrap());
    service.configure(strict);
    let call = service.tap(HALL);
    assert!(service.rung_for(call).is_empty(), "nobody is certified");
    service.configure(configuration(&[ANNA, BORIS]));
    assert_eq!(service.rung_for(call), [ANNA]);
    // And the same tap is still the same call.
    assert_eq!(service.tap(HALL), call);
}
