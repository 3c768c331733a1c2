//! Which SRTP profile a client gets, decided from what it offers in its handshake.

use super::router::{Pieces, Router, hellos_in, join_through_with};
use super::*;

const CM: u16 = 1;
const GCM: u16 = 7;
const GCM_256: u16 = 8;

#[tokio::test]
async fn aes_gcm_is_for_every_client_that_has_it_and_counter_mode_for_one_that_has_not() {
    // What each end of a call offers in its order, and what it gets.
    let calls: [[(&[u16], &str); 2]; 3] = [
        // As browsers do, and a client that has nothing else.
        [
            (&[CM, GCM_256, GCM], "SRTP_AEAD_AES_128_GCM"),
            (&[CM], "SRTP_AES128_CM_HMAC_SHA1_80"),
        ],
        [
            (&[GCM], "SRTP_AEAD_AES_128_GCM"),
            (&[CM, GCM_256], "SRTP_AEAD_AES_256_GCM"),
        ],
        [
            (&[GCM_256], "SRTP_AEAD_AES_256_GCM"),
            (&[GCM_256, GCM, CM], "SRTP_AEAD_AES_128_GCM"),
        ],
    ];
    let house = House::start();
    for (room, ends) in (1..).map(RoomId).zip(calls) {
        let mut clients = Vec::new();
        for (participant, (srtp, _)) in [VISITOR, INTERPRETER].into_iter().zip(ends) {
            let config = MediaClientConfig {
                srtp,
                ..MediaClientConfig::default()
            };
            clients.push(join_with(&house.sfu, room, participant, config).await);
        }
        for (client, (srtp, expected)) in clients.iter().zip(ends) {
            let media = client.wait_for_media(PATIENCE).await;
            assert!(media.is_ok(), "{media:?} with {srtp:?}");
            assert!(media_goes_on(client, 5).await, "with {srtp:?}");
            // Reports and requests are sealed, too.
            let before = client.stats().video_keyframes_received;
            assert!(client.request_keyframe().await);
            let is_answered = |stats: &crate::client::media::MediaClientStats| {
                stats.video_keyframes_received > before
            };
            let is_answered = client.wait_until(PATIENCE, is_answered).await;
            assert!(is_answered, "with {srtp:?}");
            assert_eq!(client.srtp_profile().await, expected, "of {srtp:?}");
        }
        for client in clients {
            client.close().await;
        }
    }
    let stats = house.sfu.stats().await;
    assert_eq!(stats.counters.datagrams_refused, 0, "{stats:?}");
}

/// As of browsers with post-quantum keys, and over a network that brings pieces in any order.
#[tokio::test(flavor = "multi_thread")]
async fn a_hello_in_pieces_gets_aes_gcm_in_whatever_order_they_come_and_if_one_is_sent_again() {
    let mut house = House::start();
    let ways = [Pieces::InOrder, Pieces::Reversed, Pieces::OneLost];
    for (room, pieces) in (1..).map(RoomId).zip(ways) {
        let router = Router::tampering(house.sfu.local_addr(), hellos_in(pieces)).await;
        let config = MediaClientConfig {
            srtp: &[CM, GCM_256, GCM],
            ..MediaClientConfig::default()
        };
        let visitor = join_through_with(&house, room, &router, config).await;
        let interpreter = join(&house.sfu, room, INTERPRETER).await;
        house.wait_for(SfuEvent::MediaUp { room }).await;
        assert!(media_goes_on(&visitor, 5).await, "{pieces:?}");
        assert!(media_goes_on(&interpreter, 5).await, "{pieces:?}");
        let profile = visitor.srtp_profile().await;
        assert_eq!(profile, "SRTP_AEAD_AES_128_GCM", "{pieces:?}");
        visitor.close().await;
        interpreter.close().await;
    }
}
