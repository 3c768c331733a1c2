/**
 * What the tablet shows, from the gateway's picture and the little it decides itself: a tap under
 * way, a closing screen that was dismissed, a ring that was put aside. Pure.
 */
import { unreachable } from "./never";
import type {
  AppointmentView,
  CallbackView,
  CallId,
  EndedCall,
  Language,
  Outcome,
  Request,
  TabletPhase,
  ViewOf,
} from "./protocol";
import type { RequestProblem } from "./requests";

/** The closing screen returns to the languages by itself after this time. */
export const ENDED_MS = 30_000;

/** A ticket can be read and photographed in this time, whoever else is awaited. */
export const TICKET_MS = 10_000;

interface Talk {
  readonly call: CallId;
  readonly language: Language;
}

/** Opened by a touch here, over the gateway's picture: pointing at a language, or an appointment. */
export type Opened =
  | { readonly kind: "pointing" }
  /** Choosing a time; for the waiting call that would be given up for it, if there is one. */
  | { readonly kind: "booking"; readonly language: Language; readonly call: CallId | null }
  /** One that was made, shown once more. */
  | { readonly kind: "appointment"; readonly appointment: CallId };

/** What a tablet asks for outside the choice of a time. */
export type Wish = Extract<
  Request["type"],
  | "tap"
  | "answer_callback"
  | "cancel_callback"
  | "answer_appointment"
  | "cancel_appointment"
  | "change_mode"
  | "set_subject"
  | "request_callback"
>;

/** What came to nothing, and why. */
export interface Refusal {
  readonly wish: Wish;
  readonly problem: RequestProblem;
}

/** What the tablet decides itself. */
export interface TabletLocal {
  /** The call of the last picture. */
  readonly call: CallId | null;
  /** The last ended call of the first picture: it belongs to a visitor of earlier. */
  readonly baseline: CallId | null | undefined;
  /** The closing screen that was dismissed. */
  readonly dismissed: CallId | null;
  /** The language of a tap that is not answered yet. */
  readonly pending: Language | null;
  /** That tap answers this callback or this appointment. */
  readonly answering: CallId | null;
  /** The waiting call that is being exchanged for a callback. */
  readonly converting: CallId | null;
  /** The call that was hung up here and that the gateway's picture still shows. */
  readonly leaving: CallId | null;
  /** The call that ended because this tablet was away for too long. */
  readonly lost: CallId | null;
  /** The conversation of the last picture. */
  readonly talking: Talk | null;
  /** The call in which that conversation goes on: it was passed on, or it broke. */
  readonly continued: CallId | null;
  /** It was passed on: to another language. Else it broke. */
  readonly passed: boolean;
  /** The ring that was put aside: nobody was there. */
  readonly hushed: Pick<CallbackView, "callback" | "rings_until"> | null;
  /** What somebody here has opened. */
  readonly opened: Opened | null;
  /** The appointment whose ticket has only just been shown. */
  readonly fresh: CallId | null;
  /** Appointments that call no more: the visitor is awaited without a sound. */
  readonly quieted: readonly CallId[];
  /** The last request that came to nothing, until another succeeds or the call is another. */
  readonly refusal: Refusal | null;
}

/** Before the first picture. */
export const TABLET_START: TabletLocal = {
  call: null,
  baseline: undefined,
  dismissed: null,
  pending: null,
  answering: null,
  converting: null,
  leaving: null,
  lost: null,
  talking: null,
  continued: null,
  passed: false,
  hushed: null,
  opened: null,
  fresh: null,
  quieted: [],
  refusal: null,
};

/** What can happen to it. */
export type TabletEvent =
  | { readonly type: "picture"; readonly view: ViewOf<"tablet"> }
  | { readonly type: "tapped"; readonly language: Language; readonly callback?: CallId }
  | { readonly type: "tap_given_up" }
  | { readonly type: "callback_wanted"; readonly call: CallId }
  | { readonly type: "accepted" }
  | ({ readonly type: "refused" } & Refusal)
  | { readonly type: "ring_hushed"; readonly ring: CallbackView }
  | { readonly type: "opened"; readonly opened: Opened | null }
  | { readonly type: "ticket"; readonly fresh: CallId | null }
  | { readonly type: "quieted"; readonly appointment: CallId }
  | { readonly type: "left"; readonly call: CallId | null }
  | { readonly type: "handed_over" }
  | { readonly type: "dismissed"; readonly call: CallId };

/** The local state after an event. */
export function reduceTablet(local: TabletLocal, event: TabletEvent): TabletLocal {
  switch (event.type) {
    case "picture":
      return afterPicture(local, event.view);
    case "tapped": {
      const answering = event.callback ?? null;
      return { ...local, pending: event.language, answering, refusal: null };
    }
    case "tap_given_up":
      return given(local);
    case "callback_wanted":
      return { ...local, converting: event.call, refusal: null };
    case "refused":
      return refused(local, event);
    case "accepted":
      return { ...local, refusal: null };
    case "ring_hushed":
      return { ...local, hushed: event.ring, refusal: null };
    case "opened":
      return { ...local, opened: event.opened, refusal: null };
    case "ticket":
      return { ...local, fresh: event.fresh };
    case "quieted":
      return { ...local, quieted: [...local.quieted, event.appointment], refusal: null };
    case "left":
      return { ...local, leaving: event.call };
    case "handed_over":
      // What becomes of the call is for the page that has it now.
      return { ...local, call: null, leaving: null };
    case "dismissed":
      return { ...local, dismissed: event.call, refusal: null };
    default:
      return unreachable(event);
  }
}

/** Nothing else that is under way ends with it. */
function refused(local: TabletLocal, { wish, problem }: Refusal): TabletLocal {
  const refusal = { wish, problem };
  switch (wish) {
    case "tap":
    case "answer_callback":
    case "answer_appointment":
      return { ...given(local), refusal };
    case "request_callback":
      return { ...local, converting: null, refusal };
    default:
      return { ...local, refusal };
  }
}

/** The tap is over; who pointed at the language sees why on the languages. */
function given(local: TabletLocal): TabletLocal {
  const opened = local.opened?.kind === "pointing" ? null : local.opened;
  return { ...local, opened, pending: null, answering: null };
}

function afterPicture(local: TabletLocal, view: ViewOf<"tablet">): TabletLocal {
  const { phase, last } = view;
  const baseline = local.baseline === undefined ? (last?.call ?? null) : local.baseline;
  // The picture shows the outcome of the tap: a call, or one refused at once.
  const onward = goingOn(local, phase);
  const call = phase.kind === "idle" ? null : phase.call;
  const settled = phase.kind !== "idle" || isNew(last, { ...local, baseline });
  return {
    ...local,
    call,
    refusal: call === local.call ? local.refusal : null,
    baseline,
    pending: settled ? null : local.pending,
    answering: settled ? null : local.answering,
    converting: isShown(phase, local.converting) ? local.converting : null,
    leaving: leavingOn(local, phase, onward.continued),
    lost: lostOf(local, view),
    talking: phase.kind === "active" ? { call: phase.call, language: phase.language } : null,
    opened: stillOpen({ ...local, baseline }, view),
    quieted: local.quieted.filter((id) =>
      view.appointments.some((one) => one.appointment === id && one.calls_until !== null),
    ),
    ...onward,
  };
}

/** What was opened, unless the picture has settled it. */
function stillOpen(local: TabletLocal, { phase, last, appointments }: ViewOf<"tablet">) {
  const { opened } = local;
  const over = isNew(last, local) ? last : null;
  switch (opened?.kind) {
    case undefined:
      return null;
    case "pointing":
      return phase.kind === "idle" && over === null ? opened : null;
    case "appointment":
      return appointments.some((one) => one.appointment === opened.appointment) ? opened : null;
    case "booking":
      // An interpreter has answered, or the time is booked.
      if (phase.kind === "connecting" || phase.kind === "active") return null;
      if (phase.kind === "waiting") return phase.call === opened.call ? opened : null;
      if (over?.outcome === "converted_appointment") return null;
      // The wait ended by itself meanwhile: the choice of a time goes on without it.
      return { ...opened, call: null };
  }
}

/** An end that nobody here has asked for: the place was kept as long as the rules say. */
function lostOf({ call, leaving, lost }: TabletLocal, { phase, last }: ViewOf<"tablet">) {
  if (phase.kind !== "idle" || last === null) return null;
  if (last.call === lost) return lost;
  const given = last.outcome === "abandoned_queued" || last.outcome === "abandoned_connecting";
  return given && last.call === call && last.call !== leaving ? call : null;
}

/** Whoever hung up has left the conversation, also where it goes on as another call. */
function leavingOn(
  { leaving, talking }: TabletLocal,
  phase: TabletPhase,
  continued: CallId | null,
): CallId | null {
  if (leaving === null || isShown(phase, leaving)) return leaving;
  return leaving === talking?.call && isShown(phase, continued) ? continued : null;
}

/** A conversation followed by a wait without a tap between: it was passed on, or it broke. */
function goingOn(
  { continued, passed, talking, pending }: TabletLocal,
  phase: TabletPhase,
): Pick<TabletLocal, "continued" | "passed"> {
  const waits = phase.kind === "waiting" || phase.kind === "connecting";
  if (waits && phase.call === continued) return { continued, passed };
  if (!waits || talking === null || talking.call === phase.call || pending !== null) {
    return { continued: null, passed: false };
  }
  return { continued: phase.call, passed: phase.language !== talking.language };
}

/** One screen of the tablet. */
export type TabletScreen =
  | { readonly kind: "languages"; readonly cancelled: EndedCall | null }
  | { readonly kind: "waiting"; readonly phase: Extract<TabletPhase, { kind: "waiting" }> }
  | { readonly kind: "connecting"; readonly phase: Extract<TabletPhase, { kind: "connecting" }> }
  | { readonly kind: "call"; readonly phase: Extract<TabletPhase, { kind: "active" }> }
  | { readonly kind: "ended"; readonly last: EndedCall }
  | { readonly kind: "callback"; readonly ring: CallbackView }
  | { readonly kind: "due"; readonly appointment: AppointmentView }
  | { readonly kind: "pointing" }
  | { readonly kind: "booking"; readonly language: Language; readonly call: CallId | null }
  | { readonly kind: "appointment"; readonly appointment: AppointmentView };

/** True when the phase is that of the call. */
export function isShown(phase: TabletPhase, call: CallId | null): boolean {
  return phase.kind !== "idle" && phase.call === call;
}

/** The screen to show. */
export function tabletScreen(view: ViewOf<"tablet">, local: TabletLocal): TabletScreen {
  const { phase } = view;
  if (phase.kind !== "idle" && phase.call === local.leaving) return leftScreen(phase, local);
  switch (phase.kind) {
    case "waiting":
      return local.opened?.kind === "booking" ? local.opened : { kind: "waiting", phase };
    case "connecting":
      return { kind: "connecting", phase };
    case "active":
      return { kind: "call", phase };
    case "idle":
      return idleScreen(view, local);
    default:
      return unreachable(phase);
  }
}

/** True when a new page would lose nothing: no number to remember, no tap or hang-up under way. */
export function mayReload(view: ViewOf<"tablet">, local: TabletLocal): boolean {
  return (
    view.phase.kind === "idle" &&
    tabletScreen(view, local).kind === "languages" &&
    local.pending === null &&
    // Put aside here, a ring would ring again on the new page.
    view.callbacks.every(({ rings_until }) => rings_until === null) &&
    view.appointments.every(({ calls_until }) => calls_until === null)
  );
}

function idleScreen(view: ViewOf<"tablet">, local: TabletLocal): TabletScreen {
  const { last, callbacks, appointments } = view;
  const ring = callbacks.find((callback) => isRinging(callback, local));
  // Not over a tap under way: that visitor is served first, and the ring is still there after.
  if (ring && (local.pending === null || local.answering === ring.callback)) {
    return { kind: "callback", ring };
  }
  const made = ticketOf(view, local);
  const due = appointments.find((appointment) => isCalling(appointment, local));
  const isRead = made === null || made.appointment !== local.fresh || local.answering !== null;
  if (due && isRead && (local.pending === null || local.answering === due.appointment)) {
    return { kind: "due", appointment: due };
  }
  if (made) return { kind: "appointment", appointment: made };
  if (local.opened && local.opened.kind !== "appointment") return local.opened;
  if (!last || !isNew(last, local)) return { kind: "languages", cancelled: null };
  if (last.call === local.lost) {
    return { kind: "ended", last: { ...last, outcome: "connection_lost" } };
  }
  // The person cancelled, often for another language: the buttons come back at once.
  return last.outcome === "abandoned_queued"
    ? { kind: "languages", cancelled: last }
    : { kind: "ended", last };
}

/** The appointment that was just made, or is shown once more. */
function ticketOf(
  { last, appointments }: ViewOf<"tablet">,
  local: TabletLocal,
): AppointmentView | null {
  const shown = local.opened?.kind === "appointment" ? local.opened.appointment : null;
  const wanted = shown ?? (isNew(last, local) ? last?.call : null);
  return appointments.find(({ appointment }) => appointment === wanted) ?? null;
}

function isRinging({ callback, rings_until }: CallbackView, { hushed }: TabletLocal): boolean {
  if (rings_until === null) return false;
  return hushed?.callback !== callback || hushed.rings_until !== rings_until;
}

function isCalling({ appointment, calls_until }: AppointmentView, local: TabletLocal): boolean {
  return calls_until !== null && !local.quieted.includes(appointment);
}

/** Hung up here, and the gateway does not know yet: what its picture will come to. */
function leftScreen(
  phase: Exclude<TabletPhase, { kind: "idle" }>,
  local: TabletLocal,
): TabletScreen {
  const { kind, call, language } = phase;
  if (kind === "waiting" || local.dismissed === call) return { kind: "languages", cancelled: null };
  const outcome = kind === "active" ? "completed" : "abandoned_connecting";
  return { kind: "ended", last: { call, language, outcome } };
}

function isNew(last: EndedCall | null, local: TabletLocal): boolean {
  return (
    last !== null &&
    local.baseline !== undefined &&
    last.call !== local.baseline &&
    last.call !== local.dismissed
  );
}

/** The number a visitor is told who is called back or has an appointment: the last two digits. */
export function callbackNumber(callback: CallId): string {
  return String(callback % 100).padStart(2, "0");
}

/** The kinds of end, as a visitor sees them. */
export const ENDED_KINDS = [
  "done",
  "cancelled",
  "nobody",
  "full",
  "closed",
  "withdrawn",
  "callback",
  "appointment",
  "passed",
  "broken",
] as const;

/** What an outcome means to a visitor. */
export type EndedKind = (typeof ENDED_KINDS)[number];

/** The kind of an outcome. */
export function outcomeKind(outcome: Outcome): EndedKind {
  switch (outcome) {
    case "completed":
      return "done";
    case "abandoned_queued":
    case "abandoned_connecting":
      return "cancelled";
    case "timed_out":
      return "nobody";
    case "refused_full":
      return "full";
    case "refused_closed":
      return "closed";
    case "withdrawn":
      return "withdrawn";
    case "converted_callback":
      return "callback";
    case "converted_appointment":
      return "appointment";
    case "transferred":
      return "passed";
    case "connection_lost":
      return "broken";
    default:
      return unreachable(outcome);
  }
}
