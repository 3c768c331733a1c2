// How long networks are gone in a test: as it says, or with PASSERELLE_CUTS=200 two hundred times for
// 2 to 60 seconds each (two hours), in an order that PASSERELLE_SEED changes.
import { seeded } from "./network.ts";

const CUTS = Number(process.env["PASSERELLE_CUTS"] ?? 0);
const [SHORTEST_MS, LONGEST_MS] = [2_000, 60_000];

/** The lengths of the cuts in milliseconds; `few` where nothing else is asked for. */
export function cutLengths(few: readonly number[]): readonly number[] {
  if (CUTS === 0) return few;
  const dice = seeded(Number(process.env["PASSERELLE_SEED"] ?? 5));
  return Array.from({ length: CUTS }, () =>
    Math.round(SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * dice()),
  );
}
