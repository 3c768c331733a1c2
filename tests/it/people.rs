//! Tablets, interpreters and coordinators of the tests: signed in with the demo's one click, and
//! the states they wait for.

use crate::gateway::Gateway;
use passerelle::auth::Role;
use passerelle::client::http::{ClientError, Cookie, Target};
use passerelle::client::media::{MediaClient, MediaClientConfig};
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::ids::{CallId, InterpreterId, OfferId, TabletId};
use passerelle_signaling::protocol::{ErrorCode, Identity, Request, ServerMessage, View};
use passerelle_signaling::record::{CallRecord, Outcome};
use passerelle_signaling::view::{Activity, BoardView, EndedCall, TabletPhase};
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

/// Waits until the coordinator is shown this call's record as wanted.
pub(crate) async fn record(
    client: &mut SignallingClient,
    call: CallId,
    wanted: impl Fn(&CallRecord) -> bool,
) -> CallRecord {
    let of_call = |message: &ServerMessage| match message {
        ServerMessage::Today { records, .. } => {
            let mut found = records.iter().filter(|record| record.call == call);
            found.find(|record| wanted(record)).cloned()
        }
        _ => None,
    };
    client
        .message_where("the record of a call", SOON, of_call)
        .await
        .unwrap()
}

/// Waits until the coordinator is shown this call's record with an outcome.
pub(crate) async fn outcome(client: &mut SignallingClient, call: CallId) -> (Outcome, CallRecord) {
    let over = record(client, call, |record| record.outcome.is_some()).await;
    (over.outcome.unwrap(), over)
}

/// Why a request is refused.
pub(crate) async fn refusal(client: &mut SignallingClient, request: Request) -> ErrorCode {
    match client.answer_to(request).await {
        Err(ClientError::RequestRefused { error, .. }) => error,
        other => panic!("{other:?}"),
    }
}

/// What the frames of each party bear, so that the others know whose they see.
pub(crate) const VISITOR: u8 = 1;
pub(crate) const LEAD: u8 = 2;
pub(crate) const GUEST: u8 = 3;
pub(crate) const OBSERVER: u8 = 4;

/// A call in which picture and sound flow both ways.
pub(crate) struct Talk {
    pub(crate) call: CallId,
    pub(crate) visitor: MediaClient,
    pub(crate) lead: MediaClient,
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
        let (visitor, lead) =
            tokio::join!(join(tablet, call, VISITOR), join(interpreter, call, LEAD));
        let active = |view: &View| match view {
            View::Tablet(view) => matches!(view.phase, TabletPhase::Active { .. }).then_some(()),
            View::Interpreter(view) => {
                matches!(view.activity, Activity::Active { .. }).then_some(())
            }
            View::Coordinator(_) | View::Guest(_) => None,
        };
        for client in [tablet, interpreter] {
            client
                .view_where("the call in progress", SOON, active)
                .await
                .unwrap();
        }
        Self {
            call,
            visitor,
            lead,
        }
    }

    pub(crate) async fn close(self) {
        self.visitor.close().await;
        self.lead.close().await;
    }
}

/// Joins the media of a call and waits for the others'.
pub(crate) async fn join(client: &mut SignallingClient, call: CallId, mark: u8) -> MediaClient {
    let (media, sdp) = offer(mark).await;
    let answer = client
        .ask(Request::MediaOffer {
            call,
            sdp: sdp.into(),
        })
        .await
        .unwrap();
    media.accept_answer(answer.unwrap()).await.unwrap();
    media.wait_for_media(SOON).await.unwrap();
    media
}

/// A media client that can receive three others, and its offer.
pub(crate) async fn offer(mark: u8) -> (MediaClient, String) {
    let config = MediaClientConfig {
        receives: 3,
        mark,
        ..MediaClientConfig::default()
    };
    MediaClient::with(config).await.unwrap()
}

/// Waits until these are seen and heard, in this order.
pub(crate) async fn sees(client: &MediaClient, expected: &[u8]) {
    let seen = client.wait_until(SOON, |stats| {
        let mut streams = expected.iter().enumerate();
        streams.all(|(stream, mark)| stats.senders(stream) == [Some(*mark); 2])
    });
    assert!(
        seen.await,
        "expected {expected:?}, saw {:?}",
        client.stats()
    );
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
