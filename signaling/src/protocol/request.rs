//! What clients ask, and the reasons they give.

use crate::command::Counter;
use crate::configuration::Class;
use crate::ids::{CallId, InterpreterId, OfferId};
use crate::need::{Mode, Role};
use crate::private::Pii;
use crate::tag::{Language, Subject};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
    /// Tablet: the waiting visitor is content with another mode of the language. The ticket is
    /// kept.
    ChangeMode {
        /// The waiting call.
        call: CallId,
        /// The mode from now on.
        mode: Mode,
    },
    /// Tablet: what the conversation is about, or `null`.
    SetSubject {
        /// The call.
        call: CallId,
        /// One of the directory's subjects.
        subject: Option<Subject>,
    },
    /// Tablet: when appointments can be made. Answered by [`super::ServerMessage::Slots`].
    Slots {
        /// The language.
        language: Language,
        /// How, when not the usual way of the language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        mode: Option<Mode>,
    },
    /// Tablet: make an appointment, instead of the waiting call if one is named.
    Book {
        /// The waiting call that is given up for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        call: Option<CallId>,
        /// The language.
        language: Language,
        /// How, when not the usual way of the language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        mode: Option<Mode>,
        /// When it begins: one of the slots.
        starts_at: Timestamp,
    },
    /// Tablet: the visitor of an appointment is there; it becomes a call.
    AnswerAppointment {
        /// The call that names it.
        appointment: CallId,
    },
    /// Tablet or coordinator: the appointment is no longer wanted.
    CancelAppointment {
        /// The call that names it.
        appointment: CallId,
    },
    /// Interpreter: take an appointment.
    TakeAppointment {
        /// The call that names it.
        appointment: CallId,
    },
    /// Interpreter: give an appointment back.
    ReleaseAppointment {
        /// The call that names it.
        appointment: CallId,
    },
    /// Coordinator: give an appointment to one person, whoever had it.
    AssignAppointment {
        /// The call that names it.
        appointment: CallId,
        /// To whom.
        interpreter: InterpreterId,
    },
    /// Coordinator: ask to look on in a conversation. The visitor answers.
    AskToJoin {
        /// The call.
        call: CallId,
    },
    /// Tablet: let the coordinator look on, or not (any longer).
    Consent {
        /// The call.
        call: CallId,
        /// True to agree.
        agree: bool,
    },
    /// Tablet or interpreter who leads: a third party is to come by link. Answered by
    /// [`super::ServerMessage::GuestLink`]; asked again before the link is used, the old one is
    /// void.
    InviteGuest {
        /// The call.
        call: CallId,
    },
    /// Tablet or interpreter who leads: without the third party from now on.
    RemoveGuest {
        /// The call.
        call: CallId,
    },
    /// Tablet, interpreter or guest: leave the call; coordinator: look on no longer. Before it is
    /// connected, the visitor gives up the wait.
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
    ExtendWrapUp {
        /// The wrap-up's end as the picture shows it. One that has been extended already is
        /// answered by `done`.
        until: Timestamp,
    },
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
        /// The text, at most [`super::NOTICE_CHARS_MAX`] characters.
        #[ts(type = "string")]
        text: Pii<String>,
    },
    /// Tablet, interpreter or guest: the camera is turned off, or on again, so that nobody takes
    /// its picture for one that stands; or it shows nothing, as the page has seen, so that its
    /// black pictures are taken for none. Forgotten with the media connection.
    Camera {
        /// The call.
        call: CallId,
        /// True when it is turned off by hand.
        off: bool,
        /// True when it is on and shows nothing: the system or another program has taken it, or
        /// something covers it.
        #[serde(default)]
        taken: bool,
    },
    /// Anybody in the call: the page shows the pictures of the call, or is out of sight; then it
    /// is sent none after a while, and again as soon as it shows them. Forgotten with the media
    /// connection, which begins as shown.
    Pictures {
        /// The call.
        call: CallId,
        /// True when they can be seen.
        shown: bool,
    },
    /// Anybody in the call: connect media with this SDP offer. A second offer replaces the first
    /// connection.
    MediaOffer {
        /// The call.
        call: CallId,
        /// The offer, complete (no trickle): one audio and one video section, `sendrecv`, and
        /// further ones, `recvonly`, for everybody else. A coordinator sends nothing.
        #[ts(type = "string")]
        sdp: Pii<String>,
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
