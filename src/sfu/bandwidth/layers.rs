//! Which layer of a picture each receiver is sent: the largest that its way carries. Frames are
//! never given up, only pixels: every layer has all of them.

use super::super::ids::PeerKey;
use super::super::keyframe::Need;
use super::super::layer::Layer;
use super::super::offer::Kind;
use super::super::peer::Subscription;
use super::super::sabotage::Place;
use super::super::shard::Shard;
use std::time::Instant;

/// A larger layer must leave this much free, so that it is not given up again at once.
const CLIMB: f64 = 1.25;

/// The least Chromium sends of each layer of a camera of 720 lines, and the most, in bits a second
/// (libwebrtc, `simulcast.cc`: 320 × 180, 640 × 360, 1280 × 720).
const LEAST_BPS: [f64; 3] = [30_000.0, 150_000.0, 600_000.0];
const MOST_BPS: [f64; 3] = [200_000.0, 700_000.0, 2_500_000.0];

/// The largest layer that fits into `share`; else the smallest there is.
fn choose(flowing: &[(Layer, Option<f64>)], present: Layer, share: f64) -> Option<Layer> {
    let fits = |&&(layer, bps): &&(Layer, Option<f64>)| {
        let room = if layer > present { CLIMB } else { 1.0 };
        // What is not measured yet is tried.
        bps.is_none_or(|bps| bps * room <= share)
    };
    let largest = flowing.iter().rev().find(fits);
    largest.or(flowing.first()).map(|(layer, _)| *layer)
}

/// What a publisher may send so that its largest picture gets `share`: the smaller layers come on
/// top, since browsers fill them first. A layer that `share` is too little for is not sent, and so
/// costs nobody's way up.
pub(super) fn with_smaller_ones(share: f64) -> f64 {
    let largest = LEAST_BPS.iter().rposition(|least| *least <= share);
    let smaller = &MOST_BPS[..largest.unwrap_or(0)];
    share + smaller.iter().sum::<f64>()
}

impl Shard {
    /// Chooses for everybody who is sent this publisher's picture.
    pub(crate) fn choose_layers_of(&mut self, source: PeerKey, now: Instant) {
        let publisher = self.peers.get(source);
        let publisher = publisher.inspect(|peer| peer.sabotage.strike(Place::ChooseLayers));
        let Some(publisher) = publisher.filter(|peer| peer.published.is_layered()) else {
            return;
        };
        for subscription in publisher.subscribers[Kind::Video as usize].clone() {
            self.choose_layer_for(subscription, now);
        }
    }

    /// Chooses for every picture that this subscriber is sent.
    pub(crate) fn choose_layers_for(&mut self, subscriber: PeerKey, now: Instant) {
        let streams = self
            .peers
            .get(subscriber)
            .map_or(0, |peer| peer.outgoing().len());
        for stream in 0..streams {
            let peer = subscriber;
            self.choose_layer_for(Subscription { peer, stream }, now);
        }
    }

    /// Chooses for one; a change asks for the keyframe it begins with.
    fn choose_layer_for(&mut self, to: Subscription, now: Instant) {
        if self.aim(to, now) {
            self.request_keyframe_for(to, Need::Begin, now);
        }
    }

    /// Aims one at the layer chosen for it; true when that is another.
    pub(crate) fn aim(&mut self, to: Subscription, now: Instant) -> bool {
        let Some(layer) = self.layer_for(to, now) else {
            return false;
        };
        let aimed = (self.peers).serve(to.peer, |peer| peer.aim(to.stream, layer));
        aimed == Some(true)
    }

    fn layer_for(&self, to: Subscription, now: Instant) -> Option<Layer> {
        let subscriber = self.peers.get(to.peer).filter(|peer| !peer.is_paused())?;
        let stream = subscriber.outgoing().get(to.stream)?;
        if stream.kind != Kind::Video {
            return None;
        }
        let publisher = self.peers.get(stream.source()?)?;
        let flowing = publisher.published.flowing(now);
        let flowing: Vec<_> = flowing.map(|(layer, stream)| (layer, stream.bps)).collect();
        // A way that is not known yet is taken for a good one.
        let share = self.picture_share(subscriber).unwrap_or(f64::INFINITY);
        choose(&flowing, stream.aimed(), share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOWING: [(Layer, Option<f64>); 3] = [
        (Layer(0), Some(150_000.0)),
        (Layer(1), Some(600_000.0)),
        (Layer(2), Some(2_000_000.0)),
    ];

    #[test]
    fn the_largest_layer_that_fits_is_chosen_and_a_larger_one_only_with_room_to_spare() {
        for (share, present, expected) in [
            (3e6, 0, 2),
            (2.1e6, 0, 1),
            (2.1e6, 2, 2),
            (1.9e6, 2, 1),
            (610_000.0, 1, 1),
            (610_000.0, 0, 0),
            (100_000.0, 2, 0),
        ] {
            let chosen = choose(&FLOWING, Layer(present), share);
            assert_eq!(chosen, Some(Layer(expected)), "{share} from {present}");
        }
    }

    #[test]
    fn a_layer_that_is_not_measured_yet_is_tried_and_without_any_nothing_is_chosen() {
        let flowing = [FLOWING[0], (Layer(2), None)];
        assert_eq!(choose(&flowing, Layer(0), 2e5), Some(Layer(2)));
        assert_eq!(choose(&[], Layer(1), 1e9), None);
    }

    #[test]
    fn a_limit_leaves_room_for_the_smaller_layers_of_the_largest_that_it_carries() {
        let limits = [50_000.0, 500_000.0, 2e6].map(with_smaller_ones);
        assert_eq!(limits, [50_000.0, 700_000.0, 2.9e6]);
    }
}
