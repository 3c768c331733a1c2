/** When a page counts as blind for a codec. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BLIND_MS, type Decoded, DecodeHealth, GIVEN_UP_MS, STARVED_MS } from "./decode-health";

const EVERY_MS = 500;

/** Reads twice a second; each reading adds so much to the counters. */
class Picture {
  readonly #health = new DecodeHealth();
  #now: Decoded = { at: 0, packets: 0, lost: 0, whole: 0, frames: 0 };

  constructor() {
    this.#health.look(this.#now);
  }

  reads(milliseconds: number, adds: Partial<Omit<Decoded, "at">>): string[] {
    const verdicts: string[] = [];
    for (let passed = 0; passed < milliseconds; passed += EVERY_MS) {
      this.#now = {
        at: this.#now.at + EVERY_MS,
        packets: this.#now.packets + (adds.packets ?? 0),
        lost: this.#now.lost + (adds.lost ?? 0),
        whole: this.#now.whole + (adds.whole ?? 0),
        frames: this.#now.frames + (adds.frames ?? 0),
      };
      verdicts.push(this.#health.look(this.#now));
    }
    return verdicts;
  }
}

test("packets without a frame are borne for a second, hoped upon for another, and then it is the codec", () => {
  const verdicts = new Picture().reads(BLIND_MS, { packets: 60 });
  expect(verdicts).toEqual(["fine", "starved", "starved", "blind"]);
  expect(STARVED_MS).toBeLessThan(BLIND_MS);
});

test("a keyframe that helps ends it", () => {
  const picture = new Picture();
  picture.reads(STARVED_MS, { packets: 60 });
  expect(picture.reads(EVERY_MS, { packets: 60, frames: 1 })).toEqual(["fine"]);
  expect(picture.reads(STARVED_MS, { packets: 60 })).toEqual(["fine", "starved"]);
});

test.each<[string, Partial<Decoded>]>([
  ["a picture that comes", { packets: 60, frames: 12 }],
  ["a camera that sends nothing", {}],
  ["a few packets, as of a beginning", { packets: 2 }],
])("%s is no blindness", (_, adds) => {
  expect(new Set(new Picture().reads(10_000, adds))).toEqual(new Set(["fine"]));
});

test("where much is lost on the way, no codec is blamed", () => {
  expect(new Picture().reads(10_000, { packets: 60, lost: 20 })).not.toContain("blind");
});

test("a codec that has shown a picture is not blamed for frames of which parts are lost, until long after", () => {
  const picture = new Picture();
  picture.reads(EVERY_MS, { packets: 60, whole: 12, frames: 12 });
  const verdicts = picture.reads(GIVEN_UP_MS, { packets: 20, lost: 1 });
  expect(verdicts.indexOf("blind")).toBe(verdicts.length - 1);
});

test("a codec that stops showing what comes whole is blamed as soon as one that never began", () => {
  const picture = new Picture();
  picture.reads(EVERY_MS, { packets: 60, whole: 12, frames: 12 });
  const verdicts = picture.reads(BLIND_MS, { packets: 60, whole: 12 });
  expect(verdicts).toEqual(["fine", "starved", "starved", "blind"]);
});

test("it never blames a codec within two seconds of a frame", () => {
  const adds = fc.record({ packets: fc.nat(80), lost: fc.nat(2), frames: fc.nat(1) });
  fc.assert(
    fc.property(fc.array(adds, { maxLength: 60 }), (readings) => {
      const picture = new Picture();
      let since = 0;
      for (const one of readings) {
        const [verdict] = picture.reads(EVERY_MS, one);
        since = one.frames > 0 ? 0 : since + EVERY_MS;
        if (verdict === "blind") expect(since).toBeGreaterThanOrEqual(BLIND_MS);
      }
    }),
  );
});
