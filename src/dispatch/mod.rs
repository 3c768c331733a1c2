//! The way into the calls. One task, the driver, owns the core: it takes one input after the other,
//! journals what follows, and shows it only once it is durable. This module is the handle that the
//! WebSocket sessions and the HTTP endpoints hold.
//!
//! While the disk is full or the database locked, nothing is decided and everything stays as it is
//! ([`Dispatch::ready`]). The task ends by [`Dispatch::shut_down`], once nobody talks by
//! [`Dispatch::drain`], or with an error when it can
//! no longer go on (the journal or the media engine failed otherwise). Every client has then been
//! told good-bye, every request is answered `Unavailable`, and the process must end; its supervisor
//! starts it again from the journal.

mod batch;
mod clients;
mod coming_back;
mod driver;
mod error;
mod input;
mod limits;
mod media;
mod notices;
mod onlookers;
mod participants;
mod pipeline;
mod quality;
mod snapshots;
mod stall;
#[cfg(test)]
mod tests;
mod today;
mod unwanted;

pub use clients::{Connection, ConnectionId, Picture};
pub use coming_back::Presented;
pub use error::{DispatchError, MediaError, NotReady, SubmitError};
pub use input::InvitedGuest;
pub use limits::BATCHES_IN_FLIGHT_MAX;
pub use notices::{Notice, Recent};
pub use quality::Qualities;
pub use snapshots::{BroughtBack, bring_back};
pub use today::TodayPicture;

use crate::audit::Audit;
use crate::clock::Clock;
pub use crate::sfu::{Camera, Offer as MediaOffer, Quirks};
use crate::sfu::{Epoch, JoinError, JoinToken, Offer, Sfu, SfuEvent};
use crate::store::{Store, StoreError};
use clients::Clients;
use coming_back::Run;
use driver::Driver;
use input::{Input, Inputs};
use onlookers::Onlookers;
use participants::{participant_of, room_of};
use passerelle_signaling::command::{Command, Departure, Party};
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::ids::{CallId, GuestId, TabletId};
use passerelle_signaling::need::Mode;
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::{Identity, Resumed};
use passerelle_signaling::slots::Slot;
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::{Millis, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use today::Today;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// What the driver works with.
pub struct DispatchParts {
    /// The journal and the records.
    pub store: Store,
    /// The media engine.
    pub sfu: Sfu,
    /// Where coordinators who look on are written down.
    pub audit: Audit,
    /// What the media engine reports.
    pub sfu_events: mpsc::Receiver<SfuEvent>,
    /// Service time; started not before [`Store::newest_moment`].
    pub clock: Clock,
    /// The directory and the rules as configured now.
    pub configuration: Configuration,
    /// The time zone of "today".
    pub time_zone: jiff::tz::TimeZone,
}

/// A handle of the driver; clones share it.
#[derive(Clone)]
pub struct Dispatch {
    inputs: Inputs,
    sfu: Sfu,
    clients: Arc<Clients>,
    run: Arc<Run>,
    stalled: watch::Receiver<Option<StoreError>>,
    draining: Arc<AtomicBool>,
}

impl Dispatch {
    /// Brings the calls back from the journal and starts the driver. Returns once the configuration
    /// is in force and durable. The task ends as the module says.
    pub async fn start(
        parts: DispatchParts,
    ) -> Result<(Self, JoinHandle<Result<(), DispatchError>>), DispatchError> {
        let store = parts.store.clone();
        let back = tokio::task::spawn_blocking(move || bring_back(&store));
        let BroughtBack {
            core,
            version,
            snapshot,
        } = back.await.unwrap_or(Err(StoreError::Closed))?;
        let now = parts.clock.now();
        let newest = core.latest();
        if now < newest {
            return Err(DispatchError::ClockBehindJournal { now, newest });
        }
        let suspended = parts.clock.suspended();
        let today = Today::load(&parts.store, parts.time_zone, now).await?;
        let (sender, inputs) = mpsc::channel(limits::INPUTS_QUEUED_MAX);
        let clients = Arc::new(Clients::new());
        let stalled = watch::Sender::new(None);
        let dispatch = Self {
            inputs: Inputs::new(sender, tokio::runtime::Handle::current()),
            sfu: parts.sfu.clone(),
            clients: Arc::clone(&clients),
            run: Arc::new(Run::new(now, version)),
            stalled: stalled.subscribe(),
            draining: Arc::default(),
        };
        let mut driver = Driver {
            core,
            clock: parts.clock,
            store: parts.store,
            sfu: parts.sfu,
            clients,
            inputs,
            sfu_events: parts.sfu_events,
            today,
            version,
            epoch: Epoch::default(),
            snapshot,
            in_flight: VecDeque::new(),
            last_tick: now,
            onlookers: Onlookers::default(),
            audit: parts.audit,
            qualities: quality::Newest::new(),
            suspended,
            waits_refreshed: now,
            stalled,
            draining: false,
        };
        driver.settle(parts.configuration).await?;
        let (entries, read) = (version.0, version.0 - snapshot.0);
        tracing::info!(entries, read, "the calls are back from the journal");
        Ok((dispatch, tokio::spawn(driver.run())))
    }

    /// Connects a client. Everybody but a coordinator has one connection: the newest wins and the
    /// older is told [`ByeReason::Replaced`](passerelle_signaling::protocol::ByeReason::Replaced).
    /// The first picture is there when this returns.
    pub async fn connect(&self, identity: Identity) -> Result<Connection, SubmitError> {
        let (reply, answer) = oneshot::channel();
        let way_in = self.inputs.clone();
        let input = Input::Connect {
            identity,
            way_in,
            reply,
        };
        self.ask(input, answer)
            .await
            .unwrap_or(Err(SubmitError::Unavailable))
    }

    /// When this run of the gateway began.
    pub fn run(&self) -> Timestamp {
        self.run.began
    }

    /// What a client has missed that presents this, to be asked before it is connected.
    pub fn resumed(&self, presented: Option<Presented>) -> Resumed {
        self.run.resumed(presented, self.clients.entry())
    }

    /// A client has gone, and how. Ignored for a connection that was replaced, or has gone before.
    pub fn disconnect(&self, connection: ConnectionId, departure: Departure) {
        self.inputs.send_soon(Input::Disconnect {
            connection,
            departure,
        });
    }

    /// The connection has gone whose coordinator looked on in this conversation, or had asked to.
    pub fn observer_gone(&self, call: CallId) {
        self.inputs.send_soon(Input::ObserverGone { call });
    }

    /// Carries out a command. `Ok` means that what follows from it is durable.
    pub async fn submit(&self, command: Command) -> Result<(), SubmitError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Input::Submit { command, reply }, answer)
            .await
            .unwrap_or(Err(SubmitError::Unavailable))
    }

    /// When appointments can be made at a tablet, in order.
    pub async fn slots(
        &self,
        tablet: TabletId,
        language: Language,
        mode: Option<Mode>,
    ) -> Result<Vec<Slot>, SubmitError> {
        let (reply, answer) = oneshot::channel();
        let input = Input::Slots {
            tablet,
            language,
            mode,
            reply,
        };
        self.ask(input, answer)
            .await
            .unwrap_or(Err(SubmitError::Unavailable))
    }

    /// A side of a conversation wants a third party in it. `Ok` means that the invitation is
    /// durable; while nobody has come by it, asking again gives the same one.
    pub async fn invite_guest(
        &self,
        party: Party,
        call: CallId,
    ) -> Result<InvitedGuest, SubmitError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Input::InviteGuest { party, call, reply }, answer)
            .await
            .unwrap_or(Err(SubmitError::Unavailable))
    }

    /// Whether a third party is invited to a conversation that goes on, or in it.
    pub async fn knows_guest(&self, guest: GuestId) -> Result<bool, SubmitError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Input::KnowsGuest { guest, reply }, answer)
            .await
            .ok_or(SubmitError::Unavailable)
    }

    /// Connects the media of a party to its call by an SDP offer and returns the answer. Again
    /// replaces the connection before, once the new one carries.
    pub async fn join_media(
        &self,
        party: Party,
        call: CallId,
        offer: impl Into<Offer>,
    ) -> Result<String, MediaError> {
        let token = self.may_join(party, call).await?;
        self.sfu
            .join(token, offer)
            .await
            .map_err(|error| match error {
                // The call has ended, or gone on without this party, since the token was given.
                JoinError::NotInRoom => MediaError::NotInCall,
                error => MediaError::Join(error),
            })
    }

    /// Shows a text to every interpreter who is connected, and to whoever of them is away for a
    /// moment and comes back within `kept_for`. It is not stored, journaled or logged.
    pub fn broadcast(&self, text: Pii<String>, now: Timestamp, kept_for: Millis) {
        self.clients.notices.add(text, now, kept_for);
    }

    /// A party has turned the camera off or on, or it shows nothing. Nothing is decided on it; of
    /// somebody who is not in the call's media, it is forgotten.
    pub fn camera(&self, party: Party, call: CallId, camera: Camera) {
        self.sfu
            .set_camera(room_of(call), participant_of(party), camera);
    }

    /// A party's page shows the pictures of its call, or is out of sight. Nothing is decided on it;
    /// of somebody who is not in the call's media, it is forgotten.
    pub fn set_sight(&self, party: Party, call: CallId, shown: bool) {
        self.sfu
            .set_sight(room_of(call), participant_of(party), shown);
    }

    /// Whether calls can be taken, and go on here.
    ///
    /// # Errors
    /// With the most urgent reason why not.
    pub fn ready(&self) -> Result<(), NotReady> {
        if let Some(cause) = self.stalled.borrow().clone() {
            return Err(NotReady::NotStored(cause));
        }
        if self.draining.load(Ordering::Relaxed) {
            return Err(NotReady::Draining);
        }
        Ok(())
    }

    /// How many clients are connected.
    pub fn connections(&self) -> usize {
        self.clients.count()
    }

    /// Lets the driver end in the first moment in which nobody talks, as [`Dispatch::shut_down`]
    /// ends it. Calls are taken until then.
    pub async fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
        // One that has ended already has nobody to wait for.
        self.inputs.send(Input::Drain).await;
    }

    /// Tells every client that the gateway restarts, and ends the driver once everything decided is
    /// durable. Requests that come later are answered `Unavailable`.
    pub async fn shut_down(&self) {
        if self.inputs.send(Input::ShutDown).await {
            self.inputs.closed().await;
        }
    }

    /// How this party stands in the call's room, if it may be in it.
    async fn may_join(&self, party: Party, call: CallId) -> Result<JoinToken, MediaError> {
        let (reply, answer) = oneshot::channel();
        let token = self.ask(Input::MayJoin { party, call, reply }, answer);
        token
            .await
            .ok_or(MediaError::Unavailable)?
            .ok_or(MediaError::NotInCall)
    }

    /// Sends an input and waits for its answer; `None` when the driver has ended.
    async fn ask<T>(&self, input: Input, answer: oneshot::Receiver<T>) -> Option<T> {
        if self.inputs.send(input).await {
            answer.await.ok()
        } else {
            None
        }
    }
}
