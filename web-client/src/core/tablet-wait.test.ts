/** What a waiting visitor is told never promises what the gateway does not, nor longer than it is true. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { WaitEstimate } from "./protocol";
import { type Told, told, type WaitText, waitText } from "./tablet-wait";

const MINUTE = 60_000;
const estimate = (from: number, to: number): WaitEstimate => ({
  from_ms: from * MINUTE,
  to_ms: to * MINUTE,
  cause: null,
});
const tell = (from: number, to: number, since = 0): Told => ({
  call: 8,
  estimate: estimate(from, to),
  since,
});

test.each<[string, number, number, number, WaitText]>([
  ["an interval in minutes", 3, 8, 0, { kind: "interval", from: 3, to: 8 }],
  ["parts of a minute are rounded up", 2.1, 6.2, 0, { kind: "interval", from: 3, to: 7 }],
  ["two equal ends are one figure", 5, 5, 0, { kind: "about", minutes: 5 }],
  ["the first step is less than a minute", 1, 1, 0, { kind: "under-minute" }],
  ["the figure stands while its end lies ahead", 3, 8, 7.9, { kind: "interval", from: 3, to: 8 }],
  ["a figure that has outlived itself is not told", 3, 8, 8, { kind: "longer" }],
  ["less than a minute is told for one minute", 1, 1, 1, { kind: "longer" }],
])("%s", (_, from, to, after, text) => {
  expect(waitText(tell(from, to), after * MINUTE)).toEqual(text);
});

test("an interval keeps its moment until it changes, another call begins anew", () => {
  const first = told(null, 8, estimate(3, 8), 100);
  expect(first?.since).toBe(100);
  const caused = { ...estimate(3, 8), cause: "no_answer" as const };
  expect(told(first, 8, caused, 200)).toEqual({ call: 8, estimate: caused, since: 100 });
  expect(told(first, 8, estimate(2, 8), 200)?.since).toBe(200);
  expect(told(first, 8, estimate(3, 10), 200)?.since).toBe(200);
  expect(told(first, 9, estimate(3, 8), 200)?.since).toBe(200);
  expect(told(first, 8, null, 200)).toBeNull();
});

test("no figure is below one minute, and no interval is empty or turned round", () => {
  fc.assert(
    fc.property(fc.nat(200 * MINUTE), fc.nat(200 * MINUTE), (from_ms, width) => {
      const to_ms = from_ms + width;
      const text = waitText({ call: 8, estimate: { from_ms, to_ms, cause: null }, since: 0 }, -1);
      if (text.kind === "interval") {
        expect(text.from).toBeGreaterThanOrEqual(1);
        expect(text.to).toBeGreaterThan(text.from);
        expect(text.to * MINUTE).toBeGreaterThanOrEqual(to_ms);
      }
      if (text.kind === "about") expect(text.minutes).toBeGreaterThan(1);
    }),
  );
});
