/** The reducer of what a page knows, also over the conformance cases that the gateway runs. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ClientState, initialState, isFinal, NOTICES_MAX, reduce } from "./client-state";
import type { Role, ServerMessage, ViewOf } from "./protocol";
import { clockOffset } from "./server-clock";

const VECTORS = new URL("../../../signaling/vectors/server.json", import.meta.url);
const cases = JSON.parse(readFileSync(VECTORS, "utf8")) as {
  about: string;
  message: ServerMessage;
}[];

const idle: ViewOf<"tablet"> = {
  role: "tablet",
  site: 1,
  phase: { kind: "idle" },
  last: null,
  closed: [],
  callbacks: [],
  appointments: [],
};
const receive = <R extends Role>(state: ClientState<R>, message: ServerMessage, at = 0) =>
  reduce(state, { type: "message", message, at });
const picture = (view: ViewOf<"tablet">, seq = 1): ServerMessage => ({
  type: "state",
  seq,
  now: 0,
  view,
});

test.each(cases)("a page takes in: $about", ({ message }) => {
  const role: Role = message.type === "state" ? message.view.role : "tablet";
  const after = receive(initialState(role), message, 5);
  if (message.type === "state") {
    expect(after.view).toEqual(message.view);
    expect(after.link).toBe("connected");
  }
  if (message.type === "welcome") expect(after.directory).toEqual(message.directory);
  if (message.type === "today") expect(after.today).toEqual(message);
  if ("now" in message) expect(clockOffset(after.clock)).toBe(message.now - 5);
});

test("a picture for another role is never shown", () => {
  const state = receive(initialState("interpreter"), picture(idle));
  expect(state.view).toBeNull();
  expect(state.link).toBe("connecting");
});

test("the picture stays visible while reconnecting and the fresh one replaces it", () => {
  let state = receive(initialState("tablet"), picture(idle));
  state = reduce(state, { type: "lost" });
  expect(state.link).toBe("reconnecting");
  expect(state.view).toEqual(idle);
  const other = { ...idle, site: 2 };
  // A new connection counts its pictures from 1 again.
  state = receive(state, picture(other));
  expect(state.link).toBe("connected");
  expect(state.view).toEqual(other);
});

test("a page that was replaced or signed out stays so when its socket closes", () => {
  for (const reason of ["replaced", "signed_out"] as const) {
    const state = receive(initialState("tablet"), { type: "bye", reason });
    expect(isFinal(state.link)).toBe(true);
    expect(reduce(state, { type: "lost" })).toBe(state);
  }
});

test("a restarting gateway or a slow page leads to reconnecting", () => {
  for (const reason of ["shutting_down", "too_slow"] as const) {
    expect(receive(initialState("tablet"), { type: "bye", reason }).link).toBe("reconnecting");
  }
});

test("another build of the gateway makes the page outdated, the same one does not", () => {
  const welcome = (build: string): ServerMessage => ({
    type: "welcome",
    identity: { role: "tablet", tablet: 1 },
    directory: {
      service: "",
      time_zone: "UTC",
      languages: [],
      sites: [],
      subjects: [],
      interpreters: [],
    },
    build,
    now: 0,
  });
  let state = receive(initialState("tablet"), welcome("1"));
  state = receive(state, welcome("1"));
  expect(state.outdated).toBe(false);
  state = receive(state, welcome("2"));
  expect(state.outdated).toBe(true);
});

test("whoever signs in next sees nothing of whoever signed out", () => {
  const state = reduce(receive(initialState("tablet"), picture(idle)), { type: "not_signed_in" });
  expect(state.view).toBeNull();
  expect(state.identity).toBeNull();
});

test("the newest texts of the coordinators are kept, over a reconnection too", () => {
  let state = initialState("interpreter");
  for (let sent_at = 1; sent_at <= NOTICES_MAX + 2; sent_at += 1) {
    state = receive(state, { type: "notice", text: `text ${sent_at}`, sent_at });
  }
  state = reduce(state, { type: "lost" });
  expect(state.notices.map((notice) => notice.sent_at)).toEqual([3, 4, 5]);
});

test("a message of a kind that is not known yet changes nothing", () => {
  fc.assert(
    fc.property(fc.string(), (type) => {
      fc.pre(!cases.some(({ message }) => message.type === type));
      const state = initialState("tablet");
      const message = { type: `x-${type}` } as unknown as ServerMessage;
      expect(receive(state, message)).toEqual(state);
    }),
  );
});
