/**
 * What a page knows of the gateway, as a pure reducer. The gateway sends whole pictures, so that the
 * newest one replaces everything before; nothing is patched, nothing can drift.
 *
 *   connecting ──open, picture──▶ connected ──lost──▶ reconnecting ──picture──▶ connected
 *        └──────────── bye(replaced) ▶ replaced     bye(signed_out), 401 ▶ signed-out
 */
import { unreachable } from "./never";
import type {
  CallQuality,
  Directory,
  Identity,
  Message,
  Role,
  ServerMessage,
  Timestamp,
  ViewOf,
} from "./protocol";
import { type ClockSample, observeServerTime } from "./server-clock";

/** How the page stands with the gateway. Written to `body[data-connection]`. */
export type Link = "connecting" | "connected" | "reconnecting" | "replaced" | "signed-out";

/** Everything a page of this role knows. */
export interface ClientState<R extends Role> {
  readonly role: R;
  readonly link: Link;
  readonly identity: Identity | null;
  readonly directory: Directory;
  /** The newest picture; kept while reconnecting, so that the screen does not go blank. */
  readonly view: ViewOf<R> | null;
  /** The entry of the gateway's journal that it stands on, and the run of the gateway it is of. */
  readonly seq: number | null;
  readonly run: Timestamp | null;
  /** The gateway runs on an older backup: some of what was shown before is lost. Until read. */
  readonly restored: boolean;
  /** Coordinators: the calls of today. */
  readonly today: Message<"today"> | null;
  /** How pictures arrive at the gateway: of this page's call, for coordinators of all. */
  readonly quality: readonly CallQuality[];
  /** Interpreters: the coordinators' newest texts, newest last. The gateway stores none of them. */
  readonly notices: readonly Message<"notice">[];
  /** Up to which moment the texts have been seen; from the first welcome, if there was none. */
  readonly noticed: Timestamp | null;
  /** The build that served this page, and whether the gateway now runs another. */
  readonly build: string | null;
  readonly outdated: boolean;
  /** Samples of the gateway's clock, newest last. */
  readonly clock: readonly ClockSample[];
}

/** Texts kept for reading: more at once is not read by anybody in a call. */
export const NOTICES_MAX = 3;

/** What can happen to it. */
export type ClientEvent =
  | { readonly type: "message"; readonly message: ServerMessage; readonly at: Timestamp }
  | { readonly type: "lost" }
  | { readonly type: "restored_read" }
  | { readonly type: "not_signed_in" }
  | { readonly type: "restart" };

const NO_NAMES: Directory = {
  service: "",
  time_zone: "",
  place_kept_ms: 0,
  languages: [],
  sites: [],
  subjects: [],
  interpreters: [],
};

/** Before anything has arrived. */
export function initialState<R extends Role>(role: R): ClientState<R> {
  return {
    role,
    link: "connecting",
    identity: null,
    directory: NO_NAMES,
    view: null,
    seq: null,
    run: null,
    restored: false,
    today: null,
    quality: [],
    notices: [],
    noticed: null,
    build: null,
    outdated: false,
    clock: [],
  };
}

/** True once the page will not come back by itself. */
export function isFinal(link: Link): boolean {
  return link === "replaced" || link === "signed-out";
}

/**
 * Where to connect: coming back, a page says up to where it has seen things, so that it is told what
 * it has missed, and nothing twice.
 */
export function addressOf<R extends Role>(url: string, state: ClientState<R>): string {
  const address = new URL(url);
  const { seq, run, noticed } = state;
  if (seq !== null && run !== null) {
    address.searchParams.set("after", String(seq));
    address.searchParams.set("run", String(run));
  }
  if (noticed !== null) address.searchParams.set("noticed", String(noticed));
  return address.href;
}

/** The state after an event. */
export function reduce<R extends Role>(state: ClientState<R>, event: ClientEvent): ClientState<R> {
  switch (event.type) {
    case "message":
      return receive(state, event.message, event.at);
    case "lost":
      return isFinal(state.link) ? state : { ...state, link: "reconnecting" };
    case "restored_read":
      return { ...state, restored: false };
    case "not_signed_in": {
      // Nothing of the person; but a restored gateway signs everybody out, and says so afterwards.
      const { build, seq, run } = state;
      return { ...initialState(state.role), build, seq, run, link: "signed-out" };
    }
    case "restart":
      return { ...state, link: state.view === null ? "connecting" : "reconnecting" };
    default:
      return unreachable(event);
  }
}

function receive<R extends Role>(
  state: ClientState<R>,
  message: ServerMessage,
  at: Timestamp,
): ClientState<R> {
  switch (message.type) {
    case "welcome":
      return {
        ...state,
        ...comingBack(state, message),
        identity: message.identity,
        directory: message.directory,
        // What the connection before was told may be over; the newest follows.
        quality: [],
        build: state.build ?? message.build,
        outdated: state.build !== null && state.build !== message.build,
        clock: observeServerTime(state.clock, message.now, at),
      };
    case "directory_changed":
      return { ...state, directory: message.directory };
    case "state": {
      const clock = observeServerTime(state.clock, message.now, at);
      // A picture for another role would mean a wrong session; it must never be shown.
      if (message.view.role !== state.role) return { ...state, clock };
      const { seq } = message;
      // What is shown has happened: the screen never goes back behind it.
      if (state.seq !== null && seq < state.seq) return { ...state, clock };
      return { ...state, clock, link: "connected", seq, view: message.view as ViewOf<R> };
    }
    case "today":
      return { ...state, today: message };
    case "quality":
      return { ...state, quality: message.calls };
    case "notice": {
      const last = state.notices.at(-1);
      if (last && message.sent_at <= last.sent_at) return state;
      const notices = [...state.notices, message].slice(-NOTICES_MAX);
      return { ...state, notices, noticed: message.sent_at };
    }
    case "beat":
      return { ...state, clock: observeServerTime(state.clock, message.now, at) };
    case "bye":
      return { ...state, link: afterBye(message.reason) };
    case "done":
    case "media_answer":
    case "slots":
    case "guest_link":
    case "refused":
      return state;
    default:
      // A kind this build does not know comes from a newer gateway: ignored, by the protocol.
      return state;
  }
}

/** A restored gateway has lost what the page shows: whatever it shows next is true. */
function comingBack<R extends Role>(
  state: ClientState<R>,
  { run, resumed, now }: Message<"welcome">,
): Pick<ClientState<R>, "run" | "seq" | "restored" | "noticed"> {
  const restored = resumed === "restored";
  return {
    run,
    seq: restored ? null : state.seq,
    restored: state.restored || restored,
    noticed: state.noticed ?? now,
  };
}

function afterBye(reason: Message<"bye">["reason"]): Link {
  switch (reason) {
    case "replaced":
      return "replaced";
    case "signed_out":
      return "signed-out";
    case "shutting_down":
    case "too_slow":
      return "reconnecting";
    default:
      return unreachable(reason);
  }
}
