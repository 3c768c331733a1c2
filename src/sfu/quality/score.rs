//! One figure for how well a signed picture arrives: 0 unusable, 100 nothing to wish for. Pure.
//!
//! ```text
//! score = 100 × movement(fps) × flow(frozen) × sharpness(pixels)
//! ```
//!
//! **Movement** joins these points by straight lines: 0 fps 0, 12 fps 0.5, 20 fps 0.8, 25 fps 0.95,
//! 30 fps 1. Twenty is what EN 301 549 (V3.2.1) §6.5.3 demands and thirty what it recommends. ITU-T
//! H-series Supplement 1, as universaldesign.ie (§1.8) quotes it, calls twelve usable with
//! restrictions and twenty good, and up to twenty-five still improve.
//!
//! **Flow** is (1 − share of the time that stood frozen)⁴, as mediasoup weighs what it did not
//! deliver (`RtpStream` score): a tenth of the time costs a third of the figure. A freeze is that
//! of the W3C's webrtc-stats; see `frames`.
//!
//! **Sharpness** joins 0.7 at QCIF, 0.9 at QVGA (§6.5.2: shall) and 1 at VGA (should) by straight
//! lines; an unknown size costs nothing. Supplement 1: less sharpness disturbs less than fewer
//! frames.
//!
//! Loss and jitter count through what they do, which is missing and late frames.
//!
//! From one second to the next the figure falls by four fifths of the difference and rises by two
//! fifths, as LiveKit smoothes its own (`connectionquality/scorer.go`): trouble shows at once, and
//! one good second does not end it.

/// What one second brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Second {
    /// Frames delivered in a second.
    pub(super) fps: f32,
    /// The share of the time that stood frozen, 0 to 1.
    pub(super) frozen: f32,
    /// Pixels of a frame, where known.
    pub(super) pixels: Option<u32>,
}

/// The figure of a stream, smoothed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Score {
    smooth: Option<f32>,
}

const MOVEMENT: [(f32, f32); 5] = [
    (0.0, 0.0),
    (12.0, 0.5),
    (20.0, 0.8),
    (25.0, 0.95),
    (30.0, 1.0),
];

const QCIF: f32 = 176.0 * 144.0;
const QVGA: f32 = 320.0 * 240.0;
const VGA: f32 = 640.0 * 480.0;
const SHARPNESS: [(f32, f32); 4] = [(0.0, 0.6), (QCIF, 0.7), (QVGA, 0.9), (VGA, 1.0)];

/// How much of the difference to the second before is taken.
const FALL: f32 = 0.8;
const RISE: f32 = 0.4;

impl Score {
    /// Takes in a second; the figure after it.
    pub(super) fn after(&mut self, second: Second) -> u8 {
        let newest = of(second);
        let smooth = self.smooth.map_or(newest, |before| {
            let share = if newest < before { FALL } else { RISE };
            before + share * (newest - before)
        });
        self.smooth = Some(smooth);
        // Between 0 and 100, so that nothing is cut.
        smooth.round() as u8
    }
}

/// The figure of one second by itself.
fn of(second: Second) -> f32 {
    let flow = (1.0 - second.frozen.clamp(0.0, 1.0)).powi(4);
    let sharpness = second
        .pixels
        .map_or(1.0, |pixels| along(&SHARPNESS, pixels as f32));
    100.0 * along(&MOVEMENT, second.fps) * flow * sharpness
}

/// The height of a line through points at `x`; level beyond its ends.
fn along(points: &[(f32, f32)], x: f32) -> f32 {
    let mut before = points.first().copied().unwrap_or_default();
    for &point in points {
        if x <= point.0 {
            let width = point.0 - before.0;
            let share = if width > 0.0 {
                (x - before.0).max(0.0) / width
            } else {
                0.0
            };
            return before.1 + share * (point.1 - before.1);
        }
        before = point;
    }
    before.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alone(fps: f32, frozen: f32, width: u32, height: u32) -> u8 {
        let pixels = Some(width * height);
        Score::default().after(Second {
            fps,
            frozen,
            pixels,
        })
    }

    #[test]
    fn the_points_of_the_sources_have_their_figures() {
        assert_eq!(alone(30.0, 0.0, 1280, 720), 100);
        assert_eq!(alone(25.0, 0.0, 640, 480), 95);
        assert_eq!(alone(20.0, 0.0, 640, 480), 80);
        assert_eq!(alone(12.0, 0.0, 640, 480), 50);
        assert_eq!(alone(30.0, 0.1, 640, 480), 66);
        assert_eq!(alone(0.0, 1.0, 640, 480), 0);
    }

    #[test]
    fn pixels_are_given_up_before_frames() {
        assert!(alone(30.0, 0.0, 320, 240) > alone(20.0, 0.0, 1280, 720));
    }

    #[test]
    fn trouble_shows_at_once_and_one_good_second_does_not_end_it() {
        let mut score = Score::default();
        let second = |fps| Second {
            fps,
            frozen: 0.0,
            pixels: None,
        };
        assert_eq!(score.after(second(30.0)), 100);
        assert_eq!(score.after(second(0.0)), 20);
        assert_eq!(score.after(second(30.0)), 52);
    }

    proptest! {
        #[test]
        fn more_frames_more_pixels_and_fewer_freezes_are_never_worse(
            fps in 0.0f32..70.0, more in 0.0f32..10.0,
            frozen in 0.0f32..=1.0, pixels in 0u32..4_000_000
        ) {
            let of = |fps, frozen, pixels| super::of(Second { fps, frozen, pixels: Some(pixels) });
            let here = of(fps, frozen, pixels);
            prop_assert!((0.0..=100.0).contains(&here));
            prop_assert!(of(fps + more, frozen, pixels) >= here);
            prop_assert!(of(fps, frozen * 0.9, pixels) >= here);
            prop_assert!(of(fps, frozen, pixels + 1000) >= here);
        }
    }
}
