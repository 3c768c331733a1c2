/**
 * The gateway's HTTP side: who is signed in, the demo's one-click identities, invitations, pairing
 * codes. And the browser's part of the connection: real sockets, timers and clock.
 */
import { Connection } from "./connection";
import { polling } from "./polling";
import type { Identity, Role } from "./protocol";

/** An identity that can be taken with one click, in the demo only. */
export interface DemoIdentity {
  readonly identity: Identity;
  readonly label: string;
  readonly detail: string;
}

/** What the gateway says of this browser's session. */
export interface SessionInfo {
  readonly signed_in: boolean;
  readonly demo: boolean;
  readonly service: string;
  readonly identities?: readonly DemoIdentity[];
  /** Somebody is signed in who has to enrol a telephone before anything else. */
  readonly second_factor_missing?: boolean;
  /** What people call the provider they sign in by. */
  readonly provider?: string;
  /** Nobody signs in with a password. */
  readonly provider_only?: boolean;
  /** Whoever has forgotten their password can have a link sent. */
  readonly link_by_mail?: boolean;
  /** Why a tablet that was paired is one no more. */
  readonly over?: TabletEnd;
}

/** How a tablet's pairing ended; `moved`: its number stands at another site now. */
export type TabletEnd = "removed" | "replaced" | "left" | "copied" | "signed_out" | "moved";

/** A refused HTTP request. `code` is stable, for translation. */
export class GatewayError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "GatewayError";
    this.code = code;
  }
}

/** No request here does any work on the server; past this the network is to blame. */
const ANSWER_MS_MAX = 10_000;

export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...init,
    });
  } catch (error) {
    throw new GatewayError("unreachable", String(error));
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as { error?: string; message?: string };
  throw new GatewayError(body.error ?? `http_${response.status}`, body.message ?? path);
}

export const post = (path: string, body?: unknown): Promise<Response> =>
  ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Who this browser is, for one role. */
export async function session(role: Role): Promise<SessionInfo> {
  const response = await ask(`/api/session?role=${role}`);
  return (await response.json()) as SessionInfo;
}

/** Takes a demo identity. */
export async function demoSignIn(identity: Identity): Promise<void> {
  await post("/api/demo/sign-in", { identity });
}

/** Uses up an invitation; answers with whom it was for. */
export async function redeemInvite(code: string): Promise<Identity> {
  const response = await post("/api/invite", { code });
  return ((await response.json()) as { identity: Identity }).identity;
}

/** Uses up a pairing code, typed or of a link: this browser is a tablet from then on. */
export async function pair(code: string): Promise<void> {
  await post("/api/pair", { code });
}

/** Ends this role's session; answers with where to go on to be signed out at the provider as well. */
export async function signOut(role: Role): Promise<string | null> {
  const response = await post(`/api/sign-out?role=${role}`);
  return response.status === 200 ? ((await response.json()) as { leave: string }).leave : null;
}

/** The connection of a page in a real browser. */
export function browserConnection<R extends Role>(role: R): Connection<R> {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const connection = new Connection(role, `${scheme}://${location.host}/ws?role=${role}`, {
    open: (way, url, subprotocol) =>
      way === "socket"
        ? (new WebSocket(url, subprotocol) as unknown as never)
        : polling(url, subprotocol),
    signedIn: async () => (await session(role)).signed_in,
    now: () => Date.now(),
    random: () => Math.random(),
    timers: {
      start: (milliseconds, run) => window.setTimeout(run, milliseconds),
      stop: (timer) => window.clearTimeout(timer),
    },
  });
  window.addEventListener("online", () => connection.networkChanged());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connection.hurry();
  });
  return connection;
}
