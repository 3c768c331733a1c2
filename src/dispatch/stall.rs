//! While nothing can be written: the disk is full, or another process holds the database. What had
//! been decided and is not durable is forgotten, and whoever asked for it is told so; the calls
//! stand in memory as the journal has them, clients keep their last true picture, conversations
//! their media. What is asked meanwhile is refused, what cannot be refused (a client has gone,
//! media is up, a visitor says no) is kept in order with its moment. When writing works again the
//! core is given that, and then [`Command::Resumed`], by which nobody pays for the time: rings are
//! made anew without a miss, graces begin again; whatever else fell due meanwhile falls due then.
//!
//! A stall has no end but that. To stop the process would lose the conversations and gain nothing:
//! it could not start again either.

use super::batch::{Batch, Draft};
use super::driver::Driver;
use super::error::{DispatchError, SubmitError};
use super::input::Input;
use super::limits::{PROBE_SPACING, REMINDER_SPACING, STALLED_KEPT_MAX};
use super::participants::{participant_of, room_of};
use super::snapshots::{BroughtBack, bring_back};
use super::unwanted::Unwanted;
use crate::clock::monotonic;
use crate::sfu::SfuEvent;
use crate::store::{Store, StoreError};
use passerelle_signaling::command::{Command, Departure, Party};
use passerelle_signaling::core::Core;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::time::Timestamp;
use std::collections::VecDeque;
use std::pin::pin;
use std::time::Instant;

/// What has happened, whether or not it can be written down.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) at: Timestamp,
    pub(super) what: Unrefusable,
}

/// See [`Kept`].
#[derive(Clone, Debug)]
pub(super) enum Unrefusable {
    Gone(Party, Departure),
    /// A coordinator's connection ended, and with it looking on in this conversation.
    ObserverGone(CallId),
    Unwanted(Unwanted),
    Media(SfuEvent),
}

/// One stall.
struct Stall {
    since: Instant,
    reminded: Instant,
    /// At most one end of each connection there was and of what it looked on in, one no of each
    /// side of a conversation, and so many reports of the media engine.
    kept: VecDeque<Kept>,
    /// The core is what the journal says, and may be asked.
    is_back: bool,
}

impl Driver {
    /// Waits until writing works again. True when told to end meanwhile.
    pub(super) async fn stall(&mut self, cause: StoreError) -> Result<bool, DispatchError> {
        let directory = self.store.directory().display().to_string();
        tracing::error!(
            directory,
            "nothing can be stored: {cause}. Waiting calls and conversations stay as they are; \
             what is asked is refused until it can be stored again"
        );
        self.stalled.send_replace(Some(cause));
        let mut failed = std::mem::take(&mut self.in_flight);
        if let Some(first) = failed.front_mut() {
            // It has said that it failed.
            first.receipt = None;
        }
        let now = monotonic();
        let mut stall = Stall {
            since: now,
            reminded: now,
            kept: failed
                .iter_mut()
                .flat_map(|batch| std::mem::take(&mut batch.release.kept))
                .collect(),
            is_back: false,
        };
        match self.meanwhile(&mut stall, forget(failed)).await? {
            Some(forgotten) => forgotten?,
            None => return Ok(true),
        }
        let store = self.store.clone();
        let Some(back) = self.tried(&mut stall, || read(store.clone())).await? else {
            return Ok(true);
        };
        (self.core, self.version, self.snapshot) = (back.core, back.version, back.snapshot);
        stall.is_back = true;
        for unwanted in stall.unwanted() {
            self.send_away(unwanted);
        }
        let probe = || {
            let store = store.clone();
            async move {
                // Not at once: it has just failed.
                tokio::time::sleep(PROBE_SPACING).await;
                store.find_room().await
            }
        };
        if self.tried(&mut stall, probe).await?.is_none() {
            return Ok(true);
        }
        self.go_on(stall).await?;
        Ok(false)
    }

    /// Tries something until it works; only a failure that passes is tried again, a moment later.
    /// `None` when told to end.
    async fn tried<T, A: Future<Output = Result<T, StoreError>>>(
        &mut self,
        stall: &mut Stall,
        attempt: impl Fn() -> A,
    ) -> Result<Option<T>, DispatchError> {
        let directory = self.store.directory().display().to_string();
        loop {
            match self.meanwhile(stall, attempt()).await? {
                None => return Ok(None),
                Some(Ok(done)) => return Ok(Some(done)),
                Some(Err(cause)) if cause.can_wait() => {
                    stall.remind(&cause, &directory);
                    self.stalled.send_replace(Some(cause));
                }
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }

    /// Waits for something; what comes in meanwhile is put off. `None` when told to end.
    async fn meanwhile<T>(
        &mut self,
        stall: &mut Stall,
        awaited: impl Future<Output = T>,
    ) -> Result<Option<T>, DispatchError> {
        let mut awaited = pin!(awaited);
        loop {
            // Past the limit, reports wait in the media engine's own bounded queue.
            let room = stall.kept.len() < STALLED_KEPT_MAX;
            let input = tokio::select! {
                biased;
                done = &mut awaited => return Ok(Some(done)),
                event = self.sfu_events.recv(), if room =>
                    Input::Media(event.ok_or(DispatchError::MediaStopped)?),
                input = self.inputs.recv() => input.unwrap_or(Input::ShutDown),
            };
            if self.put_off(stall, input)? {
                return Ok(None);
            }
        }
    }

    /// Refuses an input, or keeps it. True when it is time to end.
    fn put_off(&mut self, stall: &mut Stall, input: Input) -> Result<bool, DispatchError> {
        let what = match input {
            Input::Disconnect {
                connection,
                departure,
            } => self
                .clients
                .remove(connection)
                .map(|party| Unrefusable::Gone(party, departure)),
            Input::ObserverGone { call } => Some(Unrefusable::ObserverGone(call)),
            // Nothing is decided on it, and conversations go on.
            Input::Media(SfuEvent::Quality(room)) => {
                self.quality(&room);
                None
            }
            Input::Media(event) => Some(Unrefusable::Media(event)),
            Input::MayJoin { party, call, .. } if stall.sends_away(&self.core, party, call) => None,
            // Questions: the journal's state answers them, so that media that was lost comes back.
            question @ (Input::MayJoin { .. } | Input::Slots { .. } | Input::KnowsGuest { .. })
                if stall.is_back =>
            {
                let mut draft = Draft::default();
                self.take(&mut draft, question)?;
                draft.answer_now();
                None
            }
            // Who talks cannot hang up now: it ends once that can be stored.
            Input::Drain => {
                self.drain();
                None
            }
            Input::ShutDown => return Ok(true),
            // Refused, since it is not stored; heard all the same.
            Input::Submit { command, reply } => {
                let heard = self.hear(stall, &command);
                refuse(Input::Submit { command, reply });
                heard.map(Unrefusable::Unwanted)
            }
            refused => {
                refuse(refused);
                None
            }
        };
        let at = self.clock.now();
        stall.kept.extend(what.map(|what| Kept { at, what }));
        Ok(false)
    }

    /// What a command says of somebody who is no longer wanted, the first time.
    fn hear(&mut self, stall: &Stall, command: &Command) -> Option<Unwanted> {
        let unwanted = Unwanted::of(command)?;
        unwanted.must_go(self.core.state())?;
        let new = stall.unwanted().all(|before| before != unwanted);
        if new && stall.is_back {
            self.send_away(unwanted);
        }
        new.then_some(unwanted)
    }

    /// Ends the media of somebody who is no longer wanted, before that can be written down.
    fn send_away(&mut self, unwanted: Unwanted) {
        if let Some((call, party)) = unwanted.must_go(self.core.state()) {
            self.epoch = self.epoch.next();
            let participant = participant_of(party);
            self.sfu.leave(room_of(call), participant, self.epoch);
        }
    }

    /// Decides what was kept, and what has become due.
    async fn go_on(&mut self, stall: Stall) -> Result<(), DispatchError> {
        let (seconds, kept) = (stall.seconds(), stall.kept.len());
        tracing::info!(seconds, kept, "storing works again: the calls go on");
        let mut draft = Draft::default();
        self.core.hold();
        for Kept { at, what } in stall.kept {
            match what {
                Unrefusable::Gone(party, departure) => {
                    self.gone(&mut draft, party, departure, at);
                }
                Unrefusable::ObserverGone(call) => self.observer_gone(&mut draft, call, at),
                Unrefusable::Unwanted(unwanted) => {
                    let what = Unrefusable::Unwanted(unwanted);
                    draft.keep(Kept { at, what });
                    self.decide(&mut draft, &unwanted.command(), at);
                }
                Unrefusable::Media(event) => self.media(&mut draft, &event, at),
            }
        }
        self.suspended = self.clock.suspended();
        let now = self.clock.now();
        self.turn_the_day(&mut draft, now)?;
        self.decide(&mut draft, &Command::Resumed, now);
        let state = self.core.state();
        let guests = state.calls().filter_map(|(_, call)| call.guest);
        state
            .tablets()
            .map(|(id, _)| Party::Tablet(id))
            .chain(state.interpreters().map(|(id, _)| Party::Interpreter(id)))
            .chain(guests.map(|guest| Party::Guest(guest.guest)))
            .for_each(|party| draft.show(party));
        draft.show_board();
        draft.show_today();
        // The core that was brought back knows no waits, and everybody is shown a picture now.
        self.waits_refreshed = Timestamp(0);
        self.stalled.send_replace(None);
        self.append(draft).await
    }
}

impl Stall {
    fn unwanted(&self) -> impl Iterator<Item = Unwanted> {
        self.kept.iter().filter_map(|kept| match kept.what {
            Unrefusable::Unwanted(unwanted) => Some(unwanted),
            _ => None,
        })
    }

    /// This party has been sent away from this conversation meanwhile.
    fn sends_away(&self, core: &Core, party: Party, call: CallId) -> bool {
        let mut gone = self.unwanted().map(|one| one.must_go(core.state()));
        self.is_back && gone.any(|one| one == Some((call, party)))
    }

    fn seconds(&self) -> u64 {
        monotonic().duration_since(self.since).as_secs()
    }

    fn remind(&mut self, cause: &StoreError, directory: &str) {
        let now = monotonic();
        if now.duration_since(self.reminded) >= REMINDER_SPACING {
            self.reminded = now;
            let (seconds, kept) = (self.seconds(), self.kept.len());
            tracing::error!(
                directory,
                seconds,
                kept,
                "still nothing can be stored: {cause}"
            );
        }
    }
}

/// Waits until each batch behind the one that failed has failed too, and tells whoever asked.
async fn forget(failed: VecDeque<Batch>) -> Result<(), StoreError> {
    for Batch { receipt, release } in failed {
        // Nothing to write, but decided on what has not happened.
        let Some(mut receipt) = receipt else {
            release.refuse();
            continue;
        };
        match receipt.durable().await {
            // Cannot be, since each expects the version of the one before; then it is true.
            Ok(_) => release.answers.into_iter().for_each(|answer| answer.send()),
            Err(StoreError::WrongVersion { .. }) => release.refuse(),
            Err(error) if error.can_wait() => release.refuse(),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Brings back what the journal has. Waits a moment after a failure, so that it is not tried again
/// at once.
async fn read(store: Store) -> Result<BroughtBack, StoreError> {
    let back = tokio::task::spawn_blocking(move || bring_back(&store));
    let back = back.await.unwrap_or(Err(StoreError::Closed));
    if back.is_err() {
        tokio::time::sleep(PROBE_SPACING).await;
    }
    back
}

/// Tells whoever asked that nothing can be stored. Whoever asked a question, not a change, hears
/// that nobody answers.
fn refuse(input: Input) {
    match input {
        Input::Submit { reply, .. } => drop(reply.send(Err(SubmitError::NotStored))),
        Input::Connect { reply, .. } => drop(reply.send(Err(SubmitError::NotStored))),
        Input::InviteGuest { reply, .. } => drop(reply.send(Err(SubmitError::NotStored))),
        Input::Slots { reply, .. } => drop(reply.send(Err(SubmitError::NotStored))),
        Input::MayJoin { .. }
        | Input::KnowsGuest { .. }
        | Input::Disconnect { .. }
        | Input::ObserverGone { .. }
        | Input::Media(_)
        | Input::Durable(_)
        | Input::Due
        | Input::Drain
        | Input::ShutDown => {}
    }
}
