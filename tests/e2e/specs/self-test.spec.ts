// A tablet that tests itself: the camera for a moment, the network by a made picture that comes back,
// its result on the tablet and at the coordinator; and whoever touches it meanwhile is served at once.
import type { Locator, Page } from "@playwright/test";
import { installCamera, opened, show } from "../support/camera.ts";
import { Tablet } from "../support/people.ts";
import { expectMovingVideoAndSound, peersMade } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

/** Four seconds of patience with a camera, the ways of a network, three of pictures. */
const TESTED = { timeout: 30_000 };

const mark = (page: Page): Locator => page.getByTestId("self-test");

/** The touch of a receptionist. */
async function testNow(page: Page): Promise<void> {
  await page.getByTestId("self-test-mark").click();
  await page.getByTestId("self-test-now").click();
  await expect(mark(page)).toHaveAttribute("data-state", "running");
}

/** What the coordinator's list says of tablet 1. */
const listed = (page: Page): Locator =>
  page.locator('[data-testid="device"][data-id="1"] [data-testid="device-self-test"]');

test("a tablet sees its test picture come back, says so by a small mark, and the coordinator reads it", async ({
  stage,
}) => {
  const tablet = await stage.tablet(1, installCamera);
  await testNow(tablet.page);
  await expect(mark(tablet.page)).toHaveAttribute("data-state", "ok", TESTED);
  await expect(mark(tablet.page)).toContainText("vidéo par UDP");
  // Nothing stays open: neither the camera nor a connection.
  expect(
    await tablet.page.evaluate(() => window.camera.tracks.map((one) => one.readyState)),
  ).toEqual(["ended"]);
  const peers = await tablet.page.evaluate(() =>
    window.probe.peers.map((peer) => peer.connectionState),
  );
  expect(peers).toEqual(["closed"]);
  const coordinator = await stage.coordinator();
  await coordinator.page.getByTestId("manage-tablets").click();
  await expect(listed(coordinator.page)).toHaveAttribute("data-faults", "");
  await expect(listed(coordinator.page)).toHaveAttribute("data-way", "udp");
  await expect(listed(coordinator.page)).toContainText("images/s, aller-retour");
});

test("a tablet that nobody touches for a while tests itself, and not again that day", async ({
  stage,
}) => {
  const page = await stage.page();
  await page.clock.install();
  await Tablet.signIn(page, stage.gateway.origin, 1);
  await expect(mark(page)).toHaveAttribute("data-state", "none");
  await page.clock.fastForward(60_000);
  await expect(mark(page)).toHaveAttribute("data-state", "ok", TESTED);
  const made = await peersMade(page);
  await page.clock.fastForward(5 * 60_000);
  await page.clock.runFor(10_000);
  expect(await peersMade(page)).toBe(made);
});

test("where UDP is blocked the test says that video takes TCP", async ({ stage }) => {
  const { tablet, network } = await stage.tabletBehindNetwork();
  network.blockDatagrams();
  await testNow(tablet.page);
  await expect(mark(tablet.page)).toHaveAttribute("data-state", "ok", TESTED);
  await expect(mark(tablet.page)).toContainText("vidéo par TCP (UDP bloqué)");
});

test("where no media gets through the step is named, at the tablet and on the board", async ({
  stage,
}) => {
  const { tablet, network } = await stage.tabletBehindNetwork();
  network.blockMedia();
  await testNow(tablet.page);
  await expect(mark(tablet.page)).toHaveAttribute("data-state", "failed", TESTED);
  await expect(mark(tablet.page)).toContainText("Appelez le service");
  await expect(mark(tablet.page).locator("[data-fault]")).toHaveAttribute(
    "data-fault",
    "network_blocked",
  );
  const coordinator = await stage.coordinator();
  await expect(coordinator.page.getByTestId("tablet-faulty")).toContainText(
    "Aucune voie n'est ouverte pour la vidéo",
  );
});

test("a touch of a language during the test calls at once and has the camera", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf("fsl"));
  const tablet = await stage.tablet(1, installCamera);
  await testNow(tablet.page);
  // In the middle of its second half: the camera was looked at, the test picture is on its way.
  await expect.poll(() => peersMade(tablet.page)).toBe(1);
  await tablet.tap("fsl");
  await interpreter.accept();
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  const [ofTheTest] = await tablet.page.evaluate(() =>
    window.probe.peers.map((peer) => peer.connectionState),
  );
  expect(ofTheTest).toBe("closed");
  expect(await opened(tablet.page), "once for the test, once for the call").toBe(2);
});

test("a camera whose picture is black is told, and so is a page without devices", async ({
  stage,
}) => {
  const tablet = await stage.tablet(1, installCamera);
  await show(tablet.page, "black");
  await testNow(tablet.page);
  await expect(mark(tablet.page)).toHaveAttribute("data-state", "failed", TESTED);
  await expect(mark(tablet.page).locator("[data-fault]")).toHaveAttribute(
    "data-fault",
    "camera_black",
  );
  const other = await stage.tablet(2, () => {
    Object.defineProperty(navigator, "mediaDevices", { value: undefined });
  });
  await testNow(other.page);
  await expect(mark(other.page)).toHaveAttribute("data-state", "failed", TESTED);
  await expect(mark(other.page).locator("[data-fault]")).toHaveAttribute(
    "data-fault",
    "devices_insecure",
  );
});
