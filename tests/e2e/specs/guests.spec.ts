// A third party by a link: invited from the tablet or the console, seen by everybody, gone at a tap.
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** From the last packet to the words, two seconds, on a busy machine. */
const SILENT_MS_MAX = 4_000;

async function talking(stage: Stage) {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  return { interpreter, tablet };
}

/** The link that a page shows, as whoever gets it would open it. */
async function linkOn(page: Page): Promise<string> {
  const url = await page.getByTestId("guest-link").getAttribute("data-url");
  expect(url).toContain("/guest#");
  return url ?? "";
}

/** Somebody elsewhere opens the link and joins. */
async function join(stage: Stage, url: string): Promise<Page> {
  return joinOn(await stage.page(), url);
}

async function joinOn(page: Page, url: string): Promise<Page> {
  await page.goto(url);
  await expect(page.getByTestId("guest-lobby")).toBeVisible();
  expect(page.url(), "the code is out of the address").not.toContain("#");
  await expect(page.getByTestId("preview-video")).toHaveAttribute("data-playing", "true");
  await page.getByTestId("join").click();
  await expect(page.getByTestId("call")).toBeVisible();
  return page;
}

test("somebody comes by the tablet's link, sees and is seen by both, and is sent away", async ({
  stage,
}) => {
  const { interpreter, tablet } = await talking(stage);
  await tablet.page.getByTestId("invite-guest").click();
  await expect(tablet.page.getByTestId("qr")).toBeVisible();
  await expect(tablet.page.getByTestId("guest")).toHaveAttribute("data-state", "invited");
  const url = await linkOn(tablet.page);
  const guest = await join(stage, url);

  await expectMovingVideoAndSound(guest, "guest");
  await expect(guest.getByTestId("lead-video")).toHaveAttribute("data-playing", "true");
  for (const { page } of [tablet, interpreter]) {
    await expect(page.getByTestId("guest")).toHaveAttribute("data-state", "there");
    await expect(page.getByTestId("guest-video")).toHaveAttribute("data-playing", "true");
  }
  await tablet.page.getByTestId("enlarge-guest-video").click();
  await expect(tablet.page.locator(".picture.large").getByTestId("guest-video")).toBeVisible();
  await tablet.page.getByTestId("enlarge-remote-video").click();
  await expect(tablet.page.locator(".picture.large").getByTestId("remote-video")).toBeVisible();

  const second = await stage.page();
  await second.goto(url);
  await expect(second.getByTestId("guest-gone"), "a link works once").toBeVisible();

  await tablet.page.getByTestId("remove-guest").click();
  await expect(guest.getByTestId("guest-over")).toBeVisible();
  await expect(tablet.page.getByTestId("guest")).toBeHidden();
  await expect(tablet.page.getByTestId("guest-video")).toHaveCount(0);
  await expectMovingVideoAndSound(tablet.page, "tablet, afterwards");
});

test("the lead's link replaces the tablet's, and the third party is lost, comes back, reloads and leaves", async ({
  stage,
}) => {
  const { interpreter, tablet } = await talking(stage);
  await tablet.page.getByTestId("invite-guest").click();
  const first = await linkOn(tablet.page);
  await interpreter.page.getByTestId("invite").click();
  await interpreter.page.getByTestId("invite-guest").click();
  const url = await linkOn(interpreter.page);
  expect(url).not.toBe(first);
  await expect(tablet.page.getByTestId("guest-link"), "a link of no use any more").toHaveCount(0);
  await expect(tablet.page.getByTestId("make-link")).toBeVisible();
  await interpreter.page.keyboard.press("Escape");
  const { page, network } = await stage.pageBehindNetwork();
  const guest = await joinOn(page, url.replace(stage.gateway.origin, network.origin));
  await expectMovingVideoAndSound(guest, "guest");
  await expect(interpreter.page.getByTestId("guest-video")).toBeVisible();

  // Out of reach: both say so long before the gateway knows.
  network.silence();
  for (const side of [tablet.page, interpreter.page]) {
    await expect(side.getByTestId("guest")).toHaveAttribute("data-silent", "true", {
      timeout: SILENT_MS_MAX,
    });
    await expect(side.getByTestId("silent-guest-video")).toContainText("Reconnexion");
  }
  await network.mend();
  for (const side of [tablet.page, interpreter.page]) {
    await expect(side.getByTestId("guest")).toHaveAttribute("data-silent", "false");
    await expect(side.getByTestId("silent-guest-video")).toHaveCount(0);
  }

  await guest.reload();
  await guest.getByTestId("join").click();
  await expectMovingVideoAndSound(guest, "guest, after a reload");
  await expect(tablet.page.getByTestId("guest")).toHaveAttribute("data-state", "there");

  await guest.getByTestId("leave").click();
  await expect(guest.getByTestId("guest-left")).toBeVisible();
  for (const { page } of [tablet, interpreter]) {
    await expect(page.getByTestId("guest")).toBeHidden();
  }
});

test("a third party sees the call end, and a used link leads to words, not to a dead end", async ({
  stage,
}) => {
  const { tablet } = await talking(stage);
  await tablet.page.getByTestId("invite-guest").click();
  const guest = await join(stage, await linkOn(tablet.page));
  await expectMovingVideoAndSound(guest, "guest");
  await tablet.hangUp();
  await expect(guest.getByTestId("guest-over")).toBeVisible();
  await guest.reload();
  await expect(guest.getByTestId("guest-gone")).toBeVisible();
  await expect(guest.getByTestId("check-again")).toBeVisible();
});
