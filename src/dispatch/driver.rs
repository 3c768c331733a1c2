//! The driver: the one task that owns the core. It decides each input on the state in memory at
//! once, sends the events to the journal, and lets effects and answers out only when these are
//! durable, in order. Meanwhile it decides further inputs, so that one flush of the disk serves
//! many.
//!
//! When an append fails, the state in memory is ahead of the journal and cannot be trusted. Where
//! it is certain that nothing was written (a full disk, a locked database) the driver stalls until
//! writing works again, as `stall` says. Otherwise it says good-bye to every client and ends with
//! the error, and the process with it. The supervisor starts it again, and the journal gives the
//! state everybody had been shown.

use super::batch::{Answer, Batch, Draft, Place};
use super::clients::{Clients, Connection, place_of};
use super::error::DispatchError;
use super::input::{Input, Inputs, InvitedGuest};
use super::limits::{
    BATCHES_IN_FLIGHT_MAX, INPUTS_PER_BATCH_MAX, SUSPENDED_MAX, TICK_SPACING_MIN, WAITS_SPACING,
};
use super::onlookers::Onlookers;
use super::participants::{participant_of, room_of, standing_of};
use super::quality::Newest;
use super::stall::{Kept, Unrefusable};
use super::today::Today;
use super::unwanted::Unwanted;
use crate::audit::Audit;
use crate::clock::Clock;
use crate::sfu::{Epoch, Sfu, SfuEvent};
use crate::store::{Store, StoreError, Version};
use passerelle_signaling::command::{Command, Departure, Party, Rejection};
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::core::Core;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{ByeReason, Identity};
use passerelle_signaling::state::{Call, Guest};
use passerelle_signaling::time::{Millis, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// See the module.
pub(super) struct Driver {
    pub(super) core: Core,
    pub(super) clock: Clock,
    pub(super) store: Store,
    pub(super) sfu: Sfu,
    pub(super) clients: Arc<Clients>,
    pub(super) inputs: mpsc::Receiver<Input>,
    pub(super) sfu_events: mpsc::Receiver<SfuEvent>,
    pub(super) today: Today,
    /// The journal's version once everything under way is durable.
    pub(super) version: Version,
    /// How often the core has decided: who is in which call, before and after what.
    pub(super) epoch: Epoch,
    /// When the state was last kept.
    pub(super) snapshot: Version,
    pub(super) in_flight: VecDeque<Batch>,
    pub(super) last_tick: Timestamp,
    pub(super) onlookers: Onlookers,
    pub(super) audit: Audit,
    pub(super) qualities: Newest,
    /// What the clock said of suspensions when one was last looked for.
    pub(super) suspended: Millis,
    /// When the waits were last said anew.
    pub(super) waits_refreshed: Timestamp,
    /// Why nothing can be stored, while that is so.
    pub(super) stalled: watch::Sender<Option<StoreError>>,
    /// It ends as soon as nobody talks.
    pub(super) draining: bool,
}

/// Says good-bye to everybody when the driver ends, however it ends.
struct ByeOnDrop(Arc<Clients>);

impl Drop for ByeOnDrop {
    fn drop(&mut self) {
        self.0.say_bye_to_all(ByeReason::ShuttingDown);
    }
}

impl Driver {
    /// What must be decided before the first client: the directory as configured now, and that the
    /// clients of before the restart have to come back within their grace. Returns when durable.
    pub(super) async fn settle(
        &mut self,
        configuration: Configuration,
    ) -> Result<(), DispatchError> {
        let mut draft = Draft::default();
        let now = self.clock.now();
        self.decide(&mut draft, &Command::Restarted, now);
        self.decide(
            &mut draft,
            &Command::Configure(Box::new(configuration)),
            now,
        );
        self.append(draft).await?;
        self.flush().await
    }

    /// Runs until told to stop, or until it can no longer go on.
    pub(super) async fn run(mut self) -> Result<(), DispatchError> {
        let _bye = ByeOnDrop(Arc::clone(&self.clients));
        let ended = self.drive().await;
        if let Err(error) = &ended {
            tracing::error!(%error, "the driver has stopped; the gateway must be restarted");
        }
        ended
    }

    async fn drive(&mut self) -> Result<(), DispatchError> {
        while !self.is_drained() {
            let mut draft = Draft::default();
            let first = match self.next_input().await? {
                Input::Durable(Err(cause)) if cause.can_wait() => {
                    if self.stall(cause).await? {
                        return Ok(());
                    }
                    continue;
                }
                input => input,
            };
            self.wake(&mut draft)?;
            let mut stop = self.take(&mut draft, first)?;
            for _ in 1..INPUTS_PER_BATCH_MAX {
                let Ok(further) = self.inputs.try_recv() else {
                    break;
                };
                stop |= self.take(&mut draft, further)?;
            }
            self.append(draft).await?;
            if stop {
                break;
            }
        }
        self.flush().await
    }

    /// Told to end once nobody talks, and nobody does. What is under way may yet fail, and then
    /// never was.
    fn is_drained(&self) -> bool {
        self.draining && self.in_flight.is_empty() && self.talks() == 0
    }

    /// Conversations that a stop would interrupt: media is up, or being set up. Who waits or is
    /// rung loses nothing by a restart.
    fn talks(&self) -> usize {
        let calls = self.core.state().calls();
        calls.filter(|(_, call)| !call.is_waiting()).count()
    }

    /// From now on the first moment ends it in which nobody talks. New calls are taken like any
    /// other: nobody else is there to take them, and a visitor who waited for the restart would
    /// wait for the longest conversation, where those who talk lose their picture for seconds.
    pub(super) fn drain(&mut self) {
        self.draining = true;
        let conversations = self.talks();
        tracing::info!(conversations, "told to stop: waiting until nobody talks");
    }

    /// The next thing to do. What has become durable comes first, since people wait for it; while
    /// too many appends are under way nothing else comes.
    async fn next_input(&mut self) -> Result<Input, DispatchError> {
        let room = self.in_flight.len() < BATCHES_IN_FLIGHT_MAX;
        let due = self.due_at();
        let Self {
            clock,
            inputs,
            sfu_events,
            in_flight,
            ..
        } = self;
        let first_durable = async {
            match in_flight.front_mut() {
                Some(batch) => batch.durable().await,
                None => std::future::pending().await,
            }
        };
        let input = tokio::select! {
            biased;
            durable = first_durable => Input::Durable(durable),
            () = clock.wait_until(due), if room => Input::Due,
            event = sfu_events.recv(), if room =>
                Input::Media(event.ok_or(DispatchError::MediaStopped)?),
            // No handle and no connection is left: nobody can ask anything any more.
            input = inputs.recv(), if room => input.unwrap_or(Input::ShutDown),
        };
        Ok(input)
    }

    /// After a suspension of the machine nobody pays for the time, as after a stall: nobody could
    /// act, and everything would fall due at once.
    fn wake(&mut self, draft: &mut Draft) -> Result<(), DispatchError> {
        let before = std::mem::replace(&mut self.suspended, self.clock.suspended());
        let seconds = self.suspended.0.saturating_sub(before.0) / 1000;
        if Millis::from_secs(seconds) < SUSPENDED_MAX {
            return Ok(());
        }
        tracing::warn!(
            seconds,
            "this machine was suspended: the calls go on from here"
        );
        let now = self.clock.now();
        self.turn_the_day(draft, now)?;
        self.decide(draft, &Command::Resumed, now);
        Ok(())
    }

    fn due_at(&self) -> Timestamp {
        let midnight = self.today.ends_at();
        let mut deadline = self.core.next_deadline().unwrap_or(midnight).min(midnight);
        if self.core.is_anybody_waiting() {
            deadline = deadline.min(self.waits_refreshed + WAITS_SPACING);
        }
        deadline.max(self.last_tick + TICK_SPACING_MIN)
    }

    /// Carries out one input on the state in memory. True when it is time to end.
    pub(super) fn take(&mut self, draft: &mut Draft, input: Input) -> Result<bool, DispatchError> {
        let now = self.clock.now();
        self.turn_the_day(draft, now)?;
        match input {
            Input::Submit { command, reply } => {
                if let Some(unwanted) = Unwanted::of(&command) {
                    let what = Unrefusable::Unwanted(unwanted);
                    draft.keep(Kept { at: now, what });
                }
                let rejection = self.decide(draft, &command, now);
                draft.answer(Answer::Submitted(reply, rejection));
            }
            Input::Connect {
                identity,
                way_in,
                reply,
            } => {
                let connection = self.connect(draft, identity, way_in, now);
                draft.answer(Answer::Connected(reply, connection));
            }
            Input::Disconnect {
                connection,
                departure,
            } => {
                if let Some(party) = self.clients.remove(connection) {
                    tracing::debug!(%connection, ?party, ?departure, "client gone");
                    self.gone(draft, party, departure, now);
                }
            }
            Input::ObserverGone { call } => self.observer_gone(draft, call, now),
            Input::MayJoin { party, call, reply } => {
                draft.answer(Answer::MayJoin(reply, self.place(party, call)));
            }
            Input::Slots {
                tablet,
                language,
                mode,
                reply,
            } => {
                let slots = self.core.slots(tablet, language, mode, now);
                draft.answer(Answer::Slots(reply, slots));
            }
            Input::InviteGuest { party, call, reply } => {
                let invited = self.invite_guest(draft, party, call, now);
                draft.answer(Answer::Invited(reply, invited));
            }
            Input::KnowsGuest { guest, reply } => {
                let knows = self.core.state().guest(guest).is_some();
                draft.answer(Answer::Knows(reply, knows));
            }
            // A tablet tests itself: nobody is called.
            Input::Media(event) if event.room().is_apart() => {}
            Input::Media(SfuEvent::Quality(room)) => self.quality(&room),
            Input::Media(event) => self.media(draft, &event, now),
            Input::Durable(durable) => {
                durable?;
                self.release_first();
            }
            Input::Due => {
                self.last_tick = now;
                self.decide(draft, &Command::Tick, now);
            }
            Input::Drain => self.drain(),
            Input::ShutDown => return Ok(true),
        }
        Ok(false)
    }

    /// Where in a call's media this party may be now.
    fn place(&self, party: Party, call: CallId) -> Option<Place> {
        let live = self.core.state().call(call);
        let lead = live.and_then(Call::interpreter).map(Party::Interpreter);
        self.core.may_join(party, call).then(|| Place {
            room: room_of(call),
            participant: participant_of(party),
            standing: standing_of(party, lead == Some(party)),
            epoch: self.epoch,
        })
    }

    pub(super) fn decide(
        &mut self,
        draft: &mut Draft,
        command: &Command,
        now: Timestamp,
    ) -> Option<Rejection> {
        self.epoch = self.epoch.next();
        let step = self.core.handle(command, now);
        let events = step.entries.iter().map(|entry| &entry.event);
        for event in events.filter(|event| Onlookers::concerns(event)) {
            draft.note(event.clone());
        }
        draft.add(&self.core, step, self.epoch)
    }

    /// A client has gone, whether or not that can be written down.
    pub(super) fn gone(
        &mut self,
        draft: &mut Draft,
        party: Party,
        departure: Departure,
        at: Timestamp,
    ) {
        let what = Unrefusable::Gone(party, departure);
        draft.keep(Kept { at, what });
        self.decide(draft, &Command::Disconnected(party, departure), at);
    }

    /// Whoever looked on has gone, whether or not that can be written down. Refused when the
    /// conversation is over: nothing is left to end then.
    pub(super) fn observer_gone(&mut self, draft: &mut Draft, call: CallId, at: Timestamp) {
        let what = Unrefusable::ObserverGone(call);
        draft.keep(Kept { at, what });
        let party = Party::Coordinator;
        self.decide(draft, &Command::HangUp { party, call }, at);
    }

    fn connect(
        &mut self,
        draft: &mut Draft,
        identity: Identity,
        way_in: Inputs,
        now: Timestamp,
    ) -> Result<Connection, Rejection> {
        match place_of(identity) {
            Some(party) => {
                if let Some(rejection) = self.decide(draft, &Command::Connected(party), now) {
                    return Err(rejection);
                }
                draft.show(party);
            }
            None => draft.show_board(),
        }
        let connection = self.clients.register(identity, way_in);
        match place_of(identity) {
            Some(party) => self.show_quality_to(party),
            None => self.show_qualities(),
        }
        tracing::debug!(connection = %connection.id, ?identity, "client connected");
        Ok(connection)
    }

    fn invite_guest(
        &mut self,
        draft: &mut Draft,
        party: Party,
        call: CallId,
        now: Timestamp,
    ) -> Result<InvitedGuest, Rejection> {
        let command = Command::InviteGuest { party, call };
        match self.decide(draft, &command, now) {
            Some(rejection) => Err(rejection),
            None => {
                // Accepted, so the conversation goes on and somebody is invited to it.
                let guest = self.core.state().call(call).and_then(|live| live.guest);
                let Guest { guest, until, .. } = guest.ok_or(Rejection::CallGone)?;
                Ok(InvitedGuest { guest, until })
            }
        }
    }

    /// At local midnight the list of today begins anew, before anything of the new day is decided.
    pub(super) fn turn_the_day(
        &mut self,
        draft: &mut Draft,
        now: Timestamp,
    ) -> Result<(), DispatchError> {
        if now < self.today.ends_at() {
            return Ok(());
        }
        self.today = self.today.next(now)?;
        draft.show_today();
        Ok(())
    }
}
