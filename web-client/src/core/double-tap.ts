/**
 * A touch that was meant once and fell twice: by its second half the picture has changed under the
 * finger, and the same place now means the way back.
 */
import type { CallId, Timestamp } from "./protocol";

/** For this long after a change nobody has read what the place under the finger means now. */
export const DOUBLE_TAP_MS = 700;

interface Seen<T> {
  readonly call: CallId;
  readonly value: T;
  /** What the newest change replaced, and when; null as long as nothing was changed. */
  readonly change: { readonly before: T; readonly at: Timestamp } | null;
}

/** Watches one value of a waiting call that a touch changes and a second one would change back. */
export class DoubleTap<T> {
  #seen: Seen<T> | null = null;

  /** The newest picture shows `value`. */
  see(call: CallId, value: T, now: Timestamp): void {
    const seen = this.#seen;
    if (seen?.call !== call) this.#seen = { call, value, change: null };
    else if (seen.value !== value) {
      this.#seen = { call, value, change: { before: seen.value, at: now } };
    }
  }

  /**
   * Whether `wanted` would only take back a change that is fresh; `rest` is the value to which a
   * second touch on the same place leads.
   */
  undoes(wanted: T, rest: T | undefined, now: Timestamp): boolean {
    const change = this.#seen?.change;
    if (!change || now - change.at >= DOUBLE_TAP_MS) return false;
    return wanted === change.before || wanted === rest;
  }
}
