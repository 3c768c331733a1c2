/**
 * The behaviour of a third party's page: the link is used up once, camera and microphone are tried
 * before, and nothing is sent before the person joins.
 */
import { backoff } from "./backoff";
import { Cell, type ReadableCell } from "./cell";
import { isFinal } from "./client-state";
import type { Connection } from "./connection";
import { GatewayError, type SessionInfo } from "./gateway";
import { GUEST_START, type GuestLocal } from "./guest";
import { HangUp } from "./hang-up";
import { CallMedia, type MediaTarget } from "./media/call-media";
import type { DeviceProblem } from "./media/devices";
import { languageEntry } from "./names";
import { negotiateOver, onReturn, onUnseen, tellCameraOver, tellSightOver } from "./negotiate";
import type { ViewOf } from "./protocol";
import { WakeLock } from "./wake";

/** The gateway's HTTP side, as far as this page needs it. */
export interface GuestGate {
  /** Uses up the code; rejects with a `GatewayError` when it is no longer good. */
  redeem(code: string): Promise<unknown>;
  /** Whether this browser is let in; rejects when nobody answers. */
  session(): Promise<Pick<SessionInfo, "signed_in" | "service">>;
}

/** What this browser keeps of links; a value is null when there is none. */
export interface GuestMemory {
  /** The code that the gateway has neither taken nor refused; as long as the page's tab. */
  waiting: string | null;
  /** The code that let this browser in. Used up, so that it is good for nothing else. */
  taken: string | null;
}

/** Refusals that say something about the code; any other may be different the next time. */
const CODE_REFUSALS: readonly string[] = ["invite_gone", "bad_request"];

/** See the module. */
export class GuestController {
  readonly media: CallMedia;
  readonly #local = new Cell<GuestLocal>(GUEST_START);
  readonly #connection: Connection<"guest">;
  readonly #gate: GuestGate;
  readonly #memory: GuestMemory;
  readonly #hangUp: HangUp<"guest">;
  readonly #wake = new WakeLock();
  /** Whether this browser was let in before the page tried its code for the first time. */
  #before: boolean | null = null;
  #attempt = 0;

  constructor(connection: Connection<"guest">, gate: GuestGate, memory: GuestMemory) {
    this.#connection = connection;
    this.#gate = gate;
    this.#memory = memory;
    this.media = new CallMedia(
      negotiateOver(connection),
      tellCameraOver(connection),
      tellSightOver(connection),
    );
    this.#hangUp = new HangUp(connection);
    onReturn(connection, () => this.media.verify());
    onUnseen(connection, () => this.media.recode());
    this.media.picture.watch(({ problem }) => this.#goWithout(problem));
    connection.state.watch(({ view, link }) => {
      const { joined, left } = this.#local.get();
      // Until the gateway has closed the door behind whoever left, each of its pictures is told so.
      if (left && view && link === "connected") this.#hangUp.send(view.call);
      if (left || !joined) return;
      const mine = isFinal(link) ? null : view;
      if (mine) this.#show({ seen: true });
      this.#follow(mine);
      if (!mine && isFinal(link)) this.media.drop();
    });
  }

  /** What the page knows beside the gateway's picture. */
  get local(): ReadableCell<GuestLocal> {
    return this.#local;
  }

  /** Uses up the code that waits, if there is one, and asks whether this browser is let in. */
  async start(): Promise<void> {
    await this.#check();
  }

  /** Again by itself while nobody answers. */
  async #check(): Promise<void> {
    try {
      const code = this.#memory.waiting;
      const known = code === null || (await this.#redeem(code));
      const { signed_in, service } = await this.#gate.session();
      this.#attempt = 0;
      const good = signed_in && known;
      this.#show({ session: good ? "good" : "bad", service });
      if (good) void this.tryDevices();
    } catch (error) {
      console.warn(error);
      this.#show({ session: "unreachable" });
      setTimeout(() => void this.#check(), backoff(this.#attempt++, Math.random()));
    }
  }

  /**
   * False when the code was refused and whatever lets this browser in came by another link: nobody
   * enters a conversation that they were not invited to by the link they opened.
   */
  async #redeem(code: string): Promise<boolean> {
    this.#before ??= (await this.#gate.session()).signed_in;
    try {
      await this.#gate.redeem(code);
    } catch (error) {
      const said = error instanceof GatewayError && CODE_REFUSALS.includes(error.code);
      if (!said) throw error;
      console.warn(error);
      // Let in before, by another code: this one stays, so that a reload finds it refused again.
      if (this.#before && this.#memory.taken !== code) return false;
      // Else whoever is let in now owes it to this code, whose answer was lost.
      this.#memory.waiting = null;
      return true;
    }
    this.#memory.taken = code;
    this.#memory.waiting = null;
    return true;
  }

  /** Opens camera and microphone, to look and listen before anybody else does. */
  async tryDevices(): Promise<void> {
    this.media.clearProblem();
    // As for a spoken call: whoever has only a voice may come with it.
    await this.media.prepare("spoken").catch(() => undefined);
  }

  /** Joins the call. Must run inside the person's gesture. */
  join(): void {
    if (this.#local.get().joined) return;
    this.#show({ joined: true });
    this.#goWithout(this.media.picture.get().problem);
    this.#connection.start();
  }

  /** Takes part here, after another page had taken over. */
  takeOver(): void {
    this.#connection.start();
  }

  /** Leaves for good: the way back is a new link. */
  leave(): void {
    const { view } = this.#connection.state.get();
    this.#show({ left: true });
    this.#follow(null);
    this.media.drop();
    if (view) this.#hangUp.send(view.call);
  }

  /** Tries camera and microphone again, in the call. */
  retryDevices(): void {
    this.#show({ without: null });
    this.#follow(this.#connection.state.get().view);
  }

  /** Without camera and microphone a person can still see, hear and read. */
  #goWithout(problem: DeviceProblem | null): void {
    const { joined, left, without } = this.#local.get();
    if (problem === null || without !== null || !joined || left) return;
    this.#show({ without: problem });
    const { view } = this.#connection.state.get();
    if (view) this.#follow(view);
  }

  #follow(view: ViewOf<"guest"> | null): void {
    const target = view && !this.#local.get().left ? this.#target(view) : null;
    this.media.follow(target);
    this.#wake.want(target !== null);
  }

  #target({ call, language, mode }: ViewOf<"guest">): MediaTarget {
    const { directory } = this.#connection.state.get();
    return {
      call,
      mode: languageEntry(directory, language).mode,
      join: true,
      joinsOthers: true,
      audioOnly: mode === "spoken_audio",
      written: mode === "text_relay" || this.#local.get().without !== null,
    };
  }

  #show(change: Partial<GuestLocal>): void {
    this.#local.set({ ...this.#local.get(), ...change });
  }
}
