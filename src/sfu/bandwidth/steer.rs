//! Steering: a publisher's single encoder follows the narrowest of those who show its picture, end
//! to end, by « receiver estimated maximum bitrate » (draft-alvestrand-rmcat-remb-03), which
//! Chromium and Firefox obey when the codec offers `goog-remb`.

use super::super::ids::PeerKey;
use super::super::offer::Kind;
use super::super::peer::Peer;
use super::super::shard::Shard;
use super::estimator::PathState;
use super::layers;
use std::time::{Duration, Instant};

/// Kept free of what a path carries for each voice: Opus as Chromium sends it (32 to 40 kb/s) and
/// its fifty headers a second (26 kb/s);
const VOICE_BPS: f64 = 70_000.0;
/// redundant audio repeats each frame once, behind five bytes (RFC 2198).
const REDUNDANT_VOICE_BPS: f64 = VOICE_BPS + 42_000.0;

/// Kept free of what a path carries for what comes unevenly: reports, text, keyframes.
const SLACK: f64 = 0.95;

/// No picture is asked to take less. At 90 to 100 kb/s Chromium 156 still sent every one of its
/// camera's 20 pictures a second, 480 × 270 large (VP8, `maintain-framerate`, measured behind a
/// relay of that rate); below, only fewer pictures would help, and signing cannot spare them
/// (EN 301 549 §6.5.3: 20 a second).
const PICTURE_FLOOR_BPS: f64 = 100_000.0;

/// Changes below this part are not worth a word,
const NOTABLE: f64 = 0.03;
/// nor are more than five a second upwards;
const RAISE_EVERY: Duration = Duration::from_millis(200);
/// and the limit is said again this often, because a word can be lost.
const REPEAT_EVERY: Duration = Duration::from_secs(1);

/// The limit a publisher was last told.
#[derive(Debug, Default)]
pub(crate) struct PictureLimit {
    told: Option<(f64, Instant)>,
}

impl PictureLimit {
    /// True when the publisher is to be told this limit now.
    pub(crate) fn is_news(&mut self, bps: f64, now: Instant) -> bool {
        let is_news = self.told.is_none_or(|(told, at)| {
            let since = now.saturating_duration_since(at);
            let is_raised = bps > told * (1.0 + NOTABLE) && since >= RAISE_EVERY;
            bps < told * (1.0 - NOTABLE) || is_raised || since >= REPEAT_EVERY
        });
        if is_news {
            self.told = Some((bps, now));
        }
        is_news
    }
}

/// What one of `pictures` may take of a path that carries `voices` as well. What the path loses by
/// itself is sent again and takes its part; what we lost by sending too much is in the estimate.
fn share(path: PathState, voices_bps: f64, pictures: usize) -> f64 {
    let carried = path.estimate_bps * (1.0 - path.own_loss) * SLACK;
    let left = carried - voices_bps;
    (left / pictures.max(1) as f64).max(PICTURE_FLOOR_BPS)
}

impl Shard {
    /// What a subscriber's path carries has changed: tells the publishers it shows.
    pub(crate) fn steer(&mut self, subscriber: PeerKey, now: Instant) {
        self.choose_layers_for(subscriber, now);
        if self.peers.get(subscriber).is_some_and(steers) {
            self.limit_sources_of(subscriber, now);
        }
    }

    /// Tells the publishers whose pictures are for this subscriber what they may send, each by all
    /// who show it. Where nobody does, nothing is said.
    pub(crate) fn limit_sources_of(&mut self, subscriber: PeerKey, now: Instant) {
        let Some(peer) = self.peers.get(subscriber) else {
            return;
        };
        let shown: Vec<PeerKey> = peer.carried(Kind::Video).collect();
        for source in shown {
            let Some(limit) = self.limit_of(source, now) else {
                continue;
            };
            let is_told = self
                .peers
                .serve(source, |peer| peer.limit_picture(limit, now));
            if is_told == Some(true) {
                self.counters.rate_limits_sent += 1;
                self.mark_dirty(source);
            }
        }
    }

    /// What a publisher may send: a single picture as much as the narrowest of those who show it
    /// can take, layers as much as the widest can.
    fn limit_of(&self, source: PeerKey, now: Instant) -> Option<f64> {
        let publisher = self.peers.get(source)?;
        let subscribers = &publisher.subscribers[Kind::Video as usize];
        let peers = subscribers.iter().filter_map(|to| self.peers.get(to.peer));
        let shares = peers
            .filter(|peer| steers(peer))
            .filter_map(|peer| self.picture_share(peer));
        // What is told is the most of all a publisher sends, its voice included.
        let has_voice = publisher.publishes[Kind::Audio as usize];
        let voice = if has_voice {
            voice_bps(publisher, publisher)
        } else {
            0.0
        };
        let picture = if publisher.published.flowing(now).count() > 1 {
            shares.reduce(f64::max).map(layers::with_smaller_ones)
        } else {
            shares.reduce(f64::min)
        };
        picture.map(|picture| picture + voice)
    }

    /// What one picture may take of the path to a subscriber, once that is known.
    pub(super) fn picture_share(&self, peer: &Peer) -> Option<f64> {
        let voices = peer.carried(Kind::Audio);
        let voices = voices.filter_map(|source| self.peers.get(source));
        let voices_bps = voices.map(|source| voice_bps(source, peer)).sum();
        Some(share(
            peer.path?,
            voices_bps,
            peer.carried(Kind::Video).count(),
        ))
    }
}

/// What a voice takes on the way to somebody.
fn voice_bps(source: &Peer, to: &Peer) -> f64 {
    if source.codecs.redundant && to.codecs.redundant {
        REDUNDANT_VOICE_BPS
    } else {
        VOICE_BPS
    }
}

/// The conversation is not made worse for one who only watches it, nor for one who does not look.
fn steers(peer: &Peer) -> bool {
    peer.connected && !peer.standing.silent && !peer.is_paused()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(estimate_bps: f64, own_loss: f64) -> PathState {
        PathState {
            estimate_bps,
            own_loss,
            round_trip: Duration::ZERO,
        }
    }

    #[test]
    fn a_voice_is_spared_and_pictures_share_the_rest_down_to_the_floor() {
        assert_eq!(share(path(1e6, 0.0), VOICE_BPS, 1), 880_000.0);
        assert_eq!(share(path(1e6, 0.0), 3.0 * VOICE_BPS, 3), 740_000.0 / 3.0);
        assert_eq!(share(path(1e6, 0.1), VOICE_BPS, 1), 785_000.0);
        assert_eq!(share(path(1e5, 0.0), VOICE_BPS, 1), PICTURE_FLOOR_BPS);
    }

    #[test]
    fn a_lower_limit_is_told_at_once_a_higher_one_soon_and_each_again_every_second() {
        let start = crate::sfu::now();
        let ms = |n| start + Duration::from_millis(n);
        let mut limit = PictureLimit::default();
        let told: Vec<bool> = [
            (0, 1e6),
            (10, 0.99e6),
            (20, 0.9e6),
            (30, 2e6),
            (230, 2e6),
            (1_000, 2e6),
            (1_230, 2e6),
        ]
        .map(|(at, bps)| limit.is_news(bps, ms(at)))
        .to_vec();
        assert_eq!(told, [true, false, true, false, true, false, true]);
    }
}
