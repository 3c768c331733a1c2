/**
 * Follows how a page's media gets through its network, call after call: by which way it goes, and
 * which step is blocked when none opens. Loaded with the screens of a call.
 */
import { Cell, type ReadableCell } from "../cell";
import type { CallMedia } from "./call-media";
import { type Diagnosis, diagnose, readReport, remember } from "./diagnose";

/** A blocked step is known within seconds; counters are cheap to read. */
const READ_MS = 1_000;

/** What was found out is worth showing for so long after its call; then the network may be another. */
const KEEP_MS = 10 * 60_000;

const NOTHING: ReturnType<typeof readReport> = {
  pairs: [],
  targets: { udp: null, tcp: null },
  reached: false,
};

/** See the module. */
export class NetworkWatch {
  readonly #media: CallMedia;
  readonly #isLinked: () => boolean;
  readonly #diagnosis = new Cell<Diagnosis | null>(null);
  /** The connection that is followed, and since when; null while there is none yet. */
  #peer: RTCPeerConnection | null = null;
  #since = 0;
  #foundAt = 0;
  #idle = true;

  /** `isLinked` says whether the connection for messages works. Follows as long as the page lives. */
  constructor(media: CallMedia, isLinked: () => boolean) {
    this.#media = media;
    this.#isLinked = isLinked;
    setInterval(() => {
      this.#read().catch((error: unknown) => console.warn(error));
    }, READ_MS);
  }

  /** The newest diagnosis, of this call or the last; null without one. */
  get diagnosis(): ReadableCell<Diagnosis | null> {
    return this.#diagnosis;
  }

  async #read(): Promise<void> {
    const at = performance.now();
    if (this.#media.picture.get().state === "idle") {
      this.#idle = true;
      if (at - this.#foundAt > KEEP_MS) this.#diagnosis.set(null);
      return;
    }
    const peer = peerOf(this.#media);
    const { relays } = this.#media;
    const isNew = this.#idle;
    if (isNew || peer !== this.#peer) {
      this.#idle = false;
      this.#peer = peer;
      this.#since = at;
    }
    const report = peer ? readReport(await peer.getStats()) : NOTHING;
    if (peer !== peerOf(this.#media)) return;

    const next = diagnose({
      elapsedMs: at - this.#since,
      signalling: this.#isLinked(),
      answered: peer !== null,
      up: peer?.connectionState === "connected",
      pairs: report.pairs,
      targets: report.targets,
      relays: { ...relays, reached: report.reached },
    });
    this.#foundAt = at;
    // What was found in another call is no part of this one's.
    this.#diagnosis.set(remember(isNew ? null : this.#diagnosis.get(), next));
  }
}

/** The connection that carries, or else the newest. */
function peerOf({ peers }: CallMedia): RTCPeerConnection | null {
  const up = peers.find(({ connectionState }) => connectionState === "connected");
  return up ?? peers.at(-1) ?? null;
}
