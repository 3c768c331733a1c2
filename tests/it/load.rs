//! `passerelle load` as an administrator runs it, with few people and for a short time.

use crate::gateway::{Gateway, program, run};
use crate::people::{SOON, connect, sign_in, tablet};
use passerelle::auth::Role;
use passerelle::client::http::ClientError;
use passerelle::client::media::MediaClientConfig;
use passerelle::client::person::{Order, Person, PersonConfig, Standing};
use passerelle::client::signalling::{Introduction, SignallingClient};
use passerelle_signaling::protocol::View;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// Both take a few seconds.
const LOAD_MAX: Duration = Duration::from_secs(90);

/// The names of the figures a measurement prints; each has a value, a unit, a target and a verdict.
fn figures_of(arguments: &[&str]) -> Vec<String> {
    let mut command = program(&[]);
    command.arg("load").args(arguments);
    let (code, output, errors) = run(command, LOAD_MAX);
    assert_eq!(code, Some(0), "{output}\n{errors}");
    let lines = output.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, value, _unit, target, verdict] = columns[..] else {
                panic!("not a figure: {line}");
            };
            let (value, target): (f64, f64) = (value.parse().unwrap(), target.parse().unwrap());
            assert!(value.is_finite() && value > 0.0, "{line}");
            assert_eq!(verdict == "ok", value <= target, "{line}");
            name.to_owned()
        })
        .collect()
}

#[test]
fn rings_of_busy_tablets_are_timed() {
    let few = ["rings", "--tablets", "3", "--seconds", "1", "--rate", "6"];
    assert_eq!(
        figures_of(&few),
        ["tap_to_ring_3_p50_ms", "tap_to_ring_3_p99_ms"]
    );
}

#[test]
fn calls_that_outlive_a_killed_gateway_are_timed() {
    assert_eq!(
        figures_of(&["restart", "--calls", "2"]),
        ["restart_2_calls_s"]
    );
}

#[tokio::test]
async fn a_picture_behind_the_one_remembered_is_an_error() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let any = |view: &View| Some(view.clone());
    let mut first = connect(&gateway, tablet(1)).await;
    first.view_where("a picture", SOON, any).await.unwrap();
    let mut memory = first.memory();
    memory.seq += 1000;
    let page = Introduction::of_page(&target, Role::Tablet, &cookie).remembering(memory);
    let mut back = SignallingClient::introduce(&target, &page).await.unwrap();
    let behind = back.view_where("a picture", SOON, any).await;
    assert!(
        matches!(behind, Err(ClientError::WentBack { before, shown })
            if before == memory.seq && shown < before),
        "{behind:?}"
    );
}

#[tokio::test]
async fn an_order_to_hang_up_that_outruns_the_picture_ends_the_call() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let cookie = sign_in(&target, tablet(1)).await;
    let config = PersonConfig {
        target,
        identity: tablet(1),
        cookie,
        media: MediaClientConfig::default(),
    };
    let (orders, obeyed) = mpsc::channel(2);
    let (shown, mut standing) = watch::channel(Standing::default());
    let living = tokio::spawn(Person::new(config, obeyed, shown).live());
    // As many requests as a connection may make at once.
    let language = "pt".parse().unwrap();
    for taps in 1..=8 {
        orders.send(Order::Call(language)).await.unwrap();
        orders.send(Order::HangUp).await.unwrap();
        let over = standing.wait_for(|now| now.taps == taps && now.is_free());
        timeout(SOON, over).await.expect("the call ends").unwrap();
    }
    drop(orders);
    living.await.unwrap();
}
