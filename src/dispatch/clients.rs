//! The registry of connected clients: connection id → the channels that client reads. Pictures go
//! through `watch` channels, where the newest wins, so a slow client is never buffered. Only the
//! driver adds and removes; the edge reads counts, gets the receivers, and passes on coordinators'
//! notices, which are no part of the calls.

use super::input::{Inputs, LeaveOnDrop};
use super::today::TodayPicture;
use dashmap::DashMap;
use passerelle_signaling::command::Party;
use passerelle_signaling::protocol::{ByeReason, Identity, View};
use passerelle_signaling::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// One connection of one client, numbered from 1 since the start of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

impl std::fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A coordinator's text to every interpreter. It is nowhere but here, and never in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// The text, on one line.
    pub text: String,
    /// When it was sent.
    pub sent_at: Timestamp,
}

impl std::fmt::Debug for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notice").finish_non_exhaustive()
    }
}

/// What the WebSocket session of a client holds. Dropping it without
/// [`super::Dispatch::disconnect`] counts as
/// [`Departure::Lost`](passerelle_signaling::command::Departure::Lost).
///
/// The channels stay open for as long as the gateway runs, and `bye` is set when it stops, however
/// it stops; so a receiver that is closed never has to be handled apart.
#[derive(Debug)]
pub struct Connection {
    /// Its number, for [`super::Dispatch::disconnect`].
    pub id: ConnectionId,
    /// Who is connected.
    pub identity: Identity,
    /// The newest picture; present when the connection is handed out.
    pub view: watch::Receiver<Option<Arc<View>>>,
    /// The calls of today, for coordinators; stays empty for others.
    pub today: watch::Receiver<Option<Arc<TodayPicture>>>,
    /// The newest text of a coordinator since this connection was made, for interpreters.
    pub notice: watch::Receiver<Option<Arc<Notice>>>,
    /// Set once, when the server closes this connection.
    pub bye: watch::Receiver<Option<ByeReason>>,
    pub(super) _leave: LeaveOnDrop,
}

/// The sending side of a connection.
struct Client {
    identity: Identity,
    /// A tablet's, an interpreter's or a third party's own picture; coordinators share one.
    view: Option<watch::Sender<Option<Arc<View>>>>,
    bye: watch::Sender<Option<ByeReason>>,
}

/// All connections.
pub(super) struct Clients {
    connections: DashMap<ConnectionId, Client>,
    /// The connection in force of everybody but coordinators; an older one has been replaced.
    newest: DashMap<Party, ConnectionId>,
    board: watch::Sender<Option<Arc<View>>>,
    today: watch::Sender<Option<Arc<TodayPicture>>>,
    /// What clients who are not coordinators get instead of `today`.
    no_today: watch::Sender<Option<Arc<TodayPicture>>>,
    notice: watch::Sender<Option<Arc<Notice>>>,
    /// What clients who are not interpreters get instead of `notice`.
    no_notice: watch::Sender<Option<Arc<Notice>>>,
    made: AtomicU64,
}

/// Whose place a connection keeps; nobody's for a coordinator, of whom there may be many.
pub(super) const fn place_of(identity: Identity) -> Option<Party> {
    match identity {
        Identity::Tablet { tablet } => Some(Party::Tablet(tablet)),
        Identity::Interpreter { interpreter } => Some(Party::Interpreter(interpreter)),
        Identity::Guest { guest } => Some(Party::Guest(guest)),
        Identity::Coordinator => None,
    }
}

impl Clients {
    pub(super) fn new() -> Self {
        Self {
            connections: DashMap::new(),
            newest: DashMap::new(),
            board: watch::Sender::new(None),
            today: watch::Sender::new(None),
            no_today: watch::Sender::new(None),
            notice: watch::Sender::new(None),
            no_notice: watch::Sender::new(None),
            made: AtomicU64::new(0),
        }
    }

    /// How many connections there are.
    pub(super) fn count(&self) -> usize {
        self.connections.len()
    }

    /// Adds a connection. Everybody but a coordinator has one: the newest wins, and the older is
    /// told.
    pub(super) fn register(&self, identity: Identity, way_in: Inputs) -> Connection {
        let id = ConnectionId(self.made.fetch_add(1, Ordering::Relaxed) + 1);
        let bye = watch::Sender::new(None);
        let bye_receiver = bye.subscribe();
        let (own_view, view, today) = match place_of(identity) {
            Some(party) => {
                if let Some(older) = self.newest.insert(party, id) {
                    self.say_bye(older, ByeReason::Replaced);
                }
                let sender = watch::Sender::new(None);
                let view = sender.subscribe();
                (Some(sender), view, self.no_today.subscribe())
            }
            None => (None, self.board.subscribe(), self.today.subscribe()),
        };
        // Subscribed now: what was said before is not for this connection.
        let notice = match identity {
            Identity::Interpreter { .. } => self.notice.subscribe(),
            Identity::Tablet { .. } | Identity::Coordinator | Identity::Guest { .. } => {
                self.no_notice.subscribe()
            }
        };
        let client = Client {
            identity,
            view: own_view,
            bye,
        };
        self.connections.insert(id, client);
        Connection {
            id,
            identity,
            view,
            today,
            notice,
            bye: bye_receiver,
            _leave: LeaveOnDrop {
                inputs: way_in,
                connection: id,
            },
        }
    }

    /// Removes a connection. Returns the party that has gone by it: none for a coordinator, for one
    /// that was replaced, or for one removed before.
    pub(super) fn remove(&self, id: ConnectionId) -> Option<Party> {
        let (_, client) = self.connections.remove(&id)?;
        let party = place_of(client.identity)?;
        self.newest
            .remove_if(&party, |_, newest| *newest == id)
            .map(|(party, _)| party)
    }

    pub(super) fn is_connected(&self, party: Party) -> bool {
        self.newest.contains_key(&party)
    }

    /// Somebody looks at the board.
    pub(super) fn has_coordinators(&self) -> bool {
        self.board.receiver_count() > 0
    }

    /// Shows a party its picture, if it is another than the last.
    pub(super) fn show(&self, party: Party, view: &Arc<View>) {
        let Some(id) = self.newest.get(&party).map(|id| *id) else {
            return;
        };
        if let Some(client) = self.connections.get(&id)
            && let Some(sender) = &client.view
        {
            replace_if_other(sender, view);
        }
    }

    /// Shows the coordinators the board, if it is another than the last.
    pub(super) fn show_board(&self, view: &Arc<View>) {
        replace_if_other(&self.board, view);
    }

    /// Shows the coordinators the calls of today.
    pub(super) fn show_today(&self, picture: &Arc<TodayPicture>) {
        replace_if_other(&self.today, picture);
    }

    /// Shows every interpreter who is connected a text.
    pub(super) fn notify(&self, notice: Notice) {
        self.notice.send_replace(Some(Arc::new(notice)));
    }

    /// Ends the connection of a party that is no longer in the directory, or in its conversation.
    pub(super) fn dismiss(&self, party: Party) {
        if let Some(id) = self.newest.get(&party).map(|id| *id) {
            self.say_bye(id, ByeReason::SignedOut);
        }
    }

    /// Ends every connection that has not been ended before.
    pub(super) fn say_bye_to_all(&self, reason: ByeReason) {
        for client in &self.connections {
            set_once(&client.bye, reason);
        }
    }

    fn say_bye(&self, id: ConnectionId, reason: ByeReason) {
        if let Some(client) = self.connections.get(&id) {
            set_once(&client.bye, reason);
        }
    }
}

fn set_once(bye: &watch::Sender<Option<ByeReason>>, reason: ByeReason) {
    bye.send_if_modified(|said| {
        let first = said.is_none();
        said.get_or_insert(reason);
        first
    });
}

fn replace_if_other<T: PartialEq>(sender: &watch::Sender<Option<Arc<T>>>, newest: &Arc<T>) {
    sender.send_if_modified(|shown| {
        let other = shown.as_ref() != Some(newest);
        if other {
            *shown = Some(Arc::clone(newest));
        }
        other
    });
}
