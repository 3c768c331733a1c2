// Generated from signaling/src/protocol.rs; do not edit.
// Refresh: UPDATE=1 cargo test -p passerelle-signaling typescript

/**
 * A call in progress.
 */
export type ActiveRow = { 
/**
 * The call.
 */
call: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * Where the visitor stands.
 */
site: SiteId, 
/**
 * Who interprets.
 */
interpreter: InterpreterId, 
/**
 * When media was up in both directions.
 */
connected_at: Timestamp, };

/**
 * What an interpreter is doing.
 */
export type Activity = { "kind": "idle" } | { "kind": "ringing", 
/**
 * The offer to accept or decline.
 */
offer: OfferId, 
/**
 * The call offered.
 */
call: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * Where the visitor stands.
 */
site: SiteId, 
/**
 * The ticket time; the wait shown counts from here.
 */
queued_at: Timestamp, 
/**
 * When the ring ends by itself.
 */
expires_at: Timestamp, } | { "kind": "connecting", 
/**
 * The call.
 */
call: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * Where the visitor stands.
 */
site: SiteId, } | { "kind": "active", 
/**
 * The call.
 */
call: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * Where the visitor stands.
 */
site: SiteId, 
/**
 * When media was up in both directions.
 */
connected_at: Timestamp, 
/**
 * The tablet's connection is lost and may come back.
 */
other_lost: boolean, } | { "kind": "wrap_up", 
/**
 * The call just ended.
 */
call: CallId, 
/**
 * When wrap-up ends by itself.
 */
ends_at: Timestamp, };

/**
 * Whether an interpreter takes calls.
 */
export type Availability = "available" | "away" | "away_after_misses";

/**
 * The coordinator's picture.
 */
export type BoardView = { 
/**
 * Calls not yet connected, in the order they will be served.
 */
queue: Array<QueueRow>, 
/**
 * Calls in progress, longest first.
 */
active: Array<ActiveRow>, 
/**
 * Every interpreter of the directory.
 */
interpreters: Array<InterpreterRow>, 
/**
 * Every tablet of the directory.
 */
tablets: Array<TabletRow>, };

/**
 * Why a connection is closed by the server.
 */
export type ByeReason = "replaced" | "shutting_down" | "too_slow" | "signed_out";

/**
 * One call, from the tap to its outcome. Numbered from 1 by the core, never re-used.
 */
export type CallId = number;

/**
 * One call as the figures see it. All moments are the server's; `None` means never reached.
 */
export type CallRecord = { 
/**
 * The call.
 */
call: CallId, 
/**
 * Where the tablet stood.
 */
site: SiteId, 
/**
 * The language tapped.
 */
language: Language, 
/**
 * The tap arrived at the server.
 */
tapped_at: Timestamp, 
/**
 * The call entered the queue. This is the ticket time, which nothing ever changes.
 */
queued_at: Timestamp, 
/**
 * The first ring at an interpreter.
 */
offered_at: Timestamp | null, 
/**
 * The accept that led to the connection (the last one, when an earlier one never connected).
 */
accepted_at: Timestamp | null, 
/**
 * Media up in both directions.
 */
connected_at: Timestamp | null, 
/**
 * The outcome was reached.
 */
ended_at: Timestamp | null, 
/**
 * How it ended; `None` while it goes on.
 */
outcome: Outcome | null, 
/**
 * The interpreter of the accepted offer.
 */
interpreter: InterpreterId | null, 
/**
 * How many interpreters were rung.
 */
offers: number, };

/**
 * What a client sends. `id` numbers the requests of one connection; the answer carries it back.
 */
export type ClientMessage = { 
/**
 * The client's number for this request.
 */
id: number, } & ({ "type": "tap", 
/**
 * The language.
 */
language: Language, } | { "type": "hang_up", 
/**
 * The call.
 */
call: CallId, } | { "type": "set_available", 
/**
 * True to take calls.
 */
available: boolean, } | { "type": "accept", 
/**
 * The offer.
 */
offer: OfferId, } | { "type": "decline", 
/**
 * The offer.
 */
offer: OfferId, 
/**
 * Why.
 */
reason: DeclineReason, } | { "type": "end_wrap_up" } | { "type": "media_offer", 
/**
 * The call.
 */
call: CallId, 
/**
 * The offer, complete (no trickle): one audio and one video section, `sendrecv`.
 */
sdp: string, });

/**
 * Why an interpreter leaves an offer to a colleague. Counted, never used to rank people.
 */
export type DeclineReason = "not_qualified" | "knows_the_person" | "tired" | "technical" | "other";

/**
 * Names for the numbers in views. People's names are sent to coordinators only.
 */
export type Directory = { 
/**
 * The service, such as « Ville d'Amiens ».
 */
service: string, 
/**
 * The languages in the order of the buttons.
 */
languages: Array<LanguageEntry>, 
/**
 * The sites.
 */
sites: Array<SiteEntry>, 
/**
 * The interpreters: all of them for a coordinator, oneself for an interpreter, none for a
 * tablet.
 */
interpreters: Array<PersonEntry>, };

/**
 * The end of a call, for the closing screen.
 */
export type EndedCall = { 
/**
 * The call.
 */
call: CallId, 
/**
 * Its language, for calling again.
 */
language: Language, 
/**
 * How it ended.
 */
outcome: Outcome, };

/**
 * Stable names of refusals.
 */
export type ErrorCode = "bad_message" | "not_allowed" | "unknown_language" | "call_gone" | "offer_gone" | "wrong_state" | "bad_media" | "too_fast" | "unavailable";

/**
 * Who a client is.
 */
export type Identity = { "role": "tablet", 
/**
 * Which.
 */
tablet: TabletId, } | { "role": "interpreter", 
/**
 * Who.
 */
interpreter: InterpreterId, } | { "role": "coordinator" };

/**
 * An interpreter. The journal knows only this number; the person lives in the directory.
 */
export type InterpreterId = number;

/**
 * An interpreter on the board.
 */
export type InterpreterRow = { 
/**
 * Who; the name is in the directory.
 */
interpreter: InterpreterId, 
/**
 * The languages taken.
 */
languages: Array<Language>, 
/**
 * The state, as one word.
 */
status: InterpreterStatus, 
/**
 * Since when.
 */
since: Timestamp, };

/**
 * The state of an interpreter in one word.
 */
export type InterpreterStatus = "offline" | "away" | "away_after_misses" | "available" | "offered" | "busy" | "wrap_up" | "unreachable";

/**
 * The interpreter's picture.
 */
export type InterpreterView = { 
/**
 * The languages this interpreter takes.
 */
languages: Array<Language>, 
/**
 * Takes calls, or away and why.
 */
availability: Availability, 
/**
 * The last call and its ring, connection or wrap-up.
 */
activity: Activity, 
/**
 * Calls waiting in this interpreter's languages, the ringing one included.
 */
waiting: number, };

/**
 * A language tag such as `fsl`, `en` or `zh-hant`.
 */
export type Language = string;

/**
 * A language that can be called.
 */
export type LanguageEntry = { 
/**
 * The tag.
 */
language: Language, 
/**
 * Its name in its own script, such as `العربية`.
 */
name: string, 
/**
 * Its name in French, for the reception agent and the consoles.
 */
name_fr: string, 
/**
 * Its name in English.
 */
name_en: string, 
/**
 * Signed or spoken.
 */
mode: LanguageMode, 
/**
 * Written from right to left.
 */
rtl: boolean, };

/**
 * Wait figures of one language, over the calls of a day.
 */
export type LanguageFigures = { 
/**
 * The language.
 */
language: Language, 
/**
 * Calls that entered the queue, ended or not.
 */
calls: number, 
/**
 * Calls in which media flowed in both directions.
 */
answered: number, 
/**
 * Calls the visitor left before media flowed.
 */
abandoned: number, 
/**
 * Calls that ended unanswered for another reason (timed out, refused).
 */
unserved: number, 
/**
 * Mean wait of the answered calls.
 */
wait_mean_ms: Millis | null, 
/**
 * Median wait of the answered calls (nearest rank).
 */
wait_median_ms: Millis | null, 
/**
 * 90th percentile of the wait of the answered calls (nearest rank).
 */
wait_p90_ms: Millis | null, };

/**
 * How a language is expressed.
 */
export type LanguageMode = "signed" | "spoken";

/**
 * A length of time in milliseconds.
 */
export type Millis = number;

/**
 * One ring of one call at one interpreter. Every accept and decline names it, which makes
 * late and double clicks harmless.
 */
export type OfferId = number;

/**
 * How a call ended. Exactly one per call, and final (invariant I6).
 */
export type Outcome = "completed" | "abandoned_queued" | "abandoned_connecting" | "timed_out" | "refused_full" | "connection_lost";

/**
 * A person's name.
 */
export type PersonEntry = { 
/**
 * The interpreter.
 */
interpreter: InterpreterId, 
/**
 * The name shown to colleagues.
 */
name: string, };

/**
 * Where a waiting call stands.
 */
export type QueuePhase = "queued" | "offered" | "connecting";

/**
 * A call that is not connected yet.
 */
export type QueueRow = { 
/**
 * The call.
 */
call: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * Where the visitor stands.
 */
site: SiteId, 
/**
 * The ticket time.
 */
queued_at: Timestamp, 
/**
 * Where the call stands on its way.
 */
phase: QueuePhase, 
/**
 * The interpreter being rung, or who has accepted.
 */
interpreter: InterpreterId | null, };

/**
 * What the server sends.
 */
export type ServerMessage = { "type": "welcome", 
/**
 * Who the server takes the client for.
 */
identity: Identity, 
/**
 * Names of everything the views number.
 */
directory: Directory, 
/**
 * The build; a client of another build reloads itself when idle.
 */
build: string, 
/**
 * The server's time, to show elapsed times with the client's own clock.
 */
now: Timestamp, } | { "type": "directory_changed", 
/**
 * The new names.
 */
directory: Directory, } | { "type": "state", 
/**
 * Counts the pictures of this connection, from 1.
 */
seq: number, 
/**
 * The server's time.
 */
now: Timestamp, 
/**
 * The picture.
 */
view: View, } | { "type": "today", 
/**
 * The newest calls first, at most [`TODAY_RECORDS_MAX`].
 */
records: Array<CallRecord>, 
/**
 * Figures per language over all calls of today, not only those listed.
 */
figures: Array<LanguageFigures>, 
/**
 * The local day they belong to, `YYYY-MM-DD`.
 */
day: string, } | { "type": "done", 
/**
 * The request's number.
 */
id: number, } | { "type": "media_answer", 
/**
 * The request's number.
 */
id: number, 
/**
 * The call.
 */
call: CallId, 
/**
 * The answer, complete.
 */
sdp: string, } | { "type": "refused", 
/**
 * The request's number; absent when the message could not be read at all.
 */
id: number | null, 
/**
 * The stable name of the reason.
 */
error: ErrorCode, 
/**
 * What to do, in English, for developers and logs; screens translate `error`.
 */
message: string, } | { "type": "beat", 
/**
 * The server's time.
 */
now: Timestamp, } | { "type": "bye", 
/**
 * Why; decides whether the client comes back by itself.
 */
reason: ByeReason, };

/**
 * A site's name.
 */
export type SiteEntry = { 
/**
 * The site.
 */
site: SiteId, 
/**
 * Its name.
 */
name: string, };

/**
 * A reception point, such as a town hall. Its name lives in the directory.
 */
export type SiteId = number;

/**
 * A tablet, bound to one site.
 */
export type TabletId = number;

/**
 * What a tablet is doing.
 */
export type TabletPhase = { "kind": "idle" } | { "kind": "waiting", 
/**
 * The call.
 */
call: CallId, 
/**
 * The language tapped.
 */
language: Language, 
/**
 * Place among the waiting calls of this language; 1 is next.
 */
position: number, 
/**
 * The ticket time; the wait shown counts from here.
 */
queued_at: Timestamp, 
/**
 * An interpreter is being rung for this call now.
 */
ringing: boolean, 
/**
 * Interpreters of this language who are signed in and not away, busy ones included.
 * Zero means that nobody can answer for the moment.
 */
on_duty: number, } | { "kind": "connecting", 
/**
 * The call.
 */
call: CallId, 
/**
 * The language.
 */
language: Language, 
/**
 * The ticket time.
 */
queued_at: Timestamp, } | { "kind": "active", 
/**
 * The call.
 */
call: CallId, 
/**
 * The language.
 */
language: Language, 
/**
 * When media was up in both directions.
 */
connected_at: Timestamp, 
/**
 * The interpreter's connection is lost and may come back.
 */
other_lost: boolean, };

/**
 * A tablet on the board.
 */
export type TabletRow = { 
/**
 * Which; its name is in the directory.
 */
tablet: TabletId, 
/**
 * The site it is bound to.
 */
site: SiteId, 
/**
 * Connected now.
 */
connected: boolean, 
/**
 * The call it is in, if any.
 */
call: CallId | null, };

/**
 * The tablet's picture.
 */
export type TabletView = { 
/**
 * The site this tablet stands at.
 */
site: SiteId, 
/**
 * What the tablet is doing.
 */
phase: TabletPhase, 
/**
 * How the tablet's last call ended, until the next tap.
 */
last: EndedCall | null, };

/**
 * A moment of service time, in milliseconds since the Unix epoch (UTC).
 */
export type Timestamp = number;

/**
 * The picture of one kind of client.
 */
export type View = { "role": "tablet" } & TabletView | { "role": "interpreter" } & InterpreterView | { "role": "coordinator" } & BoardView;
