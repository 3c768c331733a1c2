// The pictures of README and docs/pages.md, taken from the real gateway in the middle of real calls.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const DOCS = new URL("../../../docs", import.meta.url).pathname;

const LANGUAGE = "fsl";
const SPOKEN = "pt";

/** A tablet lying down, and a laptop; both as wide as the README shows them. */
const TABLET = { width: 1024, height: 768 };
const LAPTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };

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

test("a wait that becomes an appointment", async ({ stage }) => {
  const tablet = await stage.tablet(1);
  await tablet.page.setViewportSize(TABLET);
  await tablet.tap(SPOKEN);
  await expect(tablet.page.getByTestId("ways")).toHaveAttribute("data-plain", "true");
  await expect(tablet.page.getByTestId("self-preview")).toHaveAttribute("data-playing", "true");
  await shoot(tablet.page, "tablet-waiting");
  await tablet.page.getByTestId("appointment").click();
  await tablet.page.getByTestId("slot").nth(2).click();
  await tablet.page.mouse.move(0, 0);
  await shoot(tablet.page, "tablet-booking");
  await tablet.page.getByTestId("book").click();

  const interpreter = await stage.interpreter(await stage.interpreterOf(SPOKEN));
  await interpreter.page.setViewportSize(LAPTOP);
  await expect(interpreter.page.getByTestId("agenda-take")).toBeVisible();
  await interpreter.becomeAvailable();
  await shoot(interpreter.page, "interpreter-appointments");
  await interpreter.page.getByTestId("agenda-take").click();
  await expect(tablet.page.getByTestId("ticket")).toHaveAttribute("data-taken", "true");
  await tablet.page.mouse.move(0, 0);
  await shoot(tablet.page, "tablet-appointment");
});

test("a third party comes by a link, and a coordinator asks to look on", async ({ stage }) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SPOKEN));
  const tablet = await stage.tablet(1);
  await tablet.page.setViewportSize(TABLET);
  await tablet.tap(SPOKEN);
  await interpreter.accept();
  await expectMovingVideoAndSound(tablet.page, "tablet");
  await tablet.page.getByTestId("invite-guest").click();
  const guest = await stage.page();
  await guest.setViewportSize(PHONE);
  await guest.goto((await tablet.page.getByTestId("guest-link").getAttribute("data-url")) ?? "");
  await expect(guest.getByTestId("preview-video")).toHaveAttribute("data-playing", "true");
  await shoot(guest, "guest");
  await guest.getByTestId("join").click();
  await expect(tablet.page.getByTestId("guest-video")).toHaveAttribute("data-playing", "true");
  const coordinator = await stage.coordinator();
  await coordinator.page.getByTestId("ask-to-join").click();
  await expect(tablet.page.getByTestId("consent-yes")).toBeEnabled();
  await expect(tablet.page.getByTestId("call-notice")).toBeHidden();
  await tablet.page.mouse.move(0, 0);
  await shoot(tablet.page, "tablet-consent");
});

test("a device becomes a tablet", async ({ stage }) => {
  const { page: office } = await stage.coordinator();
  await office.setViewportSize(LAPTOP);
  await office.getByTestId("manage-tablets").click();
  const first = office.getByTestId("device").first();
  await first.getByTestId("pair-tablet").click();
  await expect(office.getByTestId("qr").locator("path")).toHaveAttribute("d", /^M/);
  await shoot(office, "coordinator-pairing");
  const code = (await office.getByTestId("code").textContent()) ?? "";
  const tablet = await stage.page();
  await tablet.setViewportSize(TABLET);
  await tablet.goto(`${stage.gateway.origin}/tablet`);
  await tablet.getByTestId("have-code").click();
  await tablet.getByTestId("pairing-code").pressSequentially(code.slice(0, 6));
  await shoot(tablet, "tablet-pairing");
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

test("an administrator among people and tablets", async ({ stage }) => {
  const page = await stage.page();
  await page.setViewportSize(LAPTOP);
  await page.goto(`${stage.gateway.origin}/administrator`);
  await page.getByTestId("demo-identity-administrator").click();
  for (const [login, role] of [
    ["claire", "interpreter"],
    ["direction", "coordinator"],
    ["dsi", "administrator"],
  ] as const) {
    await page.getByTestId("add-person").click();
    await page.getByTestId("login").fill(login);
    await page.getByTestId("role").selectOption(role);
    await page.getByTestId("new-person-send").click();
    await expect(page.getByTestId("account-link")).toBeVisible();
    await page.getByTestId("person-close").click();
  }
  await expect(page.getByTestId("person")).toHaveCount(3);
  await expect(page.getByTestId("device").first()).toBeVisible();
  await page.mouse.move(0, 0);
  await shoot(page, "administrator");
});
