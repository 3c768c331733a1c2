//! Two hundred calls one after another, a few at a time, and among them clients that are answered
//! and never come: nothing may grow. `PASSERELLE_CALLS=5000` makes it ten thousand joins and more.

use super::*;
use crate::client::media::MediaClientError;
use crate::process;
use crate::sfu::limits::CONNECT_TIMEOUT;

/// Without more being asked for.
const CALLS: u64 = 200;
const MORE: &str = "PASSERELLE_CALLS";
/// Of so many calls one has a third who is answered and never connects. Its room stands until that
/// is given up: fewer than rooms may be.
const HALF_OPEN: u64 = 10;
/// Calls at the same time; two cores carry the clients' handshakes too.
const AT_ONCE: u64 = 10;
/// By this part of all calls, allocator, runtime and tables have their working size.
const WARM_UP: u64 = 4;
/// Resident memory that further calls may add, however many: allocator noise, not a leak. One peer
/// that is not freed costs some 200 kB, so that leaking every call would add 60 MB.
const MAX_GROWTH_KB: u64 = 6 * 1024;

fn is_half_open(room: u64) -> bool {
    room.is_multiple_of(HALF_OPEN)
}

/// A client that took an answer to nowhere: it closes, and the gateway is not told.
async fn half_open(sfu: &Sfu, room: RoomId) {
    let (client, offer) = MediaClient::new(LOOPBACK).await.unwrap();
    let standing = standing_of(COLLEAGUE);
    sfu.join(room, COLLEAGUE, standing, offer).await.unwrap();
    client.close().await;
}

async fn one_call(sfu: Sfu, room: RoomId) -> Result<(), MediaClientError> {
    let visitor = join(&sfu, room, VISITOR).await;
    let interpreter = join(&sfu, room, INTERPRETER).await;
    let both = tokio::join!(
        visitor.wait_for_media(PATIENCE),
        interpreter.wait_for_media(PATIENCE)
    );
    if is_half_open(room.0) {
        half_open(&sfu, room).await;
        sfu.leave(room, VISITOR);
        sfu.leave(room, INTERPRETER);
    } else {
        sfu.close_room(room);
    }
    visitor.close().await;
    interpreter.close().await;
    both.0.and(both.1).map(drop)
}

async fn calls(sfu: &Sfu, rooms: std::ops::Range<u64>) {
    let mut rooms = rooms.map(RoomId);
    let mut running = tokio::task::JoinSet::new();
    for room in rooms.by_ref().take(AT_ONCE as usize) {
        running.spawn(one_call(sfu.clone(), room));
    }
    while let Some(ended) = running.join_next().await {
        ended
            .expect("a call does not panic")
            .expect("a call has media both ways");
        if let Some(room) = rooms.next() {
            running.spawn(one_call(sfu.clone(), room));
        }
    }
    // Whoever never comes is waited for.
    let is_empty = |stats: &SfuStats| (stats.rooms, stats.peers, stats.addresses) == (0, 0, 0);
    let limit = now() + CONNECT_TIMEOUT + PATIENCE;
    let mut clock = interval(Duration::from_millis(100));
    while !is_empty(&sfu.stats().await) {
        clock.tick().await;
        assert!(now() < limit, "{:?}", sfu.stats().await);
    }
}

/// Set in the process that measures, which no other test shares.
const ALONE: &str = "PASSERELLE_TEST_ALONE";

#[test]
fn two_hundred_calls_leave_nothing_behind() {
    if std::env::var_os(ALONE).is_some() {
        return measure();
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "sfu::tests::many_calls::two_hundred_calls_leave_nothing_behind",
    ]);
    let output = child.arg("--nocapture").env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("calls in"),
        "{said}"
    );
    eprintln!("{said}");
}

fn measure() {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let start = now();
        let calls_in_all = std::env::var(MORE).map_or(CALLS, |more| more.parse().unwrap());
        let (sender, mut events) = mpsc::channel(64);
        let config = SfuConfig {
            bind: (LOOPBACK, 0).into(),
            announced: vec![],
            tcp_port: None,
            threads: threads(),
        };
        let sfu = Sfu::start(config, sender).unwrap();
        let media_ups = tokio::spawn(async move {
            let mut count = 0;
            while let Some(event) = events.recv().await {
                count += u64::from(matches!(event, SfuEvent::MediaUp { .. }));
            }
            count
        });
        let warm_up = calls_in_all / WARM_UP;
        calls(&sfu, 0..warm_up).await;
        let this = std::process::id();
        let warm = process::read(this).unwrap();
        calls(&sfu, warm_up..calls_in_all).await;
        let end = process::read(this).unwrap();
        let stats = sfu.stats().await;
        sfu.shut_down().await;
        let seconds = (now() - start).as_secs_f64();
        eprintln!("{calls_in_all} calls in {seconds:.1} s; warm {warm:?}; end {end:?}; {stats:?}");
        assert_eq!(media_ups.await.unwrap(), calls_in_all);
        let given_up = (0..calls_in_all).filter(|room| is_half_open(*room)).count();
        assert_eq!(stats.counters.peers_lost, given_up as u64);
        assert_eq!((end.files, end.threads), (warm.files, warm.threads));
        assert!(
            end.rss_kb <= warm.rss_kb + MAX_GROWTH_KB,
            "grew: {warm:?} to {end:?}"
        );
    });
}
