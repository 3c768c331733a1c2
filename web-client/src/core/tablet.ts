/**
 * What the tablet shows, from the gateway's picture and the little it decides itself: a tap under
 * way, and that a closing screen was dismissed. Pure.
 */
import { unreachable } from "./never";
import type { CallId, EndedCall, Language, Outcome, TabletPhase, ViewOf } from "./protocol";
import type { RequestProblem } from "./requests";

/** The closing screen returns to the languages by itself after this time. */
export const ENDED_MS = 30_000;

/** What the tablet decides itself. */
export interface TabletLocal {
  /** The last ended call of the first picture: it belongs to a visitor of earlier. */
  readonly baseline: CallId | null | undefined;
  /** The closing screen that was dismissed. */
  readonly dismissed: CallId | null;
  /** The language of a tap that is not answered yet. */
  readonly pending: Language | null;
  /** The call that was hung up here and that the gateway's picture still shows. */
  readonly leaving: CallId | null;
  /** Why the last tap came to nothing. */
  readonly problem: RequestProblem | null;
}

/** Before the first picture. */
export const TABLET_START: TabletLocal = {
  baseline: undefined,
  dismissed: null,
  pending: null,
  leaving: null,
  problem: null,
};

/** What can happen to it. */
export type TabletEvent =
  | { readonly type: "picture"; readonly view: ViewOf<"tablet"> }
  | { readonly type: "tapped"; readonly language: Language }
  | { readonly type: "tap_refused"; readonly problem: RequestProblem }
  | { readonly type: "tap_given_up" }
  | { readonly type: "left"; readonly call: CallId | null }
  | { readonly type: "dismissed"; readonly call: CallId };

/** The local state after an event. */
export function reduceTablet(local: TabletLocal, event: TabletEvent): TabletLocal {
  switch (event.type) {
    case "picture": {
      const { view } = event;
      const baseline = local.baseline === undefined ? (view.last?.call ?? null) : local.baseline;
      // The picture shows the outcome of the tap: a call, or one refused at once.
      const settled = view.phase.kind !== "idle" || isNew(view.last, { ...local, baseline });
      const leaving = isShown(view.phase, local.leaving) ? local.leaving : null;
      return { ...local, baseline, leaving, pending: settled ? null : local.pending };
    }
    case "tapped":
      return { ...local, pending: event.language, problem: null };
    case "tap_refused":
      return { ...local, pending: null, problem: event.problem };
    case "tap_given_up":
      return { ...local, pending: null };
    case "left":
      return { ...local, leaving: event.call };
    case "dismissed":
      return { ...local, dismissed: event.call, problem: null };
    default:
      return unreachable(event);
  }
}

/** One screen of the tablet. */
export type TabletScreen =
  | { readonly kind: "languages"; readonly cancelled: EndedCall | null }
  | { readonly kind: "waiting"; readonly phase: Extract<TabletPhase, { kind: "waiting" }> }
  | { readonly kind: "connecting"; readonly phase: Extract<TabletPhase, { kind: "connecting" }> }
  | { readonly kind: "call"; readonly phase: Extract<TabletPhase, { kind: "active" }> }
  | { readonly kind: "ended"; readonly last: EndedCall };

/** True when the phase is that of the call. */
export function isShown(phase: TabletPhase, call: CallId | null): boolean {
  return phase.kind !== "idle" && phase.call === call;
}

/** The screen to show. */
export function tabletScreen(view: ViewOf<"tablet">, local: TabletLocal): TabletScreen {
  const { phase, last } = view;
  if (phase.kind !== "idle" && phase.call === local.leaving) return leftScreen(phase, local);
  switch (phase.kind) {
    case "waiting":
      return { kind: "waiting", phase };
    case "connecting":
      return { kind: "connecting", phase };
    case "active":
      return { kind: "call", phase };
    case "idle":
      if (!last || !isNew(last, local)) return { kind: "languages", cancelled: null };
      // The person cancelled, often for another language: the buttons come back at once.
      return last.outcome === "abandoned_queued"
        ? { kind: "languages", cancelled: last }
        : { kind: "ended", last };
    default:
      return unreachable(phase);
  }
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

/** What an outcome means to a visitor: it went well, nobody came, or the line broke. */
export function outcomeKind(outcome: Outcome): "done" | "cancelled" | "nobody" | "full" | "broken" {
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
    case "connection_lost":
      return "broken";
    default:
      return unreachable(outcome);
  }
}
