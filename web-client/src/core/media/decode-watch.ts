/**
 * Watches whether the main picture can be decoded here, and does without a codec that cannot: a
 * connection without it takes the place of the present one. Loaded with the screens of a call.
 */
import { Cell, type ReadableCell } from "../cell";
import type { CallMedia } from "./call-media";
import { type Decoded, DecodeHealth } from "./decode-health";
import { avoidCodec, furtherTracks } from "./peer";

/** Counters are read this often, while no frames come. */
const READ_MS = 500;

/** See the module. */
export class DecodeWatch {
  readonly #media: CallMedia;
  readonly #unreadable = new Cell(false);
  #peer: RTCPeerConnection | null = null;
  #health = new DecodeHealth();

  constructor(media: CallMedia) {
    this.#media = media;
  }

  /** This browser shows nothing of what comes; another codec is tried, as long as one is left. */
  get unreadable(): ReadableCell<boolean> {
    return this.#unreadable;
  }

  /** Begins; returns how to stop. */
  readonly begin = (): (() => void) => {
    const timer = setInterval(() => {
      this.#read().catch((error: unknown) => console.warn(error));
    }, READ_MS);
    return () => {
      clearInterval(timer);
      this.#unreadable.set(false);
    };
  };

  async #read(): Promise<void> {
    const [peer] = this.#media.peers;
    // What is not drawn is not always decoded, nor even sent.
    const isSeen = document.visibilityState === "visible";
    if (peer !== this.#peer || !isSeen) this.#health = new DecodeHealth();
    this.#peer = peer ?? null;
    if (!peer || !isSeen) return;
    const found = mainPicture(await peer.getStats(), furtherTracks(peer));
    if (!found) return;
    const verdict = this.#health.look({ ...found.counters, at: performance.now() });
    if (verdict === "fine" && found.counters.frames > 0) this.#unreadable.set(false);
    if (verdict !== "blind") return;
    this.#health = new DecodeHealth();
    this.#unreadable.set(true);
    const codec = found.codec ?? firstNegotiated(peer);
    if (codec !== null && avoidCodec(codec)) this.#media.renew();
  }
}

/**
 * The codec that the main picture comes in, as the gateway's answer says: the one it names first. As long
 * as nothing was decoded, Chromium's figures name none.
 */
function firstNegotiated(peer: RTCPeerConnection): string | null {
  const main = peer.getReceivers().find(({ track }) => track.kind === "video");
  return main?.getParameters().codecs[0]?.mimeType ?? null;
}

/** The counters of the main picture, and its codec, such as `video/VP8`. */
export function mainPicture(
  report: ReadonlyMap<string, Record<string, unknown>>,
  setApart: readonly Pick<MediaStreamTrack, "id">[],
): { counters: Omit<Decoded, "at">; codec: string | null } | null {
  const apart = new Set<unknown>(setApart.map(({ id }) => id));
  for (const entry of report.values()) {
    if (entry["type"] !== "inbound-rtp" || entry["kind"] !== "video") continue;
    if (apart.has(entry["trackIdentifier"])) continue;
    const number = (key: string) => Number(entry[key] ?? 0);
    const codec = report.get(String(entry["codecId"]))?.["mimeType"];
    return {
      counters: {
        packets: number("packetsReceived"),
        lost: number("packetsLost"),
        whole: number("framesReceived"),
        frames: number("framesDecoded"),
      },
      codec: typeof codec === "string" ? codec : null,
    };
  }
  return null;
}
