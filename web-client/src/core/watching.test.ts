/** A coordinator looks on only where the visitor has said yes, and is told every way it ends. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EMPTY } from "./board-fixtures";
import { Cell } from "./cell";
import { type ClientState, initialState } from "./client-state";
import type { Connection } from "./connection";
import type { ActiveRow, ObserverView, Request } from "./protocol";
import { RequestError, type RequestProblem } from "./requests";
import { Watching } from "./watching";

const row = (observer: ObserverView | null): ActiveRow => ({
  call: 8,
  language: "fsl",
  site: 1,
  mode: "sign",
  interpreter: 1,
  why: null,
  colleague: null,
  observer,
  unwilling: null,
  guest: null,
  connected_at: 0,
});
const ASKED: ObserverView = { state: "asked", until: 60_000 };

/** A board in the test's hands. */
class Desk {
  readonly asked: Request[] = [];
  readonly state = new Cell<ClientState<"coordinator">>(initialState("coordinator"));
  refuses: RequestProblem | null = null;
  now = 1_000;
  readonly watching: Watching;

  constructor() {
    const request = (wanted: Request) => {
      this.asked.push(wanted);
      // Media cannot be had here; that it is asked for is what there is to see.
      const refused = wanted.type === "media_offer" ? "call_gone" : this.refuses;
      return refused === null
        ? Promise.resolve({ type: "done", id: 1 })
        : Promise.reject(new RequestError(refused, "over"));
    };
    const connection = { state: this.state, request } as unknown as Connection<"coordinator">;
    this.watching = new Watching(connection, () => this.now);
    this.shows(row(null));
  }

  shows(...active: ActiveRow[]): void {
    const view = { role: "coordinator" as const, ...EMPTY, active };
    this.state.set({ ...this.state.get(), link: "connected", view });
  }

  get watch(): unknown {
    return this.watching.state.get();
  }
}

let desk: Desk;
beforeEach(async () => {
  vi.stubGlobal("MediaStream", class {});
  vi.stubGlobal("RTCPeerConnection", undefined);
  vi.spyOn(console, "warn").mockReturnValue();
  vi.useFakeTimers();
  desk = new Desk();
});
afterEach(() => {
  desk.watching.leave();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("asking shows how long the visitor has to answer", async () => {
  await desk.watching.ask(8);
  expect(desk.watch).toEqual({ kind: "asking", call: 8, taken: true });
  desk.shows(row(ASKED));
  expect(desk.watch).toEqual({ kind: "asked", call: 8, until: 60_000 });
  expect(desk.asked).toEqual([{ type: "ask_to_join", call: 8 }]);
});

test("a page that has not asked connects to nothing, whatever the board shows", () => {
  desk.shows(row({ state: "there" }));
  expect(desk.watch).toEqual({ kind: "nothing" });
  expect(desk.watching.media.picture.get().state).toBe("idle");
});

test("a yes connects, and only then", async () => {
  await desk.watching.ask(8);
  desk.shows(row(ASKED));
  expect(desk.watching.media.picture.get().state).toBe("idle");
  desk.shows(row({ state: "connecting" }));
  expect(desk.watch).toEqual({ kind: "connecting", call: 8 });
  expect(desk.watching.media.picture.get().state).toBe("connecting");
  desk.shows(row({ state: "there" }));
  expect(desk.watch).toEqual({ kind: "there", call: 8 });
});

test.each([
  ["before its time is over is a refusal", 59_999, "refused"],
  ["after its time is over has expired", 60_000, "expired"],
] as const)("a question that goes %s", async (_, now, end) => {
  await desk.watching.ask(8);
  desk.shows(row(ASKED));
  desk.now = now;
  desk.shows(row(null));
  expect(desk.watch).toEqual({ kind: "over", call: 8, end });
});

test("a withdrawn yes and the end of the call close the pictures", async () => {
  await desk.watching.ask(8);
  desk.shows(row({ state: "there" }));
  desk.shows(row(null));
  expect(desk.watch).toEqual({ kind: "over", call: 8, end: "withdrawn" });
  expect(desk.watching.media.picture.get().state).toBe("idle");
  await desk.watching.ask(8);
  desk.shows(row({ state: "there" }));
  desk.shows();
  expect(desk.watch).toEqual({ kind: "over", call: 8, end: "ended" });
});

test("leaving tells the gateway once, and puts away how it ended without a word", async () => {
  await desk.watching.ask(8);
  desk.shows(row({ state: "there" }));
  desk.watching.leave();
  desk.watching.leave();
  expect(desk.watch).toEqual({ kind: "nothing" });
  expect(desk.asked.filter(({ type }) => type === "hang_up")).toEqual([
    { type: "hang_up", call: 8 },
  ]);
});

test("a refused question says why, and may be asked again", async () => {
  desk.refuses = "call_gone";
  await desk.watching.ask(8);
  expect(desk.watch).toEqual({ kind: "failed", call: 8, problem: "call_gone" });
  desk.refuses = null;
  await desk.watching.ask(8);
  expect(desk.watch).toEqual({ kind: "asking", call: 8, taken: true });
});

test("a second call is not asked for while the first is looked on at", async () => {
  await desk.watching.ask(8);
  desk.shows(row({ state: "there" }), { ...row(null), call: 9 });
  await desk.watching.ask(9);
  expect(desk.watch).toEqual({ kind: "there", call: 8 });
});

test("a board that was signed out or replaced looks on no more", async () => {
  await desk.watching.ask(8);
  desk.shows(row({ state: "there" }));
  desk.state.set({ ...desk.state.get(), link: "replaced" });
  expect(desk.watch).toEqual({ kind: "nothing" });
  expect(desk.watching.media.picture.get().state).toBe("idle");
});

test.each([
  [{ why: "refused" }, "refused"],
  [{ why: "silent", until: 60_000 }, "expired"],
] as const)("a question that a visitor's answer (%o) forbids says so", async (unwilling, end) => {
  desk.refuses = "wrong_state";
  desk.shows({ ...row(null), unwilling });
  await desk.watching.ask(8);
  expect(desk.watch).toEqual({ kind: "over", call: 8, end });
});

test("until its question is taken a page joins nobody else's looking on", async () => {
  desk.refuses = "wrong_state";
  const asked = desk.watching.ask(8);
  desk.shows(row({ state: "there" }));
  expect(desk.watch).toEqual({ kind: "asking", call: 8, taken: false });
  await asked;
  expect(desk.watch).toEqual({ kind: "over", call: 8, end: "elsewhere" });
  desk.shows(row({ state: "there" }));
  expect(desk.watching.media.picture.get().state).toBe("idle");
});

test("a picture of the question that came before the answer counts once it is there", async () => {
  const asked = desk.watching.ask(8);
  desk.shows(row(ASKED));
  await asked;
  expect(desk.watch).toEqual({ kind: "asked", call: 8, until: 60_000 });
});

test("a question that was answered between two pictures is a refusal", async () => {
  await desk.watching.ask(8);
  desk.shows(row(null));
  expect(desk.watch).toEqual({ kind: "over", call: 8, end: "refused" });
});

test("the refusal of a question that was taken back says nothing about the next one", async () => {
  desk.refuses = "call_gone";
  const first = desk.watching.ask(8);
  desk.watching.leave();
  desk.refuses = null;
  await Promise.all([first, desk.watching.ask(8)]);
  expect(desk.watch).toEqual({ kind: "asking", call: 8, taken: true });
});

test("a lost connection ends looking on, and the page that comes back offers nothing", async () => {
  await desk.watching.ask(8);
  desk.shows(row({ state: "there" }));
  desk.state.set({ ...desk.state.get(), link: "reconnecting" });
  expect(desk.watch).toEqual({ kind: "over", call: 8, end: "cut" });
  desk.shows(row({ state: "there" }));
  expect(desk.watch).toEqual({ kind: "over", call: 8, end: "cut" });
  expect(desk.watching.media.picture.get().state).toBe("idle");
});
