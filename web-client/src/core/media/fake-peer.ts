/** Connections for tests that have no browser: they do what the test says. */
import { STRING_BEGINS } from "./text-terms";

/** A receiving track. */
export class Track extends EventTarget {
  muted = true;
  readonly kind: string;
  readonly id: string;
  constructor(kind: string, id: string) {
    super();
    this.kind = kind;
    this.id = id;
  }
  /** What the browser tells when packets begin, stop, or can come no more. */
  turns(event: "unmute" | "mute" | "ended"): void {
    this.muted = event !== "unmute";
    this.dispatchEvent(new Event(event));
  }
}

/** Stands in for `MediaStream`. */
export class Stream {
  readonly #tracks = new Set<unknown>();
  addTrack(track: unknown): void {
    this.#tracks.add(track);
  }
  removeTrack(track: unknown): void {
    this.#tracks.delete(track);
  }
  getTracks(): unknown[] {
    return [...this.#tracks];
  }
  getAudioTracks(): unknown[] {
    return [];
  }
  getVideoTracks(): unknown[] {
    return [];
  }
}

/** A data channel that opens when the test says. */
export class Channel {
  readonly label: string;
  readonly init: object | undefined;
  readyState = "connecting";
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  readonly sent: string[] = [];
  constructor(label: string, init?: object) {
    this.label = label;
    this.init = init;
  }
  /** What is said of the text is no text. */
  send(text: string): void {
    if (!text.startsWith(STRING_BEGINS)) this.sent.push(text);
  }
  opens(): void {
    this.readyState = "open";
    this.onopen?.();
  }
}

/** A browser's connection, with the receivers of every section that was offered. */
export class Peer {
  static made: Peer[] = [];
  readonly transceivers: { receiver: { track: Track }; sender: object; direction: string }[] = [];
  localDescription = { sdp: "offer" };
  connectionState = "new";
  ontrack: ((event: object) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  constructor() {
    Peer.made.push(this);
  }
  addTransceiver(what: string | { kind?: string }, { direction }: { direction: string }): void {
    const place = this.transceivers.length;
    const kind = typeof what === "string" ? what : (what.kind ?? "video");
    const receiver = { track: new Track(kind, `track-${place}`) };
    this.transceivers.push({ receiver, sender: {}, direction });
  }
  getTransceivers(): Peer["transceivers"] {
    return this.transceivers;
  }
  readonly channels: Channel[] = [];
  createDataChannel(label: string, init?: object): Channel {
    const channel = new Channel(label, init);
    this.channels.push(channel);
    return channel;
  }
  async createOffer(): Promise<void> {}
  async setLocalDescription(): Promise<void> {}
  async setRemoteDescription(): Promise<void> {
    for (const transceiver of this.transceivers) {
      this.ontrack?.({ track: transceiver.receiver.track, transceiver });
    }
  }
  /** The receiving track of a section, in the order of the offer. */
  track(place: number): Track {
    const track = this.transceivers[place]?.receiver.track;
    if (!track) throw new Error(`no section ${place}`);
    return track;
  }
  becomes(state: "connected" | "disconnected" | "failed"): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  isClosed = false;
  close(): void {
    this.isClosed = true;
  }
  /** Packets that have arrived, by section, and frames of the main picture. */
  readonly arrived = new Map<number, number>();
  framesDecoded = 0;
  async getStats(): Promise<Map<string, object>> {
    const entries = [...this.arrived].map(([place, packetsReceived]) => ({
      type: "inbound-rtp",
      kind: this.track(place).kind,
      trackIdentifier: this.track(place).id,
      packetsReceived,
      framesDecoded: place === 1 ? this.framesDecoded : 0,
    }));
    return new Map(entries.map((entry) => [entry.trackIdentifier, entry]));
  }
}
