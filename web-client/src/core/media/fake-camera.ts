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
  /** The kinds of device that are not there. */
  readonly missing = new Set<"audioinput" | "videoinput">();

  /** Streams that have been given out and not been closed. */
  get lit(): number {
    return this.#tracks.filter(({ readyState }) => readyState === "live").length;
  }

  async enumerateDevices(): Promise<{ kind: string }[]> {
    const kinds = ["videoinput", "audioinput"] as const;
    return kinds.filter((kind) => !this.missing.has(kind)).map((kind) => ({ kind }));
  }

  async getUserMedia(wanted: MediaStreamConstraints): Promise<object> {
    this.asked.push(Object.keys(wanted).sort().join(" "));
    const lacks = (kind: "audio" | "video") => wanted[kind] && this.missing.has(`${kind}input`);
    if (lacks("audio") || lacks("video")) throw new DOMException("none", "NotFoundError");
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
