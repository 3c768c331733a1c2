/**
 * The media of a page across calls: opens the devices inside the tap, connects when the gateway
 * says so, makes a new connection when one fails, and lets go of everything when the call is over.
 *
 *   idle ──prepare──▶ devices open ──follow(join)──▶ connecting ──▶ connected
 *                          ▲                            ▲   failed, or disconnected for 3 s │
 *                          └── follow(null): closed     └───────── new offer ◀──────────────┘
 */
import { Cell, type ReadableCell } from "../cell";
import type { CallId, LanguageMode, RelayServer } from "../protocol";
import { closeCamera, closeDevices, DeviceError, type DeviceProblem } from "./devices";
import type { RelaysTried } from "./ladder";
import { type LinePicture, Lines } from "./lines";
import { onNetworkChange } from "./network";
import { isInSight, onSight } from "./sight";
import { TextChannel } from "./text-channel";
import { isMissed, type MediaTarget, openWanted, type Wanted } from "./wanted";

export type { MediaTarget } from "./wanted";

/** Whoever takes part sees the other side, a colleague and a guest, */
const PEOPLE = 3;
/** and who only watches sees tablet, two interpreters and a guest. */
const PEOPLE_WATCHED = 4;

/** What screens see. */
export interface MediaPicture extends LinePicture {
  readonly local: MediaStream | null;
  /** The text of the call. */
  readonly text: TextChannel | null;
  readonly problem: DeviceProblem | null;
  readonly muted: boolean;
  readonly cameraOff: boolean;
  /** The camera is on and shows nothing: something else has taken it. */
  readonly cameraTaken: boolean;
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
  cameraTaken: false,
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

/** Tells the gateway that the camera is off, or on again, or on and shows nothing. */
export type TellCamera = (call: CallId, off: boolean, taken: boolean) => void;

/** Tells the gateway that the page's pictures can be seen, or not; rejects if it could not be told. */
export type TellSight = (call: CallId, shown: boolean) => Promise<unknown>;

/** What could not be told is told again after this. */
export const TELL_AGAIN_MS = 1_000;

/** See the module. */
export class CallMedia {
  readonly #picture = new Cell<MediaPicture>(NOTHING);
  readonly #negotiate: Negotiate;
  readonly #tellCamera: TellCamera;
  readonly #tellSight: TellSight;
  /** The page's pictures can be seen. */
  #shown = isInSight();
  #target: MediaTarget | null = null;
  /** Devices were asked for before the gateway's picture shows the call. */
  #held = false;
  #opening: Promise<MediaStream> | null = null;
  /** The connection in whose place another was made for its codec. */
  #recoded: RTCPeerConnection | null = null;
  /** Counts openings of the devices; an older one closes what it still gets and touches nothing. */
  #openings = 0;
  readonly #lines = new Lines({
    wanted: () => this.#wanted(),
    answered: () => {
      // It is forgotten with the connection.
      const { cameraOff, cameraTaken } = this.#picture.get();
      if (cameraOff || cameraTaken) this.#tellOfCamera();
      if (!this.#shown) this.#tellOfSight();
    },
    show: (change) => this.#show(change),
  });

  constructor(
    negotiate: Negotiate,
    tellCamera: TellCamera = () => undefined,
    tellSight: TellSight = async () => undefined,
  ) {
    this.#negotiate = negotiate;
    this.#tellCamera = tellCamera;
    this.#tellSight = tellSight;
    this.#lines.setShown(this.#shown);
    onNetworkChange(() => this.renew());
    onSight(() => this.#look());
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
      this.#lines.disconnect();
      this.#beginText(
        new TextChannel(target.writesIn ?? globalThis.document?.documentElement?.lang),
      );
    }
    // Back in the queue: the other side is gone, the devices stay warm.
    if (!target.join && before?.join) this.#lines.disconnect();
    this.#fitCamera(before?.audioOnly ?? false, target.audioOnly ?? false);
    if (before?.written && !target.written) this.#openIfMissed(target);
    const { state, problem } = this.#picture.get();
    // A problem waits for the person (`retry`); asking again on each picture would only nag.
    if ((problem !== null && !target.written) || state !== "idle") return;
    if (target.join) this.#lines.connect();
    else this.#open(target).catch(() => undefined);
  }

  /** The signalling is back after an outage: makes sure the media is, too. */
  verify(): void {
    this.#lines.verify();
  }

  /**
   * Connects anew while the present connection goes on, for example because another codec is to be
   * agreed upon: nobody sees a gap. If that fails a few times, all stays as it is.
   */
  renew(): void {
    this.#lines.renew();
  }

  /** Somebody cannot decode what this page sends: a new connection is answered with what they can. */
  recode(): void {
    const [present, next] = this.#lines.peers;
    if (!present || next || present === this.#recoded) return;
    this.#recoded = present;
    this.renew();
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
    this.#tellOfCamera();
  }

  /** The camera shows nothing any more, or something again. */
  setCameraTaken(cameraTaken: boolean): void {
    if (cameraTaken === this.#picture.get().cameraTaken) return;
    this.#show({ cameraTaken });
    this.#tellOfCamera();
  }

  /** Relays, for a diagnosis. */
  get relays(): RelaysTried {
    return this.#lines.relays;
  }

  /** The connection that is shown, and one that is to take its place. */
  get peers(): readonly RTCPeerConnection[] {
    return this.#lines.peers;
  }

  #tellOfCamera(): void {
    const { cameraOff, cameraTaken } = this.#picture.get();
    if (!this.#lines.isThere || !this.#target) return;
    this.#tellCamera(this.#target.call, cameraOff, cameraTaken);
  }

  #look(): void {
    const shown = isInSight();
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#lines.setShown(shown);
    this.#tellOfSight();
  }

  /** Until the gateway knows it or it is otherwise: whoever looks again must not wait for ever. */
  #tellOfSight(): void {
    const [shown, call] = [this.#shown, this.#target?.call];
    if (!this.#lines.isThere || call === undefined) return;
    this.#tellSight(call, shown).catch((error: unknown) => {
      console.warn(error);
      setTimeout(() => {
        if (shown === this.#shown && call === this.#target?.call) this.#tellOfSight();
      }, TELL_AGAIN_MS);
    });
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
      this.#lines.disconnect();
      closeDevices(local);
      this.#forgetOpening();
      this.#show({ local: null });
    }
  }

  /** Back from writing, where nobody missed them: what speaking or signing needs is asked for. */
  #openIfMissed(target: MediaTarget): void {
    const { local } = this.#picture.get();
    if (local ? !isMissed(local, target) : this.#opening === null) return;
    this.#lines.disconnect();
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
    if (target?.join) this.#lines.connect();
    else if (target) this.#open(target).catch(() => undefined);
    else this.#release();
  }

  /** What a connection is to be made of now. */
  #wanted() {
    const target = this.#target;
    if (!target?.join) return null;
    return {
      mode: target.mode,
      people: target.watching ? PEOPLE_WATCHED : PEOPLE,
      joinsOthers: target.joinsOthers ?? false,
      text: this.#picture.get().text,
      open: () => this.#open(target),
      negotiate: (sdp: string) => this.#negotiate(target.call, sdp),
    };
  }

  #release(): void {
    this.#lines.disconnect();
    closeDevices(this.#picture.get().local);
    this.#forgetOpening();
    this.#picture.set({ ...NOTHING, problem: this.#picture.get().problem });
  }

  /** Asks for the devices again after the person has put right what was wrong. */
  async retry(mode: LanguageMode): Promise<void> {
    this.#show({ problem: null });
    if (this.#target?.join) this.#lines.connect();
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
