// A network that is gone for a while, again and again, for times of any length: whenever it is back, both
// sides see and hear each other within three seconds, judged by the pixels shown and the sound that came.
// A relay stands for the network, which holds what was begun meanwhile; `networks/cuts` has the kernel's.
import { setTimeout as passed } from "node:timers/promises";
import { cutLengths } from "../support/cut-lengths.ts";
import { expectFigure, printCut, reportCuts } from "../support/figures.ts";
import { rememberPictureAndSound, seesAndHearsAgain } from "../support/gaps.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { test } from "../support/stage.ts";

const SIGNED = "fsl";

/** From the moment at which the network is back. */
const BACK_MS = { atMost: 3_000, broken: 30_000 };

const cuts = cutLengths([2_500, 7_500, 4_000]);

test("however long the tablet's network is gone, both sides see and hear within three seconds of its return", async ({
  stage,
}) => {
  test.setTimeout(60_000 + cuts.reduce((sum, ms) => sum + ms + BACK_MS.broken, 0));
  const { tablet, network } = await stage.tabletBehindNetwork();
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  await tablet.tap(SIGNED);
  await interpreter.accept();
  const pages = [tablet.page, interpreter.page];
  await expectMovingVideoAndSound(tablet.page, "tablet");
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  const backs = [];
  for (const [number, cutMs] of cuts.entries()) {
    // Out of reach, which nobody is told, and each third time unplugged.
    if (number % 3 === 1) network.unplug();
    else network.silence();
    await passed(cutMs);
    await Promise.all(pages.map(rememberPictureAndSound));
    const since = Date.now();
    await network.mend();
    const sides = await Promise.all(
      pages.map((page) => seesAndHearsAgain(page, since, BACK_MS.broken)),
    );
    const times = sides.flatMap(({ pictureMs, soundMs }) => [pictureMs, soundMs]);
    backs.push({ cutMs, times });
    printCut({ cutMs, times });
    await expectMovingVideoAndSound(tablet.page, `tablet, after ${cutMs} ms`);
    await expectMovingVideoAndSound(interpreter.page, `interpreter, after ${cutMs} ms`);
  }
  reportCuts(backs);
  for (const { cutMs, times } of backs) {
    expectFigure(
      `ms until both see and hear after ${cutMs} ms of cut`,
      Math.max(...times),
      BACK_MS,
    );
  }
});
