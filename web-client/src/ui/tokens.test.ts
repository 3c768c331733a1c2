/** The design tokens keep WCAG AA contrast in both schemes. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split("@media (prefers-color-scheme: dark)");

function tokens(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
}

function luminance(colour: string): number {
  const channel = (from: number) => {
    const value = Number.parseInt(colour.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Text on its grounds: 4.5 to 1 (SC 1.4.3). */
const TEXT: readonly [string, string][] = [
  ...["ground", "surface", "raised", "accent-soft"].map((on): [string, string] => ["text", on]),
  ...["ground", "surface", "raised"].map((on): [string, string] => ["muted", on]),
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["on-alarm", "alarm"],
  ["accent-strong", "accent-soft"],
  ["accent-strong", "surface"],
  ["good", "surface"],
  ["wait", "surface"],
  ["alarm", "surface"],
  ["alarm", "raised"],
  ["wait", "wait-soft"],
  ["alarm", "alarm-soft"],
];

/** Edges of controls and meaningful drawings: 3 to 1 (SC 1.4.11). */
const DRAWING: readonly [string, string][] = [
  ["edge", "ground"],
  ["edge", "surface"],
  ["focus", "ground"],
  ["focus", "surface"],
  ["accent", "accent-soft"],
  ["good", "good-soft"],
  ["wait-strong", "wait-soft"],
  ["wait-strong", "ground"],
];

test.each([
  ["light", tokens(light)],
  ["dark", new Map([...tokens(light), ...tokens(dark)])],
] as const)("the %s scheme keeps AA contrast", (_, scheme) => {
  const check = (pairs: readonly [string, string][], least: number) => {
    for (const [front, ground] of pairs) {
      const ratio = contrast(scheme.get(front) ?? "", scheme.get(ground) ?? "");
      expect(ratio, `${front} on ${ground}`).toBeGreaterThanOrEqual(least);
    }
  };
  check(TEXT, 4.5);
  check(DRAWING, 3);
});
