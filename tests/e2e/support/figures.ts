// Figures measured by the tests: printed, and left in target/e2e-figures.json for `make bench`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";

const TARGET = new URL("../../../target", import.meta.url).pathname;
const FILE = join(TARGET, "e2e-figures.json");

/** With PASSERELLE_STRICT=yes, for a machine that does nothing else, a target missed is a failure. */
const STRICT = process.env["PASSERELLE_STRICT"] === "yes";

/** What is wanted of a figure, and from where on it is broken, however busy the machine. */
export type Bound =
  | { readonly atMost: number; readonly broken: number }
  | { readonly atLeast: number; readonly broken: number };

/** A figure beside its target, as the summary of the run lists it. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly target: string;
  readonly met: boolean;
}

/** The kind of annotation under which a test leaves its figures for the summary. */
export const FIGURE = "figure";

/**
 * Notes a figure for the summary of the run, beside its target. Missing the target fails nothing: two
 * cores that something else keeps busy miss it too, and who reads the summary can tell. What is broken
 * fails, and is so far off that no machine is an excuse.
 */
export function expectFigure(what: string, value: number, bound: Bound): void {
  const rounded = Math.round(value * 100) / 100;
  const isMost = "atMost" in bound;
  const target = isMost ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`;
  const met = isMost ? value <= bound.atMost : value >= bound.atLeast;
  const figure: Figure = { what, value: rounded, target, met };
  test.info().annotations.push({ type: FIGURE, description: JSON.stringify(figure) });
  if (isMost) expect(value, what).toBeLessThanOrEqual(STRICT ? bound.atMost : bound.broken);
  else expect(value, what).toBeGreaterThanOrEqual(STRICT ? bound.atLeast : bound.broken);
}

/** Accept → first frame of one call, per side. */
export interface AcceptToFrame {
  language: string;
  tablet_ms: number;
  interpreter_ms: number;
}

/** The smallest value that is not below `share` of the values (nearest rank). */
function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints and stores the figures of the calls. */
export function report(calls: AcceptToFrame[]): void {
  for (const { language, tablet_ms, interpreter_ms } of calls) {
    console.info(
      `accept → first frame (browser): ${tablet_ms} ms at the tablet, ` +
        `${interpreter_ms} ms at the interpreter (${language})`,
    );
  }
  const all = calls.flatMap(({ tablet_ms, interpreter_ms }) => [tablet_ms, interpreter_ms]);
  const median = percentile(all, 0.5);
  const p95 = percentile(all, 0.95);
  console.info(`accept → first frame (browser): ${median} ms (median; p95 ${p95} ms)`);
  store({ accept_to_frame_median_ms: median, accept_to_frame_p95_ms: p95, calls });
}

/** Prints and stores how long so many calls were without picture and sound after a kill. */
export function reportRestart(calls: number, seconds: number): void {
  console.info(`kill → picture and sound for all of ${calls} calls: ${seconds.toFixed(1)} s`);
  store({ restart_calls: calls, restart_s: seconds });
}

/** Prints and stores how long four in one call were without each other after a kill. */
export function reportFullRestart(seconds: number): void {
  console.info(`kill → every picture and sound of a call of four: ${seconds.toFixed(1)} s`);
  store({ restart_call_of_four_s: seconds });
}

/** Prints and stores how long a call took to come up where a firewall drops all UDP. */
export function reportFirewall(milliseconds: number): void {
  console.info(`accept → picture and sound both ways, no UDP: ${milliseconds} ms`);
  store({ no_udp_call_up_ms: milliseconds });
}

/** Prints and stores how long a page takes, and a tap, behind a proxy that does so with WebSockets. */
export function reportProxy(what: string, loadMs: number, tapMs: number): void {
  console.info(`WebSockets ${what}: page load → connected ${loadMs} ms, tap → waiting ${tapMs} ms`);
  store({ [`proxy_load_ms ${what}`]: loadMs, [`proxy_tap_ms ${what}`]: tapMs });
}

/** Prints and stores the longest times without a new frame at both sides. */
export function reportRenewal(what: string, gaps: number[]): void {
  console.info(`longest time without a frame, ${what}: ${gaps.join(" and ")} ms`);
  store({ renewal_gap_ms: gaps });
}

/** A cut of the network, and when tablet and interpreter saw and heard again after it. */
export interface Cut {
  cutMs: number;
  /** Picture and sound at the tablet, picture and sound at the interpreter. */
  times: number[];
}

/** Prints how long it took after a cut. */
export function printCut({ cutMs, times }: Cut): void {
  const [picture, sound, theirPicture, theirSound] = times;
  console.info(
    `${cutMs} ms without a network → tablet sees after ${picture} ms, hears after ${sound} ms; ` +
      `interpreter ${theirPicture} and ${theirSound} ms`,
  );
}

/** Prints and stores how long it took after all of them. */
export function reportCuts(cuts: Cut[]): void {
  const worst = cuts.map(({ times }) => Math.max(...times));
  const [p50, max] = [percentile(worst, 0.5), Math.max(...worst)];
  console.info(`back after ${cuts.length} cuts: ${p50} ms (median), ${max} ms at most`);
  store({ cuts: cuts.length, cut_back_ms: { p50, max } });
}

/** Puts figures beside those that other tests have left. */
function store(figures: Record<string, unknown>): void {
  mkdirSync(TARGET, { recursive: true });
  const before: unknown = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {};
  const all = { ...(before as object), ...figures };
  writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
}
