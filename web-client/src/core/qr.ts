/**
 * A text as a QR code, for whoever has a telephone in hand and no keyboard. Loaded only when a link is
 * shown. `lean-qr` computes it: small, without dependencies, nothing leaves the page.
 */
import { generate } from "lean-qr/nano";

/** The code as a drawing: a square of `size` units, with its dark places as one path. */
export interface QrDrawing {
  readonly size: number;
  readonly path: string;
}

/** The light edge that readers need, in modules (ISO/IEC 18004). */
const QUIET = 4;

/** Draws `text`. */
export function drawQr(text: string): QrDrawing {
  const code = generate(text);
  const pieces: string[] = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) pieces.push(`M${x + QUIET} ${y + QUIET}h1v1h-1z`);
    }
  }
  return { size: code.size + 2 * QUIET, path: pieces.join("") };
}
