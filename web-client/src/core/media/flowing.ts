/**
 * A stream whose tracks come and go, such as that of a colleague or a guest: the connection has a place
 * for it from the start, and a track belongs to it only while something arrives there.
 *
 * Browsers tell the first packet (`unmute`). That packets have stopped, and come again, Chromium does
 * not tell as long as nothing is negotiated anew; there the counters of the connection say so.
 */

/**
 * Without a packet for this long, nothing flows: seen by the next reading of the counters, within two
 * seconds of the last packet. A camera that is off goes on sending black frames, a muted microphone
 * silence.
 */
export const SILENT_MS = 1_500;

/** How many packets of each track have arrived, by the track's id. */
export type Packets = ReadonlyMap<string, number>;

interface Watched {
  readonly track: MediaStreamTrack;
  packets: number;
  /** When the count last moved, or was first read. */
  movedAt: number | null;
}

/**
 * Puts the tracks of a stream in the place of those of another; returns that one. Kind by kind, since a
 * player may stop at a stream that is empty for a moment; and the old one of a kind goes first, because
 * Firefox shows a second picture only where there is none (ESR 153).
 */
export function moved(from: MediaStream, to: MediaStream): MediaStream {
  const before = to.getTracks();
  for (const track of from.getTracks()) {
    for (const last of before) if (last.kind === track.kind && last !== track) to.removeTrack(last);
    to.addTrack(track);
  }
  const after = from.getTracks();
  for (const last of before) if (!after.includes(last)) to.removeTrack(last);
  return to;
}

/** See the module. */
export class FlowingStream {
  #stream = new MediaStream();
  #watched: Watched[] = [];
  readonly #changed: () => void;

  /** `changed` is called whenever a track begins or stops. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The stream; null while nothing flows. */
  get stream(): MediaStream | null {
    return this.#stream.getTracks().length > 0 ? this.#stream : null;
  }

  /** Watches a track, from its first packet to its last. */
  watch(track: MediaStreamTrack): void {
    this.#watched.push({ track, packets: 0, movedAt: null });
    track.addEventListener("unmute", () => this.#flows(track, true));
    track.addEventListener("mute", () => this.#flows(track, false));
    track.addEventListener("ended", () => this.#flows(track, false));
    this.#flows(track, !track.muted);
  }

  /**
   * The counters at a moment of the page's clock; a track they do not name is left as it is. `begins`:
   * from now on, since nothing need have come before.
   */
  count(packets: Packets, at: number, begins = false): void {
    for (const one of this.#watched) {
      const arrived = packets.get(one.track.id);
      if (arrived === undefined) continue;
      const moved = arrived > one.packets;
      if (moved || begins || one.movedAt === null) one.movedAt = at;
      one.packets = arrived;
      if (moved) this.#flows(one.track, true);
      else if (at - one.movedAt >= SILENT_MS) this.#flows(one.track, false);
    }
  }

  /** Goes on in the stream of another, which watches nothing any more. */
  goOnIn(before: FlowingStream): void {
    before.#watched = [];
    this.#stream = moved(this.#stream, before.#stream);
  }

  #flows(track: MediaStreamTrack, flows: boolean): void {
    if (!this.#watched.some((one) => one.track === track)) return;
    if (this.#stream.getTracks().includes(track) === flows) return;
    if (flows) this.#stream.addTrack(track);
    else this.#stream.removeTrack(track);
    this.#changed();
  }
}
