/** The test picture: when it was drawn, and what is seen of it when it comes back. */
import { expect, test } from "vitest";
import { type Board, drawDot, HEIGHT, judge, ROUND_MS, seenAt, WIDTH } from "./dot";

/** A board that draws into bytes, as a canvas would without smoothing. */
function drawn(at: number): Uint8Array {
  const points = new Uint8Array(WIDTH * HEIGHT * 4);
  let arc: [number, number, number] = [0, 0, 0];
  const paint = (inside: (x: number, y: number) => boolean, value: number) => {
    for (let y = 0; y < HEIGHT; y += 1)
      for (let x = 0; x < WIDTH; x += 1)
        if (inside(x, y)) points.fill(value, (y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 4);
  };
  const board = {
    fillStyle: "",
    fillRect: () => paint(() => true, 0x40),
    beginPath: () => undefined,
    arc: (x: number, y: number, radius: number) => {
      arc = [x, y, radius];
    },
    fill: () => paint((x, y) => Math.hypot(x - arc[0], y - arc[1]) <= arc[2], 0xff),
  };
  drawDot(board as unknown as Board, at);
  return points;
}

test("a picture says when it was drawn", () => {
  for (let at = 0; at < ROUND_MS; at += 130) {
    const seen = seenAt(drawn(at)) ?? Number.NaN;
    const apart = Math.abs(seen - at);
    expect(Math.min(apart, ROUND_MS - apart)).toBeLessThan(10);
  }
});

test("another picture is not taken for it", () => {
  expect(seenAt(new Uint8Array(WIDTH * HEIGHT * 4))).toBeNull();
  expect(seenAt(new Uint8Array(WIDTH * HEIGHT * 4).fill(255))).toBeNull();
});

test("movement, frames and the way there and back are told from what came", () => {
  const sights = Array.from({ length: 50 }, (_, index) => {
    const at = 5_000 + index * 40;
    return { at, drawn: (at - 180) % ROUND_MS };
  });
  expect(judge(sights, 2_000)).toEqual({ moves: true, seen: true, framesIn10: 250, delayMs: 180 });
});

test("a dot that stands still is no movement, and nothing at all no picture", () => {
  const still = Array.from({ length: 30 }, (_, index) => ({
    at: index * 40,
    drawn: 1_990 + (index % 2) * 9,
  }));
  expect(judge(still, 2_000)).toMatchObject({ moves: false, seen: true, delayMs: null });
  expect(judge([{ at: 1, drawn: null }], 2_000)).toMatchObject({ moves: false, seen: false });
});
