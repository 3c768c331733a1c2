//! Downlinks of little bandwidth, by a relay in this process: the publisher is told what fits, each
//! direction by itself, and told anew when the path widens.

use super::*;
use crate::client::media::MediaClientStats;
use fastrand::Rng;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// The longest a packet waits in the relay's queue; what would wait longer is dropped.
const QUEUE: Duration = Duration::from_millis(300);
/// Headers of UDP and IP, which take their part of a link.
const HEADERS: usize = 28;

/// A relay between one client and the engine, with a bottleneck towards the client.
struct Relay {
    /// Where the client sends to.
    address: SocketAddr,
    downlink_bps: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Relay {
    async fn start(server: SocketAddr, bps: u64, loss: f64) -> Self {
        let inner = UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
        let outer = UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
        inner.connect(server).await.unwrap();
        let address = outer.local_addr().unwrap();
        let downlink_bps = Arc::new(AtomicU64::new(bps));
        let rate = Arc::clone(&downlink_bps);
        let task = tokio::spawn(relay(inner, outer, rate, loss));
        Self {
            address,
            downlink_bps,
            task,
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(inner: UdpSocket, outer: UdpSocket, rate: Arc<AtomicU64>, loss: f64) {
    let (mut up, mut down) = ([0; 2048], [0; 2048]);
    let mut client = None;
    let mut queue: VecDeque<(Instant, Vec<u8>)> = VecDeque::new();
    let mut free_at = now();
    let mut dice = Rng::with_seed(5);
    loop {
        let due = queue.front().map_or(now() + PATIENCE, |(due, _)| *due);
        tokio::select! {
            Ok((length, from)) = outer.recv_from(&mut up) => {
                client = Some(from);
                let _ = inner.send(&up[..length]).await;
            }
            Ok(length) = inner.recv(&mut down) => {
                let (at, bps) = (now(), rate.load(Ordering::Relaxed) as f64);
                let takes = (length + HEADERS) as f64 * 8.0 / bps;
                let due = free_at.max(at) + Duration::from_secs_f64(takes);
                if due < at + QUEUE {
                    free_at = due;
                    if dice.f64() >= loss {
                        queue.push_back((due, down[..length].to_vec()));
                    }
                }
            }
            () = tokio::time::sleep_until(due.into()) => {
                if let (Some((_, bytes)), Some(client)) = (queue.pop_front(), client) {
                    let _ = outer.send_to(&bytes, client).await;
                }
            }
        }
    }
}

/// A client that has joined through a relay.
async fn join_through(house: &House, relay: &Relay, participant: ParticipantId) -> MediaClient {
    let (client, offer) = MediaClient::with(MediaClientConfig::default())
        .await
        .unwrap();
    let answer = house.sfu.join(token(ROOM, participant), offer).await;
    let port = |address: SocketAddr| format!(" {} typ host", address.port());
    let direct = port(house.sfu.local_addr());
    let relayed = answer.unwrap().replace(&direct, &port(relay.address));
    client.accept_answer(relayed).await.unwrap();
    client
}

fn is_told(limit: impl Fn(u64) -> bool) -> impl Fn(&MediaClientStats) -> bool {
    move |stats| stats.picture_limit_bps.is_some_and(&limit)
}

#[tokio::test]
async fn a_publisher_is_told_what_fits_the_narrow_downlink_and_anew_when_it_widens() {
    let mut house = House::start();
    // Less than the voice and the picture of the test pattern take together.
    let relay = Relay::start(house.sfu.local_addr(), 70_000, 0.0).await;
    let visitor = join(&house.sfu, ROOM, VISITOR).await;
    let interpreter = join_through(&house, &relay, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    let narrow = is_told(|bps| bps <= 200_000);
    assert!(visitor.wait_until(PATIENCE, narrow).await);
    let path = house.sfu.path(ROOM, INTERPRETER).await.unwrap();
    // Less than where it began.
    assert!(path.estimate_bps < 600_000.0, "{path:?}");
    // The other direction is none of its business.
    let wide = is_told(|bps| bps >= 1_000_000);
    assert!(interpreter.wait_until(PATIENCE, &wide).await);
    relay.downlink_bps.store(10_000_000, Ordering::Relaxed);
    let widened = now();
    assert!(visitor.wait_until(PATIENCE, &wide).await);
    let took = now() - widened;
    assert!(took <= Duration::from_secs(8), "{took:?}");
    visitor.close().await;
    interpreter.close().await;
}

#[tokio::test]
async fn loss_of_five_per_cent_leaves_a_wide_downlink_wide_and_repairs_what_is_lost() {
    let mut house = House::start();
    let relay = Relay::start(house.sfu.local_addr(), 5_000_000, 0.05).await;
    let visitor = join(&house.sfu, ROOM, VISITOR).await;
    let interpreter = join_through(&house, &relay, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    assert!(
        visitor
            .wait_until(PATIENCE, is_told(|bps| bps >= 2_000_000))
            .await
    );
    assert!(media_goes_on(&interpreter, 150).await);
    let path = house.sfu.path(ROOM, INTERPRETER).await.unwrap();
    assert!(path.estimate_bps >= 2_400_000.0, "{path:?}");
    assert!((0.005..0.2).contains(&path.own_loss), "{path:?}");
    nothing_is_missing(&interpreter).await;
    visitor.close().await;
    interpreter.close().await;
}
