/** What a waiting visitor is told never promises what the estimate does not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type WaitText, waitText } from "./tablet-wait";

const at = (from: number, to: number) =>
  waitText({ from: from * 60_000, to: to * 60_000, cause: null }, 0);

test.each<[string, number, number, WaitText]>([
  ["both ends are rounded up", 2.1, 6.2, { kind: "interval", from: 3, to: 7 }],
  ["whole minutes stay", 3, 7, { kind: "interval", from: 3, to: 7 }],
  ["long waits are told in fives", 11, 23, { kind: "interval", from: 15, to: 25 }],
  ["ends that round to the same are one figure", 2.2, 2.9, { kind: "about", minutes: 3 }],
  ["a short start is a minute", 0.2, 3, { kind: "interval", from: 1, to: 3 }],
  ["a minute is the least that is told", 0.1, 0.9, { kind: "under-minute" }],
  ["the likely moment has passed, the limit is near", -0.1, 0.5, { kind: "soon" }],
  ["the likely moment has passed, the limit is far", -1, 4.5, { kind: "soon-within", minutes: 5 }],
  ["the likely moment is now", 0, 1, { kind: "soon" }],
  ["both have passed", -5, -1, { kind: "longer" }],
  ["the limit is now", -5, 0, { kind: "longer" }],
])("%s", (_, from, to, text) => {
  expect(at(from, to)).toEqual(text);
});

test("no figure is ever below one minute, and no interval is empty or turned round", () => {
  fc.assert(
    fc.property(fc.double({ min: -90, max: 90, noNaN: true }), fc.nat(90), (from, width) => {
      const text = at(from, from + width);
      if (text.kind === "interval") {
        expect(text.from).toBeGreaterThanOrEqual(1);
        expect(text.to).toBeGreaterThan(text.from);
        expect(text.to).toBeGreaterThanOrEqual(from + width);
      }
      if (text.kind === "about") expect(text.minutes).toBeGreaterThan(1);
    }),
  );
});

test("as time passes, the end that is told never grows by itself", () => {
  const minutes = fc.integer({ min: 1, max: 120 });
  fc.assert(
    fc.property(minutes, minutes, fc.nat(120), fc.nat(120), (from, width, one, other) => {
      const estimate = { from: from * 60_000, to: (from + width) * 60_000, cause: null };
      const [early, late] = [Math.min(one, other), Math.max(one, other)];
      const end = (text: WaitText) =>
        text.kind === "interval" ? text.to : "minutes" in text ? text.minutes : 1;
      expect(end(waitText(estimate, late * 60_000))).toBeLessThanOrEqual(
        end(waitText(estimate, early * 60_000)),
      );
    }),
  );
});
