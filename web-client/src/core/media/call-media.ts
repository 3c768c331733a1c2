/**
 * The media of a page across calls: opens the devices inside the tap, connects when the gateway
 * says so, makes a new connection when one fails, and lets go of everything when the call is over.
 *
 *   idle ──prepare──▶ devices open ──follow(join)──▶ connecting ──▶ connected
 *                          ▲                            ▲   failed, or disconnected for 3 s │
 *                          └── follow(null): closed     └───────── new offer ◀──────────────┘
 */
import { backoff } from "../backoff";
import { Cell, type ReadableCell } from "../cell";
import type { CallId, LanguageMode, RelayServer } from "../protocol";
import { RequestError } from "../requests";
import {
  closeCamera,
  closeDevices,
  DeviceError,
  type DeviceProblem,
  openDevices,
  openMicrophone,
  openWhatIsThere,
} from "./devices";
import { FlowingStream } from "./flowing";
import { DIRECT_MS_MAX, Ladder } from "./ladder";
import { closePeer, connectPeer, furtherTracks } from "./peer";
import { type Quality, quality, type Reading, readCounters, SAMPLE_MS, WINDOW } from "./quality";
import { TextChannel } from "./text-channel";

/** "disconnected" often heals within a second (Wi-Fi); past this a new connection is quicker. */
const DISCONNECTED_MS_MAX = 3_000;

/** After the gateway came back, media that is alive shows packets within this time. */
const PROOF_OF_LIFE_MS = 1_500;

/** Whoever takes part sees the other side, a colleague and a guest, */
const PEOPLE = 3;
/** and who only watches sees tablet, two interpreters and a guest. */
const PEOPLE_WATCHED = 4;

/** The call the gateway's picture shows, and whether media may be connected now. */
export interface MediaTarget {
  readonly call: CallId;
  readonly mode: LanguageMode;
  readonly join: boolean;
  /** A voice alone: the camera is closed and no picture is sent. */
  readonly audioOnly?: boolean;
  /** In writing: picture and sound are sent if they are there, and missed by nobody. */
  readonly written?: boolean;
  /** Watches and listens only: no device is opened and nothing is sent. */
  readonly watching?: boolean;
}

/** Which devices a call needs. */
type Wanted = Pick<MediaTarget, "mode" | "audioOnly" | "written" | "watching">;

/** What screens see. */
export interface MediaPicture {
  readonly local: MediaStream | null;
  readonly remote: MediaStream | null;
  /**
   * What further people send, by their places: interpreters in the order in which they came, then
   * guests; null while nothing flows in a place.
   */
  readonly others: readonly (MediaStream | null)[];
  /** The text of the call. */
  readonly text: TextChannel | null;
  readonly state: "idle" | "connecting" | "connected" | "interrupted";
  readonly problem: DeviceProblem | null;
  readonly muted: boolean;
  readonly cameraOff: boolean;
  readonly quality: Quality | null;
}

const NOTHING: MediaPicture = {
  local: null,
  remote: null,
  others: [],
  text: null,
  state: "idle",
  problem: null,
  muted: false,
  cameraOff: false,
  quality: null,
};

/** What the gateway answers to an offer. */
export interface MediaAnswer {
  readonly sdp: string;
  /** Who may carry media where no direct way opens. */
  readonly relays: readonly RelayServer[];
}

/** Sends an offer for a call to the gateway and brings the answer. */
export type Negotiate = (call: CallId, sdp: string) => Promise<MediaAnswer>;

/** Tells the gateway that the camera is off, or on again. */
export type TellCamera = (call: CallId, off: boolean) => void;

/** See the module. */
export class CallMedia {
  readonly #picture = new Cell<MediaPicture>(NOTHING);
  readonly #negotiate: Negotiate;
  readonly #tellCamera: TellCamera;
  #target: MediaTarget | null = null;
  /** Devices were asked for before the gateway's picture shows the call. */
  #held = false;
  #opening: Promise<MediaStream> | null = null;
  /** Counts openings of the devices; an older one closes what it still gets and touches nothing. */
  #openings = 0;
  readonly #ladder = new Ladder();
  #peer: RTCPeerConnection | null = null;
  /** The further places of that connection. */
  #others: readonly FlowingStream[] = [];
  /** Counts connections; whatever an older one still reports is ignored. */
  #generation = 0;
  #attempt = 0;
  #renewal: ReturnType<typeof setTimeout> | null = null;
  #sampler: ReturnType<typeof setInterval> | null = null;
  #readings: Reading[] = [];

  constructor(negotiate: Negotiate, tellCamera: TellCamera = () => undefined) {
    this.#negotiate = negotiate;
    this.#tellCamera = tellCamera;
  }

  /** What screens see. */
  get picture(): ReadableCell<MediaPicture> {
    return this.#picture;
  }

  /** Opens the devices inside the person's gesture and keeps them until a call shows or `drop`. */
  prepare(mode: LanguageMode, audioOnly = false, written = false): Promise<MediaStream> {
    this.#held = true;
    return this.#open({ mode, audioOnly, written });
  }

  /** Lets go of prepared devices, unless a call uses them. */
  drop(): void {
    this.#held = false;
    if (!this.#target) this.#release();
  }

  /** Follows the gateway's picture: null when there is no call. */
  follow(target: MediaTarget | null): void {
    const before = this.#target;
    this.#target = target;
    if (!target) {
      this.#beginText(null);
      if (before) this.#held = false;
      if (!this.#held) this.#release();
      return;
    }
    this.#held = false;
    if (before?.call !== target.call) {
      this.#disconnect();
      this.#beginText(new TextChannel());
    }
    // Back in the queue: the other side is gone, the devices stay warm.
    if (!target.join && before?.join) this.#disconnect();
    this.#fitCamera(before?.audioOnly ?? false, target.audioOnly ?? false);
    if (before?.written && !target.written) this.#openIfMissed(target);
    const { state, problem } = this.#picture.get();
    // A problem waits for the person (`retry`); asking again on each picture would only nag.
    if ((problem !== null && !target.written) || state !== "idle") return;
    if (target.join) void this.#connect();
    else this.#open(target).catch(() => undefined);
  }

  /** The signalling is back after an outage: makes sure the media is, too. */
  verify(): void {
    const peer = this.#peer;
    if (!this.#target?.join || !peer) return;
    const generation = this.#generation;
    // Counted now: a sample of before the outage would take the last packets for signs of life.
    const before = packetsReceived(peer);
    setTimeout(async () => {
      const [then, now] = await Promise.all([before, packetsReceived(peer)]);
      if (generation === this.#generation && now <= then) this.#renew(0);
    }, PROOF_OF_LIFE_MS);
  }

  /** Microphone off or on. */
  setMuted(muted: boolean): void {
    this.#show({ muted });
    this.#applySwitches();
  }

  /** Camera off or on. */
  setCameraOff(cameraOff: boolean): void {
    this.#show({ cameraOff });
    this.#applySwitches();
    if (this.#peer && this.#target) this.#tellCamera(this.#target.call, cameraOff);
  }

  #show(change: Partial<MediaPicture>): void {
    this.#picture.set({ ...this.#picture.get(), ...change });
  }

  #applySwitches(): void {
    const { local, muted, cameraOff } = this.#picture.get();
    for (const track of local?.getAudioTracks() ?? []) track.enabled = !muted;
    for (const track of local?.getVideoTracks() ?? []) track.enabled = !cameraOff;
  }

  /** Whatever was written in another call is gone with it. */
  #beginText(text: TextChannel | null): void {
    this.#picture.get().text?.close();
    this.#show({ text });
  }

  #open(wanted: Wanted): Promise<MediaStream> {
    if (wanted.watching) return Promise.resolve(new MediaStream());
    this.#opening ??= this.#openAnew(wanted);
    return this.#opening;
  }

  async #openAnew(wanted: Wanted): Promise<MediaStream> {
    const number = ++this.#openings;
    const isCurrent = () => number === this.#openings;
    let stream: MediaStream;
    try {
      stream = await openWanted(wanted);
    } catch (error) {
      if (isCurrent()) {
        this.#opening = null;
        // The call is in writing by now, where nothing is missed.
        if (this.#target?.written && !wanted.written) return this.#open(this.#target);
        this.#show({ problem: error instanceof DeviceError ? error.problem : "failed" });
      }
      throw error;
    }
    // Nobody wants it any more: it was let go of while the person was being asked.
    if (!isCurrent()) {
      closeDevices(stream);
      throw new DeviceError("failed", "no longer needed");
    }
    if (this.#target?.audioOnly) closeCamera(stream);
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.#deviceLost(stream), { once: true });
    }
    this.#show({ local: stream, problem: null });
    this.#applySwitches();
    return stream;
  }

  /** Closes the camera for a voice alone; asks for it again when a picture is wanted after all. */
  #fitCamera(before: boolean, audioOnly: boolean): void {
    const { local } = this.#picture.get();
    if (!local) return;
    if (audioOnly) {
      closeCamera(local);
      this.#show({ local });
    } else if (before) {
      this.#disconnect();
      closeDevices(local);
      this.#forgetOpening();
      this.#show({ local: null });
    }
  }

  /** Back from writing, where nobody missed them: what speaking or signing needs is asked for. */
  #openIfMissed(target: MediaTarget): void {
    const { local } = this.#picture.get();
    if (local ? !isMissed(local, target) : this.#opening === null) return;
    this.#disconnect();
    closeDevices(local);
    this.#forgetOpening();
    this.#show({ local: null });
  }

  /** Whatever is being opened is stale from now on. */
  #forgetOpening(): void {
    this.#openings += 1;
    this.#opening = null;
  }

  /** The camera sends nothing, though it should: opens the devices anew. */
  restart(): void {
    const { local } = this.#picture.get();
    if (local) this.#deviceLost(local);
  }

  /** A device was unplugged or taken away: tries what is left, or says what is missing. */
  #deviceLost(stream: MediaStream): void {
    if (this.#picture.get().local !== stream) return;
    closeDevices(stream);
    this.#forgetOpening();
    this.#show({ local: null });
    const target = this.#target;
    if (target?.join) void this.#connect();
    else if (target) this.#open(target).catch(() => undefined);
    else this.#release();
  }

  async #connect(): Promise<void> {
    const target = this.#target;
    if (!target) return;
    const generation = ++this.#generation;
    const isCurrent = () => generation === this.#generation;
    this.#show({ state: this.#attempt === 0 ? "connecting" : "interrupted" });
    const remote = new MediaStream();
    // Shown with their connection: until the new one is there, the last one's stand too.
    const people = target.watching ? PEOPLE_WATCHED : PEOPLE;
    const others: readonly FlowingStream[] = Array.from(
      { length: people - 1 },
      () => new FlowingStream(() => others === this.#others && this.#showOthers()),
    );
    try {
      const local = await this.#open(target);
      if (!isCurrent()) return;
      const { peer, text } = await connectPeer(
        local,
        { mode: target.mode, people, relays: this.#ladder.relays },
        async (offer) => {
          const { sdp, relays } = await this.#negotiate(target.call, offer);
          this.#ladder.note(relays);
          return sdp;
        },
        {
          onTrack: (track) => remote.addTrack(track),
          onFurtherTrack: (place, track) => others[place]?.watch(track),
          onState: (state) => isCurrent() && this.#peerChanged(state),
        },
      );
      if (!isCurrent()) {
        closePeer(peer);
        return;
      }
      // Only now, so that the last picture stands until the new one is there.
      closePeer(this.#peer);
      this.#peer = peer;
      this.#others = others;
      this.#readings = [];
      this.#show({ remote });
      this.#showOthers();
      this.#picture.get().text?.attach(text);
      // It is forgotten with the connection.
      if (this.#picture.get().cameraOff) this.#tellCamera(target.call, true);
      this.#sample(peer, generation);
      this.#peerChanged(peer.connectionState);
      setTimeout(() => isCurrent() && this.#climbUnless(peer), DIRECT_MS_MAX);
    } catch (error) {
      if (!isCurrent()) return;
      this.#connectFailed(error);
    }
  }

  /** A connection that is not up by now will never be, unless it may take another way. */
  #climbUnless({ connectionState }: RTCPeerConnection): void {
    const isUnderWay = connectionState === "new" || connectionState === "connecting";
    if (isUnderWay && this.#ladder.climb()) this.#renew(0);
  }

  #showOthers(): void {
    const others = this.#others.map(({ stream }) => stream);
    this.#show({ others });
  }

  #connectFailed(error: unknown): void {
    // Shown by its own name; retried when the person has acted (`retry`).
    if (error instanceof DeviceError) {
      this.#show({ state: "idle" });
      return;
    }
    // The call is over for the gateway; its next picture will say so.
    if (error instanceof RequestError && error.problem === "call_gone") return;
    this.#renew(backoff(this.#attempt, Math.random()));
  }

  #peerChanged(state: RTCPeerConnectionState): void {
    switch (state) {
      case "connected":
        this.#attempt = 0;
        this.#stopRenewal();
        this.#show({ state: "connected" });
        break;
      case "disconnected":
        this.#show({ state: "interrupted" });
        this.#renew(DISCONNECTED_MS_MAX);
        break;
      case "failed":
        this.#show({ state: "interrupted" });
        this.#renew(this.#ladder.climb() ? 0 : backoff(this.#attempt, Math.random()));
        break;
      case "new":
      case "connecting":
      case "closed":
        break;
    }
  }

  #renew(milliseconds: number): void {
    this.#stopRenewal();
    this.#renewal = setTimeout(() => {
      this.#attempt += 1;
      if (this.#target?.join) void this.#connect();
    }, milliseconds);
  }

  #stopRenewal(): void {
    if (this.#renewal !== null) clearTimeout(this.#renewal);
    this.#renewal = null;
  }

  #sample(peer: RTCPeerConnection, generation: number): void {
    if (this.#sampler !== null) clearInterval(this.#sampler);
    this.#sampler = setInterval(() => {
      readCounters(peer, performance.now(), furtherTracks(peer)).then(
        ({ main, apart }) => {
          if (generation !== this.#generation) return;
          const line = quality(this.#readings, main, this.#picture.get().quality);
          this.#readings = [...this.#readings, main].slice(-WINDOW);
          this.#show({ quality: line });
          for (const other of this.#others) other.count(apart, main.at);
        },
        (error: unknown) => console.warn(error),
      );
    }, SAMPLE_MS);
  }

  #disconnect(): void {
    this.#generation += 1;
    this.#attempt = 0;
    this.#stopRenewal();
    if (this.#sampler !== null) clearInterval(this.#sampler);
    this.#sampler = null;
    this.#readings = [];
    closePeer(this.#peer);
    this.#peer = null;
    this.#others = [];
    this.#show({ remote: null, others: [], state: "idle", quality: null });
  }

  #release(): void {
    this.#disconnect();
    closeDevices(this.#picture.get().local);
    this.#forgetOpening();
    this.#picture.set({ ...NOTHING, problem: this.#picture.get().problem });
  }

  /** Asks for the devices again after the person has put right what was wrong. */
  async retry(mode: LanguageMode): Promise<void> {
    this.#show({ problem: null });
    if (this.#target?.join) await this.#connect();
    else {
      const { audioOnly, written } = this.#target ?? {};
      await this.prepare(mode, audioOnly, written).catch(() => undefined);
    }
  }

  /** Forgets a problem that was shown. */
  clearProblem(): void {
    this.#show({ problem: null });
  }
}

/** Packets of the main place so far; none where they cannot be counted. */
async function packetsReceived(peer: RTCPeerConnection): Promise<number> {
  try {
    const { main } = await readCounters(peer, performance.now(), furtherTracks(peer));
    return main.packetsReceived;
  } catch (error) {
    console.warn(error);
    return 0;
  }
}

/** True when a stream lacks what the call cannot do without. */
function isMissed(stream: MediaStream, { mode, audioOnly }: Wanted): boolean {
  const signed = mode === "signed" && !audioOnly;
  return (signed ? stream.getVideoTracks() : stream.getAudioTracks()).length === 0;
}

function openWanted({ mode, audioOnly, written }: Wanted): Promise<MediaStream> {
  if (written) return openWhatIsThere();
  return audioOnly ? openMicrophone() : openDevices(mode);
}
