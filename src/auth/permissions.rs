//! Who may do what: one table of every HTTP endpoint and one of every request over a WebSocket. The
//! handlers ask here, `docs/roles.md` is written from here, and `tests/it/roles.rs` asks a running
//! gateway each of them as every role.

use super::Role;
use Access::{Anybody, Of, Oneself, OwnLine};
use passerelle_signaling::protocol::Request;

/// Who takes part in calls: these open WebSockets, or lines of requests in their place.
pub const CALLERS: &[Role] = &[
    Role::Tablet,
    Role::Guest,
    Role::Interpreter,
    Role::Coordinator,
];

const ADMINISTRATORS: &[Role] = &[Role::Administrator];
const BOTH: &[Role] = &[Role::Coordinator, Role::Administrator];
/// Who signs in by an account of their own.
pub const PEOPLE: &[Role] = &[Role::Interpreter, Role::Coordinator, Role::Administrator];
const TABLETS: &[Role] = &[Role::Tablet];
const INTERPRETERS: &[Role] = &[Role::Interpreter];
const COORDINATORS: &[Role] = &[Role::Coordinator];
const RECEPTION: &[Role] = &[Role::Tablet, Role::Coordinator];
const LEADS: &[Role] = &[Role::Tablet, Role::Interpreter];
const SHOWN: &[Role] = &[Role::Tablet, Role::Guest, Role::Interpreter];

/// Who may ask an endpoint, and how others are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Anybody,
    /// These. Others are told `not_allowed`, and who is not signed in `signed_out`.
    Of(&'static [Role]),
    /// These, about themselves, by the page that `role` names; other pages are told `unknown_role`.
    Oneself(&'static [Role]),
    /// The browser session that opened the line; all others are told `line_gone`.
    OwnLine,
}

/// An endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// In capitals.
    pub method: &'static str,
    /// As in `docs/openapi.yaml`.
    pub path: &'static str,
    /// Who may ask it.
    pub access: Access,
    /// What is done, and what else it takes.
    pub what: &'static str,
}

/// The table of endpoints, a line each.
macro_rules! endpoints {
    ($($method:ident $path:literal $access:expr => $what:literal;)*) => {
        /// Every endpoint.
        pub const ENDPOINTS: &[Endpoint] = &[$(Endpoint {
            method: stringify!($method),
            path: $path,
            access: $access,
            what: $what,
        }),*];
    };
}

endpoints! {
    GET "/healthz" Anybody => "whether the process runs";
    GET "/readyz" Anybody => "whether calls are to be sent here";
    GET "/api/session" Anybody => "who this browser is signed in as";
    POST "/api/demo/sign-in" Anybody => "in the demonstration only";
    POST "/api/invite" Anybody => "signs in whoever has an invitation";
    POST "/api/pair" Anybody => "pairs a tablet that has a code";
    POST "/api/sign-out" Anybody => "ends this browser's own session";
    POST "/api/account/sign-in" Anybody => "signs in whoever has a password";
    POST "/api/account/link" Anybody => "whose account one's link is of";
    POST "/api/account/forgotten" Anybody => "has one's link sent by mail";
    POST "/api/account/choose-password" Anybody => "uses one's link up";
    GET "/api/oidc/start" Anybody => "leads to the provider";
    GET "/api/oidc/callback" Anybody => "signs in whom the provider answers for";
    GET "/api/account" Oneself(PEOPLE) => "one's own account and sessions";
    POST "/api/account/password" Oneself(PEOPLE) => "changes one's password";
    POST "/api/account/sessions/end" Oneself(PEOPLE) => "ends one's own sessions";
    POST "/api/account/second-factor/begin" Oneself(PEOPLE) => "one's own telephone";
    POST "/api/account/second-factor/confirm" Oneself(PEOPLE) => "one's own telephone";
    POST "/api/account/second-factor/remove" Oneself(PEOPLE) => "one's own telephone";
    GET "/api/tablets" Of(BOTH) => "what is paired as which tablet";
    POST "/api/tablets/{tablet}/code" Of(BOTH) => "makes a pairing code";
    POST "/api/tablets/{tablet}/remove" Of(BOTH) => "takes a tablet away; its call ends";
    POST "/api/self-test/media" Of(TABLETS) => "opens the tablet's test of itself";
    POST "/api/self-test/result" Of(TABLETS) => "says how it went";
    GET "/api/people" Of(ADMINISTRATORS) => "who has an account, and who could";
    POST "/api/people/add" Of(ADMINISTRATORS) => "makes an account and its link";
    POST "/api/people/change" Of(ADMINISTRATORS) => "another login or role; not one's own role";
    POST "/api/people/reset" Of(ADMINISTRATORS) => "a new link; not for oneself";
    POST "/api/people/remove-second-factor" Of(ADMINISTRATORS) => "not one's own";
    POST "/api/people/end-sessions" Of(ADMINISTRATORS) => "not one's own";
    POST "/api/people/remove" Of(ADMINISTRATORS) => "not oneself";
    GET "/api/state" Of(ADMINISTRATORS) => "version, certificate, readiness";
    GET "/api/audit" Of(ADMINISTRATORS) => "the newest entries of the audit journal";
    POST "/api/audit/verify" Of(ADMINISTRATORS) => "checks the audit journal";
    GET "/ws" Of(CALLERS) => "opens a WebSocket";
    POST "/api/poll" Of(CALLERS) => "opens a line in its place";
    POST "/api/poll/{line}" OwnLine => "fetches messages";
    POST "/api/poll/{line}/send" OwnLine => "sends messages";
    POST "/api/poll/{line}/close" OwnLine => "leaves";
}

/// Who may ask this endpoint, by the path of its route; a `HEAD` is a `GET`.
pub fn access(method: &str, path: &str) -> Option<Access> {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut all = ENDPOINTS.iter();
    let found = all.find(|endpoint| endpoint.method == method && endpoint.path == path);
    found.map(|endpoint| endpoint.access)
}

/// Each request with its name on the wire and who may ask it. A request without a row does not
/// compile.
macro_rules! requests {
    ($($variant:ident $name:literal $who:ident $what:literal;)*) => {
        /// Every request over a WebSocket: its name, who may ask it, and what else it takes.
        pub const REQUESTS: &[(&str, &[Role], &str)] = &[$(($name, $who, $what)),*];

        /// Who may ask this.
        pub const fn who_asks(request: &Request) -> &'static [Role] {
            match request {
                $(Request::$variant { .. } => $who,)*
            }
        }
    };
}

requests! {
    Tap "tap" TABLETS "";
    ChangeMode "change_mode" TABLETS "its own call";
    SetSubject "set_subject" TABLETS "its own call";
    RequestCallback "request_callback" TABLETS "its own call";
    AnswerCallback "answer_callback" TABLETS "its own";
    CancelCallback "cancel_callback" RECEPTION "a tablet its own";
    Slots "slots" TABLETS "";
    Book "book" TABLETS "";
    AnswerAppointment "answer_appointment" TABLETS "its own";
    CancelAppointment "cancel_appointment" RECEPTION "a tablet its own";
    Consent "consent" TABLETS "its own call";
    InviteGuest "invite_guest" LEADS "own call";
    RemoveGuest "remove_guest" LEADS "own call";
    Camera "camera" SHOWN "own call";
    Pictures "pictures" CALLERS "own call; a coordinator who looks on";
    HangUp "hang_up" CALLERS "own call";
    MediaOffer "media_offer" CALLERS "own call; a coordinator with the consent of everybody in it";
    SetAvailable "set_available" INTERPRETERS "oneself";
    Pause "pause" INTERPRETERS "oneself";
    Accept "accept" INTERPRETERS "own ring";
    Decline "decline" INTERPRETERS "own ring";
    EndWrapUp "end_wrap_up" INTERPRETERS "oneself";
    ExtendWrapUp "extend_wrap_up" INTERPRETERS "oneself";
    Transfer "transfer" INTERPRETERS "own call";
    Invite "invite" INTERPRETERS "own call";
    CancelInvite "cancel_invite" INTERPRETERS "own call";
    TakeOver "take_over" INTERPRETERS "own call";
    TakeAppointment "take_appointment" INTERPRETERS "";
    ReleaseAppointment "release_appointment" INTERPRETERS "own appointment";
    AskHelp "ask_help" INTERPRETERS "oneself";
    Prioritise "prioritise" COORDINATORS "";
    Assign "assign" COORDINATORS "";
    Withdraw "withdraw" COORDINATORS "";
    Move "move" COORDINATORS "";
    Force "force" COORDINATORS "";
    PauseInterpreter "pause_interpreter" COORDINATORS "";
    AssignAppointment "assign_appointment" COORDINATORS "";
    AskToJoin "ask_to_join" COORDINATORS "";
    Broadcast "broadcast" COORDINATORS "";
}

#[cfg(test)]
mod tests;
