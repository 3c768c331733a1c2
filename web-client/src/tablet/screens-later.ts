/**
 * The screens that are not needed before somebody has tapped something: fetched while the tablet is
 * idle, and again and again until they are there, so that the languages are usable sooner.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { backoff } from "../core/backoff";

/** All of them. */
export type LaterScreens = typeof import("./later");

/** See the module. */
export class ScreensLater {
  readonly #screens = signal<LaterScreens | null>(null);
  readonly #arrived: (screens: LaterScreens) => void;
  #asked = false;

  /** `arrived` is called before any of them is shown. */
  constructor(arrived: (screens: LaterScreens) => void) {
    this.#arrived = arrived;
  }

  /** The screens; null until they are there. */
  get screens(): ReadonlySignal<LaterScreens | null> {
    return this.#screens;
  }

  /** Fetches them, once. */
  want(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#fetch(0);
  }

  #fetch(failures: number): void {
    import("./later").then(
      (screens) => {
        this.#arrived(screens);
        this.#screens.value = screens;
      },
      (error: unknown) => {
        console.warn(error);
        setTimeout(() => this.#fetch(failures + 1), backoff(failures, Math.random()));
      },
    );
  }
}
