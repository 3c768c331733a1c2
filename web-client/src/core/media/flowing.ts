/**
 * A stream whose tracks come and go, such as that of a second interpreter: the connection has a place
 * for it from the start, and a track belongs to it only while something arrives there.
 */

/** See the module. */
export class FlowingStream {
  readonly #stream = new MediaStream();
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
    const flows = () => {
      this.#stream.addTrack(track);
      this.#changed();
    };
    const stops = () => {
      this.#stream.removeTrack(track);
      this.#changed();
    };
    track.addEventListener("unmute", flows);
    track.addEventListener("mute", stops);
    track.addEventListener("ended", stops);
    if (!track.muted) flows();
  }
}
