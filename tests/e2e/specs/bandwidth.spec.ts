// A line that becomes narrow and wide again, and one that loses: the picture keeps its frames, gives up
// pixels where it must, and has them back within seconds (livekit #2069, #4613; licode #683: stuck at
// low quality).
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { longestGapMs, watchGaps } from "../support/gaps.ts";
import { installGrain } from "../support/grain.ts";
import type { Network } from "../support/network.ts";
import { test as base, expect } from "../support/stage.ts";

const SIGNED = "fsl";

/** The camera gives 20 frames a second; two are left to a busy machine. */
const FRAMES_PER_SECOND_MIN = 18;

/** What a picture may have at most (`web-client/src/core/media/peer.ts`), nine tenths of it. */
const NEARLY_ALL_BPS = 0.9 * 2_500_000;

const NARROW_BPS = 500_000;
const NARROW_S = 20;
const WIDE_BPS = 3_000_000;
const BACK_WITHIN_S = 8;
const LOSSY_S = 20;

/** Wide enough for repairs: what is lost is lost by chance alone. */
const LOSSY = { bps: 5_000_000, loss: 0.05 };

interface Seen {
  readonly at: number;
  readonly bits: number;
  readonly frames: number;
}

function seen(page: Page): Promise<Seen> {
  return page.evaluate(async () => {
    const sum = { at: performance.now(), bits: 0, frames: 0 };
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    for (const entry of (await peer?.getStats())?.values() ?? []) {
      if (entry.type !== "inbound-rtp" || entry.kind !== "video") continue;
      sum.bits += 8 * (entry.bytesReceived ?? 0);
      sum.frames += entry.framesDecoded ?? 0;
    }
    return sum;
  });
}

/** Bits and frames a second over the next `seconds`. */
async function watch(page: Page, seconds: number): Promise<{ bps: number; fps: number }> {
  const before = await seen(page);
  await passed(seconds * 1000);
  const after = await seen(page);
  const elapsed = (after.at - before.at) / 1000;
  return {
    bps: (after.bits - before.bits) / elapsed,
    fps: (after.frames - before.frames) / elapsed,
  };
}

const test = base.extend<{ line: { home: Page; network: Network } }>({
  line: async ({ stage }, use) => {
    const { interpreter, network } = await stage.interpreterBehindNetwork(SIGNED);
    await interpreter.becomeAvailable();
    await stage.conversationWith(interpreter, SIGNED, installGrain);
    const home = interpreter.page;
    network.narrow({ bps: WIDE_BPS, loss: 0 });
    const rate = async () => (await watch(home, 1)).bps;
    await expect.poll(rate, { timeout: 60_000 }).toBeGreaterThan(NEARLY_ALL_BPS);
    await use({ home, network });
  },
});

test("a line that was narrow for a while has its whole picture back within seconds, and lost no frame", async ({
  line: { home, network },
}) => {
  await watchGaps(home);
  network.narrow({ bps: NARROW_BPS, loss: 0 });
  await passed((NARROW_S / 2) * 1000);
  const gapMs = await longestGapMs(home);
  const narrow = await watch(home, NARROW_S / 2);
  console.info(
    `500 kb/s: ${Math.round(narrow.bps / 1000)} kb/s, ${narrow.fps.toFixed(1)} frames/s, ` +
      `${gapMs} ms between two frames at most when it began`,
  );
  expect(narrow.fps).toBeGreaterThanOrEqual(FRAMES_PER_SECOND_MIN);
  expect(narrow.bps).toBeLessThanOrEqual(NARROW_BPS);

  network.narrow({ bps: WIDE_BPS, loss: 0 });
  const from = performance.now();
  const rates = [];
  let backS = Number.POSITIVE_INFINITY;
  while (backS === Number.POSITIVE_INFINITY && performance.now() - from < 30_000) {
    const { bps } = await watch(home, 1);
    rates.push(Math.round(bps / 1000));
    if (bps >= NEARLY_ALL_BPS) backS = (performance.now() - from) / 1000;
  }
  console.info(`3 Mb/s again: ${rates.join(", ")} kb/s; all of it after ${backS.toFixed(1)} s`);
  expect(backS).toBeLessThanOrEqual(BACK_WITHIN_S);
});

test("five per cent of loss leave a picture four fifths of its rate", async ({
  line: { home, network },
}) => {
  const before = await watch(home, LOSSY_S / 2);
  network.narrow(LOSSY);
  const lossy = await watch(home, LOSSY_S);
  console.info(
    `5 % loss: ${Math.round(lossy.bps / 1000)} of ${Math.round(before.bps / 1000)} kb/s, ` +
      `${lossy.fps.toFixed(1)} frames/s`,
  );
  expect(lossy.bps).toBeGreaterThanOrEqual(0.8 * before.bps);
  expect(lossy.fps).toBeGreaterThanOrEqual(FRAMES_PER_SECOND_MIN);
});
