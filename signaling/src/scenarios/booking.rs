//! Stories about making appointments: which times there are, and who gets one.

use super::*;
use crate::hours::{Holidays, Hours};

/// Monday, 14 September 2026, 08:00 in Paris.
const MONDAY: Timestamp = Timestamp(1_789_365_600_000);
/// Saturday, 28 March 2026, 22:00 in Paris; in this night the clock jumps from 2 to 3.
const SPRING_NIGHT: Timestamp = Timestamp(1_774_731_600_000);
/// Saturday, 24 October 2026, 22:00 in Paris; in this night the clock shows 2 to 3 twice.
const AUTUMN_NIGHT: Timestamp = Timestamp(1_792_872_000_000);

const MINUTE: u64 = 60;
const SEEN: &[Mode] = &[Mode::SpokenVideo];
const SIGN: &[Mode] = &[Mode::Sign];

/// A time of that Monday, or later with more than 24 hours.
pub(super) fn clock(hour: u64, minute: u64) -> Timestamp {
    MONDAY + Millis::from_secs(((hour - 8) * 60 + minute) * MINUTE)
}

pub(super) fn hours(weekly: &str) -> Hours {
    Hours {
        weekly: vec![weekly.parse().unwrap()],
        ..Hours::always()
    }
}

/// These people, who sign, planned from nine to noon.
pub(super) fn planned(people: &[InterpreterId]) -> Configuration {
    let mut planned = configuration(people);
    for person in planned.interpreters.values_mut() {
        person.roster = Some(hours("mon-fri 09:00-12:00"));
    }
    planned
}

pub(super) fn monday(configuration: Configuration) -> Service {
    Service::at(configuration, MONDAY)
}

/// When the slots begin.
fn slots_for(service: &Service, tablet: TabletId, language: &str) -> Vec<Timestamp> {
    let slots = service.core.slots(tablet, tag(language), None, service.now);
    slots.unwrap().iter().map(|slot| slot.starts_at).collect()
}

fn has_slot(service: &Service, tablet: TabletId, language: &str, at: Timestamp) -> bool {
    slots_for(service, tablet, language).contains(&at)
}

pub(super) fn book(
    (tablet, call): (TabletId, Option<CallId>),
    language: &str,
    starts_at: Timestamp,
) -> Command {
    Command::Book {
        tablet,
        call,
        language: tag(language),
        mode: None,
        starts_at,
    }
}

/// An appointment of somebody who did not wait, by the number that names it.
pub(super) fn booked(
    service: &mut Service,
    tablet: TabletId,
    language: &str,
    at: Timestamp,
) -> CallId {
    let id = service.core.state().next_call();
    service.run(book((tablet, None), language, at));
    assert!(service.core.state().appointment(id).is_some());
    id
}

#[test]
fn the_times_are_those_when_somebody_is_planned_and_the_site_and_the_language_are_open() {
    let mut both = planned(&[ANNA]);
    both.sites.get_mut(&SiteId(1)).unwrap().hours = hours("mon-fri 08:30-11:30");
    language(&mut both, "fsl").hours = hours("mon-sun 10:15-17:00");
    let service = monday(both);
    let today = slots_for(&service, HALL, "fsl");
    // A slot lies wholly within: none begins at 10:00, none ends after 11:30.
    assert_eq!(today[..2], [clock(10, 30), clock(11, 0)]);
    assert_eq!(today[2], clock(24 + 10, 30), "and again on the next day");
    assert_eq!(slots_for(&service, HALL, "en"), [], "nobody speaks it");
}

#[test]
fn somebody_whose_hours_nobody_has_said_makes_no_appointments() {
    let service = monday(configuration(&[ANNA]));
    assert_eq!(slots_for(&service, HALL, "fsl"), []);
}

#[test]
fn an_appointment_is_made_an_hour_ahead_at_the_latest_and_two_weeks_at_the_earliest() {
    let mut service = monday(planned(&[ANNA]));
    service.after(70 * MINUTE);
    let times = slots_for(&service, HALL, "fsl");
    let (first, last) = (times[0], *times.last().unwrap());
    assert_eq!(first, clock(10, 30), "at ten past nine");
    // Two weeks later it is a Monday again: nothing ends after ten past nine of that day.
    assert_eq!(last, clock(11 * 24 + 11, 30));
    service.run(book((HALL, None), "fsl", first));
    let late = book((MUSEUM, None), "fsl", clock(10, 0));
    assert_eq!(service.refused(late), Rejection::SlotGone);
}

#[test]
fn nobody_is_met_on_a_closed_day_or_a_public_holiday() {
    let mut closed = planned(&[ANNA]);
    language(&mut closed, "fsl").hours = Hours {
        closed: vec!["2026-09-15".parse().unwrap()],
        holidays: Holidays::France,
        ..Hours::always()
    };
    let service = monday(closed.clone());
    let times = slots_for(&service, HALL, "fsl");
    let of_day = |day: u64| times.iter().any(|at| *at == clock(24 * day + 10, 0));
    assert_eq!([0, 1, 2].map(of_day), [true, false, true]);
    // All Saints is a Sunday; Armistice Day, 11 November 2026, a Wednesday.
    let monday_before = Timestamp(1_794_207_600_000);
    let service = Service::at(closed, monday_before);
    let times = slots_for(&service, HALL, "fsl");
    let day = 24 * 60 * MINUTE * 1000;
    let of_day = |day_of: u64| {
        let begins = monday_before.0 + day * day_of;
        times
            .iter()
            .any(|at| (begins..begins + day).contains(&at.0))
    };
    assert_eq!([0, 1, 2, 3].map(of_day), [true, true, false, true]);
}

#[test]
fn a_night_in_which_the_clock_changes_has_as_many_times_as_hours() {
    // From half past eleven to four: four and a half hours by the clock on the wall.
    for (night, slots) in [(SPRING_NIGHT, 7), (AUTUMN_NIGHT, 11)] {
        let mut nightly = planned(&[ANNA]);
        nightly.rules.appointment_days_max = 1;
        let anna = nightly.interpreters.get_mut(&ANNA).unwrap();
        anna.roster = Some(hours("sat 22:00-04:00"));
        let service = Service::at(nightly, night);
        let times = slots_for(&service, HALL, "fsl");
        assert_eq!(times.len(), slots);
        let apart = times.windows(2).map(|pair| pair[1].since(pair[0]));
        assert!(
            apart
                .into_iter()
                .all(|apart| apart == Millis::from_secs(30 * MINUTE))
        );
    }
}

#[test]
fn appointments_of_any_length_begin_at_the_same_local_times_every_day() {
    let mut long = planned(&[ANNA]);
    long.rules.appointment_ms = Millis::from_secs(50 * MINUTE);
    let service = monday(long);
    let times = slots_for(&service, HALL, "fsl");
    for day in [0, 24] {
        for (hour, minute) in [(9, 10), (10, 0), (10, 50)] {
            let at = clock(day + hour, minute);
            assert!(times.contains(&at), "{hour}:{minute} of day {day}");
        }
    }
    let apart = |pair: &[Timestamp]| pair[1].since(pair[0]) >= Millis::from_secs(50 * MINUTE);
    assert!(times.windows(2).all(apart));
}

#[test]
fn appointments_begin_on_the_hour_of_a_zone_whatever_its_offset() {
    let mut nepal = planned(&[ANNA]);
    nepal.zone = "Asia/Kathmandu".parse().unwrap();
    let service = monday(nepal);
    // Nine o'clock of Tuesday there: five hours and three quarters before Greenwich.
    let nine = Timestamp(MONDAY.0 - MONDAY.0 % 86_400_000) + Millis::from_secs(27 * 3600 + 900);
    let times = slots_for(&service, HALL, "fsl");
    assert_eq!(times[0], nine);
}

#[test]
fn a_time_is_promised_once_for_each_person_planned_taken_or_not() {
    let mut service = monday(planned(&[ANNA, BORIS]));
    let ten = clock(10, 0);
    let first = booked(&mut service, HALL, "fsl", ten);
    assert!(has_slot(&service, MUSEUM, "fsl", ten), "Boris is left");
    service.run(take(ANNA, first));
    assert!(has_slot(&service, MUSEUM, "fsl", ten), "Boris is left");
    let second = booked(&mut service, MUSEUM, "fsl", ten);
    assert!(!has_slot(&service, CLINIC, "fsl", ten));
    // Neither the one before nor the one after has a moment in common with it.
    assert!(has_slot(&service, CLINIC, "fsl", clock(9, 30)));
    assert!(has_slot(&service, CLINIC, "fsl", clock(10, 30)));
    let third = book((CLINIC, None), "fsl", ten);
    assert_eq!(service.refused(third), Rejection::SlotGone);
    service.run(Command::CancelAppointment {
        tablet: Some(MUSEUM),
        appointment: second,
    });
    booked(&mut service, CLINIC, "fsl", ten);
}

pub(super) const fn take(interpreter: InterpreterId, appointment: CallId) -> Command {
    Command::TakeAppointment {
        interpreter,
        appointment,
        by_coordinator: false,
    }
}

#[test]
fn a_polyglot_is_promised_once_whatever_the_language() {
    let mut two = planned(&[ANNA]);
    let mut polyglot = person(&[("fsl", 1, SIGN), ("ar", 1, SEEN)]);
    polyglot.roster = Some(hours("mon-fri 09:00-12:00"));
    two.interpreters.insert(ANNA, polyglot);
    let ten = clock(10, 0);
    let mut service = monday(two.clone());
    let arabic = booked(&mut service, MUSEUM, "ar", ten);
    assert!(!has_slot(&service, HALL, "fsl", ten), "Anna is promised");
    service.run(take(ANNA, arabic));
    assert!(!has_slot(&service, HALL, "fsl", ten), "Anna is taken");
    // With Boris, who signs, there is somebody for either.
    let boris = planned(&[BORIS]).interpreters.remove(&BORIS).unwrap();
    two.interpreters.insert(BORIS, boris);
    let mut service = monday(two);
    booked(&mut service, MUSEUM, "ar", ten);
    booked(&mut service, HALL, "fsl", ten);
    assert!(!has_slot(&service, CLINIC, "fsl", ten));
    assert!(!has_slot(&service, CLINIC, "ar", ten));
}

#[test]
fn a_counter_takes_one_visitor_at_a_time() {
    let mut service = monday(planned(&[ANNA, BORIS]));
    booked(&mut service, HALL, "fsl", clock(10, 0));
    assert!(!has_slot(&service, HALL, "fsl", clock(10, 0)));
    assert!(has_slot(&service, MUSEUM, "fsl", clock(10, 0)));
    booked(&mut service, HALL, "fsl", clock(10, 30));
}

#[test]
fn a_waiting_visitor_makes_an_appointment_and_leaves_the_queue() {
    let mut service = monday(planned(&[ANNA]));
    let call = service.tap(HALL);
    assert_eq!(service.rung(ANNA), Some(call));
    service.run(book((HALL, Some(call)), "fsl", clock(10, 0)));
    assert_eq!(service.outcome(HALL), Some(Outcome::ConvertedAppointment));
    assert_eq!(service.last_end(ANNA), Some(OfferEnd::CallerLeft));
    let made = service.core.tablet_view(HALL).unwrap().appointments;
    let told = (made[0].appointment, made[0].starts_at, made[0].taken);
    assert_eq!(told, (call, clock(10, 0), false));
    // Sent again, it is the same appointment.
    let again = book((HALL, Some(call)), "fsl", clock(10, 0));
    assert_eq!(service.run(again), Step::default());
    assert_eq!(service.core.state().appointments().count(), 1);
}

#[test]
fn who_waits_without_a_picture_makes_an_appointment_with_one() {
    let mut writes = planned(&[ANNA]);
    language(&mut writes, "fsl").modes.push(Mode::TextRelay);
    let mut service = monday(writes);
    let (tablet, mode) = (HALL, Mode::TextRelay);
    let call = service.tap(tablet);
    service.run(Command::ChangeMode { tablet, call, mode });
    service.run(book((tablet, Some(call)), "fsl", clock(10, 0)));
    let made = service.core.state().appointment(call).unwrap();
    assert_eq!(made.need.mode, Mode::Sign);
}

#[test]
fn an_appointment_is_made_when_it_is_closed_and_when_nobody_is_on_duty() {
    let mut early = planned(&[ANNA]);
    language(&mut early, "fsl").hours = hours("mon-fri 09:00-12:00");
    let mut service = monday(early);
    service.set_available(ANNA, false);
    assert_eq!(
        service.tap_in_vain(HALL, "fsl"),
        Some(Outcome::RefusedClosed)
    );
    let id = booked(&mut service, HALL, "fsl", clock(9, 30));
    assert_eq!(service.outcome(HALL), Some(Outcome::ConvertedAppointment));
    assert_eq!(service.core.record(id).unwrap().steps, 0, "never queued");
    let again = book((HALL, None), "fsl", clock(9, 30));
    assert_eq!(service.run(again), Step::default());
    assert_eq!(service.core.state().appointments().count(), 1);
}

#[test]
fn the_same_time_in_another_way_is_another_wish() {
    let mut writes = planned(&[ANNA, BORIS]);
    language(&mut writes, "fsl").modes.push(Mode::TextRelay);
    let mut service = monday(writes);
    booked(&mut service, HALL, "fsl", clock(10, 0));
    let in_writing = Command::Book {
        tablet: HALL,
        call: None,
        language: tag("fsl"),
        mode: Some(Mode::TextRelay),
        starts_at: clock(10, 0),
    };
    assert_eq!(service.refused(in_writing), Rejection::SlotGone);
}

#[test]
fn no_appointment_is_made_at_a_time_or_for_a_call_that_is_not_there() {
    let mut service = monday(planned(&[ANNA]));
    service.set_available(ANNA, false);
    let ten = clock(10, 0);
    let unknown = book((TabletId(77), None), "fsl", ten);
    assert_eq!(service.refused(unknown), Rejection::UnknownTablet);
    let nowhere = service.core.slots(TabletId(77), tag("fsl"), None, ten);
    assert_eq!(nowhere, Err(Rejection::UnknownTablet));
    let language = book((HALL, None), "xx", ten);
    assert_eq!(service.refused(language), Rejection::UnknownLanguage);
    let past = MONDAY;
    for at in [past, clock(10, 1), clock(13, 0), clock(24 * 15 + 10, 0)] {
        let command = book((HALL, None), "fsl", at);
        assert_eq!(service.refused(command), Rejection::SlotGone);
    }
    let call = service.tap(HALL);
    let refusals = [
        (book((HALL, None), "fsl", ten), Rejection::WrongState),
        (book((HALL, Some(call)), "ar", ten), Rejection::WrongState),
        (book((MUSEUM, Some(call)), "fsl", ten), Rejection::CallGone),
        (
            book((HALL, Some(CallId(9))), "fsl", ten),
            Rejection::CallGone,
        ),
    ];
    for (command, refusal) in refusals {
        assert_eq!(service.refused(command), refusal);
    }
    service.set_available(ANNA, true);
    service.answer(ANNA);
    let talking = book((HALL, Some(call)), "fsl", ten);
    assert_eq!(service.refused(talking), Rejection::WrongState);
}

#[test]
fn a_counter_has_so_many_appointments_ahead_and_no_more() {
    let mut few = planned(&[ANNA]);
    few.rules.appointments_max = 2;
    let mut service = monday(few);
    booked(&mut service, HALL, "fsl", clock(9, 30));
    booked(&mut service, HALL, "fsl", clock(10, 0));
    let third = book((HALL, None), "fsl", clock(10, 30));
    assert_eq!(service.refused(third), Rejection::WrongState);
    booked(&mut service, MUSEUM, "fsl", clock(10, 30));
}
