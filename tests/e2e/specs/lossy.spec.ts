// A way from the gateway to the interpreter that loses packets: the visitor's signs keep their frames.
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { Network } from "../support/network.ts";
import { Interpreter } from "../support/people.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { test as base, expect } from "../support/stage.ts";

const SIGNED = "fsl";

/** The fake camera gives 20 frames a second; two are left to a busy machine. */
const FRAMES_PER_SECOND_MIN = 18;

interface Call {
  readonly network: Network;
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
    await use({ network, home });
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
