// An administrator lets people in and takes roles away, pairs a tablet, and looks what was done.
import type { Locator, Page } from "@playwright/test";
import { expect, type Stage, test } from "../support/stage.ts";

const PASSWORD = "tomate velours horizon";

/** The administrator's page, signed in with one click. */
async function office(stage: Stage): Promise<Page> {
  const page = await stage.page();
  await page.goto(`${stage.gateway.origin}/administrator`);
  await page.getByTestId("demo-identity-administrator").click();
  await expect(page.getByTestId("version")).not.toBeEmpty();
  return page;
}

const person = (page: Page, login: string): Locator =>
  page.locator(`[data-testid="person"][data-id="${login}"]`);

/** Adds somebody; the link to hand over. */
async function add(page: Page, login: string, role: string): Promise<string> {
  await page.getByTestId("add-person").click();
  const dialog = page.getByTestId("dialog-person");
  await dialog.getByTestId("login").fill(login);
  await dialog.getByTestId("role").selectOption(role);
  await dialog.getByTestId("new-person-send").click();
  const url = await page.getByTestId("account-link").getAttribute("data-url");
  await page.getByTestId("person-close").click();
  return url ?? "";
}

test("somebody is added, chooses a password, and is thrown out at once with another role", async ({
  stage,
}) => {
  const page = await office(stage);
  const url = await add(page, "Claire", "interpreter");
  await expect(person(page, "claire")).toHaveAttribute("data-password", "open");

  const claire = await stage.page();
  await claire.goto(url);
  await claire.getByTestId("new-password").fill(PASSWORD);
  await claire.getByTestId("choose-password-send").click();
  await expect(claire.locator("body")).toHaveAttribute("data-connection", "connected");

  await person(page, "claire").getByTestId("edit-person").click();
  await page.getByTestId("change-role").click();
  await page.getByTestId("role-form").getByTestId("role").selectOption("coordinator");
  await page.getByTestId("role-send").click();
  await expect(claire.getByTestId("with-password")).toBeVisible();
  await page.getByTestId("person-close").click();
  await expect(person(page, "claire")).toHaveAttribute("data-role", "coordinator");
  await expect(person(page, "claire")).toHaveAttribute("data-sessions", "0");

  // Back as what she is now.
  await claire.getByTestId("with-password").locator("summary").click();
  await claire.getByTestId("login").fill("claire");
  await claire.getByTestId("password").fill(PASSWORD);
  await claire.getByTestId("sign-in-send").click();
  await expect(claire).toHaveURL(/\/coordinator$/);
  await expect(claire.locator("body")).toHaveAttribute("data-connection", "connected");

  await page.getByTestId("audit-show").click();
  await page.getByTestId("audit-kind").selectOption("account_changed");
  await expect(page.getByTestId("audit-row")).toHaveCount(1);
  await page.getByTestId("audit-verify").click();
  await expect(page.getByTestId("verified")).toHaveAttribute("data-result", "whole");
});

test("a tablet is paired from the administrator's page, and that is in the audit journal", async ({
  stage,
}) => {
  const page = await office(stage);
  const device = page.locator('[data-testid="device"][data-id="1"]');
  await device.getByTestId("pair-tablet").click();
  const code = (await page.getByTestId("code").textContent()) ?? "";
  const tablet = await stage.page();
  await tablet.goto(`${stage.gateway.origin}/tablet`);
  await tablet.getByTestId("have-code").click();
  await tablet.getByTestId("pairing-code").fill(code);
  await tablet.getByTestId("pair").click();
  await expect(page.getByTestId("code-used")).toBeVisible();
  await page.getByTestId("code-close").click();
  await expect(device).toHaveAttribute("data-state", "paired");
  await page.getByTestId("audit-show").click();
  await expect(page.locator('[data-kind="pairing_code_made"]')).toHaveCount(1);
});

test("somebody is reset and removed in two steps each, and an own account is left alone", async ({
  stage,
}) => {
  const page = await office(stage);
  const own = await stage.page();
  await own.goto(await add(page, "root", "administrator"));
  await own.getByTestId("new-password").fill(PASSWORD);
  await own.getByTestId("choose-password-send").click();
  await expect(own.getByTestId("version")).not.toBeEmpty();
  await person(own, "root").getByTestId("edit-person").click();
  await expect(own.getByTestId("remove")).toHaveCount(0);
  await own.getByTestId("person-close").click();

  await add(own, "max", "coordinator");
  await person(own, "max").getByTestId("edit-person").click();
  await own.getByTestId("reset").click();
  await own.getByTestId("reset-confirm").click();
  await expect(own.getByTestId("account-link")).toBeVisible();
  await own.getByTestId("person-close").click();
  await person(own, "max").getByTestId("edit-person").click();
  await own.getByTestId("remove").click();
  await own.getByTestId("remove-confirm").click();
  await expect(person(own, "max")).toHaveCount(0);

  // A login that is taken.
  await own.getByTestId("add-person").click();
  await own.getByTestId("dialog-person").getByTestId("login").fill("root");
  await own.getByTestId("role").selectOption("coordinator");
  await own.getByTestId("new-person-send").click();
  await expect(own.getByTestId("person-problem")).toHaveAttribute("data-problem", "login_taken");
});
