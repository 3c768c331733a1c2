/**
 * Why an interpreter was chosen, as the pieces of one short sentence: the key of the gateway's
 * choice in the order in which it compares (signaling/src/decide/ring.rs).
 */
import type { Why } from "./protocol";
import type { TextValues } from "./texts";

/** One piece: a text id and its values. */
export interface WhyPiece {
  readonly id: string;
  readonly values: TextValues;
}

/** The sentence's pieces. Whoever was assigned was compared with nobody. */
export function whyPieces(why: Why): readonly WhyPiece[] {
  if (why.assigned) return [{ id: "why-assigned", values: {} }];
  return [
    ...(why.missed ? [{ id: "why-missed", values: {} }] : []),
    { id: "why-tier", values: { tier: why.tier } },
    { id: "why-breadth", values: { count: why.breadth } },
    idlePiece(why.idle_ms),
    { id: "why-among", values: { count: why.among } },
  ];
}

function idlePiece(idleMs: number): WhyPiece {
  const minutes = Math.floor(idleMs / 60_000);
  if (minutes > 0) return { id: "why-idle-minutes", values: { count: minutes } };
  return { id: "why-idle-seconds", values: { count: Math.floor(idleMs / 1_000) } };
}
