/**
 * What a waiting visitor is offered instead of waiting, in the order of the service: a wider search
 * (the gateway's), by voice alone, in writing, being called back, an appointment. Pure.
 */
import type { Mode, TabletPhase } from "./protocol";

type Waiting = Extract<TabletPhase, { kind: "waiting" }>;

/** One step down, or back up: each is one touch. */
export type Rung =
  | { readonly kind: "mode"; readonly mode: Mode }
  | { readonly kind: "callback" }
  | { readonly kind: "appointment" };

/** The steps, and whether they are said plainly or stand aside. */
export interface Ladder {
  readonly rungs: readonly Rung[];
  /** Nobody can answer now, or not soon. */
  readonly plain: boolean;
}

/** Whoever has waited this long wants to know what else there is: the last mark of the reports. */
export const LONG_WAIT_MS = 3 * 60_000;

/** A wait that will probably be at least this long is said to be long from the start. */
export const LONG_ESTIMATE_MS = 10 * 60_000;

/** Ways that give something up so that more people can answer, the smallest loss first. */
const LESSER: readonly Mode[] = ["spoken_audio", "text_relay"];

/** The ladder of a waiting call whose language is interpreted in these ways, the usual one first. */
export function ladder(phase: Waiting, modes: readonly Mode[], waitedMs: number): Ladder {
  const [usual] = modes;
  const rungs: Rung[] = [];
  for (const mode of LESSER.filter((one) => modes.includes(one) && one !== usual)) {
    // Where it has been taken, the same place leads back to the usual way.
    const to = mode === phase.mode ? usual : mode;
    if (to !== undefined) rungs.push({ kind: "mode", mode: to });
  }
  if (phase.may_call_back) rungs.push({ kind: "callback" });
  rungs.push({ kind: "appointment" });
  const long = waitedMs >= LONG_WAIT_MS || (phase.estimate?.from_ms ?? 0) >= LONG_ESTIMATE_MS;
  // Whether it rings or not: buttons must not move under a finger.
  return { rungs, plain: phase.on_duty === 0 || long };
}

/** The visitor has changed the way of the call: not the usual one of its language. */
export function isChanged(phase: Waiting, modes: readonly Mode[]): boolean {
  return modes.length > 0 && phase.mode !== modes[0];
}

/** The way an appointment is asked for: nobody gives up the picture for a time of their choice. */
export function modeToBook(mode: Mode): Mode | undefined {
  return mode === "text_relay" || mode === "cued_speech" ? mode : undefined;
}
