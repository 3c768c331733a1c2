//! A visitor who comes back at a fixed time, over real connections and through a crash.

use crate::gateway::Gateway;
use crate::people::{
    SOON, ended, interpreter, outcome, position, record, refusal, ring, tablet, tap,
};
use crate::service::Service;
use passerelle::client::signalling::SignallingClient;
use passerelle::config::DEMO_TOML;
use passerelle_signaling::event::AppointmentEnd;
use passerelle_signaling::ids::{CallId, InterpreterId};
use passerelle_signaling::protocol::{ErrorCode, Identity, Request, ServerMessage, View};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::slots::Slot;
use passerelle_signaling::view::{AppointmentView, OfferedAppointment};

/// Appointments of five minutes that can be made at once, and from when on whoever takes one is
/// kept free. Everybody with a roster is on duty at any hour, so that the tests are, too.
fn always_on_duty(hold_ms: u64) -> String {
    let rules = format!(
        "[rules]\nappointment_ms = 300000\nappointment_lead_ms = 0\n\
         appointment_hold_ms = {hold_ms}\n"
    );
    let lines = DEMO_TOML.lines().map(|line| match line {
        roster if roster.starts_with("roster = ") => "roster = {}",
        other => other,
    });
    lines.fold(rules, |text, line| text + line + "\n")
}

/// The whole day before it.
const HELD_AT_ONCE: u64 = 24 * 60 * 60 * 1000;

async fn slots(client: &mut SignallingClient, language: &str) -> Vec<Slot> {
    let language = language.parse().unwrap();
    let asked = Request::Slots {
        language,
        mode: None,
    };
    match client.answer_to(asked).await.unwrap() {
        ServerMessage::Slots { slots, .. } => slots,
        other => panic!("{other:?}"),
    }
}

fn book(call: Option<CallId>, language: &str, slot: Slot) -> Request {
    Request::Book {
        call,
        language: language.parse().unwrap(),
        mode: None,
        starts_at: slot.starts_at,
    }
}

/// Waits until this tablet has such an appointment.
async fn at_counter(
    client: &mut SignallingClient,
    wanted: impl Fn(&AppointmentView) -> bool,
) -> AppointmentView {
    let shown = |view: &View| match view {
        View::Tablet(view) => view.appointments.iter().find(|one| wanted(one)).copied(),
        _ => None,
    };
    let seen = client.view_where("the appointment", SOON, shown).await;
    seen.unwrap()
}

/// Waits until this interpreter is shown such an appointment.
async fn offered(
    client: &mut SignallingClient,
    wanted: impl Fn(&OfferedAppointment) -> bool,
) -> OfferedAppointment {
    let shown = |view: &View| match view {
        View::Interpreter(view) => view.appointments.iter().find(|one| wanted(one)).copied(),
        _ => None,
    };
    let seen = client.view_where("the appointment", SOON, shown).await;
    seen.unwrap()
}

#[tokio::test]
async fn a_booked_appointment_survives_a_kill_and_is_answered_by_whoever_took_it() {
    let service = Service::start(&always_on_duty(HELD_AT_ONCE));
    let mut calling = service.connect(tablet(1)).await;
    let mut taking = service.available(6).await;
    let first = slots(&mut calling, "uk").await[0];
    let made = book(None, "uk", first);
    calling.ask(made.clone()).await.unwrap();
    // Sent twice, made once.
    calling.ask(made).await.unwrap();
    let appointment = at_counter(&mut calling, |one| one.may_answer)
        .await
        .appointment;
    let theirs = offered(&mut taking, |one| one.appointment == appointment).await;
    assert!(!theirs.mine && theirs.starts_at == first.starts_at);
    let take = Request::TakeAppointment { appointment };
    taking.ask(take).await.unwrap();
    offered(&mut taking, |one| one.mine && one.held).await;

    let Service { gateway, file } = service;
    let (status, remains) = gateway.end("KILL");
    assert!(!status.success());
    let gateway = Gateway::serve(remains.directory, &file);
    let service = Service { gateway, file };
    let mut coordinator = service.connect(Identity::Coordinator).await;
    let mut calling = service.connect(tablet(1)).await;
    let kept = at_counter(&mut calling, |one| one.taken).await;
    assert_eq!(
        (kept.appointment, kept.starts_at),
        (appointment, first.starts_at)
    );
    // Somebody else who is free, and would be rung first: they work in one language only.
    let mut other = service.available(5).await;
    let mut taking = service.available(6).await;
    let answer = Request::AnswerAppointment { appointment };
    calling.ask(answer).await.unwrap();
    let (_, call) = ring(&mut taking).await;
    assert_eq!(position(&mut calling).await, (call, 1));
    let over = |record: &CallRecord| record.appointment.is_some();
    let over = record(&mut coordinator, appointment, over).await;
    assert_eq!(over.outcome, Some(Outcome::ConvertedAppointment));
    assert_eq!(over.appointment, Some(AppointmentEnd::Kept));
    let theirs = |view: &View| match view {
        View::Interpreter(view) => Some(view.activity.clone()),
        _ => None,
    };
    let idle = other.view_where("no ring", SOON, theirs).await.unwrap();
    assert_eq!(idle, passerelle_signaling::view::Activity::Idle);
    calling.ask(Request::HangUp { call }).await.unwrap();
    let (_, follows) = outcome(&mut coordinator, call).await;
    assert_eq!(follows.origin, Some(appointment));
}

#[tokio::test]
async fn a_waiting_visitor_takes_a_slot_and_a_slot_without_anybody_left_is_refused() {
    let service = Service::start(&always_on_duty(0));
    let mut coordinator = service.connect(Identity::Coordinator).await;
    let mut waiting = service.connect(tablet(1)).await;
    tap(&mut waiting, "pt").await;
    let (call, _) = position(&mut waiting).await;
    let free = slots(&mut waiting, "pt").await;
    assert!(free.is_sorted() && !free.is_empty());
    waiting.ask(book(Some(call), "pt", free[1])).await.unwrap();
    assert_eq!(
        ended(&mut waiting).await.outcome,
        Outcome::ConvertedAppointment
    );
    let (_, record) = outcome(&mut coordinator, call).await;
    assert_eq!(record.appointment, None, "it lies ahead");
    let mine = at_counter(&mut waiting, |one| one.appointment == call).await;
    assert_eq!(mine.starts_at, free[1].starts_at);

    // Two people take Portuguese; the third visitor finds nobody left.
    let mut second = service.connect(tablet(2)).await;
    second.ask(book(None, "pt", free[1])).await.unwrap();
    let mut third = service.connect(tablet(3)).await;
    let late = refusal(&mut third, book(None, "pt", free[1])).await;
    assert_eq!(late, ErrorCode::SlotGone);
    let left = slots(&mut third, "pt").await;
    assert!(!left.contains(&free[1]) && left.contains(&free[2]));
    let mut odd = free[2];
    odd.starts_at.0 += 1;
    assert_eq!(
        refusal(&mut third, book(None, "pt", odd)).await,
        ErrorCode::SlotGone
    );
    let unknown = refusal(&mut third, book(None, "xx", free[2])).await;
    assert_eq!(unknown, ErrorCode::UnknownLanguage);
    let language = "xx".parse().unwrap();
    let asked = Request::Slots {
        language,
        mode: None,
    };
    assert_eq!(refusal(&mut third, asked).await, ErrorCode::UnknownLanguage);

    // Given up, it is free again; nobody else's can be given up.
    let appointment = call;
    let cancel = Request::CancelAppointment { appointment };
    assert_eq!(
        refusal(&mut third, cancel.clone()).await,
        ErrorCode::CallGone
    );
    waiting.ask(cancel).await.unwrap();
    third.ask(book(None, "pt", free[1])).await.unwrap();
}

#[tokio::test]
async fn the_first_to_take_an_appointment_has_it_and_a_coordinator_gives_it_to_another() {
    let service = Service::start(&always_on_duty(0));
    let mut coordinator = service.connect(Identity::Coordinator).await;
    let mut calling = service.connect(tablet(1)).await;
    let mut one = service.connect(interpreter(5)).await;
    let mut other = service.connect(interpreter(6)).await;
    let free = slots(&mut calling, "uk").await;
    calling.ask(book(None, "uk", free[3])).await.unwrap();
    let appointment = offered(&mut one, |_| true).await.appointment;
    let take = Request::TakeAppointment { appointment };
    one.ask(take.clone()).await.unwrap();
    assert_eq!(refusal(&mut other, take).await, ErrorCode::OfferGone);
    let give = |interpreter: u32| Request::AssignAppointment {
        appointment,
        interpreter: InterpreterId(interpreter),
    };
    coordinator.ask(give(6)).await.unwrap();
    offered(&mut other, |one| one.mine).await;
    assert_eq!(
        refusal(&mut coordinator, give(7)).await,
        ErrorCode::NotQualified
    );
    let release = Request::ReleaseAppointment { appointment };
    other.ask(release).await.unwrap();
    offered(&mut one, |one| !one.mine).await;
    at_counter(&mut calling, |one| !one.taken).await;
}
