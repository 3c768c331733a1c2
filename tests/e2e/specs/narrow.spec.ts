// A way from the gateway to the interpreter that is narrow or loses packets: the visitor's signs
// keep their frames and give up pixels, and get those back when the way is wide again.
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { Network } from "../support/network.ts";
import { Interpreter, type Tablet } from "../support/people.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { test as base, expect } from "../support/stage.ts";

const SIGNED = "fsl";

/** The fake camera gives 20 frames a second; two are left to a busy machine. */
const FRAMES_PER_SECOND_MIN = 18;

/** Less than the fake camera's picture and a voice take by themselves (about 380 kb/s). */
const NARROW_BPS = 300_000;
const WIDE_BPS = 3_000_000;

/** From a narrower way to a picture that fits, with what had been sent before on top of it. */
const SETTLES_MS = 3_000;

/** From a wider way to a publisher that may use it. */
const RECOVERS_MS_MAX = 8_000;

interface Call {
  readonly network: Network;
  readonly tablet: Tablet;
  readonly home: Page;
}

const test = base.extend<{ call: Call }>({
  call: async ({ stage }, use) => {
    const home = await stage.page();
    const network = await Network.of(home, stage.gateway.origin);
    const number = await stage.interpreterOf(SIGNED);
    const interpreter = await Interpreter.signIn(home, network.origin, number);
    await interpreter.becomeAvailable();
    const tablet = await stage.tablet(1);
    await tablet.tap(SIGNED);
    await interpreter.accept();
    await expectMovingVideoAndSound(home, "interpreter");
    await use({ network, tablet, home });
    network.close();
  },
});

/** What the page has decoded of the main picture, and how long it has stood still. */
function seen(page: Page): Promise<{ frames: number; frozenS: number }> {
  return page.evaluate(async () => {
    const sum = { frames: 0, frozenS: 0 };
    for (const peer of window.probe.peers) {
      for (const entry of (await peer.getStats()).values()) {
        if (entry.type !== "inbound-rtp" || entry.kind !== "video") continue;
        sum.frames += entry.framesDecoded ?? 0;
        sum.frozenS += entry.totalFreezesDuration ?? 0;
      }
    }
    return sum;
  });
}

/** The most the page may send, as its congestion control and the gateway's limit say. */
function allowedBps(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let allowed = 0;
    for (const peer of window.probe.peers) {
      for (const entry of (await peer.getStats()).values()) {
        if (entry.type !== "candidate-pair") continue;
        allowed = Math.max(allowed, entry.availableOutgoingBitrate ?? 0);
      }
    }
    return allowed;
  });
}

/** Looks on for some seconds: frames per second, and seconds for which the picture stood still. */
async function watch(page: Page, seconds: number): Promise<{ fps: number; frozenS: number }> {
  const [from, before] = [performance.now(), await seen(page)];
  await passed(seconds * 1000);
  const after = await seen(page);
  const elapsed = (performance.now() - from) / 1000;
  const fps = (after.frames - before.frames) / elapsed;
  return { fps, frozenS: after.frozenS - before.frozenS };
}

test("five per cent of loss cost a signed picture no frame that anybody would miss", async ({
  call,
}) => {
  call.network.narrow({ bps: 5_000_000, loss: 0.05 });
  const { fps, frozenS } = await watch(call.home, 12);
  console.info(`5 % loss: ${fps.toFixed(1)} frames/s, ${frozenS.toFixed(1)} s frozen`);
  expect(fps).toBeGreaterThanOrEqual(FRAMES_PER_SECOND_MIN);
  expect(frozenS).toBeLessThanOrEqual(1);
});

test("a downlink that narrows costs a signed picture its pixels and no frames, and one that widens is used within eight seconds", async ({
  call,
}) => {
  const { network, tablet, home } = call;
  const allowed = () => allowedBps(tablet.page);
  await expect.poll(allowed, { timeout: RECOVERS_MS_MAX }).toBeGreaterThan(NARROW_BPS * 3);
  network.narrow({ bps: NARROW_BPS, loss: 0 });
  const change = await watch(home, SETTLES_MS / 1000);
  expect(await allowed(), "what is sent fits").toBeLessThanOrEqual(NARROW_BPS);
  const narrow = await watch(home, 10);
  network.narrow({ bps: WIDE_BPS, loss: 0 });
  const widened = performance.now();
  const wide = watch(home, RECOVERS_MS_MAX / 1000);
  await expect.poll(allowed, { timeout: RECOVERS_MS_MAX }).toBeGreaterThan(0.8 * 2_500_000);
  const recovery = (performance.now() - widened) / 1000;
  const { fps } = await wide;
  console.info(
    `${NARROW_BPS / 1000} kb/s: frozen ${change.frozenS.toFixed(1)} s at the change, then ` +
      `${narrow.fps.toFixed(1)} frames/s, ${narrow.frozenS.toFixed(1)} s frozen; ` +
      `wide again after ${recovery.toFixed(1)} s, ${fps.toFixed(1)} frames/s`,
  );
  expect(change.frozenS, "at the change").toBeLessThanOrEqual(1.5);
  expect(narrow.fps).toBeGreaterThanOrEqual(FRAMES_PER_SECOND_MIN);
  expect(narrow.frozenS).toBeLessThanOrEqual(1);
  expect(fps).toBeGreaterThanOrEqual(FRAMES_PER_SECOND_MIN);
});
