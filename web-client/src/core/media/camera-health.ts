/**
 * Whether one's own camera still shows something, and when it is worth opening it anew. Pure: two
 * samples a second in, a verdict out.
 *
 * A phone call, Siri, another program or a lock screen take the camera without a word to the page: its
 * track falls silent (`muted`), or goes on without frames, or with black ones. Turned off by hand it is
 * none of this.
 */
import { backoff } from "../backoff";
import { isBlack, type Light } from "./light";

/** Samples are taken this often. */
export const LOOK_MS = 500;

/** Black, or no new frame, for this long and the camera is taken: known within two seconds. */
export const TAKEN_MS = 1_500;

/** Where the browser itself says that nothing comes, one more sample is proof enough. */
export const SILENT_MS = 750;

/** It may come back by itself, as after Siri; then opening it anew is tried, less and less often. */
const REOPEN_MS = 2_000;

/** One look at the camera. */
export interface CameraSample {
  /** The page's clock, in milliseconds. */
  readonly at: number;
  /** Turned off by hand. */
  readonly off: boolean;
  /** The page is on the screen; what is not drawn cannot be looked at. */
  readonly visible: boolean;
  /** The browser says that nothing comes: the track is muted or has ended. */
  readonly silent: boolean;
  /** Frames shown so far; null where nobody counts them. */
  readonly frames: number | null;
  /** Null where nobody can look. */
  readonly light: Light | null;
}

/** What follows from it. */
export interface CameraVerdict {
  readonly taken: boolean;
  /** Open the camera anew, now. */
  readonly reopen: boolean;
}

/** See the module. */
export class CameraHealth {
  #goodAt: number | null = null;
  #frames: number | null = null;
  #silent = false;
  #taken = false;
  #reopenAt = 0;
  #attempts = 0;

  /** The verdict after one more look. */
  look(sample: CameraSample): CameraVerdict {
    const { at, off, visible, silent } = sample;
    const moved = sample.frames === null || sample.frames !== this.#frames;
    this.#frames = sample.frames;
    // Given back: by itself all is well, or what comes now is black.
    if (this.#silent && !silent) this.hope(at);
    this.#silent = silent;
    const black = sample.light !== null && isBlack(sample.light);
    if (off || this.#goodAt === null) {
      this.#good(at);
    } else if (!visible && !silent) {
      // Nobody can look: it stands as it stood, and its time begins again.
      if (!this.#taken) this.#goodAt = at;
    } else if (!silent && moved && !black) {
      this.#good(at);
    } else if (!this.#taken && at - this.#goodAt >= (silent ? SILENT_MS : TAKEN_MS)) {
      this.#taken = true;
      this.#reopenAt = at + REOPEN_MS;
    }
    const reopen = this.#taken && visible && at >= this.#reopenAt;
    if (reopen) {
      this.#attempts += 1;
      this.#reopenAt = at + REOPEN_MS + backoff(this.#attempts, 1);
    }
    return { taken: this.#taken, reopen };
  }

  /** Something has happened after which it may work again: if it does not soon, it is opened anew. */
  hope(at: number): void {
    this.#attempts = 0;
    this.#reopenAt = Math.min(this.#reopenAt, at + 2 * LOOK_MS);
  }

  #good(at: number): void {
    this.#goodAt = at;
    this.#taken = false;
    this.#attempts = 0;
  }
}
