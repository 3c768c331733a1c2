/**
 * What a waiting visitor and the board are told of the time to come. The gateway says how much longer, in steps that
 * people use, and says it anew as time passes: the newest figure is shown as it is. Pure.
 */
import type { WaitEstimate } from "./protocol";

const MINUTE_MS = 60_000;

/** The words for it; both ends are one minute or more. */
export type WaitText =
  | { readonly kind: "interval"; readonly from: number; readonly to: number }
  | { readonly kind: "about"; readonly minutes: number };

/** The words of an estimate, for visitors and for the board. */
export function waitText({ from_ms, to_ms }: WaitEstimate): WaitText {
  const [from, to] = [minutes(from_ms), minutes(to_ms)];
  return from < to ? { kind: "interval", from, to } : { kind: "about", minutes: to };
}

/** Whole minutes, rounded up: nobody minds an early interpreter. */
function minutes(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / MINUTE_MS));
}
