//! Tablets that test themselves: the picture comes back, the result is kept for coordinators and
//! administrators, and nobody's call is disturbed.

use crate::browser::refusal;
use crate::gateway::Gateway;
use crate::people::{SOON, connect, sign_in, tablet};
use passerelle::client::http::{Answer, Cookie, Target};
use passerelle::client::media::{MediaClient, MediaClientConfig};
use passerelle_signaling::protocol::{Identity, View};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

async fn result(target: &Target, cookie: &Cookie, faults: &[&str]) -> Answer {
    let found = json!({
        "faults": faults, "way": "tcp", "opened_ms": 410, "frames_in_10": 248, "delay_ms": 95,
    });
    let posted = target.post("/api/self-test/result", &found, Some(cookie));
    posted.await.unwrap()
}

/// What somebody is shown of a tablet.
async fn shown(target: &Target, who: Identity, tablet: u32) -> Value {
    let cookie = sign_in(target, who).await;
    let listed = target.get("/api/tablets", Some(&cookie)).await.unwrap();
    let list: Value = serde_json::from_str(&listed.body).unwrap();
    let sites = list["sites"].as_array().unwrap();
    let mut tablets = sites
        .iter()
        .flat_map(|site| site["tablets"].as_array().unwrap());
    let found = tablets.find(|one| one["tablet"] == tablet).unwrap();
    found["self_test"].clone()
}

async fn device() -> (MediaClient, String) {
    let config = MediaClientConfig {
        mark: 9,
        ..MediaClientConfig::picture(Ipv4Addr::LOCALHOST.into())
    };
    MediaClient::with(config).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablets_test_picture_comes_back_and_neither_the_queue_nor_the_board_knows_of_it() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let mut board = connect(&gateway, Identity::Coordinator).await;
    let before = board
        .view_where("the board", SOON, |view: &View| Some(format!("{view:?}")))
        .await
        .unwrap();
    let (device, offer) = device().await;
    let offered = json!({ "sdp": offer });
    let asked = target.post("/api/self-test/media", &offered, Some(&cookie));
    let answered = asked.await.unwrap().accepted().unwrap();
    let answer: Value = serde_json::from_str(&answered.body).unwrap();
    assert_eq!(answer["relays"], json!([]));
    let sdp = answer["sdp"].as_str().unwrap().to_owned();
    device.accept_answer(sdp).await.unwrap();
    let comes_back = device.wait_until(SOON, |seen| {
        seen.has_received_from(9) && seen.video_frames_received > 20
    });
    assert!(comes_back.await, "{:?}", device.stats());
    device.close().await;
    let after = board
        .view_where("the board", SOON, |view: &View| Some(format!("{view:?}")))
        .await
        .unwrap();
    assert_eq!(before, after);
    let log = gateway.log();
    assert!(!log.contains("media came up too late"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_result_is_shown_to_coordinators_and_administrators_also_after_a_restart() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let nothing = shown(&target, Identity::Coordinator, 1).await;
    assert_eq!(nothing, Value::Null);
    assert_eq!(result(&target, &cookie, &[]).await.status, 204);
    let faults = ["camera_black", "picture_slow"];
    assert_eq!(result(&target, &cookie, &faults).await.status, 204);
    assert!(gateway.log().contains("camera_black picture_slow"));
    let (_, remains) = gateway.end("TERM");
    let gateway = Gateway::demo_again(remains, &[]);
    let target = gateway.target();
    for who in [Identity::Coordinator, Identity::Administrator] {
        let test = shown(&target, who, 1).await;
        assert_eq!(test["faults"], json!(faults));
        assert_eq!(
            (&test["way"], &test["frames_in_10"]),
            (&json!("tcp"), &json!(248))
        );
        assert!(test["at"].is_u64());
        assert_eq!(shown(&target, who, 2).await, Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_result_is_refused_and_a_tablet_that_tests_too_often_is_told_to_wait() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let unknown = result(&target, &cookie, &["the_visitor_is_tall"]).await;
    assert_eq!(refusal(&unknown), (400, "bad_request".to_owned()));
    let mut last = None;
    for _ in 0..10 {
        let offered = json!({ "sdp": "v=0" });
        let asked = target.post("/api/self-test/media", &offered, Some(&cookie));
        let answer = asked.await.unwrap();
        if answer.status == 429 {
            last = Some(answer);
            break;
        }
        assert_eq!(refusal(&answer), (400, "bad_request".to_owned()));
    }
    let last = last.expect("the seventh is one too many");
    assert_eq!(refusal(&last).1, "too_many_requests");
    assert!(last.headers.contains_key("retry-after"));
    // Another tablet is not that one.
    let other = sign_in(&target, tablet(2)).await;
    let (_device, offer) = device().await;
    let offered = json!({ "sdp": offer });
    let asked = target.post("/api/self-test/media", &offered, Some(&other));
    assert_eq!(asked.await.unwrap().status, 200);
}
