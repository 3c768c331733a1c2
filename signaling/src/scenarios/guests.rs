//! Stories about a third party who comes into a conversation by a link.

use super::*;
use crate::ids::GuestId;
use crate::need::Role;
use crate::view::GuestState;

const LINK_SECS: u64 = 15 * 60;

const fn invite(party: Party, call: CallId) -> Command {
    Command::InviteGuest { party, call }
}

const fn remove(party: Party, call: CallId) -> Command {
    Command::RemoveGuest { party, call }
}

/// Anna and the hall talk, and the hall has asked for a link.
fn invited() -> (Service, CallId, GuestId) {
    let (mut service, call) = Service::talking();
    service.run(invite(Party::Tablet(HALL), call));
    let guest = service.call(call).guest.unwrap().guest;
    (service, call, guest)
}

/// And the link was used.
fn there() -> (Service, CallId, GuestId) {
    let (mut service, call, guest) = invited();
    service.run(Command::Connected(Party::Guest(guest)));
    service.run(Command::GuestUp { call, guest });
    assert_eq!(state(&service), Some(GuestState::There));
    (service, call, guest)
}

/// What the visitor is shown.
fn state(service: &Service) -> Option<GuestState> {
    match service.phase(HALL) {
        TabletPhase::Active { guest, .. } => guest,
        other => panic!("the hall does not talk: {other:?}"),
    }
}

/// The guest sees and may do nothing more.
fn is_out(service: &mut Service, call: CallId, guest: GuestId) {
    let party = Party::Guest(guest);
    assert!(!service.core.may_join(party, call));
    assert_eq!(service.core.guest_view(guest), None);
    let back = service.refused(Command::Connected(party));
    assert_eq!(back, Rejection::UnknownGuest);
    let hang_up = service.refused(Command::HangUp { party, call });
    assert_eq!(hang_up, Rejection::CallGone);
    let up = service.refused(Command::GuestUp { call, guest });
    assert_eq!(up, Rejection::UnknownGuest);
}

#[test]
fn a_third_party_comes_by_link_is_seen_and_leaves() {
    let (mut service, call, guest) = invited();
    let until = service.now + Millis::from_secs(LINK_SECS);
    assert_eq!(state(&service), Some(GuestState::Invited { until }));
    let party = Party::Guest(guest);
    service.run(Command::Connected(party));
    assert_eq!(state(&service), Some(GuestState::Connecting));
    assert!(service.core.may_join(party, call));
    let view = service.core.guest_view(guest).unwrap();
    assert_eq!((view.call, view.language), (call, tag("fsl")));
    service.run(Command::GuestUp { call, guest });
    assert_eq!(state(&service), Some(GuestState::There));
    let again = Command::GuestUp { call, guest };
    assert_eq!(service.run(again), Step::default());
    // The time of the link is over, and they stay.
    service.after(LINK_SECS);
    assert_eq!(state(&service), Some(GuestState::There));
    let step = service.hang_up(party, call);
    assert!(step.effects.contains(&Effect::CloseLeg(call, party)));
    assert!(step.effects.contains(&Effect::Show(party)));
    assert_eq!(state(&service), None);
    is_out(&mut service, call, guest);
}

#[test]
fn the_tablet_and_the_lead_invite_and_nobody_else() {
    for party in [Party::Tablet(HALL), Party::Interpreter(ANNA)] {
        let (mut service, call) = Service::talking();
        service.run(invite(party, call));
        service.run(remove(party, call));
        assert_eq!(state(&service), None);
    }
    let (mut service, call) = Service::talking();
    service.run(Command::Invite {
        interpreter: ANNA,
        call,
        role: Role::Second,
        language: None,
        to: None,
    });
    service.accept(BORIS);
    let others = [
        Party::Tablet(MUSEUM),
        Party::Interpreter(BORIS),
        Party::Guest(GuestId(1)),
        Party::Coordinator,
    ];
    for party in others {
        for command in [invite(party, call), remove(party, call)] {
            assert_eq!(service.refused(command), Rejection::CallGone);
        }
    }
}

#[test]
fn nobody_is_invited_before_the_conversation_begins() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    let early = invite(Party::Tablet(HALL), call);
    assert_eq!(service.refused(early.clone()), Rejection::WrongState);
    service.accept(ANNA);
    for party in [Party::Tablet(HALL), Party::Interpreter(ANNA)] {
        let command = invite(party, call);
        assert_eq!(service.refused(command), Rejection::WrongState);
    }
}

#[test]
fn a_link_nobody_uses_is_good_for_a_quarter_of_an_hour() {
    let (mut service, call, guest) = invited();
    service.after(LINK_SECS - 1);
    assert!(state(&service).is_some());
    service.after(1);
    assert_eq!(state(&service), None);
    is_out(&mut service, call, guest);
    service.run(invite(Party::Tablet(HALL), call));
    let next = service.call(call).guest.unwrap().guest;
    assert_ne!(next, guest, "a number is never used again");
}

#[test]
fn asked_again_before_it_is_used_it_is_the_same_place_and_the_same_time() {
    let (mut service, call, guest) = invited();
    let before = state(&service);
    service.after(60);
    let again = service.run(invite(Party::Interpreter(ANNA), call));
    assert_eq!(again, Step::default());
    assert_eq!(state(&service), before);
    assert_eq!(service.call(call).guest.unwrap().guest, guest);
}

#[test]
fn a_conversation_has_one_third_party_at_a_time() {
    let (mut service, call, guest) = there();
    let second = invite(Party::Tablet(HALL), call);
    assert_eq!(service.refused(second.clone()), Rejection::WrongState);
    service.lose(Party::Guest(guest));
    assert_eq!(service.refused(second.clone()), Rejection::WrongState);
    service.run(remove(Party::Interpreter(ANNA), call));
    is_out(&mut service, call, guest);
    service.run(second);
}

#[test]
fn a_third_party_who_is_lost_may_come_back_for_the_grace() {
    let (mut service, call, guest) = there();
    let party = Party::Guest(guest);
    service.lose(party);
    assert_eq!(state(&service), Some(GuestState::Lost));
    service.after(59);
    service.run(Command::Connected(party));
    assert_eq!(state(&service), Some(GuestState::There));
    service.lose(party);
    service.after(60);
    assert_eq!(state(&service), None);
    is_out(&mut service, call, guest);
}

#[test]
fn a_third_party_who_closes_the_page_is_gone_after_the_time_of_a_reload() {
    for (departure, seconds) in [(Departure::Closed, 4), (Departure::SignedOut, 0)] {
        let (mut service, call, guest) = there();
        let party = Party::Guest(guest);
        service.run(Command::Disconnected(party, departure));
        service.after(seconds);
        assert_eq!(state(&service), None);
        is_out(&mut service, call, guest);
    }
}

#[test]
fn with_the_conversation_the_invitation_ends() {
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
        for (mut service, call, guest) in [invited(), there()] {
            end(&mut service, call);
            is_out(&mut service, call, guest);
        }
    }
}

#[test]
fn the_end_of_the_conversation_is_told_to_the_third_party() {
    let (mut service, call, guest) = there();
    let step = service.hang_up(Party::Tablet(HALL), call);
    assert!(step.effects.contains(&Effect::Show(Party::Guest(guest))));
    assert!(step.effects.contains(&Effect::CloseRoom(call)));
}

#[test]
fn a_handover_leaves_the_third_party_in_the_conversation() {
    let (mut service, call, guest) = there();
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
    assert_eq!(state(&service), Some(GuestState::There));
    // Who leads now has the say, and who led has none.
    let before = remove(Party::Interpreter(ANNA), call);
    assert_eq!(service.refused(before), Rejection::CallGone);
    service.run(remove(Party::Interpreter(BORIS), call));
    is_out(&mut service, call, guest);
}

#[test]
fn a_restart_gives_a_third_party_the_grace_of_everybody_and_an_unused_link_its_time() {
    let (mut service, call, guest) = there();
    service.run(Command::Restarted);
    service.run(Command::Connected(Party::Tablet(HALL)));
    service.run(Command::Connected(Party::Interpreter(ANNA)));
    assert_eq!(state(&service), Some(GuestState::Lost));
    service.after(59);
    service.run(Command::Connected(Party::Guest(guest)));
    assert!(service.core.may_join(Party::Guest(guest), call));
    let (mut service, _, guest) = invited();
    let before = state(&service);
    service.run(Command::Restarted);
    service.run(Command::Connected(Party::Tablet(HALL)));
    assert_eq!(state(&service), before);
    service.run(Command::Connected(Party::Guest(guest)));
}

#[test]
fn a_stale_or_made_up_number_opens_nothing() {
    let (mut service, call, guest) = there();
    let other = GuestId(77);
    assert!(!service.core.may_join(Party::Guest(other), call));
    is_out(&mut service, call, other);
    service.tap(MUSEUM);
    let museums = service.answer(BORIS);
    assert!(!service.core.may_join(Party::Guest(guest), museums));
    let elsewhere = Command::GuestUp {
        call: museums,
        guest,
    };
    assert_eq!(service.refused(elsewhere), Rejection::CallGone);
    let hang_up = Command::HangUp {
        party: Party::Guest(guest),
        call: museums,
    };
    assert_eq!(service.refused(hang_up), Rejection::CallGone);
    assert_eq!(state(&service), Some(GuestState::There));
}

#[test]
fn an_invitation_whose_entry_comes_again_or_without_its_call_changes_nothing() {
    let (service, ..) = there();
    let invited = |entry: &&Entry| matches!(entry.event, Event::GuestInvited { .. });
    let invited = service.journal.iter().find(invited).unwrap();
    let mut state = service.core.state().clone();
    state.apply(invited);
    assert_eq!(&state, service.core.state());
    let mut empty = Core::new().state().clone();
    empty.apply(invited);
    assert_eq!(&empty, Core::new().state());
}
