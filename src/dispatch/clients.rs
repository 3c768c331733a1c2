//! The registry of connected clients: connection id → the channels that client reads. Pictures go
//! through `watch` channels, where the newest wins, so a slow client is never buffered. Only the
//! driver adds and removes; the edge reads counts, gets the receivers, and passes on coordinators'
//! notices (`notices.rs`), which are no part of the calls.

use super::input::{Inputs, LeaveOnDrop};
use super::notices::{Notices, Recent};
use super::quality::Qualities;
use super::today::TodayPicture;
use crate::store::Version;
use dashmap::DashMap;
use passerelle_signaling::command::Party;
use passerelle_signaling::protocol::{ByeReason, Identity, View};
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

/// What a client is shown, and the newest entry of the journal that it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The number of the entry; it grows, or stays where only time has passed.
    pub seq: u64,
    /// What is shown.
    pub view: Arc<View>,
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
    pub view: watch::Receiver<Option<Picture>>,
    /// The calls of today, for coordinators; stays empty for others.
    pub today: watch::Receiver<Option<Arc<TodayPicture>>>,
    /// The newest texts of coordinators, for interpreters; stays empty for others.
    pub notices: watch::Receiver<Recent>,
    /// How the pictures arrive, of one's own conversation or for coordinators of all.
    pub quality: watch::Receiver<Qualities>,
    /// Set once, when the server closes this connection.
    pub bye: watch::Receiver<Option<ByeReason>>,
    pub(super) _leave: LeaveOnDrop,
}

/// The sending side of a connection.
struct Client {
    identity: Identity,
    /// A tablet's, an interpreter's or a third party's own picture; coordinators share one.
    view: Option<watch::Sender<Option<Picture>>>,
    /// A party's own conversation; coordinators share all.
    quality: Option<watch::Sender<Qualities>>,
    bye: watch::Sender<Option<ByeReason>>,
}

/// All connections.
pub(super) struct Clients {
    connections: DashMap<ConnectionId, Client>,
    /// The connection in force of everybody but coordinators; an older one has been replaced.
    newest: DashMap<Party, ConnectionId>,
    board: watch::Sender<Option<Picture>>,
    today: watch::Sender<Option<Arc<TodayPicture>>>,
    /// What clients who are not coordinators get instead of `today`.
    no_today: watch::Sender<Option<Arc<TodayPicture>>>,
    pub(super) notices: Notices,
    quality: watch::Sender<Qualities>,
    /// The newest durable entry of the journal.
    entry: AtomicU64,
    made: AtomicU64,
}

/// Whose place a connection keeps; nobody's for a coordinator, of whom there may be many, and for
/// an administrator, who opens none.
pub(super) const fn place_of(identity: Identity) -> Option<Party> {
    match identity {
        Identity::Tablet { tablet } => Some(Party::Tablet(tablet)),
        Identity::Interpreter { interpreter } => Some(Party::Interpreter(interpreter)),
        Identity::Guest { guest } => Some(Party::Guest(guest)),
        Identity::Coordinator | Identity::Administrator => None,
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
            notices: Notices::default(),
            quality: watch::Sender::new(Qualities::from([])),
            entry: AtomicU64::new(0),
            made: AtomicU64::new(0),
        }
    }

    /// Everything up to this entry is durable.
    pub(super) fn reached(&self, entry: Version) {
        self.entry.fetch_max(entry.0, Ordering::Relaxed);
    }

    /// The newest durable entry.
    pub(super) fn entry(&self) -> u64 {
        self.entry.load(Ordering::Relaxed)
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
        let mut own_quality = None;
        let mut quality = self.quality.subscribe();
        let (own_view, view, today) = match place_of(identity) {
            Some(party) => {
                if let Some(older) = self.newest.insert(party, id) {
                    self.say_bye(older, ByeReason::Replaced);
                }
                let none = watch::Sender::new(Qualities::from([]));
                quality = none.subscribe();
                own_quality = Some(none);
                let sender = watch::Sender::new(None);
                let view = sender.subscribe();
                (Some(sender), view, self.no_today.subscribe())
            }
            None => (None, self.board.subscribe(), self.today.subscribe()),
        };
        let client = Client {
            identity,
            view: own_view,
            quality: own_quality,
            bye,
        };
        self.connections.insert(id, client);
        Connection {
            id,
            identity,
            view,
            today,
            notices: self.notices.watch(identity),
            quality,
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
    pub(super) fn show(&self, party: Party, picture: &Picture) {
        let Some(id) = self.newest.get(&party).map(|id| *id) else {
            return;
        };
        if let Some(client) = self.connections.get(&id)
            && let Some(sender) = &client.view
        {
            show_if_other(sender, picture);
        }
    }

    /// Tells a party how the pictures of its conversation arrive, if that is other than before.
    pub(super) fn show_quality(&self, party: Party, newest: &Qualities) {
        let Some(id) = self.newest.get(&party).map(|id| *id) else {
            return;
        };
        if let Some(client) = self.connections.get(&id)
            && let Some(sender) = &client.quality
        {
            tell_if_other(sender, newest);
        }
    }

    /// Tells the coordinators how all pictures arrive.
    pub(super) fn show_all_quality(&self, newest: &Qualities) {
        tell_if_other(&self.quality, newest);
    }

    /// Shows the coordinators the board, if it is another than the last.
    pub(super) fn show_board(&self, picture: &Picture) {
        show_if_other(&self.board, picture);
    }

    /// Shows the coordinators the calls of today.
    pub(super) fn show_today(&self, picture: &Arc<TodayPicture>) {
        self.today.send_if_modified(|shown| {
            let other = shown.as_ref() != Some(picture);
            if other {
                *shown = Some(Arc::clone(picture));
            }
            other
        });
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

fn tell_if_other(sender: &watch::Sender<Qualities>, newest: &Qualities) {
    sender.send_if_modified(|told| {
        let other = told != newest;
        if other {
            *told = Arc::clone(newest);
        }
        other
    });
}

/// What shows the same is not sent again, whatever has happened to others since.
fn show_if_other(sender: &watch::Sender<Option<Picture>>, newest: &Picture) {
    sender.send_if_modified(|shown| {
        let other = shown.as_ref().map(|picture| &picture.view) != Some(&newest.view);
        if other {
            *shown = Some(newest.clone());
        }
        other
    });
}
