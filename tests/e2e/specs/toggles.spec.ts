// Camera and microphone turned off and on, again and again, by both sides: whoever turns the camera on
// is seen within a second, whoever turns the microphone on is heard, nothing else stands still, and no
// frame is put together of two.
// `PASSERELLE_TOGGLES=500` for more of them than in `make test`, `PASSERELLE_SEED` for others.
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { expectFigure } from "../support/figures.ts";
import { seeded } from "../support/network.ts";
import { expectMovingVideoAndSound, peersMade, received } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";
import { installStripes, stripesSeen, watchStripes } from "../support/stripes.ts";

const SIGNED = "fsl";
const TOGGLES = Number(process.env["PASSERELLE_TOGGLES"] ?? 60);
const SEED = Number(process.env["PASSERELLE_SEED"] ?? 17);

/** From the click that turns the camera on to a picture at the other side. */
const SEEN_MS = { atMost: 1_000, broken: 10_000 };

/** Of the time, by the browser's count; nothing but a busy machine may hold a picture up. */
const FROZEN_PART = { atMost: 0.05, broken: 0.5 };

/** The fake microphone beeps once a second, and the beep has to be counted. */
const HEARD = { timeout: 3_000, intervals: [100] };

/** The camera's green, as the eye sees it, is well above; a camera that is off is black. */
const BRIGHT = 40;
const DARK = 16;

/** People touch quickly, not at once: up to this between two touches of a flurry. */
const PAUSE_MS_MAX = 250;

/** One of the two, as they have set their camera and microphone, and how they see the other. */
class Side {
  readonly on = { camera: true, mute: true };
  /** From the last touch that turned the camera on to a picture at the other side. */
  seenMs: Promise<number> | null = null;

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {}

  /** Touches a switch; `other` is who sees and hears what follows. */
  async toggle(what: "camera" | "mute", other: Side): Promise<void> {
    const on = !this.on[what];
    this.on[what] = on;
    const button = this.page.getByTestId(what);
    // What was turned on before and is off again now need not have been seen.
    const seen = what === "camera" && on ? other.sees(true) : null;
    seen?.catch(() => undefined);
    const touchedAt = await button.evaluate((element: HTMLElement) => {
      element.click();
      return performance.timeOrigin + performance.now();
    });
    if (what === "camera") this.seenMs = seen?.then((at) => at - touchedAt) ?? null;
    await expect(button).toHaveAttribute("aria-pressed", String(!on));
  }

  /** The moment from which on the picture of the other is bright, or dark. */
  sees(bright: boolean): Promise<number> {
    const wanted = { bright, limit: bright ? BRIGHT : DARK, patienceMs: 10_000 };
    return this.page.getByTestId("remote-video").evaluate(firstFrameThat, wanted);
  }
}

/** Runs in the page: the wall-clock moment of the first frame from now on that is so. */
function firstFrameThat(
  element: Element,
  wanted: { bright: boolean; limit: number; patienceMs: number },
): Promise<number> {
  const video = element as HTMLVideoElement;
  const canvas = new OffscreenCanvas(8, 8);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this browser has no 2d canvas");
  return new Promise((resolve, reject) => {
    const patience = setTimeout(
      () => reject(new Error(`no ${wanted.bright ? "bright" : "dark"} picture`)),
      wanted.patienceMs,
    );
    const look = () => {
      context.drawImage(video, 0, 0, 8, 8);
      const { data } = context.getImageData(0, 0, 8, 8);
      const green = data.reduce((sum, value, at) => (at % 4 === 1 ? sum + value : sum), 0) / 64;
      if (wanted.bright ? green >= wanted.limit : green <= wanted.limit) {
        clearTimeout(patience);
        resolve(performance.timeOrigin + performance.now());
      } else {
        video.requestVideoFrameCallback(look);
      }
    };
    // Not what is shown already: a frame that comes from now on.
    video.requestVideoFrameCallback(look);
  });
}

/** Expects that `side` sees and hears of `other` what they have turned on, and nothing else. */
async function expectTruth(side: Side, other: Side, step: string): Promise<void> {
  const before = await received(side.page);
  const about = `${step}: ${side.name} sees ${other.name}`;
  if (!other.on.camera) await side.sees(false);
  if (other.on.mute) {
    const energy = async () => (await received(side.page)).audioEnergy - before.audioEnergy;
    await expect.poll(energy, { message: `${about}: sound`, ...HEARD }).toBeGreaterThan(1e-4);
  }
  const notice = side.page.getByTestId("call-notice");
  if (other.on.camera) await expect(notice, about).toBeHidden();
  else await expect(notice, about).toHaveAttribute("data-about", "other-camera-off");
}

/** Seconds for which pictures stood still, by the browser's own count. */
const frozenS = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    let sum = 0;
    for (const peer of window.probe.peers) {
      for (const entry of (await peer.getStats()).values()) {
        if (entry.type === "inbound-rtp") sum += entry.totalFreezesDuration ?? 0;
      }
    }
    return sum;
  });

test("after any flurry of touches on camera and microphone, both sides see and hear within a second what is on", async ({
  stage,
}) => {
  test.setTimeout(120_000 + TOGGLES * 2_000);
  stage.scripts.push(installStripes);
  const { tablet, interpreter } = await stage.conversation(SIGNED);
  const sides = [
    new Side(tablet.page, "tablet"),
    new Side(interpreter.page, "interpreter"),
  ] as const;
  const made = await Promise.all(sides.map(({ page }) => peersMade(page)));

  for (const { page } of sides) await watchStripes(page);

  const dice = seeded(SEED);
  const took: number[] = [];
  const from = performance.now();
  for (let done = 0; done < TOGGLES; ) {
    for (let more = 1 + Math.floor(dice() * 5); more > 0; more -= 1, done += 1) {
      const [one, other] = dice() < 0.5 ? sides : ([sides[1], sides[0]] as const);
      await one.toggle(dice() < 0.7 ? "camera" : "mute", other);
      await passed(dice() * PAUSE_MS_MAX);
    }
    const step = `seed ${SEED}, after ${done} touches`;
    const [tablet, interpreter] = sides;
    for (const side of sides) {
      if (side.seenMs) took.push(await side.seenMs);
      side.seenMs = null;
    }
    await Promise.all([
      expectTruth(tablet, interpreter, step),
      expectTruth(interpreter, tablet, step),
    ]);
  }
  const seconds = (performance.now() - from) / 1000;
  const frozen = await Promise.all(sides.map(({ page }) => frozenS(page)));
  console.info(
    `${TOGGLES} touches: seen after ${Math.round(Math.max(...took))} ms at the latest, ` +
      `${Math.max(...frozen).toFixed(1)} s of ${seconds.toFixed(0)} s frozen`,
  );
  expect(took.length).toBeGreaterThan(TOGGLES / 10);
  for (const { page, name } of sides) {
    const { seen, torn } = await stripesSeen(page);
    expect(seen, `frames seen by the ${name}`).toBeGreaterThan(0);
    expect(torn, `of ${seen} frames seen by the ${name}, torn`).toBe(0);
  }
  expectFigure("ms from a touch to the picture", Math.max(...took), SEEN_MS);
  expectFigure("part of the time frozen among touches", Math.max(...frozen) / seconds, FROZEN_PART);
  for (const side of sides) {
    for (const what of ["camera", "mute"] as const)
      if (!side.on[what]) await side.toggle(what, side);
  }
  await expectMovingVideoAndSound(sides[0].page, "tablet, in the end");
  await expectMovingVideoAndSound(sides[1].page, "interpreter, in the end");
  expect(await Promise.all(sides.map(({ page }) => peersMade(page)))).toEqual(made);
});
