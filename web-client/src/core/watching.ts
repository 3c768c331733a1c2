/**
 * A coordinator who would like to look on, or does. The page that asked connects, no other one: a
 * reload has forgotten its question, and asks anew. The gateway's pictures say what the visitor
 * answered; an answer that has no state of its own is read off the moment it came.
 *
 *   nothing ──ask──▶ asked ──▶ connecting ⇄ there ──▶ over (refused, expired, withdrawn, ended)
 *
 * Until the gateway has taken the question, an observer in its pictures is somebody else's page. And
 * it ends looking on with this page's connection: whoever comes back asks anew.
 */
import { Cell, type ReadableCell } from "./cell";
import { isFinal } from "./client-state";
import type { Connection } from "./connection";
import { CallMedia, type MediaTarget } from "./media/call-media";
import { languageEntry } from "./names";
import { negotiateOver, tellSightOver } from "./negotiate";
import type { ActiveRow, BoardView, CallId, Timestamp } from "./protocol";
import { RequestError, type RequestProblem } from "./requests";
import { clockOffset } from "./server-clock";

/** Why a coordinator no longer looks on. */
export type WatchEnd =
  | "refused"
  | "expired"
  | "withdrawn"
  | "ended"
  | "elsewhere" // another page had asked before
  | "cut"; // this page's connection was lost

/** What this page has asked for, and how far that is. */
export type Watch =
  | { readonly kind: "nothing" }
  | { readonly kind: "asking"; readonly call: CallId; readonly taken: boolean }
  | { readonly kind: "asked"; readonly call: CallId; readonly until: Timestamp }
  | { readonly kind: "connecting" | "there"; readonly call: CallId }
  | { readonly kind: "over"; readonly call: CallId; readonly end: WatchEnd }
  | { readonly kind: "failed"; readonly call: CallId; readonly problem: RequestProblem };

const NOTHING: Watch = { kind: "nothing" };

/** What a picture, at a moment of the gateway's clock, makes of a watch. Pure. */
export function followPicture(watch: Watch, view: BoardView, now: Timestamp): Watch {
  switch (watch.kind) {
    case "nothing":
    case "over":
    case "failed":
      return watch;
    default: {
      const row = view.active.find(({ call }) => call === watch.call);
      return row ? followRow(watch, row, now) : { kind: "over", call: watch.call, end: "ended" };
    }
  }
}

type Live = Extract<Watch, { kind: "asking" | "asked" | "connecting" | "there" }>;

function followRow(watch: Live, { call, observer }: ActiveRow, now: Timestamp): Watch {
  // The request is on its way: whom this picture shows, if anybody, is another page.
  if (watch.kind === "asking" && !watch.taken) return watch;
  switch (observer?.state) {
    case "asked":
      return { kind: "asked", call, until: observer.until };
    case "connecting":
    case "there":
      // A picture of the same state is no change for whoever watches the cell.
      return watch.kind === observer.state ? watch : { kind: observer.state, call };
    default:
      // Asked and answered between two pictures: a yes would show.
      if (watch.kind === "asking") return { kind: "over", call, end: "refused" };
      if (watch.kind !== "asked") return { kind: "over", call, end: "withdrawn" };
      return { kind: "over", call, end: now >= watch.until ? "expired" : "refused" };
  }
}

/** See the module. */
export class Watching {
  readonly media: CallMedia;
  readonly #state = new Cell<Watch>(NOTHING);
  readonly #connection: Connection<"coordinator">;
  readonly #now: () => Timestamp;

  constructor(connection: Connection<"coordinator">, now: () => Timestamp = Date.now) {
    this.#connection = connection;
    this.#now = now;
    this.media = new CallMedia(negotiateOver(connection), undefined, tellSightOver(connection));
    connection.state.watch(({ view, link }) => {
      const watch = this.#state.get();
      if (!view || isFinal(link)) this.#set(NOTHING);
      else if (link === "connected") this.#follow();
      else if (isLive(watch)) this.#set({ kind: "over", call: watch.call, end: "cut" });
    });
  }

  /** What this page has asked for. */
  get state(): ReadableCell<Watch> {
    return this.#state;
  }

  /** Asks the visitor. One call at a time. */
  async ask(call: CallId): Promise<void> {
    if (isLive(this.#state.get())) return;
    const question: Watch = { kind: "asking", call, taken: false };
    this.#set(question);
    const stands = () => this.#state.get() === question;
    try {
      await this.#connection.request({ type: "ask_to_join", call });
      if (!stands()) return;
      this.#set({ ...question, taken: true });
      const row = this.#connection.state.get().view?.active.find((one) => one.call === call);
      // Without an observer it is older than the answer.
      if (row?.observer) this.#follow();
    } catch (error) {
      if (!stands()) return;
      const problem = error instanceof RequestError ? error.problem : "unavailable";
      if (problem === "wrong_state") this.#set({ kind: "over", call, end: this.#whyNot(call) });
      else this.#set({ kind: "failed", call, problem });
    }
  }

  /** Why nobody may ask: the visitor's answer to an earlier question, or another page's question. */
  #whyNot(call: CallId): WatchEnd {
    const active = this.#connection.state.get().view?.active;
    const answer = active?.find((one) => one.call === call)?.unwilling;
    if (!answer) return "elsewhere";
    return answer.why === "refused" ? "refused" : "expired";
  }

  /** Withdraws the question, or leaves; or puts away how it ended. */
  leave(): void {
    const watch = this.#state.get();
    this.#set(NOTHING);
    if (!isLive(watch)) return;
    this.#connection
      .request({ type: "hang_up", call: watch.call })
      // Without a connection the gateway counts this page as gone, and ends the looking on.
      .catch((error: unknown) => console.warn(error));
  }

  #follow(): void {
    const { view, clock } = this.#connection.state.get();
    const now = this.#now() + clockOffset(clock);
    if (view) this.#set(followPicture(this.#state.get(), view, now));
  }

  #set(watch: Watch): void {
    this.#state.set(watch);
    this.media.follow(this.#target(watch));
  }

  #target(watch: Watch): MediaTarget | null {
    if (watch.kind !== "connecting" && watch.kind !== "there") return null;
    const { view, directory } = this.#connection.state.get();
    const row = view?.active.find(({ call }) => call === watch.call);
    if (!row) return null;
    const { mode } = languageEntry(directory, row.language);
    return { call: watch.call, mode, join: true, watching: true };
  }
}

/** True while the visitor has been asked or the coordinator looks on. */
export function isLive(watch: Watch): watch is Live {
  return watch.kind !== "nothing" && watch.kind !== "over" && watch.kind !== "failed";
}
