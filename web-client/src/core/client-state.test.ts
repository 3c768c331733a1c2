/** The reducer of what a page knows, also over the conformance cases that the gateway runs. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addressOf,
  type ClientState,
  initialState,
  isFinal,
  NOTICES_MAX,
  reduce,
} from "./client-state";
import type { Message, Role, ServerMessage, ViewOf } from "./protocol";
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

const welcome = (of: Partial<Message<"welcome">> = {}): ServerMessage => ({
  type: "welcome",
  identity: { role: "tablet", tablet: 1 },
  directory: {
    service: "",
    time_zone: "",
    place_kept_ms: 60_000,
    languages: [],
    sites: [],
    subjects: [],
    interpreters: [],
  },
  build: "1",
  now: 1_000,
  run: 500,
  resumed: "new",
  ...of,
});

test("another build of the gateway makes the page outdated, the same one does not", () => {
  let state = receive(initialState("tablet"), welcome());
  state = receive(state, welcome());
  expect(state.outdated).toBe(false);
  state = receive(state, welcome({ build: "2" }));
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

test("how pictures arrive is what was told last, and of another connection nothing", () => {
  const quality = (call: number): ServerMessage => ({
    type: "quality",
    calls: [{ call, pictures: [] }],
  });
  let state = receive(initialState("coordinator"), welcome());
  state = receive(receive(state, quality(1)), quality(2));
  expect(state.quality).toEqual([{ call: 2, pictures: [] }]);
  expect(receive(state, welcome()).quality).toEqual([]);
});

test("a picture older than the one shown is not shown, one of the same moment is", () => {
  const at = (site: number) => ({ ...idle, site });
  let state = receive(initialState("tablet"), picture(at(1), 7));
  state = receive(state, picture(at(2), 6));
  expect(state.view?.site).toBe(1);
  state = receive(state, picture(at(3), 7));
  expect(state.view?.site).toBe(3);
});

test("after the restore of an older backup the page shows what the gateway has, and says so", () => {
  let state = receive(initialState("tablet"), picture(idle, 90));
  state = receive(state, welcome({ resumed: "fresh" }));
  expect(receive(state, picture({ ...idle, site: 2 }, 40)).view?.site).toBe(1);
  state = receive(state, welcome({ resumed: "restored", run: 600 }));
  state = receive(state, picture({ ...idle, site: 2 }, 40));
  expect([state.view?.site, state.seq, state.restored]).toEqual([2, 40, true]);
  // A blink of the network does not take the message away; reading it does.
  state = receive(state, welcome({ resumed: "fresh", run: 600 }));
  expect(state.restored).toBe(true);
  expect(reduce(state, { type: "restored_read" }).restored).toBe(false);
});

test("a page that comes back says what it has seen, a new one nothing", () => {
  const url = "wss://x/ws?role=interpreter";
  let state = initialState("interpreter");
  expect(addressOf(url, state)).toBe(url);
  state = receive(state, welcome());
  expect(addressOf(url, state)).toBe(`${url}&noticed=1000`);
  state = { ...state, seq: 12 };
  expect(addressOf(url, state)).toBe(`${url}&after=12&run=500&noticed=1000`);
  state = receive(state, { type: "notice", text: "", sent_at: 1_400 });
  // The moment of the first welcome holds only until there was a text.
  state = receive(state, welcome({ now: 9_000, run: 700 }));
  expect(addressOf(url, state)).toBe(`${url}&after=12&run=700&noticed=1400`);
});

test("a text that comes again is shown once", () => {
  const texts = [5, 5, 4, 6].map((sent_at) => ({ type: "notice", text: "", sent_at }) as const);
  const state = texts.reduce((state, text) => receive(state, text), initialState("interpreter"));
  expect(state.notices.map((notice) => notice.sent_at)).toEqual([5, 6]);
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
