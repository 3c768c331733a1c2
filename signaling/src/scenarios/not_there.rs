//! Stories about who is not there when an appointment's time has come: the visitor, the tablet that
//! should call, the gateway itself.

use super::appointments::{TEN, annas, answer, answered, calls_until, end_of, record, wait_until};
use super::booking::clock;
use super::*;
use crate::event::AppointmentEnd;

#[test]
fn nobody_there_for_a_quarter_of_an_hour_is_a_visitor_who_did_not_come() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(10, 15));
    assert_eq!(end_of(&service, appointment), Some(AppointmentEnd::NoShow));
    let record = record(&service, appointment);
    assert_eq!(record.outcome, Some(Outcome::ConvertedAppointment));
    assert_eq!(crate::figures([&record])[0].unserved, 0);
    let late = service.refused(answer(HALL, appointment));
    assert_eq!(late, Rejection::CallGone);
}

#[test]
fn a_tablet_that_could_not_call_has_until_the_end_of_the_appointment() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(10, 1));
    service.lose(Party::Tablet(HALL));
    wait_until(&mut service, clock(10, 16));
    assert_eq!(calls_until(&service), Some(clock(10, 30)));
    wait_until(&mut service, clock(10, 30));
    let end = end_of(&service, appointment);
    assert_eq!(end, Some(AppointmentEnd::Unserved));
    let record = record(&service, appointment);
    assert_eq!(crate::figures([&record])[0].unserved, 1);
}

#[test]
fn a_tablet_that_was_busy_first_and_called_in_vain_then_leaves_a_visitor_who_did_not_come() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(10, 1));
    // Waits for nobody, until ten sixteen.
    service.tap_for(HALL, "ar");
    wait_until(&mut service, clock(10, 15));
    assert_eq!(calls_until(&service), Some(clock(10, 30)));
    wait_until(&mut service, clock(10, 30));
    assert_eq!(end_of(&service, appointment), Some(AppointmentEnd::NoShow));
}

/// The tablet is lost for some minutes of that hour, and comes back.
fn lost(service: &mut Service, from: u64, to: u64) {
    wait_until(service, clock(10, from));
    service.lose(Party::Tablet(HALL));
    wait_until(service, clock(10, to));
    service.run(Command::Connected(Party::Tablet(HALL)));
}

#[test]
fn a_visitor_has_not_come_only_if_the_tablet_could_call_for_half_of_the_time() {
    use AppointmentEnd::{NoShow, Unserved};
    /// When the tablet was lost, when nobody is waited for any more, and the end.
    type Day = (&'static [(u64, u64)], u64, AppointmentEnd);
    let days: [Day; 5] = [
        (&[(1, 14)], 30, NoShow),
        (&[(1, 25)], 30, Unserved),
        (&[(1, 20), (22, 29)], 30, Unserved),
        (&[(7, 14)], 15, NoShow),
        (&[(14, 29)], 30, NoShow),
    ];
    for (losses, end_at, end) in days {
        let (mut service, appointment) = annas();
        for (from, to) in losses {
            lost(&mut service, *from, *to);
        }
        wait_until(&mut service, clock(10, end_at) - Millis(1));
        assert!(calls_until(&service).is_some());
        wait_until(&mut service, clock(10, end_at));
        assert_eq!(end_of(&service, appointment), Some(end), "{losses:?}");
    }
}

#[test]
fn the_time_the_gateway_was_away_is_none_in_which_the_visitor_was_called() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(10, 5));
    restarted(&mut service, clock(10, 20));
    service.lose(Party::Tablet(HALL));
    wait_until(&mut service, clock(10, 35));
    let end = end_of(&service, appointment);
    assert_eq!(end, Some(AppointmentEnd::Unserved));
}

/// A gateway that comes back at this time, and the tablet a moment later.
fn restarted(service: &mut Service, at: Timestamp) {
    service.core = Core::replay(service.journal.clone());
    service.now = at;
    service.run(Command::Restarted);
    service.run(Command::Connected(Party::Tablet(HALL)));
    service.run(Command::Connected(Party::Interpreter(ANNA)));
}

#[test]
fn a_restart_before_the_time_changes_nothing() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(9, 52));
    restarted(&mut service, clock(9, 55));
    assert!(service.person(ANNA).held);
    wait_until(&mut service, TEN);
    assert_eq!(calls_until(&service), Some(clock(10, 15)));
    let call = answered(&mut service, appointment);
    assert_eq!(service.rung_for(call), [ANNA]);
}

#[test]
fn a_gateway_that_was_away_at_the_time_calls_when_it_is_back() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(9, 30));
    restarted(&mut service, clock(10, 20));
    // Not into the next appointment of this counter.
    assert_eq!(calls_until(&service), Some(clock(10, 30)));
    let call = answered(&mut service, appointment);
    assert_eq!(service.rung_for(call), [ANNA]);
}

#[test]
fn a_visitor_who_was_being_called_when_the_gateway_went_away_is_called_anew() {
    let (mut service, _) = annas();
    wait_until(&mut service, clock(10, 2));
    restarted(&mut service, clock(10, 10));
    assert_eq!(calls_until(&service), Some(clock(10, 25)));
    assert!(service.person(ANNA).held, "anew");
    wait_until(&mut service, clock(10, 14));
    restarted(&mut service, clock(10, 16));
    assert!(!service.person(ANNA).held, "once is enough");
}

#[test]
fn an_appointment_that_the_gateway_slept_through_is_unserved_and_nobodys_fault() {
    for gone_at in [clock(9, 30), clock(9, 55), clock(10, 5)] {
        let (mut service, appointment) = annas();
        wait_until(&mut service, gone_at);
        restarted(&mut service, clock(10, 30));
        let end = end_of(&service, appointment);
        assert_eq!(end, Some(AppointmentEnd::Unserved));
        assert!(!service.person(ANNA).held);
    }
}
