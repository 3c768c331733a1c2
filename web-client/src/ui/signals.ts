/** The bridge between the core's cells and the screens' signals, and the time as a signal. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ReadableCell } from "../core/cell";

/** A signal that follows a cell for as long as the page lives. */
export function signalOf<T>(cell: ReadableCell<T>): ReadonlySignal<T> {
  const follower = signal(cell.get());
  cell.watch((value) => {
    follower.value = value;
  });
  return follower;
}

/** Four times a second, so that no shown second is skipped or doubled. */
const TICK_MS = 250;

const ticking = signal(Date.now());
setInterval(() => {
  // Nobody looks at a hidden page; the next tick after its return is right again.
  if (document.visibilityState === "visible") ticking.value = Date.now();
}, TICK_MS);

/** The page's time. Only what reads it is drawn again on each tick. */
export const now: ReadonlySignal<number> = ticking;
