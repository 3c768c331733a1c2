// A camera that something else takes in the middle of a conversation, as phone calls do on iPads, and
// black pictures: both sides know within two seconds, the other sees a placeholder and no black or
// frozen picture, and it all comes back without a reload and without a new connection.
import type { Locator, Page } from "@playwright/test";
import { installCamera, mute, opened, show } from "../support/camera.ts";
import { Interpreter } from "../support/people.ts";
import { expectMovingVideoAndSound, peersMade } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** Two seconds until the page knows, and one for the way to the other screen. */
const TOLD = { timeout: 3_000 };

const notice = (page: Page): Locator => page.getByTestId("call-notice");
const cover = (page: Page): Locator =>
  page.locator('.picture-cover [data-testid="call-notice"][data-about="other-still"]');

async function conversation(stage: Stage) {
  const { tablet, interpreter } = await stage.conversation(SIGNED, installCamera);
  const made = await peersMade(tablet.page);
  return { tablet: tablet.page, interpreter: interpreter.page, made };
}

test("a phone call that takes the camera is covered for the other side, and after it the page opens the camera anew by itself", async ({
  stage,
}) => {
  const { tablet, interpreter, made } = await conversation(stage);
  expect(await opened(tablet)).toBe(1);
  await mute(tablet);
  await Promise.all([
    expect(cover(interpreter)).toBeVisible(TOLD),
    expect(notice(tablet)).toHaveAttribute("data-about", "self-still-camera", TOLD),
  ]);
  await expect(cover(interpreter)).toContainText("L'accueil est prévenu");
  await expect(notice(tablet)).toContainText("Vérifiez la caméra");

  // The old track stays dead, as on iOS; a new one gives a picture.
  await show(tablet, "movement");
  await tablet.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(cover(interpreter)).toBeHidden();
  await expect(notice(tablet)).toBeHidden();
  await expectMovingVideoAndSound(interpreter, "interpreter, again");
  expect(await opened(tablet)).toBeGreaterThan(1);
  expect(await peersMade(tablet), "connections of the tablet").toBe(made);
});

test("black pictures are told and covered within two seconds, and end by themselves", async ({
  stage,
}) => {
  const { tablet, interpreter, made } = await conversation(stage);
  await show(tablet, "black");
  await Promise.all([
    expect(cover(interpreter)).toBeVisible(TOLD),
    expect(notice(tablet)).toHaveAttribute("data-about", "self-still-camera", TOLD),
  ]);
  await show(tablet, "movement");
  await expect(cover(interpreter)).toBeHidden(TOLD);
  await expect(notice(tablet)).toBeHidden(TOLD);
  await expectMovingVideoAndSound(interpreter, "interpreter, again");
  expect(await peersMade(tablet), "connections of the tablet").toBe(made);
});

test("a dark room is not black: the picture of its noise stays", async ({ stage }) => {
  const { tablet, interpreter } = await conversation(stage);
  const frames = () =>
    interpreter
      .getByTestId("remote-video")
      .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
  await show(tablet, "dark");
  const before = await frames();
  // Four times as long as black may last; what would be said would stay.
  await expect.poll(async () => (await frames()) - before).toBeGreaterThan(6 * 15);
  await expect(notice(interpreter)).toBeHidden();
  await expect(notice(tablet)).toBeHidden();
  await show(tablet, "black");
  await expect(cover(interpreter)).toBeVisible(TOLD);
});

test("black that no page has told of is seen by whoever looks at it", async ({ stage }) => {
  const { tablet, interpreter } = await conversation(stage);
  // What leaves is black, though the camera is well: an encoder that fails.
  await tablet.evaluate(async () => {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    setInterval(() => context?.fillRect(0, 0, canvas.width, canvas.height), 50);
    const [black] = canvas.captureStream(20).getVideoTracks();
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    const sender = peer?.getSenders().find(({ track }) => track?.kind === "video");
    await sender?.replaceTrack(black ?? null);
  });
  const seen = interpreter.locator('.picture-cover [data-about="other-black"]');
  await expect(seen).toBeVisible({ timeout: 5_000 });
  await expect(notice(tablet)).toBeHidden();
});

test("before any call, the test of one's own camera says that it is black", async ({ stage }) => {
  const page = await stage.page();
  await page.addInitScript(installCamera);
  await Interpreter.signIn(page, stage.gateway.origin, await stage.interpreterOf(SIGNED));
  await page.getByTestId("preview-toggle").click();
  await expect(page.getByTestId("preview-video")).toHaveAttribute("data-playing", "true");
  await show(page, "black");
  await expect(page.getByTestId("preview-black")).toBeVisible(TOLD);
  await show(page, "movement");
  await expect(page.getByTestId("preview-black")).toBeHidden();
});
