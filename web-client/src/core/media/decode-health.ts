/**
 * Whether what arrives of the main picture can be decoded here: some browsers and devices agree to a
 * codec and then show black, or nothing. Pure: counters in, a verdict out.
 *
 *   fine ──packets for 1 s without a decoded frame──▶ starved ──1 s more──▶ blind
 *
 * Who is starved asks for a keyframe: browsers do so by themselves (PLI). Who is blind can do without
 * this codec or not at all. A codec that has shown something is blamed that soon only if whole frames
 * come and stay unshown: a line that has just become narrow loses parts of them for as long.
 */

/** Packets for this long, and no frame of them: one keyframe is lacking, or all of them. */
export const STARVED_MS = 1_000;
/** So much longer, in which a keyframe came and did not help. */
export const BLIND_MS = 2_000;

/** Without whole frames, a codec that has shown some is given up after this. */
export const GIVEN_UP_MS = 10_000;

/** So many whole frames, none of them shown, are the codec's fault. */
const WHOLE_MIN = 5;

/** Packets in a second of the smallest picture; what comes slower is none. */
const PACKETS_MIN = 15;

/** Where more is lost, it is the network and no codec: no frame may have come whole. */
const LOST_PART_MAX = 0.05;

/** The counters of the picture at one moment. */
export interface Decoded {
  /** The page's clock, in milliseconds. */
  readonly at: number;
  readonly packets: number;
  readonly lost: number;
  /** Frames that came whole, with all that they build on (`framesReceived`). */
  readonly whole: number;
  /** Frames that were decoded. */
  readonly frames: number;
}

/** See the module. */
export class DecodeHealth {
  /** The last moment at which a frame was decoded, or nothing was to be decoded. */
  #fine: Decoded | null = null;
  #last: Decoded | null = null;

  /** The verdict after one more reading. */
  look(now: Decoded): "fine" | "starved" | "blind" {
    const { packets = 0, frames = 0 } = this.#last ?? {};
    const isNew = now.packets < packets;
    const isFed = now.packets > packets && now.frames === frames;
    this.#last = now;
    if (!this.#fine || isNew || !isFed) {
      this.#fine = now;
      return "fine";
    }
    const got = now.packets - this.#fine.packets;
    const lost = Math.max(0, now.lost - this.#fine.lost);
    const waitedMs = now.at - this.#fine.at;
    if (waitedMs < STARVED_MS || got < (PACKETS_MIN * waitedMs) / 1000) return "fine";
    const isDecodable = now.frames === 0 || now.whole - this.#fine.whole >= WHOLE_MIN;
    const patienceMs = isDecodable ? BLIND_MS : GIVEN_UP_MS;
    return waitedMs >= patienceMs && lost <= LOST_PART_MAX * got ? "blind" : "starved";
  }
}
