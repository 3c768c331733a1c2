//! Clients that never read and clients that never stop sending: each is held within its limits, and
//! everybody else is served meanwhile.

use crate::gateway::Gateway;
use crate::people::{
    available, board, connect, ended, position, quiet, ring, sign_in, tablet, tap,
};
use passerelle::auth::Role;
use passerelle::client::http::Target;
use passerelle::client::signalling::{Introduction, SignallingClient};
use passerelle::clock::monotonic;
use passerelle_signaling::protocol::{Identity, Request, View};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// Tablets that call, one after the other, and the interpreter who is rung.
pub(crate) struct Desk {
    tablets: Vec<SignallingClient>,
    answering: SignallingClient,
    next: usize,
}

impl Desk {
    /// Tablets 1, 2, … of the demo.
    pub(crate) async fn open(gateway: &Gateway, tablets: u32) -> Self {
        let mut calling = Vec::new();
        for number in 1..=tablets {
            calling.push(connect(gateway, tablet(number)).await);
        }
        Self {
            tablets: calling,
            answering: available(gateway, 7).await,
            next: 0,
        }
    }

    /// One tap until its ring is seen, and everything quiet again afterwards.
    pub(crate) async fn round(&mut self) -> Duration {
        let at = self.next % self.tablets.len();
        let calling = &mut self.tablets[at];
        self.next += 1;
        let tapped = monotonic();
        tap(calling, "pt").await;
        let (_, call) = ring(&mut self.answering).await;
        let took = monotonic() - tapped;
        calling.ask(Request::HangUp { call }).await.unwrap();
        ended(calling).await;
        quiet(&mut self.answering).await;
        took
    }

    pub(crate) async fn rounds(&mut self, count: usize) -> Vec<Duration> {
        let mut took = Vec::new();
        for _ in 0..count {
            took.push(self.round().await);
        }
        took
    }
}

/// A line with the middle and the worst hundredth.
pub(crate) fn report(name: &str, mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)].as_micros();
    format!(
        "{name}\tp50_us\t{}\tp99_us\t{}\tof\t{}",
        at(50),
        at(99),
        took.len()
    )
}

/// Asks without reading an answer, until it cannot: silence never ends this one.
async fn asks_on(mut deaf: SignallingClient) {
    // As often as a connection may ask.
    let mut pace = tokio::time::interval(Duration::from_millis(100));
    loop {
        pace.tick().await;
        if deaf.send(Flood::Requests.frame(1)).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_never_read_are_dropped_with_their_place_kept_and_others_are_served() {
    let log_filter = "info,passerelle::ws=debug";
    let gateway = Gateway::demo_with(&[], &["--log", log_filter]);
    let target = gateway.target();
    let mut watching = connect(&gateway, Identity::Coordinator).await;
    let cookie = sign_in(&target, tablet(28)).await;
    let mut deaf = SignallingClient::connect(&target, Role::Tablet, &cookie)
        .await
        .unwrap();
    tap(&mut deaf, "ar").await;
    let place = position(&mut deaf).await;
    // The largest pictures there are.
    let deaf_board = tokio::spawn(asks_on(connect(&gateway, Identity::Coordinator).await));
    let mut desk = Desk::open(&gateway, 20).await;
    let before = gateway.resident_kb();
    let gone = tokio::spawn(async move {
        let alone = |view: &View| match view {
            View::Coordinator(board) => board.queue.iter().any(|row| !row.there).then_some(()),
            _ => None,
        };
        let limit = Duration::from_secs(40);
        watching
            .view_where("the loss of the tablet", limit, alone)
            .await
    });
    // As often as the tablets' budgets of requests allow.
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    let mut took = Vec::new();
    while !(gone.is_finished() && deaf_board.is_finished()) {
        pace.tick().await;
        took.push(desk.round().await);
    }
    gone.await.unwrap().unwrap();
    println!("{}", report("tap_to_ring_beside_deaf_clients", took));
    let grown = gateway.resident_kb().saturating_sub(before);
    println!("deaf_clients_kb\t{grown}");
    assert!(grown < 64 * 1024, "{grown} kB");
    let introduction =
        Introduction::of_page(&target, Role::Tablet, &cookie).remembering(deaf.memory());
    let mut back = SignallingClient::introduce(&target, &introduction)
        .await
        .unwrap();
    assert_eq!(position(&mut back).await, place);
    deaf_board.await.unwrap();
    let log = gateway.log();
    let too_slow = log.matches("end=Bye(TooSlow, Lost)");
    assert_eq!(too_slow.count(), 1, "{log}");
}

/// Ways of sending without end.
#[derive(Clone, Copy, Debug)]
enum Flood {
    /// Requests that cost the gateway most.
    Requests,
    Garbage,
    Pings,
    /// More than a message may have; the gateway closes, and the flood comes back.
    HugeFrames,
    /// One message in pieces of nothing, never ended.
    Fragments,
}

impl Flood {
    const ALL: [Self; 5] = [
        Self::Requests,
        Self::Garbage,
        Self::Pings,
        Self::HugeFrames,
        Self::Fragments,
    ];

    fn frame(self, count: u64) -> Message {
        match self {
            Self::Requests => Message::text(format!(
                r#"{{"id":{count},"type":"slots","language":"ar"}}"#
            )),
            Self::Garbage => Message::text("[".repeat(2000)),
            Self::Pings => Message::Ping(vec![7; 100].into()),
            Self::HugeFrames => Message::text("x".repeat(1024 * 1024)),
            Self::Fragments => {
                let kind = if count == 0 {
                    Data::Text
                } else {
                    Data::Continue
                };
                Message::Frame(Frame::message(Vec::new(), OpCode::Data(kind), false))
            }
        }
    }

    /// Floods until it is stopped from outside; reads nothing.
    async fn run(self, target: Target, number: u32) {
        let cookie = sign_in(&target, tablet(number)).await;
        loop {
            let connected = SignallingClient::connect(&target, Role::Tablet, &cookie).await;
            let Ok(mut client) = connected else { continue };
            let mut count = 0;
            while client.send(self.frame(count)).await.is_ok() {
                count += 1;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_every_kind_keep_nobody_from_being_served() {
    let gateway = Gateway::demo(&[]);
    let mut desk = Desk::open(&gateway, 20).await;
    println!(
        "{}",
        report("tap_to_ring_without_flood", desk.rounds(100).await)
    );
    let before = gateway.resident_kb();
    let mut floods = Vec::new();
    for (flood, number) in Flood::ALL.into_iter().zip(21..) {
        floods.push(tokio::spawn(flood.run(gateway.target(), number)));
    }
    // All of them are there.
    let mut watching = connect(&gateway, Identity::Coordinator).await;
    let there = board(&mut watching, "the floods", |board| {
        let flooding = board
            .tablets
            .iter()
            .filter(|row| row.tablet.0 > 20 && row.connected);
        (flooding.count() >= Flood::ALL.len() - 1).then_some(())
    });
    there.await;
    drop(watching);
    println!(
        "{}",
        report("tap_to_ring_beside_floods", desk.rounds(100).await)
    );
    let grown = gateway.resident_kb().saturating_sub(before);
    println!("floods_kb\t{grown}");
    assert!(grown < 64 * 1024, "{grown} kB");
    for flood in floods {
        flood.abort();
    }
    desk.round().await;
}
