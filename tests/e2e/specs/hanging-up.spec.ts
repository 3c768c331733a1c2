// The end of a call, from either side: both see it, and the interpreter can take the next one.
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound, picture, received } from "../support/probe.ts";
import { storedCalls } from "../support/records.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** A tablet and an interpreter in a call with media in both directions. */
async function inCall(stage: Stage) {
  const number = await stage.interpreterOf(LANGUAGE);
  const interpreter = await stage.availableInterpreter(number);
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  await expect(tablet.page.getByTestId("self-video")).toBeVisible();
  await expect(interpreter.page.getByTestId("self-video")).toBeVisible();
  return { tablet, interpreter, number };
}

for (const side of ["tablet", "interpreter"] as const) {
  test(`when the ${side} hangs up, both see the end, and after wrap-up the interpreter is available again`, async ({
    stage,
  }) => {
    const coordinator = await stage.coordinator();
    const { tablet, interpreter, number } = await inCall(stage);
    const status = coordinator.interpreter(number);
    await expect(status).toHaveAttribute("data-status", "busy");

    await { tablet, interpreter }[side].hangUp();
    await expect(tablet.page.getByTestId("ended")).toBeVisible();
    await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
    await expect(status).toHaveAttribute("data-status", "wrap_up");
    const [call] = await storedCalls(stage.gateway.dataDir);
    expect(call?.outcome).toBe("completed");

    await interpreter.endWrapUp();
    await expect(status).toHaveAttribute("data-status", "available");

    // And the next call comes through on the same two pages.
    await tablet.callAgain();
    await interpreter.accept();
    await expectMovingVideoAndSound(tablet.page, "tablet, second call");
  });
}

test("the camera goes dark and the microphone silent for the other when they are switched off", async ({
  stage,
}) => {
  const { tablet, interpreter } = await inCall(stage);
  const energyPerSecond = async () => {
    const before = await received(interpreter.page);
    // Counted in sound received, not in time that passes.
    await expect
      .poll(async () => (await received(interpreter.page)).audioSamples)
      .toBeGreaterThan(before.audioSamples + 72_000);
    return (await received(interpreter.page)).audioEnergy - before.audioEnergy;
  };
  expect(await energyPerSecond(), "the fake microphone beeps").toBeGreaterThan(0.001);

  await tablet.page.getByTestId("mute").click();
  await tablet.page.getByTestId("camera").click();
  await expect.poll(energyPerSecond, { message: "silence at the interpreter" }).toBeLessThan(1e-6);
  await expect
    .poll(() => brightness(interpreter.page), { message: "a dark picture at the interpreter" })
    .toBeLessThan(24);
});

/** The mean brightness of the remote video, 0 to 255. */
async function brightness(page: Page): Promise<number> {
  const values = await picture(page);
  return values.reduce((sum, value, at) => (at % 4 === 3 ? sum : sum + value), 0) / (64 * 48 * 3);
}
