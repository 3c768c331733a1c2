/**
 * One connection of a call as the page has it: the peer, what arrives on it, and its text channel.
 * While a new one is made the old one goes on, and the new one then carries on in the same streams,
 * so that a player notices no more than another track.
 */
import { FlowingStream, moved } from "./flowing";
import { closePeer, connectPeer, furtherTracks, type PeerPlan, sendInLayers } from "./peer";
import { type Reading, readCounters } from "./quality";
import type { TextChannel } from "./text-channel";

/** What the owner of a line is told. */
export interface LineListener {
  /** The state of the connection. */
  onState(line: Line, state: RTCPeerConnectionState): void;
  /** A relay could not be used, by the browser's code for why. */
  onRelayError(url: string, code: number): void;
  /** Something flows in a further place, or no more. */
  onOthers(line: Line): void;
}

/** See the module. */
export class Line {
  readonly #listener: LineListener;
  #peer: RTCPeerConnection | null = null;
  #isClosed = false;
  #remote = new MediaStream();
  #others: readonly FlowingStream[] = [];
  #text: { readonly channel: TextChannel; readonly port: RTCDataChannel } | null = null;

  constructor(listener: LineListener) {
    this.#listener = listener;
  }

  /** The other side. */
  get remote(): MediaStream {
    return this.#remote;
  }

  /** The further places; null while nothing flows in one. */
  get others(): readonly (MediaStream | null)[] {
    return this.#others.map(({ stream }) => stream);
  }

  /** The connection itself, once it is answered. */
  get peer(): RTCPeerConnection | null {
    return this.#peer;
  }

  /** ICE and DTLS are up, as far as the browser knows. */
  get isUp(): boolean {
    return this.state === "connected";
  }

  /** The state of the connection; "new" before its answer. */
  get state(): RTCPeerConnectionState {
    return this.#peer?.connectionState ?? "new";
  }

  /** Connects: resolves when the answer is applied. */
  async connect(
    local: MediaStream,
    plan: PeerPlan,
    negotiate: (sdp: string) => Promise<string>,
    channel: TextChannel | null,
  ): Promise<void> {
    this.#others = Array.from(
      { length: plan.people - 1 },
      () => new FlowingStream(() => this.#isClosed || this.#listener.onOthers(this)),
    );
    const { peer, text } = await connectPeer(local, plan, negotiate, {
      onTrack: (track) => this.#isClosed || this.#remote.addTrack(track),
      onFurtherTrack: (place, track) => this.#others[place]?.watch(track),
      onRelayError: (url, code) => this.#listener.onRelayError(url, code),
      onState: (state) => this.#isClosed || this.#listener.onState(this, state),
    });
    if (this.#isClosed) {
      closePeer(peer);
      return;
    }
    this.#peer = peer;
    if (channel) {
      this.#text = { channel, port: text };
      channel.attach(text);
    }
  }

  /** Goes on in the streams of the line before, which is closed. */
  replace(before: Line): void {
    this.#remote = moved(this.#remote, before.#remote);
    for (const [place, other] of this.#others.entries()) {
      const last = before.#others[place];
      if (last) other.goOnIn(last);
    }
    before.close();
  }

  /** The counters; null where they cannot be read. */
  async read(): Promise<{ main: Reading; apart: ReadonlyMap<string, number> } | null> {
    if (!this.#peer) return null;
    try {
      return await readCounters(this.#peer, performance.now(), furtherTracks(this.#peer));
    } catch (error) {
      console.warn(error);
      return null;
    }
  }

  /** What the way up carries, as far as the browser knows, in bits a second. */
  async outgoingBps(): Promise<number | null> {
    const report = await this.#peer?.getStats();
    let known: number | null = null;
    report?.forEach((entry: RTCIceCandidatePairStats) => {
      if (entry.type === "candidate-pair" && entry.nominated)
        known = entry.availableOutgoingBitrate ?? known;
    });
    return known;
  }

  /** Sends our picture in all its layers, if it was connected with them, or in the largest alone. */
  sendInLayers(all: boolean): void {
    if (this.#peer) void sendInLayers(this.#peer, all);
  }

  /** Takes notice of what has arrived in the further places; `begins` as for a `FlowingStream`. */
  count(
    { main, apart }: { main: Reading; apart: ReadonlyMap<string, number> },
    begins: boolean,
  ): void {
    for (const other of this.#others) other.count(apart, main.at, begins);
  }

  /** Ends it without further word from it. Local tracks stay alive. */
  close(): void {
    this.#isClosed = true;
    if (this.#text) this.#text.channel.detach(this.#text.port);
    this.#text = null;
    closePeer(this.#peer);
    this.#peer = null;
  }
}
