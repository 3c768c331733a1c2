//! Reads the rooms: each once a second, and at once when a picture moves again or is due to stand.
//! Tells of a room only when something has changed that somebody would notice.

use super::super::events::SfuEvent;
use super::super::ids::{ParticipantId, PeerKey, RoomId};
use super::super::layer::Layer;
use super::super::offer::Kind;
use super::super::peer::{Peer, Turn};
use super::super::published::Incoming;
use super::super::room::Room;
use super::super::sabotage::Place;
use super::super::shard::Shard;
use super::super::timers::Timers;
use super::still::{Camera, Heard, Standstill};
use super::sync::Sync;
use super::{Figures, Motion, Picture, RoomQuality, SoundFigures, Way};
use crate::sfu::rtp::Reported;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a room is read.
const SPACING: Duration = Duration::from_secs(1);

/// What nobody would notice is not told.
const SCORE_STEP: u8 = 3;
const FPS_STEP: u8 = 2;
const PERMILLE_STEP: u16 = 10;
const JITTER_STEP_MS: u16 = 10;
const WAY_STEP_MS: u16 = 20;

/// Which rooms are read when, and what was told of them.
pub(in crate::sfu) struct QualityDesk {
    due: Timers<RoomId>,
    told: HashMap<RoomId, Told>,
}

/// What is known of a room.
#[derive(Default)]
struct Told {
    pictures: Vec<Picture>,
    /// The last whole reading; between two, only the motion is looked at.
    read: Option<Instant>,
}

/// What a peer keeps of its own quality.
pub(in crate::sfu) struct Watched {
    /// Anything was heard of it.
    pub(in crate::sfu) heard: Instant,
    /// Of its picture, once it is connected.
    still: Option<Standstill>,
    figures: Option<Figures>,
    sound: Option<SoundFigures>,
    way: Way,
    sync: Sync,
    /// What its page says of the camera.
    camera: Camera,
}

impl Watched {
    /// Before anything.
    pub(in crate::sfu) fn new(now: Instant) -> Self {
        Self {
            heard: now,
            still: None,
            figures: None,
            sound: None,
            way: Way::default(),
            sync: Sync::default(),
            camera: Camera::On,
        }
    }

    /// A whole frame of its picture came; true when it moves again.
    pub(in crate::sfu) fn frame(&mut self, now: Instant) -> bool {
        self.still.as_mut().is_some_and(|still| still.frame(now))
    }
}

impl QualityDesk {
    /// No rooms.
    pub(in crate::sfu) fn new() -> Self {
        Self {
            due: Timers::new(),
            told: HashMap::new(),
        }
    }

    /// When a room is due to be read.
    pub(in crate::sfu) fn next(&self) -> Option<Instant> {
        self.due.next()
    }
}

impl Shard {
    /// Somebody is connected: the room is read from now on.
    pub(in crate::sfu) fn begin_quality(&mut self, key: PeerKey, now: Instant) {
        if let Some(peer) = self.peers.get_mut(key) {
            let mut still = Standstill::new(now);
            still.set_camera(peer.watched.camera, now);
            peer.watched.still = peer.publishes[Kind::Video as usize].then_some(still);
            self.quality.due.set(peer.room, now);
        }
    }

    /// Something has changed that should be told now.
    pub(in crate::sfu) fn look_now(&mut self, key: PeerKey, now: Instant) {
        if let Some(peer) = self.peers.get(key) {
            self.quality.due.set(peer.room, now);
        }
    }

    /// A participant has turned the camera off or on, or it shows nothing.
    pub(in crate::sfu) fn set_camera(
        &mut self,
        room: RoomId,
        participant: ParticipantId,
        camera: Camera,
        now: Instant,
    ) {
        let members = self.rooms.get(&room);
        let both = members.map(|room| [room.peer_of(participant), room.second_of(participant)]);
        for key in both.into_iter().flatten().flatten() {
            let Some(peer) = self.peers.get_mut(key) else {
                continue;
            };
            peer.watched.camera = camera;
            if let Some(still) = &mut peer.watched.still {
                still.set_camera(camera, now);
                self.quality.due.set(room, now);
            }
        }
    }

    /// Reads the rooms that are due.
    pub(in crate::sfu) fn read_quality(&mut self, now: Instant) {
        while let Some(room) = self.quality.due.take_due(now) {
            self.read_room(room, now);
            self.bury_broken(now);
        }
    }

    fn read_room(&mut self, id: RoomId, now: Instant) {
        let members = self.rooms.get(&id).into_iter().flat_map(Room::peers);
        let members: Vec<(PeerKey, bool)> = members.map(|key| (key, self.is_unseen(key))).collect();
        let told = self.quality.told.entry(id).or_default();
        let next = told.read.map_or(now, |read| read + SPACING);
        let is_time = next <= now;
        if is_time {
            told.read = Some(now);
        }
        let mut again = if is_time { now + SPACING } else { next };
        let mut pictures = Vec::new();
        for &(key, unseen) in &members {
            let read = self.peers.serve(key, |peer| peer.read(is_time, now));
            let Some(picture) = read.flatten() else {
                continue;
            };
            self.counters.standstills += u64::from(is_new_standstill(&told.pictures, picture));
            pictures.push(Picture { unseen, ..picture });
            let peer = self.peers.get(key);
            let still = peer.and_then(|peer| peer.watched.still.as_ref());
            let due = still.and_then(Standstill::due);
            again = due.map_or(again, |due| again.min(due));
        }
        let is_news = differ(&told.pictures, &pictures);
        if is_news {
            told.pictures.clone_from(&pictures);
        }
        if self.rooms.contains_key(&id) {
            self.quality.due.set(id, again);
        } else {
            self.quality.told.remove(&id);
        }
        if is_time {
            for (key, _) in members {
                self.guarded(key, now, |shard| shard.choose_layers_of(key, now));
            }
        }
        if is_news {
            let quality = RoomQuality { room: id, pictures };
            self.events.push(SfuEvent::Quality(Arc::new(quality)));
        }
    }
}

impl Peer {
    /// The client has reported.
    pub(in crate::sfu) fn note_report(&mut self, reported: Reported) {
        let Reported {
            round_trip,
            lost,
            clock,
        } = reported;
        let way = &mut self.watched.way;
        way.round_trip_ms = round_trip.map(super::milliseconds).or(way.round_trip_ms);
        let permille = |part: u8| u16::from(part) * 125 / 32;
        way.lost_permille = lost.map(permille).or(way.lost_permille);
        if let Some(clock) = clock {
            let mut streams = self.published.iter_mut();
            if let Some(stream) = streams.find(|stream| stream.ssrc == clock.ssrc) {
                stream.meter.tie(clock);
            }
        }
    }

    /// Reads it, with its figures if it is time for them. It is measured from its beginning, and
    /// told of once it is in use.
    fn read(&mut self, is_time: bool, now: Instant) -> Option<Picture> {
        self.sabotage.strike(Place::ReadQuality);
        if !self.connected {
            return None;
        }
        if is_time {
            self.read_meters(now);
        }
        let is_in_use = self.turn == Turn::Present;
        is_in_use.then(|| self.picture(now)).flatten()
    }

    /// Takes the figures of the time since the last reading.
    fn read_meters(&mut self, now: Instant) {
        let best = self.published.best(now);
        for layer in Layer::all() {
            let Some(video) = self.published.get_mut(Kind::Video, layer) else {
                continue;
            };
            let figures = video.meter.read(now);
            video.note_rate(figures);
            if best == Some(layer) {
                self.watched.figures = figures;
            }
        }
        if let Some(audio) = self.published.get_mut(Kind::Audio, Layer::ONLY) {
            let figures = audio.meter.read(now);
            self.watched.sound = figures.map(|figures| SoundFigures {
                lost_permille: figures.lost_permille,
                jitter_ms: figures.jitter_ms,
            });
        }
        let audio = self.published.get(Kind::Audio, Layer::ONLY);
        let video = best.and_then(|layer| self.published.get(Kind::Video, layer));
        if let (Some(audio), Some(video)) = (audio, video) {
            let clock = |kind: Kind, of: &Incoming| (of.meter.clock, kind.clock_rate());
            let (picture, sound) = (clock(Kind::Video, video), clock(Kind::Audio, audio));
            let sync = &mut self.watched.sync;
            self.watched.way.sync_ms = sync.read(now, (&picture.0, picture.1), (&sound.0, sound.1));
        }
    }

    /// What can be told of it; nothing of one who publishes no picture.
    fn picture(&mut self, now: Instant) -> Option<Picture> {
        let layers = self.published.layers();
        let heard = Heard {
            anything: self.watched.heard,
            picture: layers
                .filter_map(|(_, layer)| layer.meter.last_packet())
                .max(),
        };
        let motion = self.watched.still.as_mut()?.check(now, heard);
        Some(Picture {
            participant: self.participant,
            motion,
            unseen: false,
            figures: self.watched.figures,
            sound: self.watched.sound,
            way: self.watched.way,
        })
    }
}

const fn is_standing(motion: Motion) -> bool {
    matches!(motion, Motion::StillCamera | Motion::StillNetwork)
}

fn is_new_standstill(before: &[Picture], now: Picture) -> bool {
    let before = before.iter().find(|one| one.participant == now.participant);
    is_standing(now.motion) && !before.is_some_and(|before| is_standing(before.motion))
}

/// Whether anybody would notice.
fn differ(before: &[Picture], now: &[Picture]) -> bool {
    before.len() != now.len()
        || before
            .iter()
            .zip(now)
            .any(|(before, now)| differs(before, now))
}

fn differs(before: &Picture, now: &Picture) -> bool {
    before.participant != now.participant
        || before.motion != now.motion
        || before.unseen != now.unseen
        || differ_by_a_step(
            before.way.round_trip_ms,
            now.way.round_trip_ms,
            u16::abs_diff,
        )
        || differ_by_a_step(before.way.sync_ms, now.way.sync_ms, i16::abs_diff)
        || match (&before.figures, &now.figures) {
            (Some(before), Some(now)) => figures_differ(before, now),
            (before, now) => before.is_some() != now.is_some(),
        }
}

fn figures_differ(before: &Figures, now: &Figures) -> bool {
    before.score.abs_diff(now.score) >= SCORE_STEP
        || before.fps.abs_diff(now.fps) >= FPS_STEP
        || (before.width, before.height) != (now.width, now.height)
        || before.lost_permille.abs_diff(now.lost_permille) >= PERMILLE_STEP
        || before.missing_permille.abs_diff(now.missing_permille) >= PERMILLE_STEP
        || before.jitter_ms.abs_diff(now.jitter_ms) >= JITTER_STEP_MS
}

fn differ_by_a_step<T>(before: Option<T>, now: Option<T>, apart: impl Fn(T, T) -> u16) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => apart(before, now) >= WAY_STEP_MS,
        (None, None) => false,
        _ => true,
    }
}
