// The pictures of the README, taken from the real gateway in the middle of a real call.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const DOCS = new URL("../../../docs", import.meta.url).pathname;

const LANGUAGE = "fsl";

/** A tablet lying down, and a laptop; both as wide as the README shows them. */
const TABLET = { width: 1024, height: 768 };
const LAPTOP = { width: 1280, height: 800 };

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(DOCS, `${name}.png`), animations: "disabled" });
}

/** A call that is over and another that waits, so that the coordinator has something to see. */
async function someHistory(stage: Stage): Promise<void> {
  const tablet = await stage.tablet(2);
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf("en"));
  await tablet.tap("en");
  await interpreter.accept();
  await expectMovingVideoAndSound(tablet.page, "tablet");
  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
  await tablet.page.context().close();
  await interpreter.page.context().close();

  const waiting = await stage.tablet(3);
  await waiting.tap("ar");
}

test("the pages in a call", async ({ stage }) => {
  await someHistory(stage);
  const tablet = await stage.tablet(1);
  await tablet.page.setViewportSize(TABLET);
  const interpreter = await stage.interpreter(await stage.interpreterOf(LANGUAGE));
  await interpreter.page.setViewportSize(LAPTOP);
  await interpreter.becomeAvailable();
  const coordinator = await stage.coordinator();
  await coordinator.page.setViewportSize(LAPTOP);

  await expect(tablet.language(LANGUAGE)).toBeVisible();
  await shoot(tablet.page, "tablet");
  await tablet.tap(LANGUAGE);
  await expect(interpreter.ringing).toBeVisible();
  await shoot(interpreter.page, "interpreter");
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  await shoot(tablet.page, "tablet-call");
  await expect(coordinator.rows("active")).toHaveCount(1);
  await expect(coordinator.rows("record").first()).toBeVisible();
  await shoot(coordinator.page, "coordinator");

  await compose(await stage.page());
});

/** The three pages beside each other, as one picture. */
async function compose(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1800, height: 400 });
  // A file's page may show files; a blank one may not.
  await page.goto(new URL("pages.html", import.meta.url).href);
  await expect
    .poll(() => page.evaluate(() => [...document.images].every((image) => image.naturalWidth > 0)))
    .toBe(true);
  await page.locator("main").screenshot({ path: join(DOCS, "pages.png") });
}
