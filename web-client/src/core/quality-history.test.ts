/** The last minute of figures, and how it is drawn. */
import { describe, expect, it } from "vitest";
import type { CallQuality, Identity, Motion } from "./protocol";
import {
  afterSecond,
  gradeOf,
  HISTORY_LENGTH,
  type History,
  keyOf,
  linePoints,
} from "./quality-history";

const FROM: Identity = { role: "tablet", tablet: 3 };
const KEY = keyOf(42, FROM);

function told(score: number, motion: Motion = "moving"): CallQuality[] {
  const figures = {
    score,
    fps: 25,
    width: 640,
    height: 480,
    frozen_ms: 0,
    missing_permille: 0,
    lost_permille: 0,
    jitter_ms: 0,
    kbps: 900,
    round_trip_ms: 20,
    sync_ms: 0,
  };
  return [{ call: 42, pictures: [{ from: FROM, motion, unseen: false, figures }] }];
}

describe("the history", () => {
  it("takes a value a second and keeps a minute", () => {
    let history: History = new Map();
    for (let second = 0; second < 70; second += 1) history = afterSecond(history, told(second));
    expect(history.get(KEY)).toHaveLength(HISTORY_LENGTH);
    expect(history.get(KEY)?.at(-1)).toBe(69);
  });

  it("falls to nothing where the picture stands, and forgets who sends none", () => {
    const before = afterSecond(new Map(), told(90));
    expect(afterSecond(before, told(90, "still_camera")).get(KEY)).toEqual([90, 0]);
    expect(afterSecond(before, told(90, "off")).size).toBe(0);
    expect(afterSecond(before, []).size).toBe(0);
  });
});

describe("the line", () => {
  it("ends at the right, with the score upwards", () => {
    expect(linePoints([0, 100], 59, 20)).toBe("58.0,20.0 59.0,0.0");
  });

  it("of a single value is flat, and of none nothing", () => {
    expect(linePoints([50], 59, 20)).toBe("58.0,10.0 59.0,10.0");
    expect(linePoints([], 59, 20)).toBe("");
  });

  it("is graded by what the standards say", () => {
    expect([95, 80, 79, 50, 49].map(gradeOf)).toEqual(["good", "good", "fair", "fair", "bad"]);
  });
});
