//! How the pictures of each conversation arrive, told to whoever is in it and to the coordinators:
//! the newest reading of the media engine, in memory only. It is no part of the calls: nothing is
//! decided on it, journaled or stored.

use super::driver::Driver;
use super::participants::party_of;
use crate::sfu::{self, RoomQuality};
use passerelle_signaling::command::Party;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{
    CallQuality, Identity, Motion, PictureFigures, PictureQuality,
};
use passerelle_signaling::state::Call;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What one client is told: one conversation, or for coordinators all.
pub type Qualities = Arc<[CallQuality]>;

/// The newest of every conversation, at most as many as the media engine has rooms.
pub(super) type Newest = BTreeMap<CallId, CallQuality>;

impl Driver {
    /// Takes in a reading of the media engine.
    pub(super) fn quality(&mut self, room: &RoomQuality) {
        let call = CallId(room.room.0);
        let live = self.core.state().call(call);
        let Some(live) = live else {
            self.forget_quality(call);
            return;
        };
        let seen = room.pictures.iter().filter_map(|picture| {
            let from = match party_of(picture.participant) {
                None => Identity::Tablet {
                    tablet: live.tablet,
                },
                Some(Party::Interpreter(interpreter)) => Identity::Interpreter { interpreter },
                Some(Party::Guest(guest)) => Identity::Guest { guest },
                // Sends nothing.
                Some(Party::Coordinator | Party::Tablet(_)) => return None,
            };
            Some(PictureQuality {
                from,
                motion: motion(picture.motion),
                unseen: picture.unseen,
                figures: picture.figures.map(|of| figures(&of, picture.way)),
            })
        });
        let pictures = seen.collect();
        let quality = CallQuality { call, pictures };
        for party in people(live) {
            self.clients.show_quality(party, &told(party, &quality));
        }
        if quality.pictures.is_empty() {
            self.forget_quality(call);
        } else {
            self.qualities.insert(call, quality);
            self.show_qualities();
        }
    }

    /// A conversation is over, or nobody is connected any more.
    pub(super) fn forget_quality(&mut self, call: CallId) {
        if self.qualities.remove(&call).is_some() {
            self.show_qualities();
        }
    }

    /// Tells somebody who has just connected how the conversation stands that they are in.
    pub(super) fn show_quality_to(&self, party: Party) {
        for (call, quality) in &self.qualities {
            let live = self.core.state().call(*call);
            if live.is_some_and(|live| people(live).any(|one| one == party)) {
                self.clients.show_quality(party, &told(party, quality));
            }
        }
    }

    /// Tells the coordinators of all conversations.
    pub(super) fn show_qualities(&self) {
        if self.clients.has_coordinators() {
            let all: Qualities = self.qualities.values().cloned().collect();
            self.clients.show_all_quality(&all);
        }
    }
}

/// Everybody in a conversation who has a page of their own.
fn people(live: &Call) -> impl Iterator<Item = Party> {
    let colleague = live
        .colleague
        .map(|one| Party::Interpreter(one.interpreter));
    let guest = live.guest.map(|one| Party::Guest(one.guest));
    let lead = live.interpreter().map(Party::Interpreter);
    [Some(Party::Tablet(live.tablet)), lead, colleague, guest]
        .into_iter()
        .flatten()
}

/// Figures are for those who work with them. Without them, what a tablet or a guest is told changes
/// only when a picture stands, moves again, or cannot be decoded by somebody.
fn told(party: Party, quality: &CallQuality) -> Qualities {
    let mut quality = quality.clone();
    if matches!(party, Party::Tablet(_) | Party::Guest(_)) {
        for picture in &mut quality.pictures {
            picture.figures = None;
        }
    }
    Arc::from([quality])
}

const fn motion(of: sfu::Motion) -> Motion {
    match of {
        sfu::Motion::Moving => Motion::Moving,
        sfu::Motion::Off => Motion::Off,
        sfu::Motion::StillNetwork => Motion::StillNetwork,
        sfu::Motion::StillCamera => Motion::StillCamera,
    }
}

const fn figures(of: &sfu::Figures, way: sfu::Way) -> PictureFigures {
    PictureFigures {
        score: of.score,
        fps: of.fps,
        width: of.width,
        height: of.height,
        frozen_ms: of.frozen_ms,
        missing_permille: of.missing_permille,
        lost_permille: of.lost_permille,
        jitter_ms: of.jitter_ms,
        kbps: of.kbps,
        round_trip_ms: way.round_trip_ms,
        sync_ms: way.sync_ms,
    }
}
