/**
 * What the page of a third party shows, from the link, the gateway's pictures and what the person has
 * done. Pure.
 *
 *   checking ──good──▶ lobby ──join──▶ connecting ──picture──▶ call ──▶ left, over
 *       └──no longer good──▶ gone ◀──refused──┘
 */
import { type ClientState, isFinal } from "./client-state";
import type { DeviceProblem } from "./media/devices";

/** What the page knows beside the gateway's picture. */
export interface GuestLocal {
  /** Whether this browser is let in: by the link, or by the session that came of it. */
  readonly session: "checking" | "unreachable" | "good" | "bad";
  /** Whose service invites. */
  readonly service: string;
  readonly joined: boolean;
  /** Why this person takes part without camera and microphone, until they try again. */
  readonly without: DeviceProblem | null;
  readonly left: boolean;
  /** A picture of the call has been here. */
  readonly seen: boolean;
}

/** Before anything is known. */
export const GUEST_START: GuestLocal = {
  session: "checking",
  service: "",
  joined: false,
  without: null,
  left: false,
  seen: false,
};

/** One screen of the page. */
export type GuestScreen =
  | "checking"
  | "unreachable"
  | "gone"
  | "lobby"
  | "connecting"
  | "call"
  | "left"
  | "over"
  | "elsewhere";

/** The screen to show. */
export function guestScreen(local: GuestLocal, client: ClientState<"guest">): GuestScreen {
  if (local.left) return "left";
  if (local.session === "checking" || local.session === "unreachable") return local.session;
  // Whoever was in the call has seen it end; whoever was not has come too late.
  if (local.session === "bad") return local.seen ? "over" : "gone";
  if (!local.joined) return "lobby";
  if (client.link === "replaced") return "elsewhere";
  if (isFinal(client.link)) return local.seen ? "over" : "gone";
  return client.view ? "call" : "connecting";
}

/** The code of a link, from the fragment of its address: `#CODE`, or `#invite=CODE`. */
export function linkCode(hash: string): string | null {
  const fragment = hash.replace(/^#/, "");
  const code = new URLSearchParams(fragment).get("invite") ?? fragment;
  return code === "" ? null : code;
}
