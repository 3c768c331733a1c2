/** What a waiting visitor is told never promises what the gateway does not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type WaitText, waitText } from "./tablet-wait";

const MINUTE = 60_000;

test.each<[string, number, number, WaitText]>([
  ["an interval in minutes", 3, 8, { kind: "interval", from: 3, to: 8 }],
  ["parts of a minute are rounded up", 2.1, 6.2, { kind: "interval", from: 3, to: 7 }],
  ["two equal ends are one figure", 5, 5, { kind: "about", minutes: 5 }],
  ["the first step is about a minute", 1, 1, { kind: "about", minutes: 1 }],
])("%s", (_, from, to, text) => {
  expect(waitText({ from_ms: from * MINUTE, to_ms: to * MINUTE, cause: null })).toEqual(text);
});

test("no figure is below one minute, and no interval is empty or turned round", () => {
  fc.assert(
    fc.property(fc.nat(200 * MINUTE), fc.nat(200 * MINUTE), (from_ms, width) => {
      const to_ms = from_ms + width;
      const text = waitText({ from_ms, to_ms, cause: null });
      if (text.kind === "interval") {
        expect(text.from).toBeGreaterThanOrEqual(1);
        expect(text.to).toBeGreaterThan(text.from);
        expect(text.to * MINUTE).toBeGreaterThanOrEqual(to_ms);
      } else {
        expect(text.minutes).toBeGreaterThanOrEqual(1);
      }
    }),
  );
});
