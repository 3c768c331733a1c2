/**
 * When the tablet's test of itself begins and what ends it: planned while the languages are shown,
 * and nowhere else. A touch anywhere ends it in that very moment. Loaded with the screens that come
 * later; a file of its own would cost the first script the helpers that both need.
 */
import { Cell, type ReadableCell } from "../cell";
import { isDue, type Moment } from "./due";
import type { Found } from "./faults";
import { runSelfTest } from "./run";

/** How often it is asked whether it is due. */
const LOOK_MS = 5_000;

/** After a test that could not be made, the next try comes after so long, and as much again by chance. */
const AGAIN_MS = 30_000;

/** Tablets that are switched on together do not all ask together. */
const SPREAD_MS = 20_000;

/** How it stands. */
export interface Standing {
  readonly running: boolean;
  /** The newest; null before the first. */
  readonly found: Found | null;
}

/** What the plan goes by. */
export type Known = Omit<Moment, "untouchedMs" | "last" | "notBefore">;

/** See the module. */
export class SelfTestPlan {
  readonly #known: () => Known | null;
  readonly #standing = new Cell<Standing>({ running: false, found: null });
  #touchedAt = performance.now();
  #last: number | null = null;
  #notBefore: number;
  #running: AbortController | null = null;

  /** `known` says what the tablet knows; null before it knows anything. */
  constructor(known: () => Known | null) {
    this.#known = known;
    // By the gateway's clock, as all that is planned.
    this.#notBefore = (known()?.now ?? 0) + Math.random() * SPREAD_MS;
  }

  get standing(): ReadableCell<Standing> {
    return this.#standing;
  }

  /** Plans until the returned function is called, which also ends a test. */
  watch(): () => void {
    const touched = () => {
      this.#touchedAt = performance.now();
      this.end();
    };
    // Before whatever is touched hears of it.
    document.addEventListener("pointerdown", touched, true);
    document.addEventListener("keydown", touched, true);
    const timer = setInterval(() => this.#look(), LOOK_MS);
    return () => {
      clearInterval(timer);
      document.removeEventListener("pointerdown", touched, true);
      document.removeEventListener("keydown", touched, true);
      this.end();
    };
  }

  /** Somebody at the tablet wants it now. */
  now(): void {
    if (!this.#running) void this.#run(true);
  }

  /** Lets go of everything, at once. */
  end(): void {
    this.#running?.abort();
    this.#running = null;
  }

  #look(): void {
    const known = this.#known();
    if (!known || this.#running) return;
    const untouchedMs = performance.now() - this.#touchedAt;
    const [last, notBefore] = [this.#last, this.#notBefore];
    if (isDue({ ...known, untouchedMs, last, notBefore })) void this.#run(false);
  }

  async #run(asked: boolean): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#standing.set({ ...this.#standing.get(), running: true });
    const begun = this.#known()?.now ?? Date.now();
    try {
      const found = await runSelfTest(running.signal, asked);
      this.#last = begun;
      this.#standing.set({ running: true, found });
    } catch (error) {
      // Ended by a touch, or not to be made now: tried again in a quieter moment.
      if (!running.signal.aborted) console.warn(error);
      this.#notBefore = begun + AGAIN_MS * (1 + Math.random());
    }
    if (this.#running === running) this.#running = null;
    this.#standing.set({ ...this.#standing.get(), running: this.#running !== null });
  }
}
