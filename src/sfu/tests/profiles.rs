//! Which SRTP profile a client gets, decided from what it offers in its handshake.

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
