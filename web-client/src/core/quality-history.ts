/**
 * The last minute of every picture's figures, a value a second, for the drawn lines. The gateway tells
 * only what has changed, so that each second takes over the newest. Pure.
 */
import type { CallQuality } from "./protocol";
import { nameOf } from "./standstill";

/** A minute: as far back as anybody remembers how it was. */
export const HISTORY_LENGTH = 60;

/** How often a value is taken. */
export const HISTORY_MS = 1_000;

/** Scores by picture, oldest first. */
export type History = ReadonlyMap<string, readonly number[]>;

/** The name of a picture in the history. */
export function keyOf(call: number, from: Parameters<typeof nameOf>[0]): string {
  return `${call} ${nameOf(from)}`;
}

/** The history after another second. Whoever sends no picture any more is forgotten. */
export function afterSecond(before: History, told: readonly CallQuality[]): History {
  const pictures = told.flatMap(({ call, pictures }) =>
    pictures.flatMap(({ from, motion, figures }) =>
      // A camera that is off has no quality; a picture that stands has none left.
      figures && motion !== "off"
        ? [[keyOf(call, from), motion === "moving" ? figures.score : 0] as const]
        : [],
    ),
  );
  return new Map(
    pictures.map(([key, score]) => [
      key,
      [...(before.get(key) ?? []), score].slice(-HISTORY_LENGTH),
    ]),
  );
}

/**
 * The drawn line: points in a box of `width` × `height`, the newest at its end, the score upwards. Two
 * points at least, so that there is something to see.
 */
export function linePoints(scores: readonly number[], width: number, height: number): string {
  const [only] = scores;
  const drawn = scores.length === 1 && only !== undefined ? [only, only] : scores;
  const step = width / (HISTORY_LENGTH - 1);
  const from = width - step * (drawn.length - 1);
  const place = (score: number, at: number) => {
    const x = from + step * at;
    const y = height - (height * score) / 100;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return drawn.map(place).join(" ");
}

/** How good a score is, in three steps: what signs need, what they bear, and what is too little. */
export function gradeOf(score: number): "good" | "fair" | "bad" {
  // The formula gives 80 to what EN 301 549 demands, and 50 to what is usable with restrictions.
  if (score >= 80) return "good";
  return score >= 50 ? "fair" : "bad";
}
