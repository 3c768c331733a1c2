/** A camera for tests that have no browser: always there, always allowed, and its light can be seen. */

class Track extends EventTarget {
  readyState = "live";
  stop(): void {
    this.readyState = "ended";
  }
}

/** Stands in for `navigator.mediaDevices`. */
export class FakeCamera {
  readonly #tracks: Track[] = [];
  /** What was asked for, in order. */
  readonly asked: string[] = [];

  /** Streams that have been given out and not been closed. */
  get lit(): number {
    return this.#tracks.filter(({ readyState }) => readyState === "live").length;
  }

  async enumerateDevices(): Promise<{ kind: string }[]> {
    return [{ kind: "videoinput" }, { kind: "audioinput" }];
  }

  async getUserMedia(wanted: MediaStreamConstraints): Promise<object> {
    this.asked.push(Object.keys(wanted).sort().join(" "));
    const track = new Track();
    this.#tracks.push(track);
    let tracks = [track];
    const all = () => tracks;
    const removeTrack = (gone: Track) => {
      tracks = tracks.filter((kept) => kept !== gone);
    };
    return { getTracks: all, getAudioTracks: () => [], getVideoTracks: all, removeTrack };
  }
}
