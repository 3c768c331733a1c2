//! Tablets, interpreters and coordinators of the tests: signed in with the demo's one click, and
//! the states they wait for.

use crate::gateway::Gateway;
use passerelle::auth::Role;
use passerelle::client::http::{Cookie, Target};
use passerelle::client::media::MediaClient;
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::ids::{CallId, InterpreterId, OfferId, TabletId};
use passerelle_signaling::protocol::{Identity, Request, ServerMessage, View};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::view::{Activity, BoardView, EndedCall, TabletPhase};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// What should happen at once has this long on a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(10);

pub(crate) const fn tablet(number: u32) -> Identity {
    let tablet = TabletId(number);
    Identity::Tablet { tablet }
}

pub(crate) const fn interpreter(number: u32) -> Identity {
    let interpreter = InterpreterId(number);
    Identity::Interpreter { interpreter }
}

/// Signs in with one click.
pub(crate) async fn sign_in(target: &Target, identity: Identity) -> Cookie {
    let body = serde_json::json!({ "identity": identity });
    let answer = target.post("/api/demo/sign-in", &body, None).await.unwrap();
    assert_eq!(answer.status, 204, "{}", answer.body);
    answer.cookie().unwrap()
}

/// Signs in and opens the page.
pub(crate) async fn connect(gateway: &Gateway, identity: Identity) -> SignallingClient {
    let target = gateway.target();
    let cookie = sign_in(&target, identity).await;
    let client = SignallingClient::connect(&target, Role::of(identity), &cookie)
        .await
        .unwrap();
    assert_eq!(client.identity(), identity);
    client
}

/// An interpreter who takes calls.
pub(crate) async fn available(gateway: &Gateway, number: u32) -> SignallingClient {
    let mut client = connect(gateway, interpreter(number)).await;
    client
        .ask(Request::SetAvailable { available: true })
        .await
        .unwrap();
    client
}

pub(crate) async fn tap(client: &mut SignallingClient, language: &str) {
    let language = language.parse().unwrap();
    let mode = None;
    client.ask(Request::Tap { language, mode }).await.unwrap();
}

/// Waits until this interpreter is rung.
pub(crate) async fn ring(client: &mut SignallingClient) -> (OfferId, CallId) {
    let ringing = |view: &View| match activity(view) {
        Some(Activity::Ringing { offer, call, .. }) => Some((*offer, *call)),
        _ => None,
    };
    client.view_where("a ring", SOON, ringing).await.unwrap()
}

/// Waits until this interpreter neither rings nor talks.
pub(crate) async fn quiet(client: &mut SignallingClient) {
    let idle = |view: &View| (activity(view) == Some(&Activity::Idle)).then_some(());
    client
        .view_where("an idle interpreter", SOON, idle)
        .await
        .unwrap();
}

/// Waits until this tablet stands in the queue; its place.
pub(crate) async fn position(client: &mut SignallingClient) -> (CallId, u32) {
    let waiting = |view: &View| match phase(view) {
        Some(TabletPhase::Waiting { call, position, .. }) => Some((*call, *position)),
        _ => None,
    };
    client
        .view_where("a place in the queue", SOON, waiting)
        .await
        .unwrap()
}

/// Waits until this tablet shows how its call ended.
pub(crate) async fn ended(client: &mut SignallingClient) -> EndedCall {
    let ended = |view: &View| match view {
        View::Tablet(view) if view.phase == TabletPhase::Idle => view.last.clone(),
        _ => None,
    };
    client
        .view_where("the end of the call", SOON, ended)
        .await
        .unwrap()
}

/// Waits until the coordinators' board satisfies a condition.
pub(crate) async fn board<T>(
    client: &mut SignallingClient,
    what: &str,
    mut pick: impl FnMut(&BoardView) -> Option<T>,
) -> T {
    let on_board = |view: &View| match view {
        View::Coordinator(board) => pick(board),
        _ => None,
    };
    client.view_where(what, SOON, on_board).await.unwrap()
}

/// Waits until the coordinator is shown this call's record with an outcome.
pub(crate) async fn outcome(client: &mut SignallingClient, call: CallId) -> (Outcome, CallRecord) {
    let of_call = |message: &ServerMessage| match message {
        ServerMessage::Today { records, .. } => {
            let record = records.iter().find(|record| record.call == call)?;
            Some((record.outcome?, record.clone()))
        }
        _ => None,
    };
    client
        .message_where("the record of a call", SOON, of_call)
        .await
        .unwrap()
}

/// A call in which picture and sound flow both ways.
pub(crate) struct Talk {
    pub(crate) call: CallId,
    media: [MediaClient; 2],
}

impl Talk {
    /// Taps, accepts and connects both sides.
    pub(crate) async fn begin(
        tablet: &mut SignallingClient,
        interpreter: &mut SignallingClient,
        language: &str,
    ) -> Self {
        tap(tablet, language).await;
        let (offer, call) = ring(interpreter).await;
        interpreter.ask(Request::Accept { offer }).await.unwrap();
        let (at_tablet, at_interpreter) = tokio::join!(join(tablet, call), join(interpreter, call));
        let active = |view: &View| match view {
            View::Tablet(view) => matches!(view.phase, TabletPhase::Active { .. }).then_some(()),
            View::Interpreter(view) => {
                matches!(view.activity, Activity::Active { .. }).then_some(())
            }
            View::Coordinator(_) | View::Guest(_) => None,
        };
        tablet
            .view_where("the call in progress", SOON, active)
            .await
            .unwrap();
        interpreter
            .view_where("the call in progress", SOON, active)
            .await
            .unwrap();
        let media = [at_tablet, at_interpreter];
        Self { call, media }
    }

    pub(crate) async fn close(self) {
        for client in self.media {
            client.close().await;
        }
    }
}

async fn join(client: &mut SignallingClient, call: CallId) -> MediaClient {
    let (media, sdp) = MediaClient::new(IpAddr::V4(Ipv4Addr::LOCALHOST))
        .await
        .unwrap();
    let answer = client.ask(Request::MediaOffer { call, sdp }).await.unwrap();
    media.accept_answer(answer.unwrap()).await.unwrap();
    media.wait_for_media(SOON).await.unwrap();
    media
}

pub(crate) const fn phase(view: &View) -> Option<&TabletPhase> {
    match view {
        View::Tablet(view) => Some(&view.phase),
        _ => None,
    }
}

pub(crate) const fn activity(view: &View) -> Option<&Activity> {
    match view {
        View::Interpreter(view) => Some(&view.activity),
        _ => None,
    }
}
