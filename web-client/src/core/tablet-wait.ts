/**
 * What a waiting visitor is told of the time to come: an interval in whole minutes, which never runs
 * down to nothing and then goes on. Pure.
 */
import type { Timestamp, WaitEstimate } from "./protocol";

const MINUTE_MS = 60_000;

/** Up to here every minute is told; the forecast is no finer than that. */
const FINE_MINUTES_MAX = 10;

/** Above, people are told a multiple of this. */
const COARSE_MINUTES = 5;

/** What is told. */
export type WaitText =
  | { readonly kind: "interval"; readonly from: number; readonly to: number }
  | { readonly kind: "about"; readonly minutes: number }
  | { readonly kind: "under-minute" }
  | { readonly kind: "soon" }
  | { readonly kind: "soon-within"; readonly minutes: number }
  | { readonly kind: "longer" };

/** The text for an estimate at a moment of the gateway's clock. */
export function waitText({ from, to }: WaitEstimate, now: Timestamp): WaitText {
  if (to <= now) return { kind: "longer" };
  const [first, last] = [minutes(from - now), minutes(to - now)];
  // "Any moment" alone would be a lie with ten minutes still likely.
  if (from <= now) return last > 1 ? { kind: "soon-within", minutes: last } : { kind: "soon" };
  if (last <= 1) return { kind: "under-minute" };
  return first < last
    ? { kind: "interval", from: first, to: last }
    : { kind: "about", minutes: last };
}

/** Whole minutes, rounded up: nobody minds an early interpreter. */
function minutes(milliseconds: number): number {
  const exact = Math.ceil(milliseconds / MINUTE_MS);
  return exact <= FINE_MINUTES_MAX ? exact : Math.ceil(exact / COARSE_MINUTES) * COARSE_MINUTES;
}
