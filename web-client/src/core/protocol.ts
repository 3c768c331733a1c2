/**
 * The wire protocol as the pages use it: the generated types under shorter names. Nothing is written
 * by hand that the gateway also knows.
 */
import type { ClientMessage, ColleagueView, ServerMessage, View } from "../gen/protocol";

export type * from "../gen/protocol";

/** The WebSocket subprotocol. */
export const SUBPROTOCOL = "passerelle.v1";

/** The server sends a beat every 5 s; three missed ones and it counts as lost. */
export const SILENCE_MAX_MS = 15_000;

/** The kinds of page. An administrator's has no picture: no connection is opened for it. */
export type Role = View["role"] | "administrator";

/** What an interpreter is in a call; the generated name is taken by the kinds of client. */
export type CallRole = ColleagueView["role"];

/** The picture of one kind of client. */
export type ViewOf<R extends Role> = Extract<View, { role: R }>;

/** Removes a key from each member of a union. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** What a client may ask, without its number. */
export type Request = Without<ClientMessage, "id">;

/** One kind of server message. */
export type Message<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
