/**
 * The connections of a call: the one that is shown, and the one that is to take its place. The old
 * one goes on until the new one shows a picture. If the old one heals meanwhile, the new one is let
 * go of; if the new one comes to nothing, the old one is as it was.
 *
 *              connect ──▶ next ──up, and shows a picture──▶ present
 *                           ▲  └──failed: again after a pause, if the present one is not up
 *                           └── present failed, or disconnected for 3 s, or `renew`
 *
 * As soon as a third person is seen or heard, a connection follows that sends our picture in layers,
 * so that each gets what their line carries; once the call has one, it stays.
 */
import { backoff } from "../backoff";
import type { LanguageMode, RelayServer } from "../protocol";
import { RequestError } from "../requests";
import { DeviceError } from "./devices";
import { DIRECT_MS_MAX, Ladder, type RelaysTried } from "./ladder";
import { Line, type LineListener } from "./line";
import { type Quality, quality, type Reading, SAMPLE_MS, WINDOW } from "./quality";
import type { TextChannel } from "./text-channel";

/** "disconnected" often heals within a second (Wi-Fi); past this a new connection is quicker. */
const DISCONNECTED_MS_MAX = 3_000;

/**
 * After the gateway came back, media that is alive shows packets within this time: sound comes
 * every 20 ms. A new connection that was not needed costs nobody a picture.
 */
const PROOF_OF_LIFE_MS = 500;

/** A new connection that is up shows a picture within this time, or there is none to be shown. */
export const FIRST_FRAME_MS_MAX = 1_500;
/** It is asked this often. */
export const LOOK_MS = 50;

/** A new connection in place of one that works is tried so often. */
export const RENEWALS_MAX = 3;

/** What screens see of it. */
export interface LinePicture {
  readonly remote: MediaStream | null;
  /**
   * What further people send, by their places: interpreters in the order in which they came, then
   * guests; null while nothing flows in a place.
   */
  readonly others: readonly (MediaStream | null)[];
  readonly state: "idle" | "connecting" | "connected" | "interrupted";
  readonly quality: Quality | null;
}

/** What a connection is made of. */
export interface Wanted {
  readonly mode: LanguageMode;
  /** People who can be seen and heard. */
  readonly people: number;
  /** Somebody joins others: there will be three at least. */
  readonly joinsOthers: boolean;
  readonly text: TextChannel | null;
  /** Opens the devices; rejects with a `DeviceError`. */
  open(): Promise<MediaStream>;
  /** Sends an offer to the gateway and brings the answer and the relays it names. */
  negotiate(sdp: string): Promise<{ sdp: string; relays: readonly RelayServer[] }>;
}

/** Whose connections they are. */
export interface LinesUser {
  /** What a connection is to be made of now; null: there is to be none. */
  wanted(): Wanted | null;
  /** The gateway has answered: whatever it keeps with a connection is to be told again. */
  answered(): void;
  show(change: Partial<LinePicture>): void;
}

/** See the module. */
export class Lines {
  readonly #user: LinesUser;
  readonly #ladder = new Ladder();
  #present: Line | null = null;
  #next: Line | null = null;
  #attempt = 0;
  /** How often a new connection may still be tried although the present one works. */
  #wishes = 0;
  #renewal: ReturnType<typeof setTimeout> | null = null;
  #sampler: ReturnType<typeof setInterval> | null = null;
  #readings: Reading[] = [];
  #quality: Quality | null = null;
  /** Connections are made with layers. */
  #layered = false;
  /** Pictures can be seen. */
  #shown = true;

  constructor(user: LinesUser) {
    this.#user = user;
  }

  /** True when the gateway has answered, whatever has become of the connection since. */
  get isThere(): boolean {
    return this.#present !== null;
  }

  /** Relays, for a diagnosis. */
  get relays(): RelaysTried {
    return this.#ladder.tried;
  }

  /** The connection that is shown, and one that is to take its place. */
  get peers(): readonly RTCPeerConnection[] {
    return [this.#present, this.#next].flatMap((line) => line?.peer ?? []);
  }

  /** Connects, or connects anew beside the connection there is. */
  connect(): void {
    const wanted = this.#user.wanted();
    if (!wanted) return;
    this.#stopRenewal();
    this.#dropNext();
    this.#wishes = Math.max(0, this.#wishes - 1);
    if (!this.#present?.isUp) {
      this.#user.show({ state: this.#attempt === 0 ? "connecting" : "interrupted" });
    }
    const line = new Line(this.#listener);
    this.#next = line;
    this.#open(line, wanted).catch((error: unknown) => {
      if (line === this.#next) this.#openFailed(error);
    });
  }

  async #open(line: Line, wanted: Wanted): Promise<void> {
    const local = await wanted.open();
    if (line !== this.#next) return;
    const { mode, people, text, joinsOthers } = wanted;
    // A connection that works is mostly replaced over the same way; if not, reports soon say so.
    const startBps = this.#present?.isUp ? await this.#present.outgoingBps() : null;
    if (line !== this.#next) return;
    this.#layered ||= joinsOthers;
    await line.connect(
      local,
      { mode, people, layered: this.#layered, startBps, relays: this.#ladder.relays },
      async (offer) => {
        const { sdp, relays } = await wanted.negotiate(offer);
        this.#ladder.note(relays);
        return sdp;
      },
      text,
    );
    if (line !== this.#next) return;
    if (this.#present) this.#changed(line, line.state);
    else this.#use(line);
    this.#user.answered();
    setTimeout(() => this.#climbUnlessUp(line), DIRECT_MS_MAX);
  }

  #openFailed(error: unknown): void {
    this.#dropNext();
    // Shown by its own name; retried when the person has acted.
    if (error instanceof DeviceError) {
      this.#user.show({ state: "idle" });
      return;
    }
    // The call is over for the gateway; its next picture will say so.
    if (error instanceof RequestError && error.problem === "call_gone") return;
    this.#tryAgain();
  }

  /** The signalling is back after an outage: makes sure the media is, too. */
  verify(): void {
    const line = this.#present;
    if (!line || this.#next?.isUp) return;
    this.#attempt = 0;
    if (!line.isUp) {
      this.#connectIn(0);
      return;
    }
    // Counted now: a sample of before the outage would take the last packets for signs of life.
    const before = line.read();
    setTimeout(async () => {
      const [then, now] = await Promise.all([before, line.read()]);
      const grown = (now?.main.packetsReceived ?? 0) - (then?.main.packetsReceived ?? 0);
      if (line === this.#present && !this.#next && grown <= 0) this.#connectIn(0);
    }, PROOF_OF_LIFE_MS);
  }

  /** Connects anew although the present connection works. */
  renew(): void {
    if (!this.#present && !this.#next) return;
    this.#attempt = 0;
    this.#wishes = RENEWALS_MAX;
    this.#connectIn(0);
  }

  /** Pictures can be seen, or not: then none need come, and none is missed before it had time to. */
  setShown(shown: boolean): void {
    this.#shown = shown;
    this.#readings = [];
    if (this.#quality === null || this.#quality.lastFrameAt === null) return;
    this.#quality = { ...this.#quality, lastFrameAt: performance.now() };
    this.#user.show({ quality: this.#quality });
  }

  /** Ends all of it. */
  disconnect(): void {
    this.#attempt = 0;
    this.#wishes = 0;
    this.#stopRenewal();
    this.#dropNext();
    if (this.#sampler !== null) clearInterval(this.#sampler);
    this.#sampler = null;
    this.#present?.close();
    this.#present = null;
    this.#quality = null;
    this.#layered = false;
    this.#user.show({ remote: null, others: [], state: "idle", quality: null });
  }

  readonly #listener: LineListener = {
    onState: (line, state) => this.#changed(line, state),
    onRelayError: (url, code) => this.#ladder.failed(url, code),
    onOthers: (line) => {
      if (line !== this.#present) return;
      this.#user.show({ others: line.others });
      this.#fitLayers(line);
    },
  };

  /** Sends in layers when there are several to send to. */
  #fitLayers(line: Line): void {
    const several = line.others.some((other) => other !== null);
    if (several && !this.#layered) {
      this.#layered = true;
      this.renew();
    }
    line.sendInLayers(several);
  }

  #changed(line: Line, state: RTCPeerConnectionState): void {
    if (line === this.#present) this.#presentChanged(line, state);
    else if (line !== this.#next) return;
    else if (state === "connected") void this.#useOnceItShows(line, performance.now());
    else if (state === "failed") {
      this.#dropNext();
      this.#tryAgain();
    }
  }

  #presentChanged({ isUp }: Line, state: RTCPeerConnectionState): void {
    if (isUp) {
      this.#attempt = 0;
      this.#user.show({ state: "connected" });
      // It has healed, unless another is wanted anyway.
      if (this.#wishes === 0 && !this.#next?.isUp) {
        this.#stopRenewal();
        this.#dropNext();
      }
    } else if (state === "disconnected" || state === "failed") {
      this.#user.show({ state: "interrupted" });
      if (this.#next) return;
      if (state === "failed") this.#tryAgain();
      else this.#connectIn(DISCONNECTED_MS_MAX);
    }
  }

  /** Lets the present picture stand until the new connection has one. */
  async #useOnceItShows(line: Line, upAt: number): Promise<void> {
    const read = await line.read();
    if (line !== this.#next || !line.isUp) return;
    const hasPicture = this.#quality !== null && this.#quality.lastFrameAt !== null;
    const shows = !hasPicture || (read?.main.framesDecoded ?? 0) > 0;
    if (shows || performance.now() - upAt >= FIRST_FRAME_MS_MAX) this.#use(line);
    else setTimeout(() => void this.#useOnceItShows(line, upAt), LOOK_MS);
  }

  #use(line: Line): void {
    if (this.#present) line.replace(this.#present);
    this.#present = line;
    this.#next = null;
    this.#wishes = 0;
    this.#stopRenewal();
    this.#user.show({ remote: line.remote, others: line.others });
    this.#fitLayers(line);
    this.#sample(line);
    this.#presentChanged(line, line.state);
  }

  /** A new connection came to nothing, or the present one is lost. */
  #tryAgain(): void {
    if (this.#present?.isUp && this.#wishes === 0) return;
    this.#connectIn(this.#ladder.climb() ? 0 : backoff(this.#attempt, Math.random()));
  }

  /** A connection that is not up by now will never be, unless it may take another way. */
  #climbUnlessUp(line: Line): void {
    if (line !== this.#next && line !== this.#present) return;
    const isUnderWay = line.state === "new" || line.state === "connecting";
    if (isUnderWay && this.#ladder.climb()) this.#connectIn(0);
  }

  #dropNext(): void {
    this.#next?.close();
    this.#next = null;
  }

  #connectIn(milliseconds: number): void {
    this.#stopRenewal();
    this.#renewal = setTimeout(() => {
      this.#attempt += 1;
      this.connect();
    }, milliseconds);
  }

  #stopRenewal(): void {
    if (this.#renewal !== null) clearTimeout(this.#renewal);
    this.#renewal = null;
  }

  #sample(line: Line): void {
    if (this.#sampler !== null) clearInterval(this.#sampler);
    this.#readings = [];
    this.#sampler = setInterval(async () => {
      const read = await line.read();
      if (line !== this.#present || !read) return;
      this.#quality = quality(this.#readings, read.main, this.#quality);
      // Whatever is compared with nothing counts as having moved.
      const begins = this.#readings.length === 0;
      this.#readings = this.#shown ? [...this.#readings, read.main].slice(-WINDOW) : [];
      this.#user.show({ quality: this.#quality });
      line.count(read, begins);
    }, SAMPLE_MS);
  }
}
