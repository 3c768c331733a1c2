/**
 * The call screen, which is not needed before somebody has waited: fetched while the tablet is idle,
 * and again and again until it is there, so that the languages are usable sooner.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { backoff } from "../core/backoff";

type Screen = typeof import("./call").CallScreen;

/** See the module. */
export class CallLater {
  readonly #screen = signal<Screen | null>(null);
  #asked = false;

  /** The screen; null until it is there. */
  get screen(): ReadonlySignal<Screen | null> {
    return this.#screen;
  }

  /** Fetches it, once. */
  want(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#fetch(0);
  }

  #fetch(failures: number): void {
    import("./call").then(
      ({ CallScreen }) => {
        this.#screen.value = CallScreen;
      },
      (error: unknown) => {
        console.warn(error);
        setTimeout(() => this.#fetch(failures + 1), backoff(failures, Math.random()));
      },
    );
  }
}
