// A page that comes back in the middle of a call, and what it leaves behind when the call is over.
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { storedCalls } from "../support/records.ts";
import { expect, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

declare global {
  interface Window {
    /** Every track that the page was given, filled by `recordTracks`. */
    tracks: MediaStreamTrack[];
  }
}

/** Runs in the page before its own scripts: remembers every track of camera and microphone. */
function recordTracks(): void {
  window.tracks = [];
  const devices = navigator.mediaDevices;
  const native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = await native(wanted);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
}

/** The states of the tracks that the page was given since it was loaded. */
const trackStates = (page: Page) =>
  page.evaluate(() => [...new Set(window.tracks.map(({ readyState }) => readyState))]);

test("a tablet that reloads in a call has picture and sound back without a touch, and lets go of its camera afterwards", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet(1, recordTracks);
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  const bothSeeAndHear = () =>
    Promise.all([
      expectMovingVideoAndSound(tablet.page, "tablet"),
      expectMovingVideoAndSound(interpreter.page, "interpreter"),
    ]);
  await bothSeeAndHear();

  await tablet.page.reload();
  await expect(tablet.page.getByTestId("call")).toBeVisible();
  await bothSeeAndHear();
  expect(await trackStates(tablet.page), "camera and microphone are on").toEqual(["live"]);

  await tablet.hangUp();
  await expect(tablet.page.getByTestId("ended")).toBeVisible();
  await expect.poll(() => trackStates(tablet.page), "devices are released").toEqual(["ended"]);
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
  const calls = await storedCalls(stage.gateway.dataDir);
  expect(
    calls.map(({ outcome }) => outcome),
    "one call, from the first touch to the end",
  ).toEqual(["completed"]);
});

test("a visitor who cancels and calls again at once leaves no camera on", async ({ stage }) => {
  const tablet = await stage.tablet(1, recordTracks);
  await tablet.tap(LANGUAGE);
  await tablet.cancel();
  await tablet.tap(LANGUAGE);
  await expect(tablet.page.getByTestId("self-preview")).toBeVisible();
  await tablet.cancel();
  await expect(tablet.page.getByTestId("ended")).toBeVisible();
  await expect.poll(() => trackStates(tablet.page), "devices are released").toEqual(["ended"]);
});
