/** The board's own arithmetic. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  assignable,
  callbackNumber,
  heldFor,
  helpWanted,
  mayBePaused,
  pieces,
  rankOf,
  recordClass,
  summary,
  tabletStatus,
  talkOf,
  unusual,
  waitLevel,
  waitOf,
  waitScale,
  workOf,
  workState,
} from "./board";
import { EMPTY, person, queued, RECORD, RESTED, WHY } from "./board-fixtures";
import { whyPieces } from "./board-why";
import type { InterpreterRow, LanguageFigures, Outcome } from "./protocol";

const figures = (calls: number, answered: number, abandoned: number, unserved: number) => ({
  language: "fsl",
  calls,
  answered,
  abandoned,
  unserved,
  wait_mean_ms: null,
  wait_median_ms: null,
  wait_p90_ms: null,
});

const ids = (rows: readonly InterpreterRow[]) => rows.map((row) => row.interpreter);

test("waits are marked at 30, 120 and 180 seconds", () => {
  expect([0, 29_999, 30_000, 119_999, 120_000, 179_999, 180_000].map(waitLevel)).toEqual([
    0, 0, 1, 1, 2, 2, 3,
  ]);
});

test("the pieces of a bar follow one another and fill it exactly", () => {
  const counts = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50));
  fc.assert(
    fc.property(counts, ([answered, abandoned, unserved, open]) => {
      const row = figures(answered + abandoned + unserved + open, answered, abandoned, unserved);
      const all = pieces(row);
      let end = 0;
      for (const piece of all) {
        expect(piece.from).toBeCloseTo(end);
        expect(piece.length).toBeGreaterThan(0);
        end += piece.length;
      }
      expect(end).toBeCloseTo(row.calls === 0 ? 0 : 100);
    }),
  );
});

test("the wait scale always holds every P90 and the last mark", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(10 ** 6))), (waits) => {
      const rows: LanguageFigures[] = waits.map((wait) => ({
        ...figures(1, 1, 0, 0),
        wait_p90_ms: wait,
      }));
      const scale = waitScale(rows);
      expect(scale).toBeGreaterThanOrEqual(180_000);
      for (const row of rows) expect(row.wait_p90_ms ?? 0).toBeLessThanOrEqual(scale);
    }),
  );
});

test("the numbers on top count people who can be reached, and the oldest wait", () => {
  const sum = summary({
    ...EMPTY,
    queue: [queued(1, { queued_at: 50 }), queued(2, { queued_at: 20 })],
    interpreters: [
      person(1),
      person(2, { status: "offline" }),
      person(3, { status: "unreachable" }),
      person(4, { status: "busy" }),
      person(5, { status: "resting" }),
    ],
    tablets: [
      { tablet: 1, site: 1, connected: true, call: null },
      { tablet: 2, site: 2, connected: false, call: null },
    ],
  });
  expect(sum).toEqual({
    waiting: 2,
    oldestQueuedAt: 20,
    inCall: 0,
    available: 1,
    held: 0,
    present: 3,
    tabletsConnected: 1,
    tablets: 2,
  });
});

test("a tablet in a call shows so even while its connection is away", () => {
  expect(tabletStatus({ tablet: 1, site: 1, connected: false, call: 3 })).toBe("in_call");
  expect(tabletStatus({ tablet: 1, site: 1, connected: true, call: null })).toBe("connected");
  expect(tabletStatus({ tablet: 1, site: 1, connected: false, call: null })).toBe("offline");
});

test("wait and length exist only for calls that were connected", () => {
  expect(waitOf(RECORD)).toBeNull();
  expect(talkOf(RECORD)).toBeNull();
  const answered = { ...RECORD, connected_at: 100 };
  expect(waitOf(answered)).toBe(90);
  expect(talkOf(answered)).toBe(400);
});

test("a call may be assigned to whoever has its language in its mode and is not away, the free first", () => {
  const seen = { language: "ar", tier: 1, modes: ["spoken_video"] } as const;
  const board = {
    ...EMPTY,
    interpreters: [
      person(1, { status: "busy" }),
      person(2),
      person(3, { status: "paused", pause: { reason: "meal", by_coordinator: false } }),
      person(4, { status: "away" }),
      person(5, { skills: [{ ...seen, modes: [...seen.modes] }] }),
      person(6, { status: "resting" }),
      person(7, { status: "wrap_up", pause: { reason: "break", by_coordinator: true } }),
      person(8, { status: "offered" }),
    ],
  };

  expect(ids(assignable(board, queued(1)))).toEqual([2, 8, 1]);
  const spoken = queued(2, { language: "ar", mode: "spoken_video" });
  expect(ids(assignable(board, spoken))).toEqual([5]);
  expect(assignable(board, { ...spoken, mode: "spoken_audio" })).toEqual([]);
});

test("work goes on counting in a call, and the most pressing thing about it is said", () => {
  expect(workOf({ ...RESTED, done_ms: 60_000 }, 500)).toBe(60_000);
  expect(workOf({ ...RESTED, done_ms: 60_000, since: 1_000 }, 31_000)).toBe(90_000);
  expect(workOf({ ...RESTED, since: 1_000 }, 0), "the page's clock is behind").toBe(0);
  expect(workState(RESTED)).toBe("rested");
  expect(workState({ ...RESTED, done_ms: 1 })).toBe("working");
  expect(workState({ ...RESTED, done_ms: 1, rests_until: 5 })).toBe("resting");
  expect(workState({ ...RESTED, since: 0, relief_due: true })).toBe("relief");
  expect(workState({ ...RESTED, since: 0, relief_due: true, stop_reached: true })).toBe("stop");
});

test("a person is paused once, and only while signed in", () => {
  expect(mayBePaused(person(1))).toBe(true);
  expect(mayBePaused(person(1, { status: "offline" }))).toBe(false);
  const pause = { reason: "rest", by_coordinator: true } as const;
  expect(mayBePaused(person(1, { status: "busy", pause }))).toBe(false);
});

test("whoever asks for help is listed, whatever they do", () => {
  const board = {
    ...EMPTY,
    interpreters: [person(1), person(2, { status: "busy", help: "danger" })],
  };
  expect(helpWanted(board).map((row) => row.interpreter)).toEqual([2]);
});

test("a call that has waited long counts as more urgent, and is marked as aged", () => {
  expect(rankOf(queued(1))).toEqual({ rank: "normal", aged: false });
  expect(rankOf(queued(1, { rank: "priority" }))).toEqual({ rank: "priority", aged: true });
  const urgent = queued(1, { class: "emergency", rank: "emergency" });
  expect(rankOf(urgent)).toEqual({ rank: "emergency", aged: false });
});

test("the counters at a glance are those closed or held by hand", () => {
  const rows = [
    { counter: { site: 1 }, open: true, forced: false, until: null },
    { counter: { site: 2 }, open: true, forced: true, until: null },
    { counter: { language: "ar" }, open: false, forced: false, until: 5 },
  ];
  expect(unusual(rows)).toEqual(rows.slice(1));
});

test.each([
  [1042, "42"],
  [7, "07"],
  [1200, "00"],
])("the visitor of callback %i was told number %s", (callback, number) => {
  expect(callbackNumber(callback)).toBe(number);
});

test("every outcome counts as the figures count it", () => {
  const classes: Record<Outcome, ReturnType<typeof recordClass>> = {
    completed: "good",
    transferred: "good",
    abandoned_queued: "left",
    abandoned_connecting: "left",
    converted_callback: "left",
    converted_appointment: "left",
    timed_out: "bad",
    refused_full: "bad",
    refused_closed: "bad",
    withdrawn: "bad",
    connection_lost: "bad",
  };
  for (const [outcome, expected] of Object.entries(classes)) {
    expect(recordClass(outcome as Outcome), outcome).toBe(expected);
  }
  expect(recordClass(null)).toBe("live");
});

test("the reason for a ring is said in the order of the key", () => {
  const ids = (change: object) => whyPieces({ ...WHY, ...change }).map((piece) => piece.id);
  expect(whyPieces(WHY)).toEqual([
    { id: "why-tier", values: { tier: 1 } },
    { id: "why-breadth", values: { count: 1 } },
    { id: "why-idle-minutes", values: { count: 12 } },
    { id: "why-among", values: { count: 3 } },
  ]);
  expect(ids({ missed: true })[0]).toBe("why-missed");
  expect(ids({ idle_ms: 59_999 })).toContain("why-idle-seconds");
  expect(ids({ assigned: true, missed: true })).toEqual(["why-assigned"]);
});

test("whoever is kept free for an appointment is not counted as available, nor offered for a call", () => {
  const held = { appointment: 7, starts_at: 600_000 };
  const promised = person(1, { held });
  const board = { ...EMPTY, interpreters: [promised, person(2)] };
  expect(summary(board)).toMatchObject({ available: 1, held: 1, present: 2 });
  expect(ids(assignable(board, queued(1)))).toEqual([2]);
  expect(heldFor(promised)).toBe(held);
  expect(heldFor({ ...promised, status: "busy" })).toBeNull();
});
