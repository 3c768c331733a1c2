//! Tests of the engine with real sockets on loopback and the built-in client at both ends. After a
//! failure, run `cargo test --lib sfu::tests -- --test-threads=1` to see it alone.

mod bandwidth;
mod beneath;
mod calls;
mod codecs;
mod company;
mod handover;
mod hardship;
mod history;
mod hostile;
mod keyframes;
mod layers;
mod many_calls;
mod paths;
mod profiles;
mod quality;
mod router;
mod shards;
mod sight;
mod text;
mod text_terms;
mod virtual_room;

use super::{
    Codec, Codecs, Epoch, JoinError, JoinToken, ParticipantId, RoomId, Sfu, SfuConfig, SfuEvent,
    SfuStats, Standing, now,
};
use crate::client::media::{MediaClient, MediaClientConfig};
use crate::clock::monotonic;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{interval, timeout};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Far above what anything takes, so that only what never comes fails, on any machine.
const PATIENCE: Duration = Duration::from_secs(20);
const ROOM: RoomId = RoomId(1);
const VISITOR: ParticipantId = ParticipantId(1);
const INTERPRETER: ParticipantId = ParticipantId(2);
const COLLEAGUE: ParticipantId = ParticipantId(3);
const GUEST: ParticipantId = ParticipantId(4);
const OBSERVER: ParticipantId = ParticipantId(5);

/// How the participants above stand; any other is an interpreter.
fn standing_of(participant: ParticipantId) -> Standing {
    let (precedence, silent) = match participant {
        VISITOR => (0, false),
        GUEST => (Standing::GUEST, false),
        OBSERVER => (Standing::GUEST + 1, true),
        _ => (1, false),
    };
    Standing { precedence, silent }
}

/// Media threads of the engines in these tests, for all that is no matter of several of them:
/// `PASSERELLE_MEDIA_THREADS=3` shows that it is none.
fn threads() -> NonZeroUsize {
    let threads = std::env::var("PASSERELLE_MEDIA_THREADS");
    threads.map_or(NonZeroUsize::MIN, |threads| threads.parse().unwrap())
}

/// An engine and everything it said.
struct House {
    sfu: Sfu,
    events: mpsc::Receiver<SfuEvent>,
    heard: Vec<SfuEvent>,
}

impl House {
    fn start() -> Self {
        Self::start_with(SfuConfig {
            bind: (LOOPBACK, 0).into(),
            announced: vec![],
            tcp_port: None,
            threads: threads(),
        })
    }

    /// An engine that announces a TCP port; which one, nobody in these tests asks.
    fn start_with_tcp() -> Self {
        Self::start_with(SfuConfig {
            bind: (LOOPBACK, 0).into(),
            announced: vec![],
            tcp_port: Some(9),
            threads: threads(),
        })
    }

    fn start_with(config: SfuConfig) -> Self {
        let (sender, events) = mpsc::channel(64);
        let sfu = Sfu::start(config, sender).expect("the engine starts on loopback");
        Self {
            sfu,
            events,
            heard: Vec::new(),
        }
    }

    /// Waits for an event; those before it are kept in `heard`.
    async fn wait_for(&mut self, wanted: SfuEvent) {
        while !self.heard.contains(&wanted) {
            let event = timeout(PATIENCE, self.events.recv()).await.ok().flatten();
            let heard = &self.heard;
            assert!(event.is_some(), "{wanted:?} never came; heard: {heard:?}");
            self.heard.extend(event);
        }
    }

    fn count(&mut self, wanted: &SfuEvent) -> usize {
        while let Ok(event) = self.events.try_recv() {
            self.heard.push(event);
        }
        self.heard.iter().filter(|event| *event == wanted).count()
    }

    async fn wait_for_stats(&self, condition: impl Fn(&SfuStats) -> bool) -> SfuStats {
        wait_for_stats(&self.sfu, condition).await
    }
}

/// Asks for stats until they satisfy `condition`.
async fn wait_for_stats(sfu: &Sfu, condition: impl Fn(&SfuStats) -> bool) -> SfuStats {
    let deadline = now() + PATIENCE;
    let mut clock = interval(Duration::from_millis(10));
    loop {
        clock.tick().await;
        let stats = sfu.stats().await;
        if condition(&stats) {
            return stats;
        }
        assert!(now() < deadline, "stats never came to that: {stats:?}");
    }
}

/// Of joins and departures where their order does not matter.
const EPOCH: Epoch = Epoch(0);

fn token(room: RoomId, participant: ParticipantId) -> JoinToken {
    let standing = standing_of(participant);
    JoinToken::new(room, participant, standing, EPOCH, monotonic())
}

/// A client that has joined.
async fn join(sfu: &Sfu, room: RoomId, participant: ParticipantId) -> MediaClient {
    join_with(sfu, room, participant, MediaClientConfig::default()).await
}

/// A client of a certain make that has joined.
async fn join_with(
    sfu: &Sfu,
    room: RoomId,
    participant: ParticipantId,
    config: MediaClientConfig,
) -> MediaClient {
    let (client, offer) = MediaClient::with(config)
        .await
        .expect("a client on loopback");
    let answer = sfu
        .join(token(room, participant), offer)
        .await
        .expect("the offer is answered");
    client
        .accept_answer(answer)
        .await
        .expect("the answer is accepted");
    client
}

/// A room in which media is up.
async fn call(house: &mut House) -> (MediaClient, MediaClient) {
    let visitor = join(&house.sfu, ROOM, VISITOR).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    visitor
        .wait_for_media(PATIENCE)
        .await
        .expect("the visitor sees and hears");
    interpreter
        .wait_for_media(PATIENCE)
        .await
        .expect("the interpreter sees and hears");
    (visitor, interpreter)
}

/// True when `client` receives `frames` more video frames and some audio.
async fn media_goes_on(client: &MediaClient, frames: u64) -> bool {
    let before = client.stats();
    let goes_on = |stats: &crate::client::media::MediaClientStats| {
        stats.video_frames_received >= before.video_frames_received + frames
            && stats.audio_packets_received > before.audio_packets_received
    };
    client.wait_until(PATIENCE, goes_on).await
}

/// Every video packet from the first on comes to `client`, if need be as a repair.
async fn nothing_is_missing(client: &MediaClient) {
    let is_whole = |stats: &crate::client::media::MediaClientStats| stats.video_missing() == 0;
    let whole = client.wait_until(PATIENCE, is_whole).await;
    assert!(whole, "{:?}", client.stats());
}
