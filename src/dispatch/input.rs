//! The closed list of everything that can reach the driver, and the ways in.

use super::clients::{Connection, ConnectionId};
use super::error::SubmitError;
use crate::sfu::{JoinToken, SfuEvent};
use crate::store::StoreError;
use passerelle_signaling::command::{Command, Departure, Party};
use passerelle_signaling::ids::{CallId, GuestId, TabletId};
use passerelle_signaling::need::Mode;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::slots::Slot;
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// The answer to a command or a connection.
pub(super) type Reply<T> = oneshot::Sender<Result<T, SubmitError>>;

/// A third party who is invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitedGuest {
    /// Who.
    pub guest: GuestId,
    /// Until when the link is good.
    pub until: Timestamp,
}

/// An input of the driver.
pub(super) enum Input {
    /// A client asks something of the core.
    Submit { command: Command, reply: Reply<()> },
    /// A client has connected.
    Connect {
        identity: Identity,
        /// The way by which the connection reports its own end.
        way_in: Inputs,
        reply: Reply<Connection>,
    },
    /// A client has gone.
    Disconnect {
        connection: ConnectionId,
        departure: Departure,
    },
    /// The coordinator who looks on in this conversation has gone.
    ObserverGone { call: CallId },
    /// May this party connect media to this call, and how does it stand there?
    MayJoin {
        party: Party,
        call: CallId,
        reply: oneshot::Sender<Option<JoinToken>>,
    },
    /// When can appointments be made at this tablet?
    Slots {
        tablet: TabletId,
        language: Language,
        mode: Option<Mode>,
        reply: Reply<Vec<Slot>>,
    },
    /// A side of a conversation wants a third party in it.
    InviteGuest {
        party: Party,
        call: CallId,
        reply: Reply<InvitedGuest>,
    },
    /// Is this third party invited to a conversation, or in one?
    KnowsGuest {
        guest: GuestId,
        reply: oneshot::Sender<bool>,
    },
    /// The media engine reports.
    Media(SfuEvent),
    /// The oldest append under way is durable, or has failed.
    Durable(Result<(), StoreError>),
    /// A deadline of the core, or midnight, has come.
    Due,
    /// End as soon as nobody talks.
    Drain,
    /// Finish what is under way and end.
    ShutDown,
}

/// The way in for everybody outside the driver.
#[derive(Clone, Debug)]
pub(super) struct Inputs {
    sender: mpsc::Sender<Input>,
    runtime: Handle,
}

impl Inputs {
    pub(super) fn new(sender: mpsc::Sender<Input>, runtime: Handle) -> Self {
        Self { sender, runtime }
    }

    /// Sends an input, waiting while too many are queued. False when the driver has ended.
    pub(super) async fn send(&self, input: Input) -> bool {
        self.sender.send(input).await.is_ok()
    }

    /// Sends an input that must not be lost from where nobody can wait. While the queue is full a
    /// task waits in the caller's place: at most one per connection, since a connection ends once,
    /// and one per conversation that it looked on in.
    pub(super) fn send_soon(&self, input: Input) {
        if let Err(TrySendError::Full(input)) = self.sender.try_send(input) {
            let sender = self.sender.clone();
            self.runtime.spawn(async move {
                // When the driver has ended, presence no longer matters.
                let _ = sender.send(input).await;
            });
        }
    }

    /// The queue itself, to see what has been taken from it.
    #[cfg(test)]
    pub(super) fn queue(&self) -> &mpsc::Sender<Input> {
        &self.sender
    }

    /// Waits until the driver has ended.
    pub(super) async fn closed(&self) {
        self.sender.closed().await;
    }
}

/// Tells the driver that a connection has gone, should nobody have said so before.
#[derive(Debug)]
pub(super) struct LeaveOnDrop {
    pub(super) inputs: Inputs,
    pub(super) connection: ConnectionId,
}

impl Drop for LeaveOnDrop {
    fn drop(&mut self) {
        self.inputs.send_soon(Input::Disconnect {
            connection: self.connection,
            departure: Departure::Lost,
        });
    }
}
