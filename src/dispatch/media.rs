//! What the media engine reports, as commands of the core: who is connected, seen and heard.

use super::batch::Draft;
use super::driver::Driver;
use super::participants::party_of;
use super::stall::{Kept, Unrefusable};
use crate::sfu::{ParticipantId, SfuEvent};
use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::ids::CallId;
use passerelle_signaling::time::Timestamp;

impl Driver {
    /// Takes in a report of the media engine.
    pub(super) fn media(&mut self, draft: &mut Draft, event: &SfuEvent, now: Timestamp) {
        let (at, what) = (now, Unrefusable::Media(event.clone()));
        draft.keep(Kept { at, what });
        match *event {
            SfuEvent::MediaUp { room } => {
                let call = CallId(room.0);
                if let Some(rejection) = self.decide(draft, &Command::MediaUp { call }, now) {
                    // The call ended, or its connection counted as failed, a moment before.
                    tracing::info!(%call, %rejection, "media came up too late");
                }
            }
            SfuEvent::Received { room, participant } => {
                let call = CallId(room.0);
                let command = match party_of(participant) {
                    // Refused for the lead, who is no colleague: then there is nothing to say.
                    Some(Party::Interpreter(interpreter)) => {
                        Command::ColleagueUp { call, interpreter }
                    }
                    Some(Party::Guest(guest)) => Command::GuestUp { call, guest },
                    Some(Party::Tablet(_) | Party::Coordinator) | None => return,
                };
                self.decide(draft, &command, now);
            }
            SfuEvent::Connected { room, participant } => {
                tracing::debug!(%room, %participant, "media transport is up");
                self.observer(draft, CallId(room.0), participant, true, now);
            }
            // Nothing is decided on it (`quality`).
            SfuEvent::Quality(_) => {}
            // The engine has let the participant go; the client sees it too and offers again. To
            // let it go here could hit the connection made since.
            SfuEvent::Failed { room, participant } => {
                tracing::info!(%room, %participant, "media connection lost");
                self.observer(draft, CallId(room.0), participant, false, now);
            }
        }
    }

    /// A coordinator sends nothing, so that the connection alone says whether one is there.
    fn observer(
        &mut self,
        draft: &mut Draft,
        call: CallId,
        participant: ParticipantId,
        up: bool,
        now: Timestamp,
    ) {
        if party_of(participant) == Some(Party::Coordinator) {
            // Refused when the call has ended meanwhile: then nobody looks on any more.
            self.decide(draft, &Command::ObserverUp { call, up }, now);
        }
    }
}
