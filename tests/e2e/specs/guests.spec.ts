// A third party by a link: invited from the tablet or the console, seen by everybody, gone at a tap.
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

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
  const page = await stage.page();
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

test("the lead invites by a link, and the third party comes back after a reload and leaves", async ({
  stage,
}) => {
  const { interpreter, tablet } = await talking(stage);
  await interpreter.page.getByTestId("invite").click();
  await interpreter.page.getByTestId("invite-guest").click();
  const url = await linkOn(interpreter.page);
  await interpreter.page.keyboard.press("Escape");
  const guest = await join(stage, url);
  await expectMovingVideoAndSound(guest, "guest");
  await expect(interpreter.page.getByTestId("guest-video")).toBeVisible();

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
