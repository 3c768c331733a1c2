//! Who else is in a conversation: third parties with a connection of their own, coordinators
//! without.

use super::*;
use passerelle_signaling::ids::GuestId;
use passerelle_signaling::view::{GuestState, ObserverView};

pub(super) const VISITOR: Party = Party::Tablet(TabletId(7));
pub(super) const LEAD: Party = Party::Interpreter(InterpreterId(2));

impl Gateway {
    /// A conversation of tablet 7 and interpreter 2 under way.
    pub(super) async fn conversation(&self, interpreter: &mut Connection) -> CallId {
        let (call, offer) = self.ring(interpreter, 7).await;
        self.accept(offer).await;
        self.submit(Command::MediaUp { call }).await;
        call
    }

    /// A coordinator looks on in it, with the visitor's consent.
    pub(super) async fn let_look_on(&self, call: CallId) {
        self.submit(Command::AskToJoin { call }).await;
        let (tablet, agree) = (TabletId(7), true);
        self.submit(Command::Consent {
            tablet,
            call,
            agree,
        })
        .await;
    }

    /// A third party, invited by the tablet and there.
    pub(super) async fn third_party(&self, call: CallId) -> (GuestId, Connection) {
        let invited = self.dispatch.invite_guest(VISITOR, call).await;
        let guest = invited.unwrap().guest;
        (guest, self.guest(guest).await.unwrap())
    }

    pub(super) async fn guest(&self, guest: GuestId) -> Result<Connection, SubmitError> {
        self.dispatch.connect(Identity::Guest { guest }).await
    }
}

/// The call a third party is in.
async fn in_call(of: &mut Connection) -> CallId {
    let as_guest = |view: &View| match view {
        View::Guest(view) => Some(view.call),
        View::Tablet(_) | View::Coordinator(_) | View::Interpreter(_) => None,
    };
    pictured(of, as_guest).await
}

fn guest_of(view: &TabletView) -> Option<GuestState> {
    match view.phase {
        TabletPhase::Active { guest, .. } => guest,
        _ => None,
    }
}

#[tokio::test]
async fn a_third_party_is_invited_once_has_one_connection_and_is_forgotten_with_the_call() {
    let (gateway, _directory) = Gateway::start_new().await;
    let mut tablet = gateway.tablet(7).await;
    let mut interpreter = gateway.interpreter(2).await;
    let call = gateway.conversation(&mut interpreter).await;
    let dispatch = &gateway.dispatch;
    let invited = dispatch.invite_guest(VISITOR, call).await.unwrap();
    let now = gateway.clock.now();
    assert_eq!(invited.until, now + configuration().rules.guest_link_ms);
    gateway.hand.advance(Millis(1000));
    assert_eq!(dispatch.invite_guest(LEAD, call).await, Ok(invited));
    let stranger = Party::Tablet(TabletId(8));
    let refused = dispatch.invite_guest(stranger, call).await;
    assert_eq!(refused, Err(SubmitError::Rejected(Rejection::CallGone)));
    let guest = invited.guest;
    assert_eq!(dispatch.knows_guest(guest).await, Ok(true));
    assert_eq!(dispatch.knows_guest(GuestId(99)).await, Ok(false));

    let mut first = gateway.guest(guest).await.unwrap();
    assert_eq!(in_call(&mut first).await, call);
    let connecting = |view: &TabletView| guest_of(view).filter(|it| *it == GuestState::Connecting);
    tablet_view(&mut tablet, connecting).await;
    let mut newest = gateway.guest(guest).await.unwrap();
    assert_eq!(bye(&mut first).await, ByeReason::Replaced);
    let party = VISITOR;
    gateway.submit(Command::HangUp { party, call }).await;
    assert_eq!(bye(&mut newest).await, ByeReason::SignedOut);
    assert_eq!(dispatch.knows_guest(guest).await, Ok(false));
    let late = gateway.guest(guest).await.err();
    assert_eq!(late, Some(SubmitError::Rejected(Rejection::UnknownGuest)));
}

#[tokio::test]
async fn after_a_restart_a_third_party_finds_the_conversation_and_a_coordinator_asks_anew() {
    let (gateway, directory) = Gateway::start_new().await;
    let _tablet = gateway.tablet(7).await;
    let mut interpreter = gateway.interpreter(2).await;
    let call = gateway.conversation(&mut interpreter).await;
    let (guest, _guest) = gateway.third_party(call).await;
    gateway.let_look_on(call).await;
    let stopped_at = gateway.clock.now();
    gateway.drop_everything().await;

    let gateway = Gateway::start(directory.path(), stopped_at + Millis(2000)).await;
    let mut back = gateway.guest(guest).await.unwrap();
    assert_eq!(in_call(&mut back).await, call);
    let observer = Party::Coordinator;
    let sdp = String::from("v=0");
    let refused = gateway.dispatch.join_media(observer, call, sdp).await;
    assert_eq!(refused, Err(MediaError::NotInCall));
    let mut tablet = gateway.tablet(7).await;
    gateway.submit(Command::AskToJoin { call }).await;
    let asked = |view: &TabletView| match view.phase {
        TabletPhase::Active { observer, .. } => observer,
        _ => None,
    };
    let asked = tablet_view(&mut tablet, asked).await;
    assert!(matches!(asked, ObserverView::Asked { .. }));
}

#[tokio::test]
async fn slots_are_asked_of_a_tablet_and_a_language_that_are_there() {
    let (gateway, _directory) = Gateway::start_new().await;
    let slots = async |tablet, tag| {
        let slots = gateway
            .dispatch
            .slots(TabletId(tablet), language(tag), None);
        slots.await
    };
    // Nobody has a roster here.
    assert_eq!(slots(7, "fsl").await, Ok(Vec::new()));
    let unknown = SubmitError::Rejected(Rejection::UnknownTablet);
    assert_eq!(slots(999, "fsl").await, Err(unknown));
    let unknown = SubmitError::Rejected(Rejection::UnknownLanguage);
    assert_eq!(slots(7, "xx").await, Err(unknown));
}
