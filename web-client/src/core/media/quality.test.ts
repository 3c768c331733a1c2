/** The quality line from made-up counters. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isStalled,
  type Quality,
  quality,
  type Reading,
  readCounters,
  SAMPLE_MS,
  STALL_MS,
} from "./quality";

const reading = (at: number, framesDecoded: number, more: Partial<Reading> = {}): Reading => ({
  at,
  framesDecoded,
  width: 640,
  height: 480,
  packetsReceived: 0,
  packetsLost: 0,
  roundTripMs: null,
  ...more,
});

test("the frame rate is frames over time", () => {
  const line = quality([reading(0, 100)], reading(2_000, 160), null);
  expect(line.fps).toBe(30);
});

test("loss is lost over sent, in the window only", () => {
  const before = reading(0, 0, { packetsReceived: 1_000, packetsLost: 500 });
  const line = quality(
    [before],
    reading(1_000, 30, { packetsReceived: 1_190, packetsLost: 510 }),
    null,
  );
  expect(line.lossPercent).toBe(5);
});

test("a picture that stands still is noticed after two seconds, and before the first frame never", () => {
  let line: Quality | null = null;
  const readings: Reading[] = [];
  const sample = (at: number, frames: number) => {
    const next = reading(at, frames);
    line = quality(readings, next, line);
    readings.push(next);
  };
  sample(0, 0);
  expect(isStalled(line, 60_000)).toBe(false);
  sample(SAMPLE_MS, 12);
  sample(2 * SAMPLE_MS, 12);
  expect(isStalled(line, SAMPLE_MS + STALL_MS - 1)).toBe(false);
  expect(isStalled(line, SAMPLE_MS + STALL_MS)).toBe(true);
  sample(3_000, 13);
  expect(isStalled(line, 3_001)).toBe(false);
});

test("counters that jump back, as on a new connection, give no negative figure", () => {
  const counters = fc.record({
    at: fc.nat(10_000),
    framesDecoded: fc.nat(1_000),
    packetsReceived: fc.nat(1_000),
    packetsLost: fc.integer({ min: -50, max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(counters, { maxLength: 4 }), counters, (before, next) => {
      const sorted = [...before].sort((a, b) => a.at - b.at);
      const all = sorted.map((one) => reading(one.at, one.framesDecoded, one));
      const line = quality(all, reading(20_000, next.framesDecoded, { ...next, at: 20_000 }), null);
      expect(line.fps).toBeGreaterThanOrEqual(0);
      expect(line.lossPercent).toBeGreaterThanOrEqual(0);
      expect(line.lossPercent).toBeLessThanOrEqual(100);
    }),
  );
});

test("what a second interpreter sends is no part of the other side's quality", async () => {
  const video = (trackIdentifier: string, framesDecoded: number, frameWidth: number) => ({
    type: "inbound-rtp",
    kind: "video",
    trackIdentifier,
    framesDecoded,
    frameWidth,
    packetsReceived: 10 * framesDecoded,
  });
  const entries = [video("main", 30, 640), video("second", 900, 1280)];
  const getStats = async () => new Map(entries.map((entry, index) => [String(index), entry]));
  const read = await readCounters({ getStats } as never, 0, [{ id: "second" }]);
  expect(read.main).toMatchObject({ framesDecoded: 30, width: 640, packetsReceived: 300 });
  expect(read.apart).toEqual(new Map([["second", 9_000]]));
});
