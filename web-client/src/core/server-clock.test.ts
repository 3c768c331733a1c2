/** The gateway's clock seen through a network that delays. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ClockSample,
  clockFace,
  clockOffset,
  elapsed,
  observeServerTime,
  remaining,
  SAMPLES_MAX,
} from "./server-clock";

test("the offset is off by no more than the smallest delay seen", () => {
  const delays = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(delays, fc.integer({ min: -1e9, max: 1e9 }), (delays, wrong) => {
      let samples: readonly ClockSample[] = [];
      let server = 1_800_000_000_000;
      for (const delay of delays) {
        server += 5_000;
        samples = observeServerTime(samples, server, server + wrong + delay);
      }
      const smallest = Math.min(...delays.slice(-SAMPLES_MAX));
      expect(clockOffset(samples)).toBe(0 - wrong - smallest);
      expect(samples.length).toBeLessThanOrEqual(SAMPLES_MAX);
    }),
  );
});

test("a step of the page's own clock is followed at once", () => {
  const before = observeServerTime([], 1_000_000, 1_000_000);
  const after = observeServerTime(before, 1_005_000, 1_005_000 + 3_600_000);
  expect(clockOffset(after)).toBe(-3_600_000);
});

test("no elapsed or remaining time is ever negative", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.integer(), (sample, moment, local) => {
      expect(elapsed([sample], moment, local)).toBeGreaterThanOrEqual(0);
      expect(remaining([sample], moment, local)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("lengths of time read as on a clock", () => {
  expect(clockFace(0)).toBe("0:00");
  expect(clockFace(7_999)).toBe("0:07");
  expect(clockFace(750_000)).toBe("12:30");
  expect(clockFace(3_723_000)).toBe("1:02:03");
  expect(clockFace(-5)).toBe("0:00");
});
