/**
 * Whether what arrives of the main picture can be decoded here: some browsers and devices agree to a
 * codec and then show black, or nothing. Pure: counters in, a verdict out.
 *
 *   fine ──packets for 1 s without a decoded frame──▶ starved ──1 s more──▶ blind
 *
 * Who is starved asks for a keyframe: browsers do so by themselves (PLI). Who is blind can do without
 * this codec or not at all.
 */

/** Packets for this long, and no frame of them: one keyframe is lacking, or all of them. */
export const STARVED_MS = 1_000;
/** So much longer, in which a keyframe came and did not help. */
export const BLIND_MS = 2_000;

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
    return waitedMs >= BLIND_MS && lost <= LOST_PART_MAX * got ? "blind" : "starved";
  }
}
