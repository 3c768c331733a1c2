//! Too many of one address: guessers and floods are stopped, whoever else is there is not, and a
//! whole city behind one router has room.

use crate::gateway::Gateway;
use crate::people::{sign_in, tablet};
use futures_util::future::join_all;
use passerelle::auth::Role;
use passerelle::client::http::{Answer, Cookie, Target};
use passerelle::client::signalling::SignallingClient;
use passerelle::clock::monotonic;

/// A gateway that takes the word of whoever asks it from this machine, with the fewest connections
/// of one address that it does not warn of.
fn gateway() -> Gateway {
    Gateway::demo(&[
        ("tls.mode", "off"),
        ("listen.trusted_proxies", "[\"127.0.0.1\"]"),
        ("listen.connections_per_address", "200"),
    ])
}

async fn guess(target: &Target, number: usize) -> Answer {
    let body = serde_json::json!({ "code": format!("guess-{number}") });
    target.post("/api/invite", &body, None).await.unwrap()
}

/// Checks that this is the refusal, with its three ways to say when.
fn assert_too_many(answer: &Answer) {
    assert_eq!(answer.status, 429, "{}", answer.body);
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["error"], "too_many_requests");
    let seconds = answer.headers["retry-after"].to_str().unwrap();
    assert!(
        (1..=60).contains(&seconds.parse::<u64>().unwrap()),
        "{seconds}"
    );
    let message = body["message"].as_str().unwrap();
    assert!(
        message.contains(&format!("again in {seconds} s")),
        "{message}"
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_guesser_is_stopped_whatever_they_write_before_their_address_and_nobody_else_is() {
    // Fewer than the requests that one address may make at once.
    const GUESSES: usize = 500;
    let gateway = gateway();
    let target = gateway.target();
    let began = monotonic();
    let mut let_through = 0;
    for number in 0..GUESSES {
        let forged = format!("198.51.100.{}, 2001:db8::{number:x}", number % 250);
        let answer = guess(&target.on_behalf_of(&forged), number).await;
        if answer.status == 404 {
            let_through += 1;
        } else {
            assert_too_many(&answer);
        }
    }
    let seconds = (monotonic() - began).as_secs() as usize;
    println!("guesses_let_through\t{let_through} of {GUESSES} in {seconds} s");
    assert!(
        (60..=61 + seconds / 5).contains(&let_through),
        "{let_through}"
    );
    // The neighbour is asked after, and the guesser may still look at pages.
    let neighbour = target.on_behalf_of("2001:db8:0:1::1");
    assert_eq!(guess(&neighbour, 0).await.status, 404);
    let guesser = target.on_behalf_of("2001:db8::1");
    let session = guesser.get("/api/session?role=tablet", None).await.unwrap();
    assert_eq!(session.status, 200);
    let log = gateway.log();
    let said: Vec<_> = log
        .lines()
        .filter(|line| line.contains("too many from one"))
        .collect();
    assert_eq!(said.len(), 1, "{log}");
    assert!(
        said[0].contains("sign-ins") && !said[0].contains("2001:db8"),
        "{log}"
    );
}

/// Loads a tablet's page: who is signed in, and its socket.
async fn load(target: &Target, cookie: &Cookie) -> SignallingClient {
    let session = target.get("/api/session?role=tablet", Some(cookie)).await;
    assert_eq!(session.unwrap().status, 200);
    let client = SignallingClient::connect(target, Role::Tablet, cookie).await;
    client.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_eight_tablets_behind_one_address_reload_at_once_and_again() {
    let gateway = gateway();
    let target = gateway.target().on_behalf_of("203.0.113.28");
    let enrolled = (1..=28).map(|number| sign_in(&target, tablet(number)));
    let cookies = join_all(enrolled).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(join_all(cookies.iter().map(|cookie| load(&target, cookie))).await);
    }
    assert_eq!(open.len() * open[0].len(), 56);
    assert!(!gateway.log().contains("too many"));
}

#[tokio::test]
async fn whoever_opens_sockets_and_lines_without_end_is_refused_and_others_come_in() {
    let gateway = gateway();
    let target = gateway.target();
    let flood = target.on_behalf_of("203.0.113.9");
    let body = serde_json::Value::Null;
    let path = "/api/poll?role=tablet&protocol=passerelle.v1";
    let mut statuses = Vec::new();
    for _ in 0..400 {
        let answer = flood.post(path, &body, None).await.unwrap();
        if answer.status == 429 {
            assert_too_many(&answer);
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..200], [401; 200]);
    assert!(statuses.contains(&429), "{statuses:?}");
    // Each of the other kind counts, too.
    let cookie = sign_in(&target, tablet(1)).await;
    let until_refused = async {
        loop {
            let client = SignallingClient::connect(&flood, Role::Tablet, &cookie).await;
            if let Err(error) = client {
                return error.to_string();
            }
        }
    };
    let refused = tokio::time::timeout(crate::people::SOON, until_refused).await;
    assert!(refused.unwrap().contains("too_many_requests"));
    let other = target.on_behalf_of("203.0.113.10");
    load(&other, &cookie).await;
}

#[tokio::test]
async fn the_http_interface_is_asked_only_so_often_by_one_address() {
    let gateway = gateway();
    let flood = gateway.target().on_behalf_of("203.0.113.9");
    let mut refused = None;
    for number in 0..2000 {
        let answer = flood.get("/api/nothing", None).await.unwrap();
        if answer.status == 429 {
            assert!(number >= 600, "{number}");
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 404);
    }
    assert_too_many(&refused.unwrap());
    // Pages, and whoever watches over the gateway, are not counted.
    assert_eq!(flood.get("/healthz", None).await.unwrap().status, 200);
    assert_eq!(flood.get("/tablet", None).await.unwrap().status, 200);
}
