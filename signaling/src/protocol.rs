//! The messages on the wire, version 1: JSON text frames over one WebSocket per client. The prose
//! is in `signaling/PROTOCOL.md`; the TypeScript types are generated from this file and checked
//! fresh.

use crate::command::Counter;
use crate::configuration::Class;
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::need::{Mode, Role};
use crate::record::{CallRecord, LanguageFigures};
use crate::tag::Language;
use crate::time::Timestamp;
use crate::view::{BoardView, InterpreterView, TabletView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

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

/// What a client sends. `id` numbers the requests of one connection; the answer carries it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientMessage {
    /// The client's number for this request.
    #[ts(type = "number")]
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub request: Request,
}

/// What a client may ask. Each is idempotent: sent twice, it is done once and answered twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Tablet: call an interpreter of this language.
    Tap {
        /// The language.
        language: Language,
        /// How, when not the usual way of the language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        mode: Option<Mode>,
    },
    /// Tablet: stop waiting here and be called back at this counter; the ticket is kept.
    RequestCallback {
        /// The waiting call.
        call: CallId,
    },
    /// Tablet: the visitor is there again; the callback becomes a call at its old place.
    AnswerCallback {
        /// The call it was converted from.
        callback: CallId,
    },
    /// Tablet or coordinator: the callback is no longer wanted.
    CancelCallback {
        /// The call it was converted from.
        callback: CallId,
    },
    /// Tablet or interpreter: leave the call. Before it is connected, the visitor gives up the
    /// wait.
    HangUp {
        /// The call.
        call: CallId,
    },
    /// Interpreter: take calls, or be away.
    SetAvailable {
        /// True to take calls.
        available: bool,
    },
    /// Interpreter: take no calls for a while.
    Pause {
        /// Why.
        reason: PauseReason,
    },
    /// Interpreter: take the offered call.
    Accept {
        /// The offer.
        offer: OfferId,
    },
    /// Interpreter: leave the offered call to a colleague, without penalty.
    Decline {
        /// The offer.
        offer: OfferId,
        /// Why.
        reason: DeclineReason,
    },
    /// Interpreter: end wrap-up before its time.
    EndWrapUp,
    /// Interpreter: more time after this call, up to the limit of the rules.
    ExtendWrapUp,
    /// Interpreter: pass the conversation on to another language. The visitor waits for it at the
    /// head of the queue.
    Transfer {
        /// The call.
        call: CallId,
        /// The language.
        language: Language,
    },
    /// Interpreter who leads a conversation: a colleague is to take it over, or to work beside.
    Invite {
        /// The call.
        call: CallId,
        /// `relief` or `second`.
        role: Role,
        /// The colleague's language, when not the call's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        language: Option<Language>,
        /// The person wanted first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        interpreter: Option<InterpreterId>,
    },
    /// Interpreter who leads: no colleague after all; whoever came for it leaves.
    CancelInvite {
        /// The call.
        call: CallId,
    },
    /// Interpreter who came to take the call over: take it.
    TakeOver {
        /// The call.
        call: CallId,
    },
    /// Interpreter: ask the coordinators for help, or with `null` no longer.
    AskHelp {
        /// Why.
        reason: Option<HelpReason>,
    },
    /// Coordinator: change the class of a waiting call.
    Prioritise {
        /// The call.
        call: CallId,
        /// Its class from now on.
        class: Class,
    },
    /// Coordinator: give a waiting call to one person for a while.
    Assign {
        /// The call.
        call: CallId,
        /// To whom.
        interpreter: InterpreterId,
    },
    /// Coordinator: end a waiting call.
    Withdraw {
        /// The call.
        call: CallId,
    },
    /// Coordinator: correct the language of a waiting call. It keeps its ticket.
    Move {
        /// The call.
        call: CallId,
        /// The language meant.
        language: Language,
    },
    /// Coordinator: open or close against the hours, or with `null` go by the hours again.
    Force {
        /// What.
        counter: Counter,
        /// True to open.
        open: Option<bool>,
    },
    /// Coordinator: let an interpreter pause, who may return by their own hand.
    PauseInterpreter {
        /// Who.
        interpreter: InterpreterId,
        /// Why.
        reason: PauseReason,
    },
    /// Coordinator: show a text to every interpreter who is signed in. It is not stored.
    Broadcast {
        /// The text, at most [`NOTICE_CHARS_MAX`] characters.
        text: String,
    },
    /// Tablet or interpreter: connect media with this SDP offer. A second offer replaces the first
    /// connection.
    MediaOffer {
        /// The call.
        call: CallId,
        /// The offer, complete (no trickle): one audio and one video section, `sendrecv`.
        sdp: String,
    },
}

/// Why an interpreter leaves an offer to a colleague. Counted, never used to rank people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// Not qualified for this kind of conversation (a duty under the profession's code).
    NotQualified,
    /// Knows the person or the case.
    KnowsThePerson,
    /// Needs a rest.
    Tired,
    /// Something does not work.
    Technical,
    /// Anything else.
    Other,
}

/// Why an interpreter pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// A short break.
    Break,
    /// A meal.
    Meal,
    /// Rest of eyes, hands or voice.
    Rest,
    /// A meeting or training.
    Meeting,
    /// Something does not work.
    Technical,
    /// Anything else.
    Other,
}

/// Why an interpreter asks for help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HelpReason {
    /// Something does not work.
    Technical,
    /// The conversation is hard to bear or to manage.
    Difficult,
    /// Somebody is in danger.
    Danger,
    /// Relief is needed.
    Relief,
    /// Anything else.
    Other,
}

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
    },
    /// The names have changed.
    DirectoryChanged {
        /// The new names.
        directory: Directory,
    },
    /// The whole picture of this client, sent on connect and on every change of it.
    State {
        /// Counts the pictures of this connection, from 1.
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
        text: String,
        /// When it was sent.
        sent_at: Timestamp,
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
        sdp: String,
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
}

/// Names for the numbers in views. People's names are sent to coordinators only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Directory {
    /// The service, such as « Ville d'Amiens ».
    pub service: String,
    /// The languages in the order of the buttons.
    pub languages: Vec<LanguageEntry>,
    /// The sites.
    pub sites: Vec<SiteEntry>,
    /// The interpreters: all of them for a coordinator, oneself for an interpreter, none for a
    /// tablet.
    pub interpreters: Vec<PersonEntry>,
}

/// A language that can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageEntry {
    /// The tag.
    pub language: Language,
    /// Its name in its own script, such as `العربية`.
    pub name: String,
    /// Its name in French, for the reception agent and the consoles.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
    /// Signed or spoken.
    pub mode: LanguageMode,
    /// Written from right to left.
    pub rtl: bool,
}

/// How a language is expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LanguageMode {
    /// By signs: video is the conversation.
    Signed,
    /// By voice.
    Spoken,
}

/// A site's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteEntry {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: String,
}

/// A person's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonEntry {
    /// The interpreter.
    pub interpreter: InterpreterId,
    /// The name shown to colleagues.
    pub name: String,
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
    /// No such site, tablet or person is in the directory.
    NotFound,
    /// The person may not take such a call.
    NotQualified,
    /// The text is longer than may be.
    TextTooLong,
    /// The call is over, or never was this client's.
    CallGone,
    /// The offer is no longer open: expired, taken back, or answered.
    OfferGone,
    /// Not possible in the present state, such as ending a wrap-up that is not running.
    WrongState,
    /// The SDP offer could not be used.
    BadMedia,
    /// Too many requests in a short time; try again in a second.
    TooFast,
    /// The gateway cannot serve this now; try again.
    Unavailable,
}
