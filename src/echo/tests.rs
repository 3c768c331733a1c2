//! Devices that test themselves against a real engine.

use super::*;
use crate::sfu::{SfuConfig, SfuEvent};
use std::num::NonZeroUsize;
use tokio::sync::mpsc;

const SOON: Duration = Duration::from_secs(10);

fn engine() -> (Sfu, mpsc::Receiver<SfuEvent>) {
    let (events, heard) = mpsc::channel(64);
    let config = SfuConfig {
        bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        announced: vec![],
        tcp_port: None,
        threads: NonZeroUsize::MIN,
    };
    (Sfu::start(config, events).unwrap(), heard)
}

fn tablet(number: u32) -> Tester {
    Tester::Tablet(TabletId(number))
}

/// A device that sends a picture.
async fn device() -> (MediaClient, String) {
    let config = MediaClientConfig {
        mark: 7,
        ..MediaClientConfig::picture(Ipv4Addr::LOCALHOST.into())
    };
    MediaClient::with(config).await.unwrap()
}

async fn sees_its_picture(echo: &Echo, tester: Tester) -> MediaClient {
    let (device, offer) = device().await;
    let answer = echo.open(tester, offer).await.unwrap();
    device.accept_answer(answer).await.unwrap();
    let comes_back = device.wait_until(SOON, |seen| {
        seen.has_received_from(7) && seen.video_keyframes_received > 0
    });
    assert!(comes_back.await, "{:?}", device.stats());
    device
}

async fn rooms_gone(sfu: &Sfu) {
    let mut clock = tokio::time::interval(Duration::from_millis(20));
    let emptied = async {
        while sfu.stats().await.rooms > 0 {
            clock.tick().await;
        }
    };
    timeout(SOON, emptied).await.expect("the room is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_sees_its_own_picture_and_its_room_is_gone_when_it_stops() {
    let (sfu, mut heard) = engine();
    let echo = Echo::new(sfu.clone());
    let device = sees_its_picture(&echo, tablet(1)).await;
    device.close().await;
    rooms_gone(&sfu).await;
    assert!(echo.0.running().rooms.is_empty());
    while let Ok(event) = heard.try_recv() {
        assert!(event.room().is_apart(), "no call knows of it: {event:?}");
    }
    sfu.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tests_anew_ends_its_test_before_and_others_wait_while_too_many_test() {
    let (sfu, _heard) = engine();
    let echo = Echo::new(sfu.clone());
    let mut devices = Vec::new();
    for number in 1..=AT_ONCE as u32 {
        let (device, offer) = device().await;
        echo.open(tablet(number), offer).await.unwrap();
        devices.push(device);
    }
    let (_, offer) = device().await;
    let refused = echo.open(tablet(99), offer).await;
    assert!(matches!(refused, Err(EchoError::Busy)));
    devices.push(sees_its_picture(&echo, tablet(1)).await);
    sfu.shut_down().await;
}
