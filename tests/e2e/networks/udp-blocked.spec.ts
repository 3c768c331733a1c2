// A town hall whose firewall lets out nothing but TCP to the gateway's port, here the kernel itself,
// and whose line is narrow.

import { expectFigure } from "../support/figures.ts";
import { narrow, onlyTcpTo } from "../support/kernel.ts";
import { expectMovingVideoAndSound, framesPerSecond } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** From the click on accept to picture and sound on both sides. */
const UP_MS = { atMost: 5_000, broken: 30_000 };

/** The camera of these tests gives 30 frames a second; a signed picture keeps so many. */
const FRAMES_PER_SECOND = { atLeast: 25, broken: 10 };

/** What each of the two has for sending, and for receiving. */
const KBIT_EACH_WAY = 1_500;

test("where the kernel lets nothing through but TCP to the pages' port, a call is up within five seconds and keeps its frames", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const tablet = await stage.tablet(1);
  await narrow(4 * KBIT_EACH_WAY);
  const end = await onlyTcpTo(Number(new URL(stage.gateway.origin).port));
  try {
    await tablet.tap(SIGNED);
    const accepted = Date.now();
    await interpreter.accept();
    await Promise.all([
      expectMovingVideoAndSound(tablet.page, "tablet"),
      expectMovingVideoAndSound(interpreter.page, "interpreter"),
    ]);
    const upMs = Date.now() - accepted;
    const home = interpreter.page;
    await expect(home.getByTestId("way")).toHaveAttribute("data-way", "tcp");
    await expect(home.getByTestId("way")).toContainText("TCP (UDP bloqué)");
    const fps = await Promise.all(
      [tablet, interpreter].map(({ page }) => framesPerSecond(page, 10)),
    );
    console.info(`TCP only, by the kernel: up in ${upMs} ms, ${fps.map(Math.round)} frames/s`);
    expectFigure("ms from accept to picture and sound, TCP only", upMs, UP_MS);
    expectFigure("frames/s, TCP only", Math.min(...fps), FRAMES_PER_SECOND);
    await tablet.hangUp();
    await interpreter.endWrapUp();
    const step = (name: string) =>
      home.locator(`[data-testid="network-help"] [data-step="${name}"]`);
    await home.getByTestId("network-help").locator("summary").click();
    await expect(step("udp")).toHaveAttribute("data-state", "blocked");
    await expect(step("tcp")).toHaveAttribute("data-state", "ok");
  } finally {
    await end();
  }
});
