// Receivers in trouble ask for keyframes again and again; whoever is seen by them is asked seldom, so
// that the picture stays what it was (jitsi-videobridge #2442, livekit #3490).
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { countEncoded, encoded } from "../support/encoded.ts";
import { expectFigure } from "../support/figures.ts";
import { installGrain, SIGNED_FPS } from "../support/grain.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";
import { prepareStorm, rage } from "../support/storm.ts";

const SIGNED = "fsl";

/** Three receivers, five times a second each: for the sender it is the same who of them asks. */
const ASKS_PER_SECOND = 15;

const STORM_S = 30;

/** One in two seconds, the quicker ones with which trouble begins among them. */
const REQUESTS_MAX = STORM_S / 2;

/** Of all that the sender's encoder makes, what keyframes may take (`BENCHMARKS.md`). */
const KEYFRAMES_PART = { atMost: 0.1, broken: 0.3 };

/** What a page has asked for, was asked for, and has sent and shown. */
interface Counted {
  readonly asks: number;
  readonly asked: number;
  readonly keyframes: number;
  readonly decoded: number;
}

const counted = (page: Page): Promise<Counted> =>
  page.evaluate(async () => {
    const sum = { asks: 0, asked: 0, keyframes: 0, decoded: 0 };
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    for (const entry of (await peer?.getStats())?.values() ?? []) {
      if (entry.kind !== "video") continue;
      if (entry.type === "inbound-rtp") sum.asks += entry.pliCount ?? 0;
      if (entry.type === "inbound-rtp") sum.decoded += entry.framesDecoded ?? 0;
      if (entry.type !== "outbound-rtp") continue;
      sum.asked += entry.pliCount ?? 0;
      sum.keyframes += entry.keyFramesEncoded ?? 0;
    }
    return sum;
  });

test("whoever asks for keyframes fifteen times a second costs the picture no frame", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const tablet = await stage.tablet(1, installGrain);
  await countEncoded(tablet.page);
  await tablet.tap(SIGNED);
  await interpreter.accept();
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  await prepareStorm(interpreter.page);
  const [askedBefore, before] = [await counted(tablet.page), await counted(interpreter.page)];
  const bytesBefore = await encoded(tablet.page);
  const from = performance.now();
  await rage(interpreter.page, ASKS_PER_SECOND);
  await passed(STORM_S * 1000);
  const [asked, after] = [await counted(tablet.page), await counted(interpreter.page)];
  const seconds = (performance.now() - from) / 1000;
  const bytesAfter = await encoded(tablet.page);
  const bytes = bytesAfter.all - bytesBefore.all;
  const keyframesPart = (bytesAfter.keyframes - bytesBefore.keyframes) / bytes;
  const asks = (after.asks - before.asks) / seconds;
  const requests = asked.asked - askedBefore.asked;
  const keyframes = asked.keyframes - askedBefore.keyframes;
  const fps = (after.decoded - before.decoded) / seconds;
  console.info(
    `${asks.toFixed(1)} asks a second for ${seconds.toFixed(0)} s: the sender was asked ` +
      `${requests} times and made ${keyframes} keyframes, its own among them, ` +
      `${(100 * keyframesPart).toFixed(1)} % of ${Math.round(bytes / 1000)} kB; ` +
      `${fps.toFixed(1)} frames/s were seen`,
  );
  expect(asks).toBeGreaterThan(10);
  expect(requests).toBeGreaterThan(0);
  expect(requests).toBeLessThanOrEqual(REQUESTS_MAX);
  expect(keyframesPart).toBeGreaterThan(0);
  expectFigure("of the bytes are keyframes in a storm of asks", keyframesPart, KEYFRAMES_PART);
  expectFigure("frames/s in a storm of asks for keyframes", fps, SIGNED_FPS);
});
