//! Ends of the process, wanted and unwanted, and what is there afterwards.

use crate::gateway::Gateway;
use crate::people::{SOON, available, board, connect, position, ring, sign_in, tablet, tap};
use passerelle::auth::Role;
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::protocol::{ByeReason, Identity};

#[tokio::test]
async fn killed_and_restarted_the_queue_stands_in_order() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let mut cookies = Vec::new();
    let mut calls = Vec::new();
    // Not in the order of their numbers, so that the order kept is the order of the taps.
    let numbers = [5, 2, 9];
    for number in numbers {
        let cookie = sign_in(&target, tablet(number)).await;
        let connected = SignallingClient::connect(&target, Role::Tablet, &cookie).await;
        let mut client = connected.unwrap();
        tap(&mut client, "ar").await;
        calls.push(position(&mut client).await.0);
        cookies.push(cookie);
    }
    let (status, remains) = gateway.end("KILL");
    assert!(!status.success());

    let gateway = Gateway::demo_again(remains, &[]);
    let target = gateway.target();
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let queue = board(&mut coordinator, "the queue", |board| {
        let queue: Vec<_> = board.queue.iter().map(|row| row.call).collect();
        (queue.len() == 3).then_some(queue)
    });
    assert_eq!(queue.await, calls);
    // Only visitors who are there are rung for, so they stay.
    let mut visitors = Vec::new();
    for (place, cookie) in (1..).zip(&cookies) {
        // The session has survived too.
        let connected = SignallingClient::connect(&target, Role::Tablet, cookie).await;
        let mut client = connected.unwrap();
        assert_eq!(
            position(&mut client).await,
            (calls[place as usize - 1], place)
        );
        visitors.push(client);
    }
    let mut answering = available(&gateway, 3).await;
    assert_eq!(ring(&mut answering).await.1, calls[0]);
}

#[tokio::test]
async fn ctrl_c_says_goodbye_and_exits_with_zero_in_a_few_seconds() {
    for signal in ["INT", "TERM"] {
        let gateway = Gateway::demo(&[]);
        let mut client = connect(&gateway, tablet(1)).await;
        let ending = std::thread::spawn(move || gateway.end(signal).0);
        assert_eq!(client.bye(SOON).await.unwrap(), ByeReason::ShuttingDown);
        assert!(ending.join().unwrap().success());
    }
}
