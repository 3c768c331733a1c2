// A line that becomes narrow and wide again, and one that loses: the picture keeps its frames, whatever
// the encoder gives up for them, coarser pixels or fewer, and has all of it back within seconds (livekit
// #2069, #4613; licode #683: stuck at low quality). `layers` has lines fall, where the gateway chooses.
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { expectFigure } from "../support/figures.ts";
import { longestGapMs, watchGaps } from "../support/gaps.ts";
import { installGrain, SIGNED_FPS } from "../support/grain.ts";
import type { Network } from "../support/network.ts";
import { test as base, expect } from "../support/stage.ts";

const SIGNED = "fsl";

/**
 * Far more than a narrow line carries. A picture may have 2.5 Mb/s (`web-client/src/core/media/peer.ts`),
 * but what a busy machine makes of that is what it has to have back, once it grows no more.
 */
const WHOLE_BPS_MIN = 1_250_000;
const GROWS = 1.1;

/** Of its rate before; the target of the row (`BENCHMARKS.md`). */
const NEARLY_ALL = 0.9;

const NARROW_BPS = 500_000;
const NARROW_S = 20;
const WIDE_BPS = 3_000_000;
const BACK_S = { atMost: 8, broken: 30 };
const GAP_MS = { atMost: 500, broken: 5_000 };
const LOSSY_S = 20;
const LOSSY_PART = { atLeast: 0.8, broken: 0.5 };

/** Wide enough for repairs: what is lost is lost by chance alone. */
const LOSSY = { bps: 5_000_000, loss: 0.05 };

interface Seen {
  readonly at: number;
  readonly bits: number;
  readonly frames: number;
  /** Of the picture as it is now. */
  readonly lines: number;
}

function seen(page: Page): Promise<Seen> {
  return page.evaluate(async () => {
    const sum = { at: performance.now(), bits: 0, frames: 0, lines: 0 };
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    for (const entry of (await peer?.getStats())?.values() ?? []) {
      if (entry.type !== "inbound-rtp" || entry.kind !== "video") continue;
      sum.bits += 8 * (entry.bytesReceived ?? 0);
      sum.frames += entry.framesDecoded ?? 0;
      sum.lines = entry.frameHeight ?? 0;
    }
    return sum;
  });
}

/** Bits and frames a second over the next `seconds`, and the lines of the picture at their end. */
async function watch(
  page: Page,
  seconds: number,
): Promise<{ bps: number; fps: number; lines: number }> {
  const before = await seen(page);
  await passed(seconds * 1000);
  const after = await seen(page);
  const elapsed = (after.at - before.at) / 1000;
  return {
    bps: (after.bits - before.bits) / elapsed,
    fps: (after.frames - before.frames) / elapsed,
    lines: after.lines,
  };
}

/** What a page tells the encoder of its picture to keep. */
const askedToKeep = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    const sender = peer?.getSenders().find(({ track }) => track?.kind === "video");
    const { degradationPreference } = (sender?.getParameters() ?? {}) as {
      degradationPreference?: string;
    };
    return { degradationPreference, contentHint: sender?.track?.contentHint };
  });

/** The interpreter's line, and who is seen over it. */
interface Line {
  readonly home: Page;
  readonly counter: Page;
  readonly network: Network;
}

const test = base.extend<{ line: Line }>({
  line: async ({ stage }, use) => {
    const { interpreter, network } = await stage.interpreterBehindNetwork(SIGNED);
    await interpreter.becomeAvailable();
    const { tablet } = await stage.conversationWith(interpreter, SIGNED, installGrain);
    const home = interpreter.page;
    network.narrow({ bps: WIDE_BPS, loss: 0 });
    let last = 0;
    const isWhole = async () => {
      const { bps } = await watch(home, 2);
      const grows = bps > GROWS * last;
      last = bps;
      return !grows && bps > WHOLE_BPS_MIN;
    };
    await expect.poll(isWhole, { timeout: 60_000 }).toBe(true);
    await use({ home, counter: tablet.page, network });
  },
});

test("a line that was narrow for a while costs no frame, and has its whole picture back within seconds", async ({
  line: { home, counter, network },
}) => {
  const kept = { degradationPreference: "maintain-framerate", contentHint: "motion" };
  expect(await askedToKeep(counter)).toEqual(kept);
  const before = await watch(home, 5);
  await watchGaps(home);
  network.narrow({ bps: NARROW_BPS, loss: 0 });
  await passed((NARROW_S / 2) * 1000);
  const gapMs = await longestGapMs(home);
  const narrow = await watch(home, NARROW_S / 2);
  console.info(
    `500 kb/s: ${Math.round(narrow.bps / 1000)} kb/s, ${narrow.fps.toFixed(1)} frames/s, ` +
      `${narrow.lines} of ${before.lines} lines, ${gapMs} ms between two frames at most when it began`,
  );
  expectFigure("ms between two frames when a line becomes narrow", gapMs, GAP_MS);
  expectFigure("frames/s at 500 kb/s", narrow.fps, SIGNED_FPS);

  network.narrow({ bps: WIDE_BPS, loss: 0 });
  const from = performance.now();
  const rates = [];
  let backS = Number.POSITIVE_INFINITY;
  while (backS === Number.POSITIVE_INFINITY && performance.now() - from < 1000 * BACK_S.broken) {
    const { bps } = await watch(home, 1);
    rates.push(Math.round(bps / 1000));
    if (bps >= NEARLY_ALL * before.bps) backS = (performance.now() - from) / 1000;
  }
  console.info(`3 Mb/s again: ${rates.join(", ")} kb/s; all of it after ${backS.toFixed(1)} s`);
  expectFigure("s from 500 kb/s to nine tenths of the rate before", backS, BACK_S);
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
  expectFigure("of its rate at 5 % loss", lossy.bps / before.bps, LOSSY_PART);
  expectFigure("frames/s at 5 % loss of a line of 5 Mb/s", lossy.fps, SIGNED_FPS);
});
