//! The messages on the wire, version 1: JSON text frames over one WebSocket per client. The prose
//! is in `signaling/PROTOCOL.md`; the TypeScript types are generated from this file and checked
//! fresh.

mod directory;
mod quality;
mod relay;
mod request;

use crate::ids::{CallId, GuestId, InterpreterId, TabletId};
use crate::private::Pii;
use crate::record::{CallRecord, LanguageFigures};
use crate::slots::Slot;
use crate::time::Timestamp;
use crate::view::{BoardView, GuestView, InterpreterView, TabletView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use directory::{Directory, LanguageEntry, LanguageMode, PersonEntry, SiteEntry, SubjectEntry};
pub use quality::{CallQuality, Motion, PictureFigures, PictureQuality};
pub use relay::RelayServer;
pub use request::{ClientMessage, DeclineReason, HelpReason, PauseReason, Request};

/// The WebSocket subprotocol a client must offer (RFC 6455 §1.9). A breaking change gets a new
/// name.
pub const SUBPROTOCOL: &str = "passerelle.v1";

/// The largest client message taken. An SDP offer of two media sections is about 6 kB; 64 kB leaves
/// room for browsers with long codec lists.
pub const CLIENT_MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// The server sends a beat this often, and drops a client whose socket has not answered a ping
/// within [`SILENCE_MAX_SECS`].
pub const BEAT_SECS: u64 = 5;

/// Either side takes the other for lost after this silence: three beats.
pub const SILENCE_MAX_SECS: u64 = 15;

/// The longest text of a broadcast, in characters: it is read at a glance.
pub const NOTICE_CHARS_MAX: usize = 280;

/// What the server sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// First message of every connection.
    Welcome {
        /// Who the server takes the client for.
        identity: Identity,
        /// Names of everything the views number.
        directory: Directory,
        /// The build; a client of another build reloads itself when idle.
        build: String,
        /// The server's time, to show elapsed times with the client's own clock.
        now: Timestamp,
        /// When this run of the gateway began. A client that comes back names it, so that the
        /// `seq` it presents is compared with what that run had, not with what came since.
        run: Timestamp,
        /// What the client's absence was, by the `seq` it has presented.
        resumed: Resumed,
    },
    /// The names have changed.
    DirectoryChanged {
        /// The new names.
        directory: Directory,
    },
    /// The whole picture of this client, sent on connect and on every change of it.
    State {
        /// The newest entry of the journal that the picture stands on: it grows over connections
        /// and restarts. Pictures that differ in what time alone changes may share it.
        #[ts(type = "number")]
        seq: u64,
        /// The server's time.
        now: Timestamp,
        /// The picture.
        view: View,
    },
    /// Coordinator: the calls of today and their figures, on connect and on every change.
    Today {
        /// The newest calls first, at most [`TODAY_RECORDS_MAX`].
        records: Vec<CallRecord>,
        /// Figures per language over all calls of today, not only those listed.
        figures: Vec<LanguageFigures>,
        /// The local day they belong to, `YYYY-MM-DD`.
        day: String,
    },
    /// Interpreter: a coordinator's text to everybody.
    Notice {
        /// The text.
        #[ts(type = "string")]
        text: Pii<String>,
        /// When it was sent; no two have the same, a later one has more.
        sent_at: Timestamp,
    },
    /// How the pictures arrive: of one's own conversation, or for a coordinator of all. Whole, at
    /// most once a second when a figure has changed, and at once when a picture stands or moves
    /// again. Who is in no conversation gets none.
    Quality {
        /// The conversations, by their numbers.
        calls: Vec<CallQuality>,
    },
    /// The request was carried out.
    Done {
        /// The request's number.
        #[ts(type = "number")]
        id: u64,
    },
    /// The SDP answer to a media offer.
    MediaAnswer {
        /// The request's number.
        #[ts(type = "number")]
        id: u64,
        /// The call.
        call: CallId,
        /// The answer, complete.
        #[ts(type = "string")]
        sdp: Pii<String>,
        /// By whom media can go when no direct way opens; usually nobody. Good for hours.
        relays: Vec<RelayServer>,
    },
    /// The times at which appointments can be made, in order.
    Slots {
        /// The request's number.
        #[ts(type = "number")]
        id: u64,
        /// The times; empty when there are none within the days of the rules.
        slots: Vec<Slot>,
    },
    /// The link for a third party. It is told to nobody else and works once.
    GuestLink {
        /// The request's number.
        #[ts(type = "number")]
        id: u64,
        /// The call.
        call: CallId,
        /// Path and fragment of the page, to be put behind the gateway's own address.
        path: String,
        /// Until when it is good if nobody uses it.
        until: Timestamp,
    },
    /// The request was not carried out and changed nothing.
    Refused {
        /// The request's number; absent when the message could not be read at all.
        #[ts(type = "number | null")]
        id: Option<u64>,
        /// The stable name of the reason.
        error: ErrorCode,
        /// What to do, in English, for developers and logs; screens translate `error`.
        message: String,
    },
    /// A sign of life, every [`BEAT_SECS`].
    Beat {
        /// The server's time.
        now: Timestamp,
    },
    /// The server closes this connection next.
    Bye {
        /// Why; decides whether the client comes back by itself.
        reason: ByeReason,
    },
}

/// The longest list of calls in a [`ServerMessage::Today`]: a screenful many times over, and about
/// 60 kB on the wire.
pub const TODAY_RECORDS_MAX: usize = 200;

/// Who a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Identity {
    /// A tablet.
    Tablet {
        /// Which.
        tablet: TabletId,
    },
    /// An interpreter.
    Interpreter {
        /// Who.
        interpreter: InterpreterId,
    },
    /// A coordinator.
    Coordinator,
    /// A third party in one call.
    Guest {
        /// Who.
        guest: GuestId,
    },
    /// Who looks after people and tablets. Signs in, and is let near no call: the gateway opens no
    /// connection of this protocol for one.
    Administrator,
}

/// What a client that comes back has missed. Its whole picture follows in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Resumed {
    /// It has presented nothing: a new page.
    New,
    /// Nothing has happened since the picture it shows.
    NothingMissed,
    /// Something has happened, to it or to others.
    Fresh,
    /// The journal does not have what the client was shown: the gateway runs on an older backup, so
    /// the picture that follows may go back behind the one shown.
    Restored,
}

/// The picture of one kind of client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum View {
    /// A tablet's.
    Tablet(TabletView),
    /// An interpreter's.
    Interpreter(InterpreterView),
    /// A coordinator's.
    Coordinator(BoardView),
    /// A third party's.
    Guest(GuestView),
}

/// Why a connection is closed by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ByeReason {
    /// The same identity connected elsewhere; the newest wins. Do not reconnect.
    Replaced,
    /// The gateway restarts. Reconnect; the place is kept.
    ShuttingDown,
    /// The client read too slowly. Reconnect and resynchronise.
    TooSlow,
    /// The session has ended. Sign in again.
    SignedOut,
}

/// Stable names of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The message is not JSON of this protocol.
    BadMessage,
    /// This role may not ask that.
    NotAllowed,
    /// No such language is offered, or not in this way.
    UnknownLanguage,
    /// The language or the site is closed now.
    Closed,
    /// No such site, tablet, person or subject is in the directory, or a link is no longer good.
    NotFound,
    /// The person may not take such a call.
    NotQualified,
    /// The text is longer than may be.
    TextTooLong,
    /// The call is over, or never was this client's.
    CallGone,
    /// The offer is no longer open: expired, taken back, or answered.
    OfferGone,
    /// The time of an appointment is no longer free; ask for the slots again.
    SlotGone,
    /// Not possible in the present state, such as ending a wrap-up that is not running.
    WrongState,
    /// The SDP offer could not be used.
    BadMedia,
    /// Too many requests in a short time; try again in a second.
    TooFast,
    /// The gateway cannot serve this now; try again.
    Unavailable,
}
