/** The microphone meter's scale. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { levelOf } from "./level";

test("silence is nothing, full scale is all, and louder is never less", () => {
  expect(levelOf([0, 0, 0])).toBe(0);
  expect(levelOf([1, -1, 1])).toBe(1);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (loudness) => {
      const level = levelOf([loudness, -loudness]);
      expect(level).toBeGreaterThanOrEqual(0);
      expect(level).toBeLessThanOrEqual(1);
      expect(levelOf([loudness / 2, -loudness / 2])).toBeLessThanOrEqual(level);
    }),
  );
});
