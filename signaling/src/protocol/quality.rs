//! How well the pictures of a conversation arrive at the gateway. It is measured by the media
//! engine and passed on as it is: no part of the calls, never stored or journaled.

use super::Identity;
use crate::ids::CallId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The pictures of one conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallQuality {
    /// The call.
    pub call: CallId,
    /// Of everybody connected who sends a picture; empty when nobody does.
    pub pictures: Vec<PictureQuality>,
}

/// One participant's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureQuality {
    /// Whose.
    pub from: Identity,
    /// Whether it moves.
    pub motion: Motion,
    /// Somebody cannot decode it and could, if it came in another codec: its owner's page makes a
    /// new media connection, and finds that codec first in the answer.
    pub unseen: bool,
    /// The newest second, for interpreters and coordinators; `null` for others, and before the
    /// first.
    pub figures: Option<PictureFigures>,
}

/// Whether a picture moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// It moves, or is about to.
    Moving,
    /// Its owner has turned the camera off.
    Off,
    /// No frame for two seconds, and nothing else arrives either, or only fragments: the network.
    StillNetwork,
    /// No frame for two seconds while the connection lives: the camera, or the page sleeps.
    StillCamera,
}

/// One second of a picture, as it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureFigures {
    /// How well signs can be followed, 0 to 100; the formula: `src/sfu/quality/score.rs`.
    pub score: u8,
    /// Frames that could be decoded.
    pub fps: u8,
    /// Width in pixels; 0 before the first picture.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// How long it stood frozen, in milliseconds (`freezeCount` of W3C webrtc-stats).
    pub frozen_ms: u16,
    /// Packets that did not come at first, in thousandths.
    pub missing_permille: u16,
    /// Packets that never came, in thousandths: loss after repair.
    pub lost_permille: u16,
    /// Interarrival jitter (RFC 3550 §6.4.1), in milliseconds.
    pub jitter_ms: u16,
    /// Kilobits.
    pub kbps: u32,
    /// From the gateway to its owner and back, in milliseconds, once that is known.
    pub round_trip_ms: Option<u16>,
    /// By how much it comes later than the sound that belongs to it, in milliseconds; negative when
    /// the sound does.
    pub sync_ms: Option<i16>,
}
