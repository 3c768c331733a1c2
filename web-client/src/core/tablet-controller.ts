/**
 * The tablet's behaviour: a tap opens the camera and places the call at once, the gateway's pictures
 * drive everything after, the screen stays on meanwhile.
 */
import { Cell, type ReadableCell } from "./cell";
import { isFinal } from "./client-state";
import type { Connection } from "./connection";
import { CallMedia, type MediaTarget } from "./media/call-media";
import { type DeviceProblem, foreseenProblem } from "./media/devices";
import { languageEntry } from "./names";
import { negotiateOver, onReturn } from "./negotiate";
import type { CallId, Language, LanguageMode, TabletPhase } from "./protocol";
import { RequestError } from "./requests";
import { reduceTablet, TABLET_START, type TabletEvent, type TabletLocal } from "./tablet";
import { WakeLock } from "./wake";

/** After the gateway took a tap its picture follows within milliseconds; past this, give it up. */
const PICTURE_MS_MAX = 3_000;

/** See the module. */
export class TabletController {
  readonly media: CallMedia;
  readonly #local = new Cell<TabletLocal>(TABLET_START);
  readonly #blocked = new Cell<DeviceProblem | null>(null);
  readonly #connection: Connection<"tablet">;
  readonly #wake = new WakeLock();

  constructor(connection: Connection<"tablet">) {
    this.#connection = connection;
    this.media = new CallMedia(negotiateOver(connection));
    onReturn(connection, () => this.media.verify());
    connection.state.watch((state) => {
      // Another page has taken over, or nobody is signed in: the camera is not ours any more.
      if (!state.view || isFinal(state.link)) {
        this.media.follow(null);
        this.#wake.want(false);
        return;
      }
      this.#apply({ type: "picture", view: state.view });
      this.media.follow(this.#target(state.view.phase));
      this.#wake.want(state.view.phase.kind !== "idle");
      if (state.outdated && state.view.phase.kind === "idle") location.reload();
    });
  }

  /** What the tablet decides itself. */
  get local(): ReadableCell<TabletLocal> {
    return this.#local;
  }

  /** Why a call was not even placed: a device it cannot do without. */
  get blocked(): ReadableCell<DeviceProblem | null> {
    return this.#blocked;
  }

  /** Calls an interpreter of the language. Must run inside the person's gesture. */
  async tap(language: Language): Promise<void> {
    const { pending, baseline } = this.#local.get();
    if (pending !== null || baseline === undefined) return;
    const last = this.#connection.state.get().view?.last;
    if (last) this.#apply({ type: "dismissed", call: last.call });
    this.#apply({ type: "tapped", language });
    this.#blocked.set(null);
    this.media.clearProblem();
    const mode = this.#mode(language);
    const problem = await foreseenProblem(mode);
    if (problem) {
      this.#blocked.set(problem);
      this.#apply({ type: "tap_given_up" });
      return;
    }
    // In parallel: the queue does not wait for the camera. A failure shows on the waiting screen.
    this.media.prepare(mode).catch(() => undefined);
    try {
      await this.#connection.request({ type: "tap", language });
      setTimeout(() => this.#apply({ type: "tap_given_up" }), PICTURE_MS_MAX);
    } catch (error) {
      this.media.drop();
      const refused = error instanceof RequestError ? error.problem : "unavailable";
      this.#apply({ type: "tap_refused", problem: refused });
    }
  }

  /** Gives up the wait or ends the call. Refused only when the call is over already. */
  async leave(call: CallId): Promise<void> {
    await this.#connection.request({ type: "hang_up", call }).catch((error: unknown) => {
      console.warn(error);
    });
  }

  /** Leaves the closing screen. */
  dismiss(call: CallId): void {
    this.#blocked.set(null);
    this.#apply({ type: "dismissed", call });
  }

  /** Tries camera and microphone again. */
  retryDevices(language: Language): void {
    void this.media.retry(this.#mode(language));
  }

  #apply(event: TabletEvent): void {
    this.#local.set(reduceTablet(this.#local.get(), event));
  }

  #mode(language: Language): LanguageMode {
    return languageEntry(this.#connection.state.get().directory, language).mode;
  }

  #target(phase: TabletPhase): MediaTarget | null {
    if (phase.kind === "idle") return null;
    const join = phase.kind !== "waiting";
    return { call: phase.call, mode: this.#mode(phase.language), join };
  }
}
