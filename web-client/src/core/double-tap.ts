/**
 * A touch that was meant once and fell twice: by its second half the picture has changed under the
 * finger, and the same place now means the way back.
 */
import type { CallId } from "./protocol";

/** For this long after a change nobody has read what the place under the finger means now. */
export const DOUBLE_TAP_MS = 700;

interface Seen<T> {
  readonly call: CallId;
  readonly value: T;
  /** What the newest change replaced, and when; null as long as nothing was changed. */
  readonly change: { readonly before: T; readonly at: number } | null;
}

/**
 * Watches one value of a waiting call that a touch changes and a second one would change back.
 * Moments are milliseconds of a clock that nobody sets.
 */
export class DoubleTap<T> {
  #seen: Seen<T> | null = null;

  /** The newest picture shows `value`; true when that is a change. */
  see(call: CallId, value: T, now: number): boolean {
    const seen = this.#seen;
    const isSame = seen?.call === call;
    if (isSame && seen.value === value) return false;
    this.#seen = { call, value, change: isSame ? { before: seen.value, at: now } : null };
    return isSame;
  }

  /**
   * Whether `wanted` would only take back a change that is fresh; `rest` is the value to which a
   * second touch on the same place leads.
   */
  undoes(wanted: T, rest: T | undefined, now: number): boolean {
    const change = this.#seen?.change;
    if (!change || now - change.at >= DOUBLE_TAP_MS) return false;
    return wanted === change.before || wanted === rest;
  }
}
