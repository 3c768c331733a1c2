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
 * How it is interpreted.
 */
mode: Mode, 
/**
 * Who interprets.
 */
interpreter: InterpreterId, 
/**
 * Why they were rung.
 */
why: Why | null, 
/**
 * The other interpreter, wanted, coming or there.
 */
colleague: ColleagueView | null, 
/**
 * A coordinator has asked to look on, or does.
 */
observer: ObserverView | null, 
/**
 * Why no coordinator may ask to, when the visitor was asked in vain.
 */
unwilling: Unwilling | null, 
/**
 * A third party is invited or there.
 */
guest: GuestState | null, 
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
 * How it is asked for.
 */
mode: Mode, 
/**
 * What the conversation requires, such as `medical`.
 */
certification: Certification | null, 
/**
 * How urgent it is.
 */
class: Class, 
/**
 * What it is about, if known.
 */
subject: Subject | null, 
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
expires_at: Timestamp, 
/**
 * The call itself, or beside or after a colleague.
 */
role: Role, 
/**
 * For a conversation under way, since when it is.
 */
connected_at: Timestamp | null, } | { "kind": "connecting", 
/**
 * The call.
 */
call: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * How it is interpreted.
 */
mode: Mode, 
/**
 * Where the visitor stands.
 */
site: SiteId, 
/**
 * What this interpreter is in the call.
 */
role: Role, } | { "kind": "active", 
/**
 * The call.
 */
call: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * How it is interpreted.
 */
mode: Mode, 
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
other_lost: boolean, 
/**
 * What this interpreter is in the call.
 */
role: Role, 
/**
 * The other interpreter, wanted, coming or there; for a colleague, oneself.
 */
colleague: ColleagueView | null, 
/**
 * What it is about, if known.
 */
subject: Subject | null, 
/**
 * A coordinator has asked to look on, or does.
 */
observer: ObserverView | null, 
/**
 * A third party is invited or there.
 */
guest: GuestState | null, } | { "kind": "wrap_up", 
/**
 * The call just ended.
 */
call: CallId, 
/**
 * When wrap-up ends by itself.
 */
ends_at: Timestamp, 
/**
 * Whether it may become longer.
 */
extendable: boolean, };

/**
 * How an appointment ended.
 */
export type AppointmentEnd = "kept" | "cancelled" | "no_show" | "unserved";

/**
 * An appointment on the board.
 */
export type AppointmentRow = { 
/**
 * Where.
 */
tablet: TabletId, 
/**
 * The site of that tablet.
 */
site: SiteId, 
/**
 * Who has taken it.
 */
interpreter: InterpreterId | null, 
/**
 * The call that names it; its last two digits are the number the visitor is told.
 */
appointment: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * How it is interpreted.
 */
mode: Mode, 
/**
 * When it begins.
 */
starts_at: Timestamp, 
/**
 * When it is planned to end.
 */
ends_at: Timestamp, 
/**
 * An interpreter has taken it.
 */
taken: boolean, 
/**
 * It is so near that the visitor may begin.
 */
may_answer: boolean, 
/**
 * Its time has come: the tablet calls the visitor until then.
 */
calls_until: Timestamp | null, };

/**
 * An appointment, as the counter sees it.
 */
export type AppointmentView = { 
/**
 * The call that names it; its last two digits are the number the visitor is told.
 */
appointment: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * How it is interpreted.
 */
mode: Mode, 
/**
 * When it begins.
 */
starts_at: Timestamp, 
/**
 * When it is planned to end.
 */
ends_at: Timestamp, 
/**
 * An interpreter has taken it.
 */
taken: boolean, 
/**
 * It is so near that the visitor may begin.
 */
may_answer: boolean, 
/**
 * Its time has come: the tablet calls the visitor until then.
 */
calls_until: Timestamp | null, };

/**
 * Whether an interpreter takes calls.
 */
export type Availability = "available" | "away" | "paused" | "away_after_misses";

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
tablets: Array<TabletRow>, 
/**
 * Every site and language, and whether it is open.
 */
counters: Array<CounterRow>, 
/**
 * Everybody to be called back, in the order of their tickets.
 */
callbacks: Array<CallbackRow>, 
/**
 * Appointments, the next one first.
 */
appointments: Array<AppointmentRow>, };

/**
 * Why a connection is closed by the server.
 */
export type ByeReason = "replaced" | "shutting_down" | "too_slow" | "signed_out";

/**
 * One call, from the tap to its outcome. Numbered from 1 by the core, never re-used.
 */
export type CallId = number;

/**
 * The pictures of one conversation.
 */
export type CallQuality = { 
/**
 * The call.
 */
call: CallId, 
/**
 * Of everybody connected who sends a picture; empty when nobody does.
 */
pictures: Array<PictureQuality>, };

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
 * How it was asked for, and once accepted how it is interpreted.
 */
mode: Mode, 
/**
 * The class, as a coordinator last set it.
 */
class: Class, 
/**
 * The call it was transferred from.
 */
origin: CallId | null, 
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
offers: number, 
/**
 * How often a colleague took the conversation over.
 */
handovers: number, 
/**
 * For a call converted to a callback: what became of that, once it is over.
 */
callback: CallbackEnd | null, 
/**
 * For a call converted to an appointment: what became of that, once it is over.
 */
appointment: AppointmentEnd | null, 
/**
 * What it was about, if somebody said so.
 */
subject: Subject | null, 
/**
 * How many steps the search had taken, the first one included; 0 for an appointment made
 * without having waited, which was never in the queue.
 */
steps: number, };

/**
 * How a callback ended.
 */
export type CallbackEnd = "answered" | "cancelled" | "unserved";

/**
 * A callback on the board.
 */
export type CallbackRow = { 
/**
 * Where the visitor is to be called back.
 */
tablet: TabletId, 
/**
 * The site of that tablet.
 */
site: SiteId, 
/**
 * The call it was converted from; its last two digits are the number the visitor is told.
 */
callback: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * How the visitor would be interpreted.
 */
mode: Mode, 
/**
 * The ticket time.
 */
ticket: Timestamp, 
/**
 * It is their turn: the tablet rings until then.
 */
rings_until: Timestamp | null, 
/**
 * How often the tablet has rung for them in vain.
 */
attempts: number, };

/**
 * A visitor who is to be called back.
 */
export type CallbackView = { 
/**
 * The call it was converted from; its last two digits are the number the visitor is told.
 */
callback: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * How the visitor would be interpreted.
 */
mode: Mode, 
/**
 * The ticket time.
 */
ticket: Timestamp, 
/**
 * It is their turn: the tablet rings until then.
 */
rings_until: Timestamp | null, 
/**
 * How often the tablet has rung for them in vain.
 */
attempts: number, };

/**
 * What an interpreter must be certified for, such as `medical` or `legal`.
 */
export type Certification = string;

/**
 * How urgent a call is. The order is the order of service.
 */
export type Class = "emergency" | "priority" | "normal";

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
language: Language, 
/**
 * How, when not the usual way of the language.
 */
mode?: Mode, } | { "type": "request_callback", 
/**
 * The waiting call.
 */
call: CallId, } | { "type": "answer_callback", 
/**
 * The call it was converted from.
 */
callback: CallId, } | { "type": "cancel_callback", 
/**
 * The call it was converted from.
 */
callback: CallId, } | { "type": "change_mode", 
/**
 * The waiting call.
 */
call: CallId, 
/**
 * The mode from now on.
 */
mode: Mode, } | { "type": "set_subject", 
/**
 * The call.
 */
call: CallId, 
/**
 * One of the directory's subjects.
 */
subject: Subject | null, } | { "type": "slots", 
/**
 * The language.
 */
language: Language, 
/**
 * How, when not the usual way of the language.
 */
mode?: Mode, } | { "type": "book", 
/**
 * The waiting call that is given up for it.
 */
call?: CallId, 
/**
 * The language.
 */
language: Language, 
/**
 * How, when not the usual way of the language.
 */
mode?: Mode, 
/**
 * When it begins: one of the slots.
 */
starts_at: Timestamp, } | { "type": "answer_appointment", 
/**
 * The call that names it.
 */
appointment: CallId, } | { "type": "cancel_appointment", 
/**
 * The call that names it.
 */
appointment: CallId, } | { "type": "take_appointment", 
/**
 * The call that names it.
 */
appointment: CallId, } | { "type": "release_appointment", 
/**
 * The call that names it.
 */
appointment: CallId, } | { "type": "assign_appointment", 
/**
 * The call that names it.
 */
appointment: CallId, 
/**
 * To whom.
 */
interpreter: InterpreterId, } | { "type": "ask_to_join", 
/**
 * The call.
 */
call: CallId, } | { "type": "consent", 
/**
 * The call.
 */
call: CallId, 
/**
 * True to agree.
 */
agree: boolean, } | { "type": "invite_guest", 
/**
 * The call.
 */
call: CallId, } | { "type": "remove_guest", 
/**
 * The call.
 */
call: CallId, } | { "type": "hang_up", 
/**
 * The call.
 */
call: CallId, } | { "type": "set_available", 
/**
 * True to take calls.
 */
available: boolean, } | { "type": "pause", 
/**
 * Why.
 */
reason: PauseReason, } | { "type": "accept", 
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
reason: DeclineReason, } | { "type": "end_wrap_up" } | { "type": "extend_wrap_up", 
/**
 * The wrap-up's end as the picture shows it. One that has been extended already is
 * answered by `done`.
 */
until: Timestamp, } | { "type": "transfer", 
/**
 * The call.
 */
call: CallId, 
/**
 * The language.
 */
language: Language, } | { "type": "invite", 
/**
 * The call.
 */
call: CallId, 
/**
 * `relief` or `second`.
 */
role: Role, 
/**
 * The colleague's language, when not the call's.
 */
language?: Language, 
/**
 * The person wanted first.
 */
interpreter?: InterpreterId, } | { "type": "cancel_invite", 
/**
 * The call.
 */
call: CallId, } | { "type": "take_over", 
/**
 * The call.
 */
call: CallId, } | { "type": "ask_help", 
/**
 * Why.
 */
reason: HelpReason | null, } | { "type": "prioritise", 
/**
 * The call.
 */
call: CallId, 
/**
 * Its class from now on.
 */
class: Class, } | { "type": "assign", 
/**
 * The call.
 */
call: CallId, 
/**
 * To whom.
 */
interpreter: InterpreterId, } | { "type": "withdraw", 
/**
 * The call.
 */
call: CallId, } | { "type": "move", 
/**
 * The call.
 */
call: CallId, 
/**
 * The language meant.
 */
language: Language, } | { "type": "force", 
/**
 * What.
 */
counter: Counter, 
/**
 * True to open.
 */
open: boolean | null, } | { "type": "pause_interpreter", 
/**
 * Who.
 */
interpreter: InterpreterId, 
/**
 * Why.
 */
reason: PauseReason, } | { "type": "broadcast", 
/**
 * The text, at most [`super::NOTICE_CHARS_MAX`] characters.
 */
text: string, } | { "type": "camera", 
/**
 * The call.
 */
call: CallId, 
/**
 * True when it is turned off by hand.
 */
off: boolean, 
/**
 * True when it is on and shows nothing: the system or another program has taken it, or
 * something covers it.
 */
taken: boolean, } | { "type": "pictures", 
/**
 * The call.
 */
call: CallId, 
/**
 * True when they can be seen.
 */
shown: boolean, } | { "type": "media_offer", 
/**
 * The call.
 */
call: CallId, 
/**
 * The offer, complete (no trickle): one audio and one video section, `sendrecv`, and
 * further ones, `recvonly`, for everybody else. A coordinator sends nothing.
 */
sdp: string, });

/**
 * A language that cannot be called now.
 */
export type ClosedLanguage = { 
/**
 * The language.
 */
language: Language, 
/**
 * When it can be called again, as far as its hours say.
 */
opens_at: Timestamp | null, };

/**
 * How far a colleague is.
 */
export type ColleagueState = "sought" | "ringing" | "connecting" | "there";

/**
 * A second interpreter in a conversation.
 */
export type ColleagueView = { 
/**
 * To take over, or to work beside.
 */
role: Role, 
/**
 * How far they are.
 */
state: ColleagueState, 
/**
 * Who, once they have accepted.
 */
interpreter: InterpreterId | null, };

/**
 * Something with hours: a call needs both its site and its language open.
 */
export type Counter = { "site": SiteId } | { "language": Language };

/**
 * A site or a language on the board.
 */
export type CounterRow = { 
/**
 * Which.
 */
counter: Counter, 
/**
 * Open now.
 */
open: boolean, 
/**
 * A coordinator opened or closed it against its hours.
 */
forced: boolean, 
/**
 * When its hours change it next; `None` when they never do.
 */
until: Timestamp | null, };

/**
 * Why an interpreter leaves an offer to a colleague. Counted, never used to rank people.
 */
export type DeclineReason = "not_qualified" | "knows_the_person" | "tired" | "technical" | "other";

/**
 * Names for the numbers in views. People's names are sent to coordinators only; a third party gets
 * the language and the site of the conversation, and no subjects.
 */
export type Directory = { 
/**
 * The service, such as « Ville d'Amiens ».
 */
service: string, 
/**
 * Where its hours and appointments are local time: a name of the IANA database such as
 * `Europe/Paris`. What is shown follows it, not the clock of the device.
 */
time_zone: string, 
/**
 * For how long the place of whoever loses the connection is kept (`grace_lost_ms`), in
 * milliseconds: what a page without a connection can still say.
 */
place_kept_ms: Millis, 
/**
 * The languages in the order of the buttons.
 */
languages: Array<LanguageEntry>, 
/**
 * The sites.
 */
sites: Array<SiteEntry>, 
/**
 * What conversations may be about, in the order of the configuration.
 */
subjects: Array<SubjectEntry>, 
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
export type ErrorCode = "bad_message" | "not_allowed" | "unknown_language" | "closed" | "not_found" | "not_qualified" | "text_too_long" | "call_gone" | "offer_gone" | "slot_gone" | "wrong_state" | "bad_media" | "too_fast" | "unavailable";

/**
 * A third party in a call, invited by a link. Numbered from 1 by the core, never re-used.
 */
export type GuestId = number;

/**
 * A third party in a conversation.
 */
export type GuestState = { "state": "invited", 
/**
 * Until when it is good.
 */
until: Timestamp, } | { "state": "connecting" } | { "state": "there" } | { "state": "lost" };

/**
 * A third party's picture, for as long as the call goes on.
 */
export type GuestView = { 
/**
 * The call.
 */
call: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * How it is interpreted.
 */
mode: Mode, 
/**
 * Where the visitor stands.
 */
site: SiteId, 
/**
 * When media was up in both directions.
 */
connected_at: Timestamp, 
/**
 * A second interpreter is wanted, coming or there.
 */
colleague: ColleagueView | null, 
/**
 * A coordinator has asked to look on, or does.
 */
observer: ObserverView | null, };

/**
 * The appointment somebody is kept free for.
 */
export type HeldFor = { 
/**
 * Which.
 */
appointment: CallId, 
/**
 * When it begins.
 */
starts_at: Timestamp, };

/**
 * Why an interpreter asks for help.
 */
export type HelpReason = "technical" | "difficult" | "danger" | "relief" | "other";

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
interpreter: InterpreterId, } | { "role": "coordinator" } | { "role": "guest", 
/**
 * Who.
 */
guest: GuestId, } | { "role": "administrator" };

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
 * What they can do.
 */
skills: Array<SkillRow>, 
/**
 * The service's own, or a partner's.
 */
pool: Pool, 
/**
 * Why they pause.
 */
pause: Pause | null, 
/**
 * They ask for help.
 */
help: HelpReason | null, 
/**
 * Work and rest.
 */
work: WorkView, 
/**
 * The state, as one word.
 */
status: InterpreterStatus, 
/**
 * Kept free for this appointment, the next one, and rung for nothing else meanwhile.
 */
held: HeldFor | null, 
/**
 * Since when.
 */
since: Timestamp, };

/**
 * The state of an interpreter in one word.
 */
export type InterpreterStatus = "offline" | "away" | "paused" | "away_after_misses" | "available" | "resting" | "offered" | "busy" | "wrap_up" | "unreachable";

/**
 * The interpreter's picture.
 */
export type InterpreterView = { 
/**
 * The languages this interpreter takes.
 */
languages: Array<Language>, 
/**
 * Takes calls, or away.
 */
availability: Availability, 
/**
 * Why not, during a pause.
 */
pause: Pause | null, 
/**
 * The last call and its ring, connection or wrap-up.
 */
activity: Activity, 
/**
 * Calls waiting in this interpreter's languages, the ringing one included.
 */
waiting: number, 
/**
 * What became of the last offer that was not accepted here.
 */
last_offer: LastOffer | null, 
/**
 * Work and rest.
 */
work: WorkView, 
/**
 * Asks the coordinators for help.
 */
help: HelpReason | null, 
/**
 * Appointments that this interpreter has taken or could take, the next one first.
 */
appointments: Array<OfferedAppointment>, };

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
 * The ways it is interpreted, the usual one first.
 */
modes: Array<Mode>, 
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
 * Calls that entered the queue, ended or not; what is counted how: [`crate::figures`].
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
 * Calls that ended unanswered for another reason (timed out, refused, withdrawn), callbacks
 * and appointments in vain.
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
 * An offer that is over.
 */
export type LastOffer = { 
/**
 * Which.
 */
offer: OfferId, } & ({ "end": "declined", 
/**
 * Why.
 */
reason: DeclineReason, } | { "end": "missed" } | { "end": "caller_left" } | { "end": "lost_race" } | { "end": "reassigned" } | { "end": "interpreter_lost" } | { "end": "withdrawn" });

/**
 * A length of time in milliseconds.
 */
export type Millis = number;

/**
 * How an interpreter works.
 */
export type Mode = "sign" | "spoken_video" | "spoken_audio" | "text_relay" | "cued_speech";

/**
 * Whether a picture moves.
 */
export type Motion = "moving" | "off" | "still_network" | "still_camera";

/**
 * A coordinator who looks on, or would like to.
 */
export type ObserverView = { "state": "asked", 
/**
 * Until when.
 */
until: Timestamp, } | { "state": "connecting" } | { "state": "there" };

/**
 * One ring of one call at one interpreter. Every accept and decline names it, which makes
 * late and double clicks harmless.
 */
export type OfferId = number;

/**
 * An appointment, as an interpreter sees it who could take it or has.
 */
export type OfferedAppointment = { 
/**
 * The call that names it.
 */
appointment: CallId, 
/**
 * Its language.
 */
language: Language, 
/**
 * How it is interpreted.
 */
mode: Mode, 
/**
 * What it is about, if known.
 */
subject: Subject | null, 
/**
 * Where the visitor will stand.
 */
site: SiteId, 
/**
 * When it begins.
 */
starts_at: Timestamp, 
/**
 * When it is planned to end.
 */
ends_at: Timestamp, 
/**
 * This interpreter has taken it.
 */
mine: boolean, 
/**
 * It is so near that this interpreter is rung for nothing else.
 */
held: boolean, };

/**
 * How a call ended. Exactly one per call, and final (invariant I6).
 */
export type Outcome = "completed" | "abandoned_queued" | "abandoned_connecting" | "timed_out" | "refused_full" | "refused_closed" | "withdrawn" | "converted_callback" | "converted_appointment" | "transferred" | "connection_lost";

/**
 * A pause.
 */
export type Pause = { 
/**
 * Why.
 */
reason: PauseReason, 
/**
 * A coordinator asked for it.
 */
by_coordinator: boolean, };

/**
 * Why an interpreter pauses.
 */
export type PauseReason = "break" | "meal" | "rest" | "meeting" | "technical" | "other";

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
 * One second of a picture, as it arrived.
 */
export type PictureFigures = { 
/**
 * How well signs can be followed, 0 to 100; the formula: `src/sfu/quality/score.rs`.
 */
score: number, 
/**
 * Frames that could be decoded.
 */
fps: number, 
/**
 * Width in pixels; 0 before the first picture.
 */
width: number, 
/**
 * Height in pixels.
 */
height: number, 
/**
 * How long it stood frozen, in milliseconds (`freezeCount` of W3C webrtc-stats).
 */
frozen_ms: number, 
/**
 * Packets that did not come at first, in thousandths.
 */
missing_permille: number, 
/**
 * Packets that never came, in thousandths: loss after repair.
 */
lost_permille: number, 
/**
 * Interarrival jitter (RFC 3550 §6.4.1), in milliseconds.
 */
jitter_ms: number, 
/**
 * Kilobits.
 */
kbps: number, 
/**
 * From the gateway to its owner and back, in milliseconds, once that is known.
 */
round_trip_ms: number | null, 
/**
 * By how much it comes later than the sound that belongs to it, in milliseconds; negative when
 * the sound does.
 */
sync_ms: number | null, };

/**
 * One participant's picture.
 */
export type PictureQuality = { 
/**
 * Whose.
 */
from: Identity, 
/**
 * Whether it moves.
 */
motion: Motion, 
/**
 * Somebody cannot decode it and could, if it came in another codec: its owner's page makes a
 * new media connection, and finds that codec first in the answer.
 */
unseen: boolean, 
/**
 * The newest second, for interpreters and coordinators; `null` for others, and before the
 * first.
 */
figures: PictureFigures | null, };

/**
 * Whose interpreter it is.
 */
export type Pool = "own" | "overflow";

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
 * How much longer it will probably wait.
 */
estimate: WaitEstimate | null, 
/**
 * Where the call stands on its way.
 */
phase: QueuePhase, 
/**
 * How it is asked for.
 */
mode: Mode, 
/**
 * Its class.
 */
class: Class, 
/**
 * The class it counts as by now; more urgent than its own once it has waited long.
 */
rank: Class, 
/**
 * The step of the search, counted from 0.
 */
step: number, 
/**
 * Who is rung, and why they.
 */
rings: Array<RingRow>, 
/**
 * The person it is assigned to for the moment.
 */
assigned: InterpreterId | null, 
/**
 * Who has accepted.
 */
interpreter: InterpreterId | null, 
/**
 * The tablet is connected; nobody is rung while it is not.
 */
there: boolean, 
/**
 * What it is about, if known.
 */
subject: Subject | null, };

/**
 * TURN addresses with a password that expires, as browsers take them (`RTCIceServer` of W3C
 * webrtc).
 */
export type RelayServer = { 
/**
 * The addresses (RFC 7065), in the order in which they are tried.
 */
urls: Array<string>, 
/**
 * Until when the password is good, and the name of this service.
 */
username: string, 
/**
 * The password.
 */
credential: string, };

/**
 * What a client that comes back has missed. Its whole picture follows in any case.
 */
export type Resumed = "new" | "nothing_missed" | "fresh" | "restored";

/**
 * A ring on the board.
 */
export type RingRow = { 
/**
 * Who is rung.
 */
interpreter: InterpreterId, 
/**
 * When it ends by itself.
 */
expires_at: Timestamp, 
/**
 * Why this person.
 */
why: Why, };

/**
 * What an interpreter is in a call.
 */
export type Role = "lead" | "relief" | "second";

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
now: Timestamp, 
/**
 * When this run of the gateway began. A client that comes back names it, so that the
 * `seq` it presents is compared with what that run had, not with what came since.
 */
run: Timestamp, 
/**
 * What the client's absence was, by the `seq` it has presented.
 */
resumed: Resumed, } | { "type": "directory_changed", 
/**
 * The new names.
 */
directory: Directory, } | { "type": "state", 
/**
 * The newest entry of the journal that the picture stands on: it grows over connections
 * and restarts. Pictures that differ in what time alone changes may share it.
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
day: string, } | { "type": "notice", 
/**
 * The text.
 */
text: string, 
/**
 * When it was sent; no two have the same, a later one has more.
 */
sent_at: Timestamp, } | { "type": "quality", 
/**
 * The conversations, by their numbers.
 */
calls: Array<CallQuality>, } | { "type": "done", 
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
sdp: string, 
/**
 * By whom media can go when no direct way opens; usually nobody. Good for hours.
 */
relays: Array<RelayServer>, } | { "type": "slots", 
/**
 * The request's number.
 */
id: number, 
/**
 * The times; empty when there are none within the days of the rules.
 */
slots: Array<Slot>, } | { "type": "guest_link", 
/**
 * The request's number.
 */
id: number, 
/**
 * The call.
 */
call: CallId, 
/**
 * Path and fragment of the page, to be put behind the gateway's own address.
 */
path: string, 
/**
 * Until when it is good if nobody uses it.
 */
until: Timestamp, } | { "type": "refused", 
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
 * One language of an interpreter.
 */
export type SkillRow = { 
/**
 * The language.
 */
language: Language, 
/**
 * How early they are rung for it.
 */
tier: Tier, 
/**
 * The ways they work in it.
 */
modes: Array<Mode>, };

/**
 * A time at which an appointment can be made.
 */
export type Slot = { 
/**
 * When it begins.
 */
starts_at: Timestamp, 
/**
 * When it ends.
 */
ends_at: Timestamp, };

/**
 * What a conversation is about, such as `housing`, for the briefing of the interpreter.
 */
export type Subject = string;

/**
 * Something a conversation may be about.
 */
export type SubjectEntry = { 
/**
 * The tag.
 */
subject: Subject, 
/**
 * Its name in French.
 */
name_fr: string, 
/**
 * Its name in English.
 */
name_en: string, };

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
 * How it is asked for.
 */
mode: Mode, 
/**
 * The ticket time; the wait shown counts from here.
 */
queued_at: Timestamp, 
/**
 * An interpreter is being rung for this call now.
 */
ringing: boolean, 
/**
 * The search has become wider than at first.
 */
widened: boolean, 
/**
 * Interpreters of this language who are signed in and not away, busy ones included.
 * Zero means that nobody can answer for the moment.
 */
on_duty: number, 
/**
 * How much longer it will probably wait; `None` when nothing honest can be said.
 */
estimate: WaitEstimate | null, 
/**
 * When nobody can answer now: when somebody is planned to be on duty, if that is known.
 */
next_duty: Timestamp | null, 
/**
 * A callback may be asked for instead of waiting here.
 */
may_call_back: boolean, 
/**
 * What it is about, if known.
 */
subject: Subject | null, } | { "kind": "connecting", 
/**
 * The call.
 */
call: CallId, 
/**
 * The language.
 */
language: Language, 
/**
 * How it is interpreted.
 */
mode: Mode, 
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
 * How it is interpreted.
 */
mode: Mode, 
/**
 * When media was up in both directions.
 */
connected_at: Timestamp, 
/**
 * The interpreter's connection is lost and may come back.
 */
other_lost: boolean, 
/**
 * A colleague of the interpreter is wanted, coming or there.
 */
colleague: ColleagueView | null, 
/**
 * A coordinator has asked to look on, or does.
 */
observer: ObserverView | null, 
/**
 * A third party is invited or there.
 */
guest: GuestState | null, };

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
last: EndedCall | null, 
/**
 * The languages that cannot be called from here now.
 */
closed: Array<ClosedLanguage>, 
/**
 * Visitors of this counter who are to be called back, in the order of their tickets.
 */
callbacks: Array<CallbackView>, 
/**
 * Appointments at this counter, the next one first.
 */
appointments: Array<AppointmentView>, };

/**
 * How early an interpreter is thought of: 1 first, then 2, …
 */
export type Tier = number;

/**
 * A moment of service time, in milliseconds since the Unix epoch (UTC).
 */
export type Timestamp = number;

/**
 * Why no coordinator may ask the visitor (again) to look on. A yes leaves no trace: it ends with
 * the looking on.
 */
export type Unwilling = { "why": "refused" } | { "why": "silent", 
/**
 * Not before this moment.
 */
until: Timestamp, };

/**
 * The picture of one kind of client.
 */
export type View = { "role": "tablet" } & TabletView | { "role": "interpreter" } & InterpreterView | { "role": "coordinator" } & BoardView | { "role": "guest" } & GuestView;

/**
 * Why a wait has become longer than was said. The first that applies is told.
 */
export type WaitCause = "more_urgent_call" | "fewer_interpreters" | "no_answer" | "call_returned" | "longer_calls";

/**
 * How much longer a waiting call will probably wait: an interval in steps that people use.
 */
export type WaitEstimate = { 
/**
 * As likely shorter as longer.
 */
from_ms: Millis, 
/**
 * Shorter four times of five.
 */
to_ms: Millis, 
/**
 * Why it has become longer than was said before, when it has.
 */
cause: WaitCause | null, };

/**
 * The key by which an interpreter was chosen, in the order of comparison: whoever answered last
 * time, the earliest tier, the fewest kinds of call, the longest idle, then the lowest number.
 */
export type Why = { 
/**
 * The step of the search, counted from 0.
 */
step: number, 
/**
 * The class the call counted as.
 */
rank: Class, 
/**
 * Missed the last ring; rung behind everybody who did not.
 */
missed: boolean, 
/**
 * The tier.
 */
tier: Tier, 
/**
 * How many kinds of call (language and mode) this person can take.
 */
breadth: number, 
/**
 * How long they had been idle.
 */
idle_ms: Millis, 
/**
 * How many free people could have been rung, this one included.
 */
among: number, 
/**
 * A coordinator had assigned the call to this person.
 */
assigned: boolean, };

/**
 * Work without rest, and what is owed.
 */
export type WorkView = { 
/**
 * Work without rest, in calls that have ended.
 */
done_ms: Millis, 
/**
 * The call under way counts from here.
 */
since: Timestamp | null, 
/**
 * Relief is offered: the time for it has come.
 */
relief_due: boolean, 
/**
 * Nobody may work longer.
 */
stop_reached: boolean, 
/**
 * Rest is owed: some or all calls are not offered until then.
 */
rests_until: Timestamp | null, };
