/** The drawing is a QR code: edge, size and the three corners by which readers find it. */
import { expect, test } from "vitest";
import { drawQr } from "./qr";

test("a link becomes a square with a light edge and three corner marks", () => {
  const { size, path } = drawQr("https://gateway.example/guest#invite=0123456789abcdef");
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)/g)].map(([, x, y]) => `${x} ${y}`));
  const modules = size - 8;
  // Versions 1 to 40 have 21, 25, … 177 modules a side.
  expect((modules - 17) % 4).toBe(0);
  const corners = [
    [4, 4],
    [4 + modules - 7, 4],
    [4, 4 + modules - 7],
  ] as const;
  for (const [left, top] of corners) {
    for (let step = 0; step < 7; step += 1) {
      expect(dark.has(`${left + step} ${top}`)).toBe(true);
      expect(dark.has(`${left} ${top + step}`)).toBe(true);
    }
    expect(dark.has(`${left + 1} ${top + 1}`)).toBe(false);
  }
  for (let at = 0; at < size; at += 1) expect(dark.has(`${at} 3`)).toBe(false);
});
