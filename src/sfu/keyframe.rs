//! The keyframe limiter: the one gate through which every keyframe request to a publisher passes.
//! Pure: time comes in as an argument.
//!
//! Whoever begins to see somebody needs a keyframe at once. Whoever only lost something asks again
//! and again while the network is bad, and each keyframe, five to ten times as large as another
//! frame, makes it worse: such requests are spaced more and more (jitsi-videobridge #2442 and
//! livekit #3490 tell what happens otherwise: 29 frames a second fell to 11).
//!
//! A picture has one limiter, in however many layers it is sent: a browser that is asked for a
//! keyframe of one makes one of each (libwebrtc, `EncoderRtcpFeedback`, unless
//! `x-google-per-layer-pli` is negotiated, which we do not).
//!
//! Nothing passes it by: a request is made of a [`Leave`], which only the limiter gives, and no
//! other file makes one (`tests/tidy`).

use super::layer::{LAYERS, Layer};
use super::limits::{KEYFRAME_CALM, KEYFRAME_INTERVAL, KEYFRAME_INTERVAL_MAX};
use super::rtp::OURSELVES;
use rtc::rtcp::Packet;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use std::time::{Duration, Instant};

/// Why a keyframe is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// A receiver has lost something and asks (PLI, FIR), or a keyframe asked for has not come.
    Repair,
    /// Somebody begins to see this publisher.
    Begin,
}

/// The leave to ask a publisher, now and once, for keyframes of these layers.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the limiter takes it for used"]
pub(super) struct Leave([bool; LAYERS]);

impl Leave {
    /// The request: one compound packet, whose parts name the streams by `ssrc_of`.
    pub(super) fn request(self, ssrc_of: impl Fn(Layer) -> Option<u32>) -> Vec<Box<dyn Packet>> {
        let layers = Layer::all().zip(self.0).filter(|(_, asked)| *asked);
        let streams = layers.filter_map(|(layer, _)| ssrc_of(layer));
        let ask = |media_ssrc| -> Box<dyn Packet> {
            Box::new(PictureLossIndication {
                sender_ssrc: OURSELVES,
                media_ssrc,
            })
        };
        streams.map(ask).collect()
    }
}

/// Spaces the keyframe requests to one publisher.
#[derive(Debug)]
pub(super) struct KeyframeLimiter {
    last: Option<Instant>,
    /// Between the last request and the next for repair.
    spacing: Duration,
    /// Requests that wait for their time, by layer.
    kept: [Option<Need>; LAYERS],
}

impl Default for KeyframeLimiter {
    /// A limiter that has let nothing pass.
    fn default() -> Self {
        Self {
            last: None,
            spacing: KEYFRAME_INTERVAL,
            kept: [None; LAYERS],
        }
    }
}

impl KeyframeLimiter {
    /// Somebody needs a keyframe of a layer. Without leave the request is kept and comes due.
    pub(super) fn request(&mut self, layer: Layer, need: Need, now: Instant) -> Option<Leave> {
        let kept = &mut self.kept[usize::from(layer.0)];
        *kept = (*kept).max(Some(need));
        self.take_due(now)
    }

    /// Like [`request`](Self::request) for repair, for a need that shows itself again with the next
    /// packet: it is not kept, since the answer to the last request is on its way.
    pub(super) fn remind(&mut self, layer: Layer, now: Instant) -> Option<Leave> {
        if !self.is_open(Need::Repair, now) {
            return None;
        }
        self.request(layer, Need::Repair, now)
    }

    /// When kept requests may be sent.
    pub(super) fn due(&self) -> Option<Instant> {
        self.open_at(self.most_needed()?)
    }

    /// Leave for all kept requests, once they have come due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Leave> {
        let need = self.most_needed()?;
        if !self.is_open(need, now) {
            return None;
        }
        self.note_sent(need, now);
        let kept = std::mem::take(&mut self.kept);
        Some(Leave(kept.map(|need| need.is_some())))
    }

    fn most_needed(&self) -> Option<Need> {
        self.kept.iter().copied().max().flatten()
    }

    fn is_open(&self, need: Need, now: Instant) -> bool {
        self.open_at(need).is_none_or(|at| at <= now)
    }

    fn open_at(&self, need: Need) -> Option<Instant> {
        let spacing = match need {
            Need::Begin => KEYFRAME_INTERVAL,
            Need::Repair => self.spacing,
        };
        self.last.map(|last| last + spacing)
    }

    fn note_sent(&mut self, need: Need, now: Instant) {
        let is_calm = self
            .last
            .is_none_or(|last| now.saturating_duration_since(last) >= KEYFRAME_CALM);
        self.spacing = match need {
            _ if is_calm => KEYFRAME_INTERVAL,
            Need::Begin => self.spacing,
            Need::Repair => (self.spacing * 2).min(KEYFRAME_INTERVAL_MAX),
        };
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    /// Whether a request passes at once.
    fn passes(limiter: &mut KeyframeLimiter, need: Need, now: Instant) -> bool {
        limiter.request(Layer::ONLY, need, now).is_some()
    }

    fn comes_due(limiter: &mut KeyframeLimiter, now: Instant) -> bool {
        limiter.take_due(now).is_some()
    }

    /// A limiter that has just let a request pass.
    fn just_asked(now: Instant) -> KeyframeLimiter {
        let mut limiter = KeyframeLimiter::default();
        assert!(passes(&mut limiter, Need::Begin, now), "the first");
        limiter
    }

    #[test]
    fn a_keyframe_request_inside_the_interval_is_delayed_not_dropped() {
        let start = crate::sfu::now();
        let mut limiter = just_asked(start);
        assert!(!passes(&mut limiter, Need::Repair, start + ms(10)));
        assert_eq!(limiter.due(), Some(start + KEYFRAME_INTERVAL));
        assert!(!comes_due(&mut limiter, start + ms(299)));
        assert!(comes_due(&mut limiter, start + KEYFRAME_INTERVAL));
        assert_eq!(limiter.due(), None);
    }

    #[test]
    fn many_requests_inside_the_interval_become_one() {
        let start = crate::sfu::now();
        let mut limiter = just_asked(start);
        for n in 1..100 {
            assert!(!passes(&mut limiter, Need::Repair, start + ms(n)));
        }
        assert!(comes_due(&mut limiter, start + ms(400)));
        assert!(!comes_due(&mut limiter, start + ms(9000)));
    }

    #[test]
    fn a_reminder_inside_the_interval_is_not_kept() {
        let start = crate::sfu::now();
        let mut limiter = just_asked(start);
        assert!(limiter.remind(Layer::ONLY, start + ms(10)).is_none());
        assert_eq!(limiter.due(), None);
        assert!(
            limiter
                .remind(Layer::ONLY, start + KEYFRAME_INTERVAL)
                .is_some()
        );
    }

    #[test]
    fn layers_share_one_pace_and_what_is_kept_of_each_leaves_together() {
        let start = crate::sfu::now();
        let mut limiter = just_asked(start);
        let mut request = |layer, need| {
            limiter
                .request(Layer(layer), need, start + ms(10))
                .is_some()
        };
        assert_eq!(
            [request(2, Need::Repair), request(1, Need::Begin)],
            [false; 2]
        );
        assert_eq!(limiter.due(), Some(start + KEYFRAME_INTERVAL));
        let leave = limiter.take_due(start + KEYFRAME_INTERVAL).unwrap();
        let packets = leave.request(|layer| (layer.0 != 0).then_some(50 + u32::from(layer.0)));
        let asked = packets.iter().map(|packet| packet.destination_ssrc());
        assert!(asked.eq([vec![51], vec![52]]));
        assert!(!comes_due(&mut limiter, start + ms(9000)));
    }

    #[test]
    fn three_receivers_in_trouble_for_a_minute_cost_a_keyframe_every_two_seconds_at_most() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::default();
        let asked_at = (0..60_000).step_by(67).map(|at| start + ms(at));
        let sent = asked_at
            .filter(|at| comes_due(&mut limiter, *at) | passes(&mut limiter, Need::Repair, *at));
        assert!((20..=30).contains(&sent.count()));
    }

    #[test]
    fn who_begins_to_see_does_not_wait_for_others_trouble() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::default();
        for at in (0..20_000).step_by(100) {
            passes(&mut limiter, Need::Repair, start + ms(at));
            comes_due(&mut limiter, start + ms(at));
        }
        let last = limiter.last.unwrap();
        assert!(!passes(&mut limiter, Need::Begin, last + ms(1)));
        assert_eq!(limiter.due(), Some(last + KEYFRAME_INTERVAL));
    }

    #[test]
    fn after_a_calm_time_trouble_is_answered_at_once_again() {
        let start = crate::sfu::now();
        let mut limiter = KeyframeLimiter::default();
        for at in (0..20_000).step_by(100) {
            comes_due(&mut limiter, start + ms(at));
            passes(&mut limiter, Need::Repair, start + ms(at));
        }
        comes_due(&mut limiter, start + ms(30_000));
        let later = start + ms(40_000);
        assert!(passes(&mut limiter, Need::Repair, later));
        assert!(passes(
            &mut limiter,
            Need::Repair,
            later + KEYFRAME_INTERVAL
        ));
    }

    proptest! {
        #[test]
        fn requests_leave_at_least_an_interval_apart_and_the_last_is_answered(
            asked in proptest::collection::vec((0_u64..500, any::<bool>()), 1..50)
        ) {
            let mut now = crate::sfu::now();
            let mut limiter = KeyframeLimiter::default();
            let (mut sent, mut asked_at) = (Vec::new(), now);
            for (gap, begins) in asked {
                now += ms(gap);
                if let Some(due) = limiter.due().filter(|due| *due <= now) {
                    prop_assert!(comes_due(&mut limiter, due));
                    sent.push(due);
                }
                asked_at = now;
                let need = if begins { Need::Begin } else { Need::Repair };
                if passes(&mut limiter, need, now) {
                    sent.push(now);
                }
            }
            if let Some(due) = limiter.due() {
                prop_assert!(due <= asked_at + KEYFRAME_INTERVAL_MAX);
                prop_assert!(comes_due(&mut limiter, due));
                sent.push(due);
            }
            prop_assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= KEYFRAME_INTERVAL));
            prop_assert!(sent.last().is_some_and(|last| *last >= asked_at));
        }
    }
}
