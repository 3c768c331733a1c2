/** One's own camera, looked at twice a second: when it counts as taken, and when it is opened anew. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CameraHealth, type CameraSample, type CameraVerdict, LOOK_MS } from "./camera-health";

const BLACK = { mean: 0, spread: 0 };
const ROOM = { mean: 90, spread: 120 };
const DARK = { mean: 7, spread: 5 };

/** A camera that runs from time 0 on. */
class Camera {
  readonly #health = new CameraHealth();
  #at = 0;
  #frames = 0;

  constructor() {
    this.runs(2_000);
  }

  /** The verdicts over so many milliseconds of such looks. */
  runs(milliseconds: number, change: Partial<CameraSample> = {}): CameraVerdict[] {
    const verdicts: CameraVerdict[] = [];
    for (let passed = 0; passed < milliseconds; passed += LOOK_MS) {
      this.#at += LOOK_MS;
      this.#frames += 10;
      verdicts.push(
        this.#health.look({
          at: this.#at,
          off: false,
          visible: true,
          silent: false,
          frames: this.#frames,
          light: ROOM,
          ...change,
        }),
      );
    }
    return verdicts;
  }

  hope(): void {
    this.#health.hope(this.#at);
  }
}

const taken = (verdicts: CameraVerdict[]) => verdicts.at(-1)?.taken;
const reopenings = (verdicts: CameraVerdict[]) => verdicts.filter(({ reopen }) => reopen).length;

test.each<[string, Partial<CameraSample>, number]>([
  ["black pictures are known within two seconds", { light: BLACK }, 2_000],
  ["a picture without new frames, too", { frames: 1 }, 2_500],
  ["a camera that the browser calls muted, at once", { silent: true }, 1_000],
])("%s", (_, change, within) => {
  expect(taken(new Camera().runs(within, change))).toBe(true);
  expect(taken(new Camera().runs(500, change))).toBe(false);
});

test.each<[string, Partial<CameraSample>]>([
  ["a dark room", { light: DARK }],
  ["a camera turned off by hand, which is black", { off: true, light: BLACK }],
  ["a page behind another, which nobody can look at", { visible: false, light: null, frames: 1 }],
  ["a browser that lets nobody look", { light: null, frames: null }],
])("%s is no loss", (_, change) => {
  expect(taken(new Camera().runs(60_000, change))).toBe(false);
});

test("it is back with its first good picture", () => {
  const camera = new Camera();
  camera.runs(5_000, { light: BLACK });
  expect(taken(camera.runs(LOOK_MS))).toBe(false);
});

test("a camera that stays taken is opened anew, less and less often, and not behind another page", () => {
  const camera = new Camera();
  const minute = camera.runs(60_000, { light: BLACK });
  expect(reopenings(minute)).toBeGreaterThan(3);
  expect(reopenings(minute)).toBeLessThan(15);
  expect(reopenings(camera.runs(60_000, { silent: true, visible: false }))).toBe(0);
});

test("what comes back by itself, as after Siri, is left alone", () => {
  const camera = new Camera();
  expect(reopenings(camera.runs(2_000, { silent: true }))).toBe(0);
  expect(reopenings(camera.runs(10_000))).toBe(0);
});

test("after a phone call, what is given back black is opened anew within two seconds", () => {
  const camera = new Camera();
  camera.runs(60_000, { silent: true, visible: false });
  expect(reopenings(camera.runs(2_000, { light: BLACK }))).toBe(1);
  // As when the page is shown again, or a camera is plugged in.
  camera.runs(30_000, { light: BLACK });
  camera.hope();
  expect(reopenings(camera.runs(1_500, { light: BLACK }))).toBe(1);
});

test("whatever happens, good pictures end it, and nothing is opened without a loss", () => {
  const look = fc.record({
    off: fc.boolean(),
    visible: fc.boolean(),
    silent: fc.boolean(),
    light: fc.constantFrom(BLACK, ROOM, DARK, null),
  });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 100 }), (looks) => {
      const camera = new Camera();
      for (const one of looks) {
        const [verdict] = camera.runs(LOOK_MS, one);
        if (verdict?.reopen) expect(verdict.taken).toBe(true);
      }
      expect(taken(camera.runs(LOOK_MS))).toBe(false);
    }),
  );
});
