/**
 * The interpreter console's behaviour: availability, the ring with its sound, accept with the camera
 * already opening, wrap-up. The gateway's pictures decide; this carries out.
 */
import { Cell, type ReadableCell } from "./cell";
import { isFinal } from "./client-state";
import type { Connection } from "./connection";
import { HangUp } from "./hang-up";
import { CallMedia, type MediaTarget } from "./media/call-media";
import { type DeviceProblem, foreseenProblem } from "./media/devices";
import { negotiateOver, onReturn, onUnseen, tellCameraOver, tellSightOver } from "./negotiate";
import type {
  Activity,
  CallId,
  CallRole,
  DeclineReason,
  HelpReason,
  Language,
  LanguageMode,
  LastOffer,
  Message,
  Mode,
  OfferId,
  PauseReason,
  Request,
  ViewOf,
} from "./protocol";
import { RequestError, type RequestProblem } from "./requests";
import { RingTone } from "./ring-tone";
import { WakeLock } from "./wake";

/** What the console shows beside the gateway's picture. */
export interface ConsoleLocal {
  /** The request under way; its button waits. */
  readonly pending: Request["type"] | null;
  readonly problem: RequestProblem | null;
  /** A device problem found before accepting. */
  readonly blocked: DeviceProblem | null;
  /** The call that was hung up here and that the gateway's picture still shows. */
  readonly leaving: CallId | null;
  /** What became of the ring that has just gone by itself, until the next one. */
  readonly ringEnd: RingEnd | null;
  /** The coordinators' texts that were put away. */
  readonly read: readonly Message<"notice">[];
}

/** How a ring ends without a word of the person rung. */
export type RingEnd = Exclude<LastOffer["end"], "declined">;

/** How long it is said what became of a ring; then it is of no use any more. */
export const RING_END_MS = 60_000;

const START: ConsoleLocal = {
  pending: null,
  problem: null,
  blocked: null,
  leaving: null,
  ringEnd: null,
  read: [],
};

/** See the module. */
export class InterpreterController {
  readonly media: CallMedia;
  readonly #local = new Cell<ConsoleLocal>(START);
  readonly #connection: Connection<"interpreter">;
  readonly #tone = new RingTone();
  readonly #wake = new WakeLock();
  /** The newest ring; what went wrong with one before is not its matter. */
  #rung: OfferId | null = null;
  #ringEndTimer: ReturnType<typeof setTimeout> | null = null;
  readonly #hangUp: HangUp<"interpreter">;

  constructor(connection: Connection<"interpreter">) {
    this.#connection = connection;
    this.media = new CallMedia(
      negotiateOver(connection),
      tellCameraOver(connection),
      tellSightOver(connection),
    );
    this.#hangUp = new HangUp(connection);
    onReturn(connection, () => this.media.verify());
    onUnseen(connection, () => this.media.recode());
    connection.state.watch(({ view, outdated, link }) => {
      // Another page has taken over, or nobody is signed in: the camera is not ours any more.
      const mine = isFinal(link) ? null : view;
      this.#follow(mine);
      if (!mine) this.media.drop();
      const activity: Activity = mine?.activity ?? { kind: "idle" };
      if (link === "connected") this.#hangUp.send(this.#local.get().leaving);
      // Without a connection nobody could accept; the ring may be a colleague's by now.
      if (activity.kind === "ringing" && link === "connected") this.#tone.start();
      else this.#tone.stop();
      // A reload would take a colleague's ring away; it waits for a pause.
      if (outdated && activity.kind === "idle" && mine?.availability !== "available") {
        location.reload();
      }
    });
    // Any gesture lets the tone sound later; browsers allow none before, and may take it back.
    for (const gesture of ["click", "keydown"]) {
      document.addEventListener(gesture, () => this.#tone.unlock());
    }
  }

  /** What the console decides itself. */
  get local(): ReadableCell<ConsoleLocal> {
    return this.#local;
  }

  /** Takes calls, or stops taking them. */
  setAvailable(available: boolean): Promise<boolean> {
    return this.#ask({ type: "set_available", available });
  }

  /** Takes no calls for a while. */
  pause(reason: PauseReason): Promise<boolean> {
    return this.#ask({ type: "pause", reason });
  }

  /** Asks the coordinators for help, or (null) no longer does. */
  askHelp(reason: HelpReason | null): Promise<boolean> {
    return this.#ask({ type: "ask_help", reason });
  }

  /** Takes the ringing call. Must run inside the person's gesture. */
  async accept(): Promise<void> {
    const activity = this.#activity();
    if (activity.kind !== "ringing" || this.#local.get().pending !== null) return;
    const mode = mediaMode(activity.mode);
    this.#show({ pending: "accept", problem: null, blocked: null });
    const written = activity.mode === "text_relay";
    const blocked = written ? null : await foreseenProblem(mode);
    if (blocked) {
      this.#show({ pending: null, blocked });
      return;
    }
    this.media.clearProblem();
    this.media.prepare(mode, isAudioOnly(activity.mode), written).catch(() => undefined);
    const taken = await this.#ask({ type: "accept", offer: activity.offer });
    if (taken) return;
    this.media.drop();
    // The picture may have come before the refusal, and says more.
    if (this.#local.get().ringEnd !== null) this.#show({ problem: null });
  }

  /** Leaves the ringing call to a colleague. */
  async decline(reason: DeclineReason): Promise<void> {
    const activity = this.#activity();
    if (activity.kind !== "ringing" || this.#local.get().pending !== null) return;
    await this.#ask({ type: "decline", offer: activity.offer, reason });
  }

  /**
   * Ends the call: for this page at once, for the gateway as soon as it can be told. Until its
   * pictures show the call no more, each of them tells it again.
   */
  end(): void {
    const { view, link } = this.#connection.state.get();
    const call = callOf(this.#activity());
    if (call === null) return;
    this.#show({ leaving: call });
    this.#follow(view);
    if (link === "connected") this.#hangUp.send(this.#local.get().leaving);
  }

  /** Ready for the next call before the time is over. */
  async endWrapUp(): Promise<void> {
    if (this.#activity().kind === "wrap_up") await this.#ask({ type: "end_wrap_up" });
  }

  /** More time after the call. */
  async extendWrapUp(): Promise<void> {
    const activity = this.#activity();
    if (activity.kind !== "wrap_up" || !activity.extendable) return;
    await this.#ask({ type: "extend_wrap_up", until: activity.ends_at });
  }

  /** Passes the conversation on to another language; true when that was done. */
  async transfer(language: Language): Promise<boolean> {
    const activity = this.#activity();
    if (activity.kind !== "active") return false;
    return this.#ask({ type: "transfer", call: activity.call, language });
  }

  /**
   * Seeks a colleague, to take the conversation over or to work beside, in the call's language when
   * no other is named; true when one is being sought. One at a time.
   */
  async invite(role: Exclude<CallRole, "lead">, language?: Language): Promise<boolean> {
    const activity = this.#activity();
    if (activity.kind !== "active" || activity.role !== "lead" || activity.colleague) return false;
    const request: Request = { type: "invite", call: activity.call, role };
    const other = language !== undefined && language !== activity.language;
    return this.#ask(other ? { ...request, language } : request);
  }

  /** Does without the colleague. */
  async cancelInvite(): Promise<void> {
    const activity = this.#activity();
    if (activity.kind !== "active" || activity.role !== "lead" || !activity.colleague) return;
    await this.#ask({ type: "cancel_invite", call: activity.call });
  }

  /** Takes the conversation over from the colleague who asked for relief. */
  async takeOver(): Promise<void> {
    const activity = this.#activity();
    if (activity.kind !== "active" || activity.role !== "relief") return;
    await this.#ask({ type: "take_over", call: activity.call });
  }

  /** Puts a coordinators' text away. */
  dismiss(notice: Message<"notice">): void {
    const { notices } = this.#connection.state.get();
    // Texts the state has dropped need not be remembered as read.
    const read = [...this.#local.get().read, notice].filter((one) => notices.includes(one));
    this.#show({ read });
  }

  /** Puts away what became of the last ring. */
  dismissRingEnd(): void {
    this.#showRingEnd(null);
  }

  /** Opens camera and microphone to look and listen, outside any call; or closes them. */
  async preview(open: boolean): Promise<void> {
    this.#show({ blocked: null });
    if (!open) {
      this.media.drop();
      this.media.clearProblem();
      return;
    }
    this.media.clearProblem();
    const { directory, view } = this.#connection.state.get();
    await this.media.prepare(previewMode(view, directory.languages)).catch(() => undefined);
  }

  /** Tries camera and microphone again, in a call. */
  retryDevices(): void {
    const activity = this.#activity();
    if ("mode" in activity) void this.media.retry(mediaMode(activity.mode));
  }

  #follow(view: ViewOf<"interpreter"> | null): void {
    const activity: Activity = view?.activity ?? { kind: "idle" };
    const { leaving } = this.#local.get();
    if (leaving !== null && callOf(activity) !== leaving) this.#show({ leaving: null });
    if (activity.kind === "ringing" && activity.offer !== this.#rung) {
      this.#rung = activity.offer;
      this.#show({ problem: null, blocked: null });
      this.#showRingEnd(null);
    }
    if (view && activity.kind !== "ringing") this.#followRingEnd(view);
    this.media.follow(this.#target(activity));
    this.#wake.want(activity.kind !== "idle" || view?.availability === "available");
  }

  /** The ring is over: says why, unless the person ended it. Only of rings that rang here. */
  #followRingEnd(view: ViewOf<"interpreter">): void {
    const { last_offer: last, activity } = view;
    if (this.#rung === null) return;
    if (last?.offer === this.#rung && last.end !== "declined" && callOf(activity) === null) {
      this.#showRingEnd(last.end);
      // The refusal of a late accept says the same with fewer words.
      this.#show({ problem: null });
    }
    this.#rung = null;
  }

  #showRingEnd(ringEnd: RingEnd | null): void {
    if (this.#ringEndTimer !== null) clearTimeout(this.#ringEndTimer);
    this.#ringEndTimer =
      ringEnd === null ? null : setTimeout(() => this.#showRingEnd(null), RING_END_MS);
    this.#show({ ringEnd });
  }

  #activity(): Activity {
    return this.#connection.state.get().view?.activity ?? { kind: "idle" };
  }

  #show(change: Partial<ConsoleLocal>): void {
    this.#local.set({ ...this.#local.get(), ...change });
  }

  /** True when the gateway carried it out; a refusal is shown. */
  async #ask(request: Request): Promise<boolean> {
    this.#show({ pending: request.type, problem: null, blocked: null });
    try {
      await this.#connection.request(request);
      this.#show({ pending: null });
      return true;
    } catch (error) {
      const problem = error instanceof RequestError ? error.problem : "unavailable";
      this.#show({ pending: null, problem });
      return false;
    }
  }

  #target(activity: Activity): MediaTarget | null {
    if (activity.kind !== "connecting" && activity.kind !== "active") return null;
    if (activity.call === this.#local.get().leaving) return null;
    const { call, mode } = activity;
    const written = mode === "text_relay";
    return { call, mode: mediaMode(mode), join: true, audioOnly: isAudioOnly(mode), written };
  }
}

/** Cues are seen as signs are: neither goes without a camera, nor gives up movement. */
function mediaMode(mode: Mode): LanguageMode {
  return mode === "sign" || mode === "cued_speech" ? "signed" : "spoken";
}

function isAudioOnly(mode: Mode): boolean {
  return mode === "spoken_audio";
}

/** The call the person is in. */
function callOf(activity: Activity): CallId | null {
  return activity.kind === "connecting" || activity.kind === "active" ? activity.call : null;
}

/** An interpreter of any signed language must be seen; the others may do with their voice. */
function previewMode(
  view: ViewOf<"interpreter"> | null,
  languages: readonly { language: Language; mode: LanguageMode }[],
): LanguageMode {
  const signs = languages.some(
    (entry) => entry.mode === "signed" && view?.languages.includes(entry.language),
  );
  return signs ? "signed" : "spoken";
}
