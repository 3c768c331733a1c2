/** The board's own arithmetic. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { pieces, summary, tabletStatus, talkOf, waitLevel, waitOf, waitScale } from "./board";
import type { CallRecord, InterpreterRow, LanguageFigures } from "./protocol";

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
  const person = (interpreter: number, status: InterpreterRow["status"]): InterpreterRow => ({
    interpreter,
    languages: [],
    status,
    since: 0,
  });
  const queued = (call: number, queued_at: number) =>
    ({
      call,
      language: "fsl",
      site: 1,
      queued_at,
      phase: "queued",
      interpreter: null,
    }) as const;
  const sum = summary({
    queue: [queued(1, 50), queued(2, 20)],
    active: [],
    interpreters: [
      person(1, "available"),
      person(2, "offline"),
      person(3, "unreachable"),
      person(4, "busy"),
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
    present: 2,
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
  const record: CallRecord = {
    call: 1,
    site: 1,
    language: "fsl",
    tapped_at: 0,
    queued_at: 10,
    offered_at: null,
    accepted_at: null,
    connected_at: null,
    ended_at: 500,
    outcome: "abandoned_queued",
    interpreter: null,
    offers: 0,
  };
  expect(waitOf(record)).toBeNull();
  expect(talkOf(record)).toBeNull();
  const answered = { ...record, connected_at: 100 };
  expect(waitOf(answered)).toBe(90);
  expect(talkOf(answered)).toBe(400);
});
