// A network that is gone for a while, again and again, for times of any length: whenever it is back, both
// sides see and hear each other within three seconds, judged by the pixels shown and the sound that came.
//
// PASSERELLE_CUTS=200 cuts 200 times, 2 to 60 seconds each, which takes two hours.
import { setTimeout as passed } from "node:timers/promises";
import { expectFigure, reportCuts } from "../support/figures.ts";
import { rememberPictureAndSound, seesAndHearsAgain } from "../support/gaps.ts";
import { seeded } from "../support/network.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { test } from "../support/stage.ts";

const SIGNED = "fsl";

const CUTS = Number(process.env["PASSERELLE_CUTS"] ?? 0);

/** The lengths of the cuts in seconds: a few short ones, or many of any length. */
const [COUNT, SHORTEST, LONGEST] = CUTS > 0 ? [CUTS, 2, 60] : [3, 2, 8];

/** From the moment at which the network is back. */
const BACK_MS = { atMost: 3_000, broken: 30_000 };

const dice = seeded(Number(process.env["PASSERELLE_SEED"] ?? 5));
const cuts = Array.from({ length: COUNT }, () =>
  Math.round(1_000 * (SHORTEST + (LONGEST - SHORTEST) * dice())),
);

test(`${COUNT} times the tablet's network is gone for ${SHORTEST} to ${LONGEST} seconds, and both sides see and hear within three seconds of its return`, async ({
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
    reportCuts([{ cutMs, times }]);
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
