/** A coordinator looks on only where the visitor has said yes, and is told every way it ends. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EMPTY } from "./board-fixtures";
import { Cell } from "./cell";
import { type ClientState, initialState } from "./client-state";
import type { Connection } from "./connection";
import type { ActiveRow, ObserverView, Request } from "./protocol";
import { RequestError } from "./requests";
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
  guest: null,
  connected_at: 0,
});
const ASKED: ObserverView = { state: "asked", until: 60_000 };

/** A board in the test's hands. */
class Desk {
  readonly asked: Request[] = [];
  readonly state = new Cell<ClientState<"coordinator">>(initialState("coordinator"));
  refuses = false;
  now = 1_000;
  readonly watching: Watching;

  constructor() {
    const request = (wanted: Request) => {
      this.asked.push(wanted);
      // Media cannot be had here; that it is asked for is what there is to see.
      const answered = !this.refuses && wanted.type !== "media_offer";
      return answered
        ? Promise.resolve({ type: "done", id: 1 })
        : Promise.reject(new RequestError("call_gone", "over"));
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
  expect(desk.watch).toEqual({ kind: "asking", call: 8 });
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
  desk.refuses = true;
  await desk.watching.ask(8);
  expect(desk.watch).toEqual({ kind: "failed", call: 8, problem: "call_gone" });
  desk.refuses = false;
  await desk.watching.ask(8);
  expect(desk.watch).toEqual({ kind: "asking", call: 8 });
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
