/** The last minute of a picture as a small drawn line; the figures stand beside it in words. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { JSX } from "preact";
import type { CallQuality } from "../core/protocol";
import {
  afterSecond,
  gradeOf,
  HISTORY_MS,
  type History,
  linePoints,
} from "../core/quality-history";
import "./sparkline.css";

/** In units of the drawing; the style says how large it is. */
const WIDTH = 59;
const HEIGHT = 18;

/** Keeps the last minute of what is told, for as long as the page lives. */
export function historyOf(told: () => readonly CallQuality[]): ReadonlySignal<History> {
  const history = signal<History>(new Map());
  setInterval(() => {
    const newest = told();
    // Nothing is drawn anew while there is nothing to draw.
    if (newest.length > 0 || history.peek().size > 0) {
      history.value = afterSecond(history.peek(), newest);
    }
  }, HISTORY_MS);
  return history;
}

/** The line of the scores, oldest first. Decoration beside the figures. */
export function Sparkline({ scores }: { scores: readonly number[] }): JSX.Element {
  const newest = scores.at(-1);
  return (
    <svg
      class="sparkline"
      data-grade={newest === undefined ? "" : gradeOf(newest)}
      viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path class="sparkline-floor" d={`M0 ${HEIGHT}H${WIDTH}`} />
      <polyline points={linePoints(scores, WIDTH, HEIGHT)} />
    </svg>
  );
}
