//! Stories about a coordinator who looks on in a conversation, and the visitor's consent.

use super::*;
use crate::event::Unwilling;
use crate::need::Role;
use crate::protocol::HelpReason;
use crate::view::ObserverView;

const COORDINATOR: Party = Party::Coordinator;

const fn ask(call: CallId) -> Command {
    Command::AskToJoin { call }
}

const fn consent(tablet: TabletId, call: CallId, agree: bool) -> Command {
    Command::Consent {
        tablet,
        call,
        agree,
    }
}

const fn up(call: CallId, up: bool) -> Command {
    Command::ObserverUp { call, up }
}

/// Anna and the hall talk, and a coordinator has asked to look on.
fn asked() -> (Service, CallId) {
    let (mut service, call) = Service::talking();
    service.run(ask(call));
    (service, call)
}

/// And does, since the visitor agreed.
fn looking_on() -> (Service, CallId) {
    let (mut service, call) = asked();
    service.run(consent(HALL, call, true));
    service.run(up(call, true));
    assert_eq!(observer(&service), Some(ObserverView::There));
    (service, call)
}

/// What the visitor is shown of it.
fn observer(service: &Service) -> Option<ObserverView> {
    match service.phase(HALL) {
        TabletPhase::Active { observer, .. } => observer,
        other => panic!("the hall does not talk: {other:?}"),
    }
}

/// What the board shows of it when the visitor would rather not.
fn unwilling(service: &Service) -> Option<Unwilling> {
    service.core.board_view().active[0].unwilling
}

fn may_look(service: &Service, call: CallId) -> bool {
    service.core.may_join(COORDINATOR, call)
}

fn is_cut(step: &Step, call: CallId) -> bool {
    let cut = Effect::CloseLeg(call, COORDINATOR);
    step.effects.contains(&cut) || step.effects.contains(&Effect::CloseRoom(call))
}

#[test]
fn a_coordinator_looks_on_once_the_visitor_agrees_and_every_screen_says_so() {
    let (mut service, call) = asked();
    let until = service.now + Millis::from_secs(60);
    let mark = Some(ObserverView::Asked { until });
    assert_eq!(observer(&service), mark);
    let anna = service.core.interpreter_view(ANNA).unwrap().activity;
    assert!(matches!(anna, Activity::Active { observer, .. } if observer == mark));
    assert_eq!(service.core.board_view().active[0].observer, mark);
    assert!(!may_look(&service, call), "nobody has agreed yet");
    service.run(consent(HALL, call, true));
    assert_eq!(observer(&service), Some(ObserverView::Connecting));
    assert!(may_look(&service, call));
    service.run(up(call, true));
    assert_eq!(observer(&service), Some(ObserverView::There));
}

#[test]
fn a_silence_of_a_minute_is_no_consent_and_the_visitor_is_asked_again_a_minute_later() {
    let (mut service, call) = asked();
    service.after(59);
    assert!(observer(&service).is_some());
    service.after(1);
    assert_eq!(observer(&service), None);
    assert!(!may_look(&service, call));
    let late = consent(HALL, call, true);
    assert_eq!(service.refused(late), Rejection::WrongState);
    let until = service.now + Millis::from_secs(60);
    assert_eq!(unwilling(&service), Some(Unwilling::Silent { until }));
    service.after(59);
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
    service.after(1);
    service.run(ask(call));
    service.run(consent(HALL, call, true));
    assert!(may_look(&service, call));
}

#[test]
fn a_no_is_a_no_for_this_conversation_whether_said_at_once_or_later() {
    for (mut service, call) in [asked(), looking_on()] {
        service.run(consent(HALL, call, false));
        assert_eq!(observer(&service), None);
        assert_eq!(unwilling(&service), Some(Unwilling::Refused));
        assert_eq!(service.refused(ask(call)), Rejection::WrongState);
        service.run(Command::Restarted);
        for party in [Party::Tablet(HALL), Party::Interpreter(ANNA)] {
            service.run(Command::Connected(party));
        }
        service.after(600);
        assert_eq!(service.refused(ask(call)), Rejection::WrongState);
        // The next visitor is another one.
        service.hang_up(Party::Tablet(HALL), call);
        service.run(Command::EndWrapUp { interpreter: ANNA });
        service.tap(HALL);
        let next = service.answer(ANNA);
        service.run(ask(next));
    }
}

const fn help(interpreter: InterpreterId, reason: Option<HelpReason>) -> Command {
    Command::AskHelp {
        interpreter,
        reason,
    }
}

#[test]
fn a_visitor_who_said_no_is_asked_again_once_the_lead_asks_for_help() {
    let (mut service, call) = asked();
    let reason = Some(HelpReason::Danger);
    service.run(help(ANNA, reason));
    service.run(consent(HALL, call, false));
    assert_eq!(
        service.refused(ask(call)),
        Rejection::WrongState,
        "help had been asked for before the no"
    );
    service.run(help(BORIS, reason));
    service.run(help(ANNA, None));
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
    service.run(help(ANNA, reason));
    service.run(ask(call));
    // And may say no again.
    service.run(consent(HALL, call, false));
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
    // The same help once more, which she need not take back before.
    service.run(help(ANNA, reason));
    service.run(ask(call));
    assert_eq!(service.run(help(ANNA, reason)), Step::default());
}

#[test]
fn a_colleague_in_the_conversation_who_asks_for_help_undoes_no_refusal() {
    let (mut service, call) = asked();
    service.run(consent(HALL, call, false));
    service.run(Command::Invite {
        interpreter: ANNA,
        call,
        role: Role::Second,
        language: None,
        to: None,
    });
    service.accept(BORIS);
    service.run(help(BORIS, Some(HelpReason::Other)));
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
}

#[test]
fn asked_twice_is_one_question_and_answered_twice_is_one_answer() {
    let (mut service, call) = asked();
    service.after(30);
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
    service.after(30);
    assert_eq!(
        observer(&service),
        None,
        "the time for it has not begun anew"
    );
    service.after(60);
    service.run(ask(call));
    service.run(consent(HALL, call, true));
    assert_eq!(service.run(consent(HALL, call, true)), Step::default());
    service.run(up(call, true));
    assert_eq!(service.run(up(call, true)), Step::default());
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
    service.run(consent(HALL, call, false));
    assert_eq!(service.run(consent(HALL, call, false)), Step::default());
}

#[test]
fn a_consent_withdrawn_ends_it_at_once() {
    let (mut service, call) = looking_on();
    let step = service.run(consent(HALL, call, false));
    assert!(is_cut(&step, call) && !may_look(&service, call));
    assert_eq!(observer(&service), None);
    // A connection that comes up too late shows nothing.
    assert_eq!(service.run(up(call, true)), Step::default());
    assert_eq!(observer(&service), None);
    assert!(matches!(
        service.call(call).phase,
        crate::state::Phase::Active { .. }
    ));
}

#[test]
fn a_coordinator_leaves_and_takes_a_question_back() {
    for (mut service, call) in [asked(), looking_on()] {
        let step = service.hang_up(COORDINATOR, call);
        assert!(is_cut(&step, call));
        assert_eq!(observer(&service), None);
        assert_eq!(service.hang_up(COORDINATOR, call), Step::default());
    }
}

#[test]
fn a_question_taken_back_is_not_put_again_at_once() {
    let (mut service, call) = asked();
    service.after(59);
    service.hang_up(COORDINATOR, call);
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
    service.after(60);
    service.run(ask(call));
}

#[test]
fn a_no_that_comes_just_after_the_question_or_the_looking_on_has_ended_counts() {
    for (mut service, call) in [asked(), looking_on()] {
        service.run(Command::Restarted);
        service.run(Command::Connected(Party::Tablet(HALL)));
        service.run(Command::Connected(Party::Interpreter(ANNA)));
        service.run(consent(HALL, call, false));
        assert_eq!(unwilling(&service), Some(Unwilling::Refused));
        assert_eq!(service.refused(ask(call)), Rejection::WrongState);
        assert_eq!(service.run(consent(HALL, call, false)), Step::default());
    }
}

#[test]
fn a_lost_connection_may_come_back_for_as_long_as_a_connection_takes() {
    let (mut service, call) = looking_on();
    service.run(up(call, false));
    assert_eq!(observer(&service), Some(ObserverView::Connecting));
    service.after(14);
    assert!(may_look(&service, call));
    service.run(up(call, true));
    assert_eq!(observer(&service), Some(ObserverView::There));
    service.run(up(call, false));
    service.after(15);
    assert_eq!(observer(&service), None);
    assert!(!may_look(&service, call));
}

#[test]
fn a_coordinator_who_does_not_come_in_time_asks_anew() {
    let (mut service, call) = asked();
    service.run(consent(HALL, call, true));
    service.after(15);
    assert_eq!(observer(&service), None);
    service.run(ask(call));
    assert!(!may_look(&service, call), "the old consent does not count");
}

#[test]
fn with_the_conversation_the_consent_ends() {
    let ends: [fn(&mut Service, CallId); 3] = [
        |service, call| drop(service.hang_up(Party::Tablet(HALL), call)),
        |service, call| {
            service.run(Command::Transfer {
                interpreter: ANNA,
                call,
                language: tag("ar"),
            });
        },
        |service, _| {
            service.lose(Party::Interpreter(ANNA));
            service.after(60);
        },
    ];
    for end in ends {
        for (mut service, call) in [asked(), looking_on()] {
            end(&mut service, call);
            assert!(!may_look(&service, call));
            let next = service.core.state().tablet(HALL).unwrap().call;
            assert!(!next.is_some_and(|next| may_look(&service, next)));
            assert_eq!(service.refused(up(call, true)), Rejection::CallGone);
            let late = service.refused(consent(HALL, call, true));
            assert_eq!(late, Rejection::CallGone);
        }
    }
}

#[test]
fn a_handover_to_a_colleague_changes_nothing_for_whoever_looks_on() {
    let (mut service, call) = looking_on();
    service.run(Command::Invite {
        interpreter: ANNA,
        call,
        role: Role::Relief,
        language: None,
        to: None,
    });
    service.accept(BORIS);
    let interpreter = BORIS;
    service.run(Command::ColleagueUp { call, interpreter });
    service.run(Command::TakeOver { interpreter, call });
    assert_eq!(observer(&service), Some(ObserverView::There));
    let boris = service.core.interpreter_view(BORIS).unwrap().activity;
    let mark = Some(ObserverView::There);
    assert!(matches!(boris, Activity::Active { observer, .. } if observer == mark));
}

#[test]
fn after_a_restart_the_visitor_is_asked_anew() {
    for (mut service, call) in [asked(), looking_on()] {
        service.run(Command::Restarted);
        assert!(!may_look(&service, call));
        service.run(Command::Connected(Party::Tablet(HALL)));
        assert_eq!(observer(&service), None);
        assert_eq!(service.run(up(call, true)), Step::default());
        service.run(ask(call));
        service.run(consent(HALL, call, true));
    }
}

#[test]
fn nobody_is_asked_outside_a_conversation_and_nobody_else_answers() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
    service.accept(ANNA);
    assert_eq!(service.refused(ask(call)), Rejection::WrongState);
    service.run(Command::MediaUp { call });
    let unasked = consent(HALL, call, true);
    assert_eq!(service.refused(unasked), Rejection::WrongState);
    service.run(ask(call));
    for tablet in [MUSEUM, TabletId(77)] {
        let other = consent(tablet, call, true);
        assert_eq!(service.refused(other), Rejection::CallGone);
    }
    for unknown in [ask(CallId(77)), up(CallId(77), true)] {
        assert_eq!(service.refused(unknown), Rejection::CallGone);
    }
    // A connection before the visitor has answered shows nobody.
    assert_eq!(service.run(up(call, true)), Step::default());
    assert!(matches!(
        observer(&service),
        Some(ObserverView::Asked { .. })
    ));
}

#[test]
fn a_question_to_the_visitor_is_shown_on_both_sides_at_once() {
    let (mut service, call) = Service::talking();
    let step = service.run(Command::AskToJoin { call });
    for party in [Party::Tablet(HALL), Party::Interpreter(ANNA)] {
        assert!(step.effects.contains(&Effect::Show(party)), "{party:?}");
    }
}
