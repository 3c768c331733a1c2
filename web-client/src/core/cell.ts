/**
 * A value that can be watched. The one thing the core hands to screens; any user-interface library
 * can follow it, none is needed.
 */

/** What screens may do with a cell. */
export interface ReadableCell<T> {
  /** The value now. */
  get(): T;
  /** Calls back on every change, not for the present value; returns how to stop. */
  watch(listener: (value: T) => void): () => void;
}

/** A value that can be watched and set. */
export class Cell<T> implements ReadableCell<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  /** Sets the value; an identical one is no change. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    // A copy, because a listener may stop watching while it is called.
    for (const listener of [...this.#listeners]) listener(value);
  }

  watch(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
