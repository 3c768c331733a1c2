// A picture that stops while the conversation goes on: the gateway finds it within two seconds and
// tells both sides, the one who is not seen with what to do, and it ends by itself.
import { setTimeout as passed } from "node:timers/promises";
import type { Locator, Page } from "@playwright/test";
import { expectMovingVideoAndSound, peersMade } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** From the last frame to the words on the other side's screen. */
const TOLD_MS_MAX = 3_000;

/**
 * Takes the camera from the page's connection, as a phone call does on iOS: no frame is sent any
 * more, not even a black one. With `sound` the microphone, too.
 */
async function takeCamera(page: Page, sound = false): Promise<void> {
  await page.evaluate(async (sound) => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    for (const sender of peer?.getSenders() ?? []) {
      if (!sender.track || (sender.track.kind === "audio" && !sound)) continue;
      const taken = { sender, track: sender.track };
      (window as unknown as { taken: (typeof taken)[] }).taken ??= [];
      (window as unknown as { taken: (typeof taken)[] }).taken.push(taken);
      await sender.replaceTrack(null);
    }
  }, sound);
}

/** Gives back what was taken. */
async function giveBack(page: Page): Promise<void> {
  await page.evaluate(async () => {
    type Taken = { sender: RTCRtpSender; track: MediaStreamTrack };
    const held = window as unknown as { taken: Taken[] };
    for (const { sender, track } of held.taken.splice(0)) await sender.replaceTrack(track);
  });
}

const notice = (page: Page): Locator => page.getByTestId("call-notice");

test("a camera that sends nothing is told to both sides within three seconds and comes back without a reload", async ({
  stage,
}) => {
  const { tablet, interpreter } = await stage.conversation(SIGNED);
  const coordinator = await stage.coordinator();
  const seen = coordinator.page.locator('[data-testid="picture-quality"][data-from="tablet-1"]');
  await expect(seen).toHaveAttribute("data-motion", "moving");
  await expect.poll(async () => Number(await seen.getAttribute("data-fps"))).toBeGreaterThan(10);
  await expect(interpreter.page.getByTestId("quality-self")).toBeVisible();
  const made = await peersMade(tablet.page);

  await takeCamera(tablet.page);
  const told = { timeout: TOLD_MS_MAX };
  await Promise.all([
    expect(notice(interpreter.page)).toHaveAttribute("data-about", "other-still", told),
    expect(notice(tablet.page)).toHaveAttribute("data-about", "self-still-camera", told),
    expect(seen).toHaveAttribute("data-motion", "still_camera", { timeout: TOLD_MS_MAX + 1_000 }),
  ]);
  await expect(notice(tablet.page)).toContainText("On ne vous voit plus");
  await expect(notice(interpreter.page)).toContainText("L'accueil est prévenu");

  await giveBack(tablet.page);
  await expect(notice(interpreter.page)).toBeHidden();
  await expect(notice(tablet.page)).toBeHidden();
  await expectMovingVideoAndSound(interpreter.page, "interpreter, again");
  await expect(seen).toHaveAttribute("data-motion", "moving");
  expect(await peersMade(tablet.page), "connections of the tablet").toBe(made);
});

test("when a phone call has taken camera and microphone, both sides know, and a touch starts the camera anew", async ({
  stage,
}) => {
  const { tablet, interpreter } = await stage.conversation(SIGNED);
  await takeCamera(interpreter.page, true);
  await expect(notice(interpreter.page)).toHaveAttribute("data-about", "self-still-camera");
  await expect(notice(tablet.page)).toHaveAttribute("data-about", "other-still");
  await expect(notice(tablet.page)).toContainText("L'interprète le sait");

  const made = await peersMade(tablet.page);
  await interpreter.page.getByTestId("retry").click();
  await expect(notice(interpreter.page)).toBeHidden();
  await expect(notice(tablet.page)).toBeHidden();
  await expectMovingVideoAndSound(tablet.page, "tablet, again");
  expect(await peersMade(tablet.page), "connections of the tablet").toBe(made);
});

test("a camera turned off by hand is no standstill, even when nothing is sent", async ({
  stage,
}) => {
  const { tablet, interpreter } = await stage.conversation(SIGNED);
  await tablet.page.getByTestId("camera").click();
  await expect(notice(interpreter.page)).toHaveAttribute("data-about", "other-camera-off");
  await takeCamera(tablet.page);
  await passed(TOLD_MS_MAX);
  await expect(notice(interpreter.page)).toHaveAttribute("data-about", "other-camera-off");
  await expect(notice(tablet.page)).toBeHidden();
  await giveBack(tablet.page);
  await tablet.page.getByTestId("camera").click();
  await expect(notice(interpreter.page)).toBeHidden();
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
});
