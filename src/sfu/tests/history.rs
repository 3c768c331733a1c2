//! What is kept of a published picture, to repair it from: one history, however many see it.

use crate::sfu::codec::{Codec, CodecLine, Formats};
use crate::sfu::forward::{Forwarded, Outgoing};
use crate::sfu::ids::PeerKey;
use crate::sfu::layer::Layer;
use crate::sfu::offer::Kind;
use crate::sfu::published::Published;
use crate::sfu::rtp::tests::ends_with;
use crate::sfu::rtp::{Header, Packet};
use crate::sfu::{NACK_HISTORY, now};
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

/// A payload that is counted while anything holds it.
struct Counted {
    bytes: [u8; 1100],
    _alive: Arc<()>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// How many payloads are still held after ten seconds of a picture for so many subscribers.
fn held_for(subscribers: u32) -> usize {
    const SOURCE: PeerKey = PeerKey(1);
    let start = now();
    let alive = Arc::new(());
    let mut published = Published::default();
    let subscriber = |number| {
        let mut outgoing = Outgoing::new(Kind::Video, number);
        outgoing.formats = Formats::of(&[CodecLine::new(Codec::Vp8, 96, Some(97))]);
        outgoing.carry(Some(SOURCE));
        let (mut link, _) = ends_with([true; 2], [(Kind::Video, number)].into_iter(), start);
        link.take_keys();
        (outgoing, link)
    };
    let mut all: Vec<_> = (0..subscribers).map(|n| subscriber(100 + 2 * n)).collect();
    for number in 0..2600_u16 {
        let at = start + Duration::from_micros(3846) * u32::from(number);
        let mut bytes = [0; 1100];
        bytes[..2].copy_from_slice(&[0x10, 0x10]);
        let payload = Bytes::from_owner(Counted {
            bytes,
            _alive: Arc::clone(&alive),
        });
        let header = Header {
            sequence_number: number,
            timestamp: u32::from(number) * 346,
            ssrc: 5,
            ..Header::default()
        };
        let packet = Packet {
            codec: Codec::Vp8,
            header,
            payload,
        };
        assert!(
            published
                .admit(at, Kind::Video, Layer::ONLY, &packet)
                .is_some()
        );
        for (outgoing, link) in &mut all {
            let forwarded = outgoing.forward((SOURCE, Layer::ONLY), &packet, at);
            let Forwarded::Packet { packet: sent, .. } = forwarded else {
                unreachable!("{number} is forwarded")
            };
            assert!(link.send(at, 0, &sent));
            link.take_queue().for_each(drop);
        }
    }
    Arc::strong_count(&alive) - 1
}

/// Each subscriber has one packet more at most: the one with which its way is probed.
#[test]
fn a_second_subscriber_adds_no_history_of_a_published_picture() {
    let history = usize::from(NACK_HISTORY);
    assert_eq!(held_for(0), history);
    for subscribers in [1, 2, 5] {
        let held = held_for(subscribers);
        let most = history + subscribers as usize;
        assert!(held <= most, "{held} for {subscribers}");
    }
}
