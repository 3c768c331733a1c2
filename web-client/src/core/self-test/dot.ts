/**
 * The test picture: a white dot that goes round on grey, and what is seen of it when it comes back.
 * Where the dot stands says when it was drawn, so that one picture measures movement and delay
 * without a common clock. Pure, but for the drawing.
 */

/** Small: a test costs the network next to nothing. */
export const WIDTH = 160;
export const HEIGHT = 120;

/** Once round; a delay beyond it cannot be told from a shorter one, and no call would work by then. */
export const ROUND_MS = 2_000;

const RADIUS = 40;
const DOT = 14;
/** Between the grey (64) and the white (255) of the picture, far from what an encoder blurs. */
const BRIGHT = 160;

/** The part of the drawing that is used. */
export type Board = Pick<
  CanvasRenderingContext2D,
  "fillStyle" | "fillRect" | "beginPath" | "arc" | "fill"
>;

/** Draws the picture of a moment. */
export function drawDot(board: Board, at: number): void {
  const angle = turn(at);
  board.fillStyle = "#404040";
  board.fillRect(0, 0, WIDTH, HEIGHT);
  board.fillStyle = "#ffffff";
  board.beginPath();
  board.arc(
    WIDTH / 2 + RADIUS * Math.cos(angle),
    HEIGHT / 2 + RADIUS * Math.sin(angle),
    DOT,
    0,
    2 * Math.PI,
  );
  board.fill();
}

/** The angle of a moment. */
function turn(at: number): number {
  return (2 * Math.PI * (at % ROUND_MS)) / ROUND_MS;
}

/**
 * When the dot of a picture was drawn, in milliseconds from 0 to `ROUND_MS`; null for another picture.
 * Of four bytes a point (red, green, blue, opacity), `WIDTH` points a line.
 */
export function seenAt(points: ArrayLike<number>): number | null {
  let [count, across, down] = [0, 0, 0];
  for (let at = 0; at + 3 < points.length; at += 4) {
    if ((points[at] ?? 0) < BRIGHT) continue;
    const point = at / 4;
    count += 1;
    across += point % WIDTH;
    down += Math.floor(point / WIDTH);
  }
  const whole = Math.PI * DOT * DOT;
  if (count < whole / 2 || count > whole * 2) return null;
  const [x, y] = [across / count - WIDTH / 2, down / count - HEIGHT / 2];
  const distance = Math.hypot(x, y);
  if (Math.abs(distance - RADIUS) > RADIUS / 4) return null;
  const angle = Math.atan2(y, x);
  return ((angle / (2 * Math.PI)) * ROUND_MS + ROUND_MS) % ROUND_MS;
}

/** A picture that came: when, and when its dot was drawn. */
export interface Sight {
  readonly at: number;
  readonly drawn: number | null;
}

/** What the pictures of a while come to. */
export interface Sights {
  /** The dot was recognised, and moved. */
  readonly moves: boolean;
  /** Pictures were recognised at all. */
  readonly seen: boolean;
  readonly framesIn10: number;
  /** There and back: the middle one. */
  readonly delayMs: number | null;
}

/** Moves when it was seen at places a quarter of the circle apart. */
const MOVED_MS = ROUND_MS / 4;

/** Counts what was seen within `whileMs`. */
export function judge(sights: readonly Sight[], whileMs: number): Sights {
  const known = sights.filter((one): one is { at: number; drawn: number } => one.drawn !== null);
  const [first] = known;
  const moves = known.some(({ drawn }) => {
    const apart = Math.abs(drawn - (first?.drawn ?? drawn));
    return Math.min(apart, ROUND_MS - apart) >= MOVED_MS;
  });
  const delays = known.map(({ at, drawn }) => (((at - drawn) % ROUND_MS) + ROUND_MS) % ROUND_MS);
  delays.sort((a, b) => a - b);
  const middle = delays[Math.floor(delays.length / 2)];
  return {
    moves,
    seen: known.length > 0,
    framesIn10: Math.round((sights.length * 10_000) / whileMs),
    delayMs: moves && middle !== undefined ? Math.round(middle) : null,
  };
}
