/**
 * What a page knows of the gateway, as a pure reducer. The gateway sends whole pictures, so that the
 * newest one replaces everything before; nothing is patched, nothing can drift.
 *
 *   connecting ──open, picture──▶ connected ──lost──▶ reconnecting ──picture──▶ connected
 *        └──────────── bye(replaced) ▶ replaced     bye(signed_out), 401 ▶ signed-out
 */
import { unreachable } from "./never";
import type {
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
  /** Coordinators: the calls of today. */
  readonly today: Message<"today"> | null;
  /** Interpreters: the coordinators' newest texts, newest last. The gateway keeps none of them. */
  readonly notices: readonly Message<"notice">[];
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
  | { readonly type: "not_signed_in" }
  | { readonly type: "restart" };

const NO_NAMES: Directory = {
  service: "",
  time_zone: "UTC",
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
    today: null,
    notices: [],
    build: null,
    outdated: false,
    clock: [],
  };
}

/** True once the page will not come back by itself. */
export function isFinal(link: Link): boolean {
  return link === "replaced" || link === "signed-out";
}

/** The state after an event. */
export function reduce<R extends Role>(state: ClientState<R>, event: ClientEvent): ClientState<R> {
  switch (event.type) {
    case "message":
      return receive(state, event.message, event.at);
    case "lost":
      return isFinal(state.link) ? state : { ...state, link: "reconnecting" };
    case "not_signed_in":
      return { ...initialState(state.role), build: state.build, link: "signed-out" };
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
        identity: message.identity,
        directory: message.directory,
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
      return { ...state, clock, link: "connected", view: message.view as ViewOf<R> };
    }
    case "today":
      return { ...state, today: message };
    case "notice":
      return { ...state, notices: [...state.notices, message].slice(-NOTICES_MAX) };
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
