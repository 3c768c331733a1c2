//! What a peer publishes: a voice, and a picture in one or several layers, each with its numbers,
//! its figures and its newest packets.

use super::keyframe::{KeyframeLimiter, Leave, Need};
use super::layer::{self, Layer, STREAMS};
use super::offer::Kind;
use super::quality::{Figures, StreamMeter};
use super::rtp::{self, Recent};
use super::sequence::{SequenceWindow, Verdict};
use std::time::{Duration, Instant};

/// A layer without a packet for this long is not sent any more: browsers drop whole layers that
/// their way up does not carry. Signing has more than ten frames a second (EN 301 549 §6.5.3).
const LAYER_SILENT: Duration = Duration::from_millis(500);

/// One published stream.
pub(super) struct Incoming {
    pub(super) ssrc: u32,
    window: SequenceWindow,
    pub(super) meter: StreamMeter,
    /// For repairs; only of a picture.
    pub(super) recent: Recent,
    /// What it carries in bits a second, from its first whole second on.
    pub(super) bps: Option<f64>,
}

impl Incoming {
    /// Takes a second's figures for what the stream carries: a third of the way to the new one at a
    /// time, so that a keyframe is not taken for a larger picture.
    pub(super) fn note_rate(&mut self, figures: Option<Figures>) {
        let Some(newest) = figures.map(|figures| 1000.0 * f64::from(figures.kbps)) else {
            return;
        };
        self.bps = Some(self.bps.map_or(newest, |bps| bps + (newest - bps) / 3.0));
    }
}

/// See the module.
#[derive(Default)]
pub(super) struct Published {
    streams: [Option<Incoming>; STREAMS],
    /// Of the picture, whatever its layers.
    keyframes: KeyframeLimiter,
    /// Which layers flowed when a packet was last admitted, as bits.
    flowing: u8,
}

/// What a packet is among those of its stream.
pub(super) struct Admitted {
    /// Its numbering began anew with it.
    pub(super) restarted: bool,
    /// It made a frame whole.
    pub(super) is_frame: bool,
    /// With it, another choice of layers flows than before.
    pub(super) layers_changed: bool,
}

impl Published {
    /// A stream, once something of it has come.
    pub(super) fn get(&self, kind: Kind, layer: Layer) -> Option<&Incoming> {
        self.streams[layer::place(kind, layer)].as_ref()
    }

    /// The same, to write.
    pub(super) fn get_mut(&mut self, kind: Kind, layer: Layer) -> Option<&mut Incoming> {
        self.streams[layer::place(kind, layer)].as_mut()
    }

    /// All that have come.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Incoming> {
        self.streams.iter_mut().flatten()
    }

    /// The layers of the picture that have come, the smallest first.
    pub(super) fn layers(&self) -> impl DoubleEndedIterator<Item = (Layer, &Incoming)> {
        Layer::all().filter_map(|layer| Some((layer, self.get(Kind::Video, layer)?)))
    }

    /// True when there is a choice of layers.
    pub(super) fn is_layered(&self) -> bool {
        self.layers().any(|(layer, _)| layer != Layer::ONLY)
    }

    /// Those that flow.
    pub(super) fn flowing(
        &self,
        now: Instant,
    ) -> impl DoubleEndedIterator<Item = (Layer, &Incoming)> {
        self.layers().filter(move |(_, layer)| {
            let newest = layer.meter.last_packet();
            newest.is_some_and(|at| now.saturating_duration_since(at) < LAYER_SILENT)
        })
    }

    /// The largest layer that flows, or else the largest there was.
    pub(super) fn best(&self, now: Instant) -> Option<Layer> {
        let flowing = self.flowing(now).next_back();
        flowing
            .or_else(|| self.layers().next_back())
            .map(|(layer, _)| layer)
    }

    /// Judges, measures and keeps a packet; `None`: it came before.
    pub(super) fn admit(
        &mut self,
        now: Instant,
        kind: Kind,
        layer: Layer,
        packet: &rtp::Packet,
    ) -> Option<Admitted> {
        let place = &mut self.streams[layer::place(kind, layer)];
        let stream = place.get_or_insert_with(|| Incoming {
            ssrc: packet.header.ssrc,
            window: SequenceWindow::default(),
            meter: StreamMeter::new(kind),
            recent: Recent::default(),
            bps: None,
        });
        let verdict = stream.window.judge(packet.header.sequence_number);
        if verdict == Verdict::Stale {
            return None;
        }
        let restarted = verdict == Verdict::Restarted;
        if restarted {
            stream.meter.restart();
        }
        if kind == Kind::Video {
            stream.recent.keep(packet);
        }
        let is_frame = stream.meter.take(now, packet);
        let flowing = match kind {
            Kind::Video => self
                .flowing(now)
                .fold(0, |bits, (layer, _)| bits | 1 << layer.0),
            Kind::Audio => self.flowing,
        };
        let before = std::mem::replace(&mut self.flowing, flowing);
        Some(Admitted {
            restarted,
            is_frame,
            layers_changed: flowing != before,
        })
    }

    /// Somebody needs a keyframe of a layer, of which something has come. Without leave to ask now
    /// it comes due by itself.
    pub(super) fn wants_keyframe(
        &mut self,
        layer: Layer,
        need: Need,
        now: Instant,
    ) -> Option<Leave> {
        self.get(Kind::Video, layer)?;
        self.keyframes.request(layer, need, now)
    }

    /// The same, for a need that shows itself again with the next packet.
    pub(super) fn awaits_keyframe(&mut self, layer: Layer, now: Instant) -> Option<Leave> {
        self.get(Kind::Video, layer)?;
        self.keyframes.remind(layer, now)
    }

    /// When requests for keyframes that were kept may be sent.
    pub(super) fn keyframe_due(&self) -> Option<Instant> {
        self.keyframes.due()
    }

    /// Leave to ask for the keyframes that have come due.
    pub(super) fn take_due_keyframes(&mut self, now: Instant) -> Option<Leave> {
        self.keyframes.take_due(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn packet(sequence_number: u16) -> rtp::Packet {
        let mut packet = rtp::Packet::default();
        packet.header.sequence_number = sequence_number;
        packet
    }

    #[test]
    fn a_layer_that_begins_or_falls_silent_is_noticed_with_the_next_packet_of_any() {
        let start = crate::sfu::now();
        let mut published = Published::default();
        let mut admit = |layer, number, at| {
            let admitted = published.admit(at, Kind::Video, Layer(layer), &packet(number));
            (admitted.unwrap().layers_changed, published.best(at))
        };
        assert_eq!(admit(0, 1, start), (true, Some(Layer(0))));
        assert_eq!(admit(2, 1, start + 10 * MS), (true, Some(Layer(2))));
        assert_eq!(admit(0, 2, start + 40 * MS), (false, Some(Layer(2))));
        assert_eq!(admit(0, 3, start + 509 * MS), (false, Some(Layer(2))));
        assert_eq!(admit(0, 4, start + 510 * MS), (true, Some(Layer(0))));
        let none = published.best(start + 5000 * MS);
        assert_eq!(none, Some(Layer(2)), "of what stands, the largest");
    }

    #[test]
    fn a_voice_is_no_layer_and_a_packet_counts_once() {
        let now = crate::sfu::now();
        let mut published = Published::default();
        let voice = published.admit(now, Kind::Audio, Layer::ONLY, &packet(1));
        assert!(!voice.unwrap().layers_changed);
        assert!(
            published
                .admit(now, Kind::Audio, Layer::ONLY, &packet(1))
                .is_none()
        );
        assert_eq!((published.layers().count(), published.best(now)), (0, None));
    }

    #[test]
    fn a_keyframe_is_wanted_only_of_a_layer_of_which_something_has_come() {
        let now = crate::sfu::now();
        let mut published = Published::default();
        published.admit(now, Kind::Video, Layer(1), &packet(1));
        let mut wants = |layer| published.wants_keyframe(Layer(layer), Need::Repair, now);
        assert_eq!([wants(0).is_some(), wants(1).is_some()], [false, true]);
        assert!(wants(1).is_none(), "asked just now");
        let due = published.keyframe_due().unwrap();
        assert!(published.take_due_keyframes(due).is_some());
        assert_eq!(published.keyframe_due(), None);
    }
}
