// A network that is gone and back, here the kernel's own: what was sent meanwhile is sent again when the
// kernel's timers say so, and connections that were begun are tried again after 1, 3, 7 and 15 seconds
// (RFC 6298). `specs/cuts` has a relay in its place, which holds connections and lets them through at once.
import { setTimeout as passed } from "node:timers/promises";
import { cutLengths } from "../support/cut-lengths.ts";
import { expectFigure, printCut } from "../support/figures.ts";
import { rememberPictureAndSound, seesAndHearsAgain } from "../support/gaps.ts";
import { loseEverything } from "../support/kernel.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { test } from "../support/stage.ts";

const SIGNED = "fsl";

/**
 * Shorter and longer than a page's patience with a silent gateway (15 s): one that goes on, and one that
 * has to begin anew while the network is still gone.
 */
const cuts = cutLengths([7_000, 27_000]);

/** From the moment at which the network is back. */
const BACK_MS = { atMost: 3_000, broken: 30_000 };

test("whoever loses the network for a while sees and hears within three seconds of its return", async ({
  stage,
}) => {
  test.setTimeout(60_000 + cuts.reduce((sum, ms) => sum + ms + BACK_MS.broken, 0));
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const tablet = await stage.tablet(1);
  await tablet.tap(SIGNED);
  await interpreter.accept();
  const pages = [tablet.page, interpreter.page];
  for (const cutMs of cuts) {
    await expectMovingVideoAndSound(tablet.page, `tablet, before ${cutMs} ms`);
    await expectMovingVideoAndSound(interpreter.page, `interpreter, before ${cutMs} ms`);
    const restore = await loseEverything();
    await passed(cutMs);
    await Promise.all(pages.map(rememberPictureAndSound));
    const since = Date.now();
    await restore();
    const backs = await Promise.all(
      pages.map((page) => seesAndHearsAgain(page, since, BACK_MS.broken)),
    );
    const times = backs.flatMap(({ pictureMs, soundMs }) => [pictureMs, soundMs]);
    printCut({ cutMs, times });
    const ms = Math.max(...times);
    expectFigure(`ms until both see and hear after ${cutMs} ms without a network`, ms, BACK_MS);
  }
});
