/** Black is what a camera gives that gives nothing; the dark is not black. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isBlack, lightOf } from "./light";

/** An 8 × 8 copy whose points have this luma. */
const grey = (luma: (cell: number) => number): number[] =>
  Array.from({ length: 64 }, (_, cell) => [luma(cell), luma(cell), luma(cell), 255]).flat();

test("black is black, also when an encoder has lifted it a little", () => {
  expect(isBlack(lightOf(grey(() => 0)))).toBe(true);
  fc.assert(
    fc.property(fc.array(fc.nat(2), { minLength: 64, maxLength: 64 }), (lift) => {
      expect(isBlack(lightOf(grey((cell) => lift[cell] ?? 0)))).toBe(true);
    }),
  );
});

test("a dark room is not black: the camera's gain and noise are in it", () => {
  const noise = fc.array(fc.integer({ min: 4, max: 12 }), { minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(noise, (luma) => {
      expect(isBlack(lightOf(grey((cell) => luma[cell] ?? 0)))).toBe(false);
    }),
  );
});

test("nor is a face in the light of a screen, or a lamp far away, in a black room", () => {
  expect(isBlack(lightOf(grey((cell) => (cell === 27 ? 30 : 0))))).toBe(false);
  expect(isBlack(lightOf(grey((cell) => (cell === 63 ? 12 : 1))))).toBe(false);
});

test("any colour is seen, and a plain one is not black", () => {
  const blue = Array.from({ length: 64 }, () => [0, 0, 80, 255]).flat();
  expect(lightOf(blue)).toEqual({ mean: expect.closeTo(9.12), spread: expect.closeTo(0) });
  expect(isBlack(lightOf(blue))).toBe(false);
});
