/**
 * The tablet's behaviour: a tap opens the camera and places the call at once, the gateway's pictures
 * drive everything after, the screen stays on meanwhile.
 */
import { Booker } from "./booking";
import { Cell, type ReadableCell } from "./cell";
import { isFinal } from "./client-state";
import type { Connection } from "./connection";
import { DOUBLE_TAP_MS, DoubleTap } from "./double-tap";
import { HangUp } from "./hang-up";
import { modeToBook } from "./ladder";
import { CallMedia, type MediaTarget } from "./media/call-media";
import { type DeviceProblem, foreseenProblem } from "./media/devices";
import { languageEntry } from "./names";
import { negotiateOver, onReturn, onUnseen, tellCameraOver, tellSightOver } from "./negotiate";
import type {
  AppointmentView,
  CallbackView,
  CallId,
  Language,
  LanguageMode,
  Mode,
  Request,
  Subject,
  TabletPhase,
  ViewOf,
} from "./protocol";
import { RequestError } from "./requests";
import { clockOffset } from "./server-clock";
import {
  isShown,
  mayReload,
  type Opened,
  reduceTablet,
  TABLET_START,
  type TabletEvent,
  type TabletLocal,
  TICKET_MS,
  type Wish,
} from "./tablet";
import { WakeLock } from "./wake";

/** After the gateway took a tap its picture follows within milliseconds; past this, give it up. */
const PICTURE_MS_MAX = 3_000;

/** The screen stays on for an appointment this near; pictures come more often than that. */
const AWAITED_MS = 24 * 60 * 60_000;

/** What a touch on a language or on "here I am" comes to. */
type TapRequest = Extract<Request, { type: "tap" | "answer_callback" | "answer_appointment" }>;

/** A call that was not even placed. */
export interface Blocked {
  /** The device it cannot do without. */
  readonly problem: DeviceProblem;
  /** The language touched, which may be asked for in writing; null for who has a number. */
  readonly touched: Language | null;
}

/** See the module. */
export class TabletController {
  readonly media: CallMedia;
  readonly #local = new Cell<TabletLocal>(TABLET_START);
  readonly #blocked = new Cell<Blocked | null>(null);
  readonly #connection: Connection<"tablet">;
  readonly #wake = new WakeLock();
  /** Gives up a tap whose picture does not come. */
  #patience: ReturnType<typeof setTimeout> | null = null;
  /** Lets others be called once a ticket was read. */
  #reading: ReturnType<typeof setTimeout> | null = null;
  /** The choice of a time that is open; it outlasts whatever is shown in between. */
  #booker: Booker | null = null;
  /** The end of a call that the newest picture shows. */
  #ended: CallId | null = null;
  readonly #hangUp: HangUp<"tablet">;
  readonly #way = new DoubleTap<Mode>();
  readonly #subject = new DoubleTap<Subject | null>();
  readonly #settled = new Cell(0);

  constructor(connection: Connection<"tablet">) {
    this.#connection = connection;
    this.media = new CallMedia(
      negotiateOver(connection),
      tellCameraOver(connection),
      tellSightOver(connection),
    );
    this.#hangUp = new HangUp(connection);
    onReturn(connection, () => this.media.verify());
    onUnseen(connection, () => this.media.recode());
    connection.state.watch(({ view, link }) => {
      // Another page has taken over, or nobody is signed in: the camera is not ours any more.
      if (!view || isFinal(link)) {
        this.#abandon();
        return;
      }
      this.#follow(view);
      if (link === "connected") this.#hangUp.send(this.#local.get().leaving);
      this.#reloadOutdated();
    });
  }

  /** What the tablet decides itself. */
  get local(): ReadableCell<TabletLocal> {
    return this.#local;
  }

  /** Why a call was not even placed: a device it cannot do without. */
  get blocked(): ReadableCell<Blocked | null> {
    return this.#blocked;
  }

  /**
   * Calls an interpreter of the language, in its usual way unless `mode` names another. Must run
   * inside the person's gesture.
   */
  async tap(language: Language, mode?: Mode): Promise<void> {
    if (!this.#begin({ type: "tapped", language })) return;
    const { view } = this.#connection.state.get();
    // Refused, but sent: the gateway keeps count of those who came in vain. No camera for that.
    const isClosed = view?.closed.some((closed) => closed.language === language) ?? false;
    const request: TapRequest = { type: "tap", language, ...(mode && { mode }) };
    if (isClosed) await this.#send(request);
    else await this.#place(request, language, mode);
  }

  /** The visitor of a callback is here. Must run inside the person's gesture. */
  async answerCallback({ callback, language, mode }: CallbackView): Promise<void> {
    if (!this.#begin({ type: "tapped", language, callback })) return;
    await this.#place({ type: "answer_callback", callback }, language, mode);
  }

  /** The callback is not wanted any more. */
  async cancelCallback(callback: CallId): Promise<void> {
    await this.#ask({ type: "cancel_callback", callback });
  }

  /** Nobody is there for this ring: quiet until the next one. */
  hush(ring: CallbackView): void {
    this.#apply({ type: "ring_hushed", ring });
  }

  /** The visitor of an appointment is here. Must run inside the person's gesture. */
  async answerAppointment({ appointment, language, mode }: AppointmentView): Promise<void> {
    if (!this.#begin({ type: "tapped", language, callback: appointment })) return;
    await this.#place({ type: "answer_appointment", appointment }, language, mode);
  }

  /** The appointment is not wanted any more. */
  async cancelAppointment(appointment: CallId): Promise<void> {
    await this.#ask({ type: "cancel_appointment", appointment });
  }

  /** The visitor is awaited without the tablet calling. */
  quiet(appointment: CallId): void {
    this.#apply({ type: "quieted", appointment });
  }

  /** Opens what lies over the gateway's picture, or closes it. */
  open(opened: Opened | null): void {
    // Nobody else's closing screen comes back after the pointing.
    const last = this.#connection.state.get().view?.last;
    if (opened?.kind === "pointing" && last) this.#apply({ type: "dismissed", call: last.call });
    this.#booker = null;
    if (opened?.kind === "appointment") this.#showTicket(opened.appointment);
    this.#apply({ type: "opened", opened });
    this.#reloadOutdated();
  }

  /** Leaves an appointment that was just made or shown once more. */
  closeAppointment(): void {
    const { view } = this.#connection.state.get();
    if (this.#local.get().opened || !view?.last) this.open(null);
    else this.dismiss(view.last.call);
  }

  /** The choice of a time that was opened; its free times are fetched the first time. */
  booker(language: Language): Booker {
    if (this.#booker) return this.#booker;
    const phase = this.#connection.state.get().view?.phase;
    const mode = phase?.kind === "waiting" ? modeToBook(phase.mode) : undefined;
    this.#booker = new Booker(this.#connection, language, mode);
    void this.#booker.load();
    return this.#booker;
  }

  #showTicket(fresh: CallId): void {
    if (this.#reading !== null) clearTimeout(this.#reading);
    this.#apply({ type: "ticket", fresh });
    this.#reading = setTimeout(() => this.#apply({ type: "ticket", fresh: null }), TICKET_MS);
  }

  /** Another way of being served, the place in the queue kept. */
  async changeMode(call: CallId, mode: Mode): Promise<void> {
    if (this.undoesWay(mode)) return;
    await this.#ask({ type: "change_mode", call, mode });
  }

  /** What the conversation is about; null takes it back. */
  async setSubject(call: CallId, subject: Subject | null): Promise<void> {
    if (this.undoesSubject(subject)) return;
    await this.#ask({ type: "set_subject", call, subject });
  }

  /** This would be the second half of a double tap on a way. */
  undoesWay(mode: Mode): boolean {
    const { view, directory } = this.#connection.state.get();
    if (view?.phase.kind !== "waiting") return false;
    const [usual] = languageEntry(directory, view.phase.language).modes;
    return this.#way.undoes(mode, usual, performance.now());
  }

  /** This would be the second half of a double tap on a subject. */
  undoesSubject(subject: Subject | null): boolean {
    return this.#subject.undoes(subject, null, performance.now());
  }

  /** Counts changes of way and subject, and the moments in which they may be taken back. */
  get settled(): ReadableCell<number> {
    return this.#settled;
  }

  /** Exchanges the wait for a callback at this counter. */
  async wantCallback(call: CallId): Promise<void> {
    if (this.#local.get().converting !== null) return;
    this.#apply({ type: "callback_wanted", call });
    await this.#ask({ type: "request_callback", call });
  }

  /** False when another tap is under way. */
  #begin(tap: Extract<TabletEvent, { type: "tapped" }>): boolean {
    const { pending, baseline, leaving } = this.#local.get();
    if (pending !== null || leaving !== null || baseline === undefined) return false;
    this.#endPatience();
    const last = this.#connection.state.get().view?.last;
    if (last) this.#apply({ type: "dismissed", call: last.call });
    this.#apply(tap);
    this.#blocked.set(null);
    this.media.clearProblem();
    return true;
  }

  /** Opens the devices of the call and places it. */
  async #place(request: TapRequest, language: Language, mode?: Mode): Promise<void> {
    const problem = await this.#prepare(language, mode);
    if (!problem) return this.#send(request);
    this.#blocked.set({ problem, touched: request.type === "tap" ? language : null });
    this.#apply({ type: "tap_given_up" });
  }

  async #send(request: TapRequest): Promise<void> {
    if (await this.#ask(request)) {
      this.#patience = setTimeout(() => this.#giveUpTap(), PICTURE_MS_MAX);
    } else {
      this.media.drop();
    }
  }

  /** Opens the devices of this way of talking, unless they would be refused for sure. */
  async #prepare(language: Language, way?: Mode): Promise<DeviceProblem | null> {
    const mode = this.#mode(language);
    const { audioOnly, written } = devicesOf(way);
    // Who writes misses neither camera nor microphone.
    const problem = written ? null : await foreseenProblem(audioOnly ? "spoken" : mode);
    // In parallel: the queue does not wait for the camera. A failure shows on the waiting screen.
    if (!problem) this.media.prepare(mode, audioOnly, written).catch(() => undefined);
    return problem;
  }

  /** False when it was refused; the reason is then shown. */
  async #ask(request: Extract<Request, { type: Wish }>): Promise<boolean> {
    try {
      await this.#connection.request(request);
      this.#apply({ type: "accepted" });
      return true;
    } catch (error) {
      const problem = error instanceof RequestError ? error.problem : "unavailable";
      this.#apply({ type: "refused", wish: request.type, problem });
      return false;
    }
  }

  /**
   * Gives up the wait or ends the call: for this page at once, for the gateway as soon as it can be
   * told. Until its pictures show the call no more, each of them tells it again.
   */
  leave(call: CallId): void {
    const { view, link } = this.#connection.state.get();
    if (!view || !isShown(view.phase, call)) return;
    this.#apply({ type: "left", call });
    this.#follow(view);
    if (link === "connected") this.#hangUp.send(this.#local.get().leaving);
  }

  /** Leaves the closing screen. */
  dismiss(call: CallId): void {
    this.#blocked.set(null);
    this.#apply({ type: "dismissed", call });
    this.#reloadOutdated();
  }

  /** Tries camera and microphone again. */
  retryDevices(language: Language): void {
    void this.media.retry(this.#mode(language));
  }

  #follow(view: ViewOf<"tablet">): void {
    const { last } = view;
    if (last?.outcome === "converted_appointment" && last.call !== this.#ended) {
      this.#showTicket(last.call);
    }
    this.#apply({ type: "picture", view });
    if (view.phase.kind === "waiting") this.#watchChoices(view.phase);
    const ended = last?.call ?? null;
    // A call that was over before any picture showed it, such as one refused at once.
    if (view.phase.kind === "idle" && ended !== this.#ended) this.media.drop();
    this.#ended = ended;
    const target = this.#target(view.phase);
    this.media.follow(target);
    // Somebody who is to be called back must see this screen.
    this.#wake.want(target !== null || view.callbacks.length > 0 || this.#isAwaited(view));
  }

  #watchChoices({ call, mode, subject }: Extract<TabletPhase, { kind: "waiting" }>): void {
    const now = performance.now();
    const changes = [this.#way.see(call, mode, now), this.#subject.see(call, subject, now)];
    if (!changes.includes(true)) return;
    const count = () => this.#settled.set(this.#settled.get() + 1);
    count();
    // Timers may be a little early.
    setTimeout(count, DOUBLE_TAP_MS + 20);
  }

  /** An appointment within a day: the tablet calls its visitor, and a dark screen calls nobody. */
  #isAwaited({ appointments }: ViewOf<"tablet">): boolean {
    const now = Date.now() + clockOffset(this.#connection.state.get().clock);
    return appointments.some(({ starts_at }) => starts_at - now < AWAITED_MS);
  }

  /** Loads the gateway's new build, once that disturbs nobody. */
  #reloadOutdated(): void {
    const { view, link, outdated } = this.#connection.state.get();
    if (!outdated || !view || link !== "connected") return;
    if (mayReload(view, this.#local.get())) location.reload();
  }

  #abandon(): void {
    const { call, leaving } = this.#local.get();
    if (call !== null || leaving !== null) this.#apply({ type: "handed_over" });
    this.media.follow(null);
    this.media.drop();
    this.#wake.want(false);
  }

  #giveUpTap(): void {
    this.#apply({ type: "tap_given_up" });
    this.media.drop();
  }

  #endPatience(): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
  }

  #apply(event: TabletEvent): void {
    this.#local.set(reduceTablet(this.#local.get(), event));
  }

  #mode(language: Language): LanguageMode {
    return languageEntry(this.#connection.state.get().directory, language).mode;
  }

  #target(phase: TabletPhase): MediaTarget | null {
    if (phase.kind === "idle" || phase.call === this.#local.get().leaving) return null;
    const join = phase.kind !== "waiting";
    const mode = this.#mode(phase.language);
    // Signs are not written: whoever signs writes in the language of the place.
    const writesIn = mode === "spoken" && { writesIn: phase.language };
    return { call: phase.call, mode, join, ...writesIn, ...devicesOf(phase.mode) };
  }
}

/** What a way of talking does without. */
function devicesOf(way: Mode | undefined): {
  readonly audioOnly: boolean;
  readonly written: boolean;
} {
  return { audioOnly: way === "spoken_audio", written: way === "text_relay" };
}
