//! Whether somebody's picture stands, and why; calm, so that nothing flickers on a screen. Pure.
//!
//! ```text
//! awaited ──4 s without a first frame──▶ standing ──3 frames in 1 s──▶ moving
//!     └── a frame ──▶ moving ──2 s without a frame──▶ standing
//! ```

use std::time::{Duration, Instant};

/// No frame for this long, and the picture stands: longer than the slowest camera (one a second, a
/// blackened one in Firefox), and what a conversation in signs can miss at most.
pub(super) const STILL_AFTER: Duration = Duration::from_secs(2);

/// The first frame may take longer: a camera wakes up.
const FIRST_WITHIN: Duration = Duration::from_secs(4);

/// A picture moves again with so many frames
const MOVES_WITH: u8 = 3;
/// in so much time, so that a single frame ends nothing.
const MOVES_WITHIN: Duration = Duration::from_secs(1);

/// Nothing at all for this long is the network: sound comes fifty times a second, and reports of a
/// living connection about once.
const SILENT_AFTER: Duration = Duration::from_millis(1500);

/// What a participant's page says of its camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Camera {
    /// It is on.
    On,
    /// Turned off by hand: no picture is missed.
    Off,
    /// On, and it shows nothing: taken by the system or another program, or covered. The black
    /// pictures that may still come are none.
    Taken,
}

impl Camera {
    /// As the page tells it.
    pub fn of(off: bool, taken: bool) -> Self {
        match (off, taken) {
            (true, _) => Self::Off,
            (false, true) => Self::Taken,
            (false, false) => Self::On,
        }
    }
}

/// What the picture of a participant does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// It moves, or is about to.
    Moving,
    /// Its owner has turned the camera off.
    Off,
    /// It stands, and nothing else arrives either, or only fragments of frames: the network.
    StillNetwork,
    /// It stands while the connection lives: the camera is covered by another program, a phone call
    /// or a sleeping page.
    StillCamera,
}

/// The state of one picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standstill {
    /// No frame by then, and it stands.
    due: Instant,
    standing: bool,
    /// While it stands: frames since the first of a new beginning.
    fresh: u8,
    fresh_since: Instant,
    camera: Camera,
    cause: Motion,
}

/// When something of a participant was last heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// Anything.
    pub(super) anything: Instant,
    /// A packet of the picture.
    pub(super) picture: Option<Instant>,
}

impl Standstill {
    /// The connection is up.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            due: now + FIRST_WITHIN,
            standing: false,
            fresh: 0,
            fresh_since: now,
            camera: Camera::On,
            cause: Motion::Moving,
        }
    }

    /// A whole frame came; true when the picture moves again.
    pub(super) fn frame(&mut self, now: Instant) -> bool {
        self.due = now + STILL_AFTER;
        if !self.standing {
            return false;
        }
        if now.saturating_duration_since(self.fresh_since) > MOVES_WITHIN {
            self.fresh = 0;
            self.fresh_since = now;
        }
        self.fresh += 1;
        let moves = self.fresh >= MOVES_WITH;
        if moves {
            self.standing = false;
            self.fresh = 0;
        }
        moves
    }

    /// The page tells how its camera stands.
    pub(super) fn set_camera(&mut self, camera: Camera, now: Instant) {
        if self.camera != camera && camera == Camera::On {
            *self = Self::new(now);
        }
        self.camera = camera;
    }

    /// Looks whether it stands, and why.
    pub(super) fn check(&mut self, now: Instant, heard: Heard) -> Motion {
        match self.camera {
            Camera::Off => return Motion::Off,
            Camera::Taken => return Motion::StillCamera,
            Camera::On => {}
        }
        if !self.standing && self.due <= now {
            self.standing = true;
            self.fresh = 0;
        }
        if !self.standing {
            self.cause = Motion::Moving;
            return Motion::Moving;
        }
        let since = |at: Instant| now.saturating_duration_since(at);
        let is_silent = since(heard.anything) >= SILENT_AFTER;
        let is_broken = heard.picture.is_some_and(|at| since(at) < SILENT_AFTER) && self.fresh == 0;
        self.cause = if is_silent || is_broken {
            Motion::StillNetwork
        } else if self.cause == Motion::StillNetwork && self.fresh > 0 {
            // It comes back by itself: no other words for the last moment.
            Motion::StillNetwork
        } else {
            Motion::StillCamera
        };
        self.cause
    }

    /// When it has to be looked at.
    pub(super) fn due(&self) -> Option<Instant> {
        (!self.standing && self.camera == Camera::On).then_some(self.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn heard(anything: Instant) -> Heard {
        Heard {
            anything,
            picture: None,
        }
    }

    #[test]
    fn two_seconds_without_a_frame_are_a_standstill_and_three_frames_end_it() {
        let start = crate::sfu::now();
        let mut picture = Standstill::new(start);
        assert!(!picture.frame(start));
        let at = start + STILL_AFTER;
        assert_eq!(picture.due(), Some(at));
        assert_eq!(picture.check(at - ms(1), heard(at)), Motion::Moving);
        assert_eq!(picture.check(at, heard(at)), Motion::StillCamera);
        let frames = [0, 40, 80].map(|later| picture.frame(at + ms(later)));
        assert_eq!(frames, [false, false, true]);
        assert_eq!(picture.check(at + ms(80), heard(at)), Motion::Moving);
    }

    #[test]
    fn nothing_at_all_is_the_network_and_a_living_connection_the_camera() {
        let start = crate::sfu::now();
        let mut picture = Standstill::new(start);
        picture.frame(start);
        let at = start + ms(2000);
        assert_eq!(
            picture.check(at, heard(start + ms(300))),
            Motion::StillNetwork
        );
        assert_eq!(
            picture.check(at + ms(1000), heard(at + ms(900))),
            Motion::StillCamera
        );
    }

    #[test]
    fn fragments_of_frames_are_the_network() {
        let start = crate::sfu::now();
        let mut picture = Standstill::new(start);
        picture.frame(start);
        let at = start + ms(2000);
        let fragments = Heard {
            anything: at,
            picture: Some(at - ms(100)),
        };
        assert_eq!(picture.check(at, fragments), Motion::StillNetwork);
    }

    #[test]
    fn a_camera_turned_off_by_hand_never_stands() {
        let start = crate::sfu::now();
        let mut picture = Standstill::new(start);
        picture.set_camera(Camera::Off, start);
        assert_eq!(picture.due(), None);
        let later = start + ms(60_000);
        assert_eq!(picture.check(later, heard(start)), Motion::Off);
        picture.set_camera(Camera::On, later);
        assert_eq!(picture.check(later, heard(later)), Motion::Moving);
        assert_eq!(picture.due(), Some(later + FIRST_WITHIN));
    }

    #[test]
    fn a_camera_that_shows_nothing_stands_at_once_although_frames_come() {
        let start = crate::sfu::now();
        let mut picture = Standstill::new(start);
        picture.frame(start);
        picture.set_camera(Camera::Taken, start);
        assert_eq!(picture.check(start, heard(start)), Motion::StillCamera);
        for frame in 1..60 {
            picture.frame(start + ms(frame * 40));
        }
        let later = start + ms(2400);
        assert_eq!(picture.check(later, heard(later)), Motion::StillCamera);
        assert_eq!(picture.due(), None);
        picture.set_camera(Camera::On, later);
        assert_eq!(picture.check(later, heard(later)), Motion::Moving);
    }

    #[test]
    fn a_single_frame_now_and_then_does_not_end_it() {
        let start = crate::sfu::now();
        let mut picture = Standstill::new(start);
        picture.check(start + FIRST_WITHIN, heard(start));
        for second in 5..20 {
            assert!(!picture.frame(start + ms(second * 1000)));
        }
    }

    proptest! {
        #[test]
        fn it_stands_exactly_when_two_seconds_have_passed_and_flickers_at_no_pace(
            gaps in proptest::collection::vec(1u64..4000, 1..60)
        ) {
            let mut now = crate::sfu::now();
            let mut picture = Standstill::new(now);
            picture.frame(now);
            let (mut changes, mut last, begun) = (0u64, Motion::Moving, now);
            for gap in gaps {
                if gap >= 2000 {
                    let stands = picture.check(now + STILL_AFTER, heard(now + STILL_AFTER));
                    prop_assert_ne!(stands, Motion::Moving);
                    changes += u64::from(last == Motion::Moving);
                    last = stands;
                }
                now += ms(gap);
                picture.frame(now);
                let motion = picture.check(now, heard(now));
                changes += u64::from((motion == Motion::Moving) != (last == Motion::Moving));
                last = motion;
            }
            let seconds = (now - begun).as_secs() + 1;
            prop_assert!(changes <= seconds + 1);
        }
    }
}
