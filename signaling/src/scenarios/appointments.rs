//! Stories about what becomes of an appointment: taken, given back, called, kept, cancelled.

use super::booking::{book, booked, clock, monday, planned, take};
use super::*;
use crate::event::AppointmentEnd;
use crate::view::HeldFor;

/// Of that Monday.
pub(super) const TEN: Timestamp = Timestamp(1_789_372_800_000);

/// Anna and Boris, planned from nine to noon, and the hall's visitor, who comes back at ten.
pub(super) fn at_ten() -> (Service, CallId) {
    let mut service = monday(planned(&[ANNA, BORIS]));
    let appointment = booked(&mut service, HALL, "fsl", TEN);
    (service, appointment)
}

/// And Anna has taken it.
pub(super) fn annas() -> (Service, CallId) {
    let (mut service, appointment) = at_ten();
    service.run(take(ANNA, appointment));
    (service, appointment)
}

/// Lets the time come, as a driver does.
pub(super) fn wait_until(service: &mut Service, at: Timestamp) {
    service.after(at.since(service.now).0 / 1000);
}

pub(super) const fn answer(tablet: TabletId, appointment: CallId) -> Command {
    Command::AnswerAppointment {
        tablet,
        appointment,
    }
}

pub(super) fn answered(service: &mut Service, appointment: CallId) -> CallId {
    service.run(answer(HALL, appointment));
    service.core.state().tablet(HALL).unwrap().call.unwrap()
}

const fn cancel(tablet: Option<TabletId>, appointment: CallId) -> Command {
    Command::CancelAppointment {
        tablet,
        appointment,
    }
}

const fn release(interpreter: InterpreterId, appointment: CallId) -> Command {
    Command::ReleaseAppointment {
        interpreter,
        appointment,
    }
}

const fn give(interpreter: InterpreterId, appointment: CallId) -> Command {
    Command::TakeAppointment {
        interpreter,
        appointment,
        by_coordinator: true,
    }
}

fn taken_by(service: &Service, appointment: CallId) -> Option<InterpreterId> {
    let made = service.core.state().appointment(appointment);
    made.expect("the appointment lies ahead").interpreter
}

/// Until when the hall's tablet calls a visitor.
pub(super) fn calls_until(service: &Service) -> Option<Timestamp> {
    let appointments = service.core.tablet_view(HALL).unwrap().appointments;
    appointments.iter().find_map(|one| one.calls_until)
}

/// The last record of an appointment that is over, as the journal gives it.
pub(super) fn record(service: &Service, appointment: CallId) -> CallRecord {
    let mut state = Core::new().state().clone();
    let records = service
        .journal
        .iter()
        .filter_map(|entry| state.apply(entry));
    let theirs = records.filter(|record| record.call == appointment);
    theirs.last().expect("the appointment is over")
}

pub(super) fn end_of(service: &Service, appointment: CallId) -> Option<AppointmentEnd> {
    record(service, appointment).appointment
}

#[test]
fn the_first_to_take_an_appointment_has_it() {
    let (mut service, appointment) = at_ten();
    let offered = |service: &Service, id| service.core.interpreter_view(id).unwrap().appointments;
    assert_eq!(offered(&service, ANNA).len(), 1);
    assert_eq!(offered(&service, BORIS).len(), 1);
    service.run(take(BORIS, appointment));
    assert_eq!(
        service.refused(take(ANNA, appointment)),
        Rejection::OfferGone
    );
    assert_eq!(service.run(take(BORIS, appointment)), Step::default());
    assert_eq!(offered(&service, ANNA), []);
    assert!(offered(&service, BORIS)[0].mine);
    assert!(service.core.tablet_view(HALL).unwrap().appointments[0].taken);
}

#[test]
fn nobody_has_two_appointments_at_the_same_time_nor_one_they_may_not_take() {
    let (mut service, appointment) = annas();
    let second = booked(&mut service, MUSEUM, "fsl", TEN);
    let next = booked(&mut service, MUSEUM, "fsl", clock(10, 30));
    for command in [take(ANNA, second), give(ANNA, second)] {
        assert_eq!(service.refused(command), Rejection::WrongState);
    }
    service.run(take(ANNA, next));
    let mut without = planned(&[ANNA, BORIS]);
    without.interpreters.insert(CHLOE, Qualification::default());
    service.configure(without);
    for command in [take(CHLOE, second), give(CHLOE, second)] {
        assert_eq!(service.refused(command), Rejection::NotQualified);
    }
    let stranger = take(InterpreterId(77), second);
    assert_eq!(service.refused(stranger), Rejection::UnknownInterpreter);
    let unknown = take(BORIS, CallId(77));
    assert_eq!(service.refused(unknown), Rejection::CallGone);
    assert_eq!(taken_by(&service, appointment), Some(ANNA));
}

#[test]
fn a_coordinator_gives_an_appointment_to_another_whoever_had_it() {
    let (mut service, appointment) = annas();
    service.run(give(BORIS, appointment));
    assert_eq!(taken_by(&service, appointment), Some(BORIS));
    // Who has lost it gives nothing back.
    assert_eq!(service.run(release(ANNA, appointment)), Step::default());
    assert_eq!(taken_by(&service, appointment), Some(BORIS));
    service.run(release(BORIS, appointment));
    assert_eq!(taken_by(&service, appointment), None);
    service.run(take(ANNA, appointment));
    let unknown = release(ANNA, CallId(77));
    assert_eq!(service.refused(unknown), Rejection::CallGone);
}

#[test]
fn when_the_time_has_come_the_tablet_calls_and_the_answer_is_a_call_to_that_person() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(9, 59));
    assert_eq!(calls_until(&service), None);
    wait_until(&mut service, TEN);
    assert_eq!(calls_until(&service), Some(clock(10, 15)));
    let call = answered(&mut service, appointment);
    assert_eq!(service.rung_for(call), [ANNA]);
    let record = service.call(call).record.clone();
    assert_eq!(
        (record.origin, record.class),
        (Some(appointment), Class::Priority)
    );
    assert_eq!(end_of(&service, appointment), Some(AppointmentEnd::Kept));
    // Tapped twice, it is one call.
    assert_eq!(service.run(answer(HALL, appointment)), Step::default());
    assert_eq!(service.answer(ANNA), call);
}

#[test]
fn the_visitor_of_an_appointment_goes_before_everybody_but_emergencies() {
    let mut one = planned(&[ANNA]);
    one.sites.get_mut(&SiteId(2)).unwrap().class = Class::Priority;
    let mut service = monday(one);
    let appointment = booked(&mut service, HALL, "fsl", TEN);
    wait_until(&mut service, clock(9, 55));
    service.set_available(ANNA, false);
    let priority = service.tap(MUSEUM);
    let urgent = service.tap(CLINIC);
    let class = Class::Emergency;
    service.run(Command::Prioritise {
        call: urgent,
        class,
    });
    wait_until(&mut service, TEN);
    let call = answered(&mut service, appointment);
    service.set_available(ANNA, true);
    for next in [urgent, call, priority] {
        assert_eq!(service.answer(ANNA), next);
        service.hang_up(Party::Interpreter(ANNA), next);
        service.run(Command::EndWrapUp { interpreter: ANNA });
    }
}

#[test]
fn a_visitor_who_is_early_may_begin_once_it_is_near_and_not_before() {
    let (mut service, appointment) = annas();
    wait_until(&mut service, clock(9, 49));
    let early = service.refused(answer(HALL, appointment));
    assert_eq!(early, Rejection::WrongState);
    wait_until(&mut service, clock(9, 50));
    assert!(service.core.tablet_view(HALL).unwrap().appointments[0].may_answer);
    let elsewhere = answer(MUSEUM, appointment);
    assert_eq!(service.refused(elsewhere), Rejection::CallGone);
    let unknown = answer(HALL, CallId(77));
    assert_eq!(service.refused(unknown), Rejection::CallGone);
    let other = service.tap_for(HALL, "ar");
    let busy = service.refused(answer(HALL, appointment));
    assert_eq!(busy, Rejection::WrongState, "another visitor is there");
    service.hang_up(Party::Tablet(HALL), other);
    let call = answered(&mut service, appointment);
    assert_eq!(service.rung_for(call), [ANNA]);
}

#[test]
fn an_appointment_given_up_by_a_coordinator_is_unserved_and_at_its_counter_nobodys_failure() {
    let ends = [
        (Some(HALL), AppointmentEnd::Cancelled, 0),
        (None, AppointmentEnd::Unserved, 1),
    ];
    for (tablet, end, unserved) in ends {
        let (mut service, appointment) = annas();
        let elsewhere = cancel(Some(MUSEUM), appointment);
        assert_eq!(service.refused(elsewhere), Rejection::CallGone);
        wait_until(&mut service, clock(10, 5));
        service.run(cancel(tablet, appointment));
        assert_eq!(end_of(&service, appointment), Some(end));
        let record = record(&service, appointment);
        assert_eq!(crate::figures([&record])[0].unserved, unserved);
        assert!(!service.person(ANNA).held);
        let again = service.refused(cancel(tablet, appointment));
        assert_eq!(again, Rejection::CallGone);
    }
}

#[test]
fn what_is_no_longer_offered_here_ends_on_record() {
    let changes: [fn(&mut Configuration); 3] = [
        |less| drop(less.languages.remove(&tag("fsl"))),
        |less| language(less, "fsl").modes = vec![Mode::TextRelay],
        |less| {
            less.tablets.remove(&HALL);
        },
    ];
    for change in changes {
        let (mut service, appointment) = annas();
        let mut less = planned(&[ANNA, BORIS]);
        change(&mut less);
        service.configure(less);
        let end = end_of(&service, appointment);
        assert_eq!(end, Some(AppointmentEnd::Unserved));
        assert!(service.core.state().appointments().next().is_none());
    }
}

#[test]
fn whoever_may_no_longer_take_an_appointment_gives_it_back() {
    let changes: [fn(&mut Configuration); 3] = [
        |less| drop(less.interpreters.remove(&ANNA)),
        |less| less.interpreters.get_mut(&ANNA).unwrap().skills.clear(),
        |less| {
            let site = less.sites.get_mut(&SiteId(1)).unwrap();
            site.certification = Some("medical".parse().unwrap());
        },
    ];
    for change in changes {
        let (mut service, appointment) = annas();
        wait_until(&mut service, clock(9, 55));
        let mut less = planned(&[ANNA, BORIS]);
        change(&mut less);
        service.configure(less);
        assert_eq!(taken_by(&service, appointment), None);
        let held = service.core.state().interpreter(ANNA);
        assert!(!held.is_some_and(|anna| anna.held));
    }
}

#[test]
fn the_visitor_of_an_appointment_is_served_by_the_certified_alone_once_the_site_says_so() {
    let (mut service, appointment) = annas();
    let medical = "medical".parse().unwrap();
    let mut strict = planned(&[ANNA, BORIS]);
    strict.sites.get_mut(&SiteId(1)).unwrap().certification = Some(medical);
    let boris = strict.interpreters.get_mut(&BORIS).unwrap();
    boris.certifications.insert(medical);
    service.configure(strict);
    assert_eq!(
        service.refused(take(ANNA, appointment)),
        Rejection::NotQualified
    );
    wait_until(&mut service, TEN);
    let call = answered(&mut service, appointment);
    assert_eq!(service.rung_for(call), [BORIS]);
}

#[test]
fn the_call_of_a_visitor_who_makes_an_appointment_while_waiting_keeps_its_class_and_subject() {
    let mut subjects = planned(&[ANNA]);
    subjects.subjects.insert("housing".parse().unwrap());
    let mut service = monday(subjects);
    service.set_available(ANNA, false);
    let call = service.tap(HALL);
    let subject = Some("housing".parse().unwrap());
    service.run(Command::SetSubject {
        tablet: HALL,
        call,
        subject,
    });
    let class = Class::Emergency;
    service.run(Command::Prioritise { call, class });
    service.run(book((HALL, Some(call)), "fsl", TEN));
    wait_until(&mut service, TEN);
    let again = answered(&mut service, call);
    let record = service.call(again).record.clone();
    assert_eq!((record.class, record.subject), (class, subject));
    assert_eq!(super::appointments::record(&service, call).steps, 1);
}

#[test]
fn the_board_and_the_consoles_show_who_has_it_and_when_it_keeps_them_free() {
    let (mut service, appointment) = annas();
    let row = service.core.board_view().appointments.remove(0);
    assert_eq!(row.appointment.appointment, appointment);
    assert_eq!((row.tablet, row.interpreter), (HALL, Some(ANNA)));
    let shown = |service: &Service, who| {
        let offered = service.core.interpreter_view(who).unwrap().appointments;
        offered.first().map(|one| (one.mine, one.held))
    };
    assert_eq!(shown(&service, ANNA), Some((true, false)));
    assert_eq!(shown(&service, BORIS), None, "it is Anna's");
    let held = |service: &Service| {
        let rows = service.core.board_view().interpreters;
        let held: Vec<_> = rows.iter().map(|row| row.held).collect();
        held
    };
    assert_eq!(held(&service), [None, None]);
    wait_until(&mut service, clock(9, 50));
    assert_eq!(shown(&service, ANNA), Some((true, true)));
    let starts_at = TEN;
    let theirs = HeldFor {
        appointment,
        starts_at,
    };
    assert_eq!(held(&service), [Some(theirs), None]);
    service.run(release(ANNA, appointment));
    assert_eq!(held(&service), [None, None]);
    assert_eq!(shown(&service, ANNA), Some((false, false)));
    assert_eq!(shown(&service, BORIS), Some((false, false)));
}

#[test]
fn an_appointment_whose_entry_comes_again_later_stays_as_it_is() {
    let (service, _) = annas();
    let made = |entry: &&Entry| matches!(entry.event, Event::AppointmentMade { .. });
    let made = service.journal.iter().find(made).unwrap();
    let mut state = service.core.state().clone();
    state.apply(made);
    assert_eq!(&state, service.core.state());
}

#[test]
fn the_visitor_of_an_appointment_who_taps_the_language_is_the_one_waited_for() {
    for (hour, minute) in [(9, 55), (10, 1)] {
        let (mut service, appointment) = annas();
        wait_until(&mut service, clock(hour, minute));
        let call = service.tap_for(HALL, "fsl");
        assert_eq!(service.call(call).record.origin, Some(appointment));
        assert_eq!(service.rung(ANNA), Some(call));
        assert_eq!(end_of(&service, appointment), Some(AppointmentEnd::Kept));
    }
    // Before anybody is kept free for it, a tap is a tap.
    for (minute, taken) in [(45, true), (55, false)] {
        let (mut service, appointment) = if taken { annas() } else { at_ten() };
        wait_until(&mut service, clock(9, minute));
        let call = service.tap_for(HALL, "fsl");
        assert_eq!(service.call(call).record.origin, None);
        assert!(service.core.state().appointment(appointment).is_some());
    }
}

#[test]
fn whoever_took_an_appointment_and_is_not_there_keeps_nobody_else_from_it() {
    let (mut service, appointment) = annas();
    service.lose(Party::Interpreter(ANNA));
    wait_until(&mut service, clock(10, 1));
    assert_eq!(taken_by(&service, appointment), None);
    assert!(
        calls_until(&service).is_some(),
        "the visitor is called all the same"
    );
}

#[test]
fn whatever_becomes_of_an_appointment_is_stored_and_shown_at_its_counter_and_to_who_may_take_it() {
    let (mut service, appointment) = at_ten();
    for command in [
        take(ANNA, appointment),
        release(ANNA, appointment),
        cancel(None, appointment),
    ] {
        let step = service.run(command);
        for effect in [
            Effect::Record(appointment),
            Effect::Show(Party::Tablet(HALL)),
            Effect::ShowQueue(tag("fsl")),
        ] {
            assert!(step.effects.contains(&effect), "{effect:?}");
        }
    }
}
