//! What is decided together and becomes durable together. A batch is drafted from inputs, its
//! events are appended, and what it means for the world waits in it until they are durable.
//! Pictures are computed when the batch is closed, so they show exactly the state its append makes
//! durable, never one that a crash could take back.

use super::clients::{Clients, Connection};
use super::error::SubmitError;
use super::input::{InvitedGuest, Reply};
use super::snapshots::Due;
use super::stall::Kept;
use crate::clock::monotonic;
use crate::sfu::{Epoch, JoinToken, ParticipantId, RoomId, Standing};
use crate::store::{Receipt, StoreError, Version};
use passerelle_signaling::command::{Party, Rejection};
use passerelle_signaling::effect::Effect;
use passerelle_signaling::event::{Entry, Event};
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::View;
use passerelle_signaling::record::CallRecord;
use passerelle_signaling::slots::Slot;
use passerelle_signaling::{Core, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::oneshot;

/// An answer that waits for its batch.
pub(super) enum Answer {
    Submitted(Reply<()>, Option<Rejection>),
    Connected(Reply<Connection>, Result<Connection, Rejection>),
    MayJoin(oneshot::Sender<Option<JoinToken>>, Option<Place>),
    Knows(oneshot::Sender<bool>, bool),
    Slots(Reply<Vec<Slot>>, Result<Vec<Slot>, Rejection>),
    Invited(Reply<InvitedGuest>, Result<InvitedGuest, Rejection>),
}

/// A place in a room that somebody may take, decided on in this epoch.
pub(super) struct Place {
    pub(super) room: RoomId,
    pub(super) participant: ParticipantId,
    pub(super) standing: Standing,
    pub(super) epoch: Epoch,
}

impl Place {
    /// What lets them take it now.
    fn token(self) -> JoinToken {
        let Self {
            room,
            participant,
            standing,
            epoch,
        } = self;
        JoinToken::new(room, participant, standing, epoch, monotonic())
    }
}

impl Answer {
    /// Says that nothing came of it, because nothing can be stored. A connection that was made
    /// ends; a question is not answered.
    fn refuse(self) {
        match self {
            Self::Submitted(reply, _) => drop(reply.send(Err(SubmitError::NotStored))),
            Self::Connected(reply, _) => drop(reply.send(Err(SubmitError::NotStored))),
            Self::Slots(reply, _) => drop(reply.send(Err(SubmitError::NotStored))),
            Self::Invited(reply, _) => drop(reply.send(Err(SubmitError::NotStored))),
            Self::MayJoin(..) | Self::Knows(..) => {}
        }
    }

    /// Gives the answer. Whoever asked may have gone; a connection nobody takes reports its own
    /// end.
    pub(super) fn send(self) {
        match self {
            Self::Submitted(reply, rejection) => {
                let answer = rejection.map_or(Ok(()), |rejection| Err(rejection.into()));
                let _ = reply.send(answer);
            }
            Self::Connected(reply, connection) => {
                let _ = reply.send(connection.map_err(SubmitError::Rejected));
            }
            Self::MayJoin(reply, place) => {
                let _ = reply.send(place.map(Place::token));
            }
            Self::Knows(reply, yes) => {
                let _ = reply.send(yes);
            }
            Self::Slots(reply, slots) => {
                let _ = reply.send(slots.map_err(SubmitError::Rejected));
            }
            Self::Invited(reply, guest) => {
                let _ = reply.send(guest.map_err(SubmitError::Rejected));
            }
        }
    }
}

/// A batch under way to the journal, or at the front of those waiting.
pub(super) struct Batch {
    /// `None` when nothing had to be appended; it still waits for those before it.
    pub(super) receipt: Option<Receipt<Version>>,
    pub(super) release: Release,
}

impl Batch {
    /// Waits until everything in it is durable. May be cancelled and called again.
    pub(super) async fn durable(&mut self) -> Result<(), StoreError> {
        if let Some(receipt) = &mut self.receipt {
            receipt.durable().await?;
        }
        Ok(())
    }
}

/// What a batch means for the world.
#[derive(Default)]
pub(super) struct Release {
    /// The newest entry that its pictures stand on.
    pub(super) entry: Version,
    pub(super) closed_rooms: BTreeMap<CallId, Epoch>,
    /// Who leaves a conversation that goes on.
    pub(super) closed_legs: BTreeMap<(CallId, Party), Epoch>,
    pub(super) records: Vec<CallRecord>,
    pub(super) views: Vec<(Party, Arc<View>)>,
    /// Parties whose picture is no more: they left the directory.
    pub(super) dismissed: Vec<Party>,
    pub(super) board: Option<Arc<View>>,
    /// Today must be shown, whether or not a record of it is in this batch.
    pub(super) today: bool,
    /// What the log may tell.
    pub(super) notes: Vec<Event>,
    pub(super) answers: Vec<Answer>,
    /// The state after it, when it is to be kept.
    pub(super) state: Option<Due>,
    /// What would have to be decided again, should it not become durable.
    pub(super) kept: Vec<Kept>,
}

impl Release {
    /// Nothing of it is stored.
    pub(super) fn refuse(self) {
        self.answers.into_iter().for_each(Answer::refuse);
    }
}

/// A batch being filled.
#[derive(Default)]
pub(super) struct Draft {
    entries: Vec<Entry>,
    records: BTreeMap<CallId, CallRecord>,
    closed_rooms: BTreeMap<CallId, Epoch>,
    closed_legs: BTreeMap<(CallId, Party), Epoch>,
    /// Whom it is about: they are shown it first.
    shown: BTreeSet<Party>,
    /// Whose number of waiting callers may have changed, hundreds in a large service.
    audience: BTreeSet<Party>,
    board: bool,
    today: bool,
    notes: Vec<Event>,
    answers: Vec<Answer>,
    kept: Vec<Kept>,
}

impl Draft {
    /// Takes in a step of the core, decided in this epoch, right after it: a record of a call that
    /// has ended is known to the core until the next step only.
    pub(super) fn add(&mut self, core: &Core, step: Step, epoch: Epoch) -> Option<Rejection> {
        self.entries.extend(step.entries);
        for effect in step.effects {
            match effect {
                Effect::CloseRoom(call) => {
                    self.closed_rooms.insert(call, epoch);
                }
                Effect::CloseLeg(call, party) => {
                    self.closed_legs.insert((call, party), epoch);
                }
                Effect::Record(call) => {
                    let record = core.record(call).map(|record| (call, record));
                    self.records.extend(record);
                }
                Effect::Show(party) => {
                    self.shown.insert(party);
                }
                Effect::ShowQueue(language) => self.audience.extend(core.audience(language)),
                Effect::ShowBoard => self.board = true,
            }
        }
        step.rejection
    }

    /// Something the log may tell once it is durable.
    pub(super) fn note(&mut self, event: Event) {
        self.notes.push(event);
    }

    /// Something that is decided here and cannot be refused.
    pub(super) fn keep(&mut self, kept: Kept) {
        self.kept.push(kept);
    }

    /// This client has just connected and has no picture yet.
    pub(super) fn show(&mut self, party: Party) {
        self.shown.insert(party);
    }

    /// A coordinator has just connected.
    pub(super) fn show_board(&mut self) {
        self.board = true;
        self.today = true;
    }

    /// Something has happened, so that what is said of the waits may have changed.
    pub(super) fn has_events(&self) -> bool {
        !self.entries.is_empty()
    }

    /// What is said of the waits has changed.
    pub(super) fn show_waits(&mut self, core: &Core) {
        let waiting = core.state().calls().filter(|(_, call)| call.is_waiting());
        self.shown
            .extend(waiting.map(|(_, call)| Party::Tablet(call.tablet)));
        self.board = true;
    }

    /// The day has changed.
    pub(super) fn show_today(&mut self) {
        self.today = true;
    }

    /// Nothing has happened and nobody waits. What cannot be refused counts even where it comes to
    /// nothing: that was decided on a state that may yet be taken back.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.kept.is_empty()
            && self.shown.is_empty()
            && self.audience.is_empty()
            && self.answers.is_empty()
            && !self.board
            && !self.today
    }

    pub(super) fn answer(&mut self, answer: Answer) {
        self.answers.push(answer);
    }

    /// Gives the answers of a draft in which nothing has happened.
    pub(super) fn answer_now(self) {
        self.answers.into_iter().for_each(Answer::send);
    }

    /// Computes the pictures of whoever is there to see them. Returns what is to be appended, and
    /// what waits for it.
    pub(super) fn close(self, core: &Core, clients: &Clients) -> (Vec<Entry>, Release) {
        let mut release = Release {
            closed_rooms: self.closed_rooms,
            closed_legs: self.closed_legs,
            records: self.records.into_values().collect(),
            today: self.today,
            notes: self.notes,
            answers: self.answers,
            kept: self.kept,
            ..Release::default()
        };
        let others = self.audience.difference(&self.shown);
        for &party in self.shown.iter().chain(others) {
            if !clients.is_connected(party) {
                continue;
            }
            match view_of(core, party) {
                Some(view) => release.views.push((party, Arc::new(view))),
                None => release.dismissed.push(party),
            }
        }
        if self.board && clients.has_coordinators() {
            release.board = Some(Arc::new(View::Coordinator(core.board_view())));
        }
        (self.entries, release)
    }
}

fn view_of(core: &Core, party: Party) -> Option<View> {
    match party {
        Party::Tablet(tablet) => core.tablet_view(tablet).map(View::Tablet),
        Party::Interpreter(interpreter) => {
            core.interpreter_view(interpreter).map(View::Interpreter)
        }
        Party::Guest(guest) => core.guest_view(guest).map(View::Guest),
        // Coordinators share the board.
        Party::Coordinator => None,
    }
}
