/**
 * What a waiting visitor is told of the time to come. The gateway says how much longer, in steps that
 * people use, and says it anew as time passes; a figure that outlives itself is not told any more.
 * Pure.
 */
import type { CallId, WaitEstimate } from "./protocol";

const MINUTE_MS = 60_000;

/** An interval as this screen told it. */
export interface Told {
  readonly call: CallId;
  readonly estimate: WaitEstimate;
  /** Since when, by the page's clock. */
  readonly since: number;
}

/** What is told after a picture: the same interval keeps its moment, a new one begins now. */
export function told(
  before: Told | null,
  call: CallId,
  estimate: WaitEstimate | null,
  now: number,
): Told | null {
  if (!estimate) return null;
  const same =
    before?.call === call &&
    before.estimate.from_ms === estimate.from_ms &&
    before.estimate.to_ms === estimate.to_ms;
  return { call, estimate, since: same ? before.since : now };
}

/** The words for it. */
export type WaitText =
  | { readonly kind: "interval"; readonly from: number; readonly to: number }
  | { readonly kind: "about"; readonly minutes: number }
  | { readonly kind: "under-minute" }
  | { readonly kind: "longer" };

/** The words at a moment of the page's clock. */
export function waitText({ estimate, since }: Told, now: number): WaitText {
  if (now - since >= estimate.to_ms) return { kind: "longer" };
  const [from, to] = [minutes(estimate.from_ms), minutes(estimate.to_ms)];
  if (to <= 1) return { kind: "under-minute" };
  return from < to ? { kind: "interval", from, to } : { kind: "about", minutes: to };
}

/** Whole minutes, rounded up: nobody minds an early interpreter. */
function minutes(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / MINUTE_MS));
}
