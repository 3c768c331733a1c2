// People with a password: chosen by a link, typed wrong, sessions ended from elsewhere, a telephone.
import type { Page } from "@playwright/test";
import { account } from "../support/account.ts";
import { expect, type Stage, test } from "../support/stage.ts";
import { telephone } from "../support/telephone.ts";

const PASSWORD = "tomate velours horizon";

/** Opens a link and chooses the password under it. */
async function choose(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId("new-password").fill(PASSWORD);
  await page.getByTestId("choose-password-send").click();
}

/** A browser of its own on the console's sign-in, with the form open. */
async function form(stage: Stage, path = "interpreter"): Promise<Page> {
  const page = await stage.page();
  await page.goto(`${stage.gateway.origin}/${path}`);
  await page.getByTestId("with-password").locator("summary").click();
  return page;
}

async function type(page: Page, login: string, password: string): Promise<void> {
  await page.getByTestId("login").fill(login);
  await page.getByTestId("password").fill(password);
  await page.getByTestId("sign-in-send").click();
}

const problem = (page: Page, id: string) => page.getByTestId(`${id}-problem`);

test("a person chooses a password by a link, mistypes it elsewhere, and is in with the right one", async ({
  stage,
}) => {
  const url = await account(stage.gateway, "add", "--login", "claire", "--interpreter", "5");
  const own = await stage.page();
  await own.goto(url);
  expect(new URL(own.url()).hash, "the code is not in the history").toBe("");
  await expect(own.getByTestId("login")).toHaveValue("claire");
  const field = own.getByTestId("new-password");
  await expect(field).toHaveAttribute("autocomplete", "new-password");
  await field.fill("motdepasse2026");
  await own.getByTestId("choose-password-send").click();
  await expect(problem(own, "choose-password")).toHaveAttribute("data-problem", "password_common");
  await field.fill(PASSWORD);
  await expect(field).toHaveAttribute("type", "password");
  await own.getByTestId("new-password-show").click();
  await expect(field).toHaveAttribute("type", "text");
  await own.getByTestId("choose-password-send").click();
  await expect(own.getByTestId("sign-out")).toBeVisible();

  // The link is used up.
  const late = await stage.page();
  await late.goto(url);
  await expect(late.getByTestId("link-problem")).toHaveAttribute(
    "data-problem",
    "account_link_gone",
  );

  // On the other console's page: whoever signs in is brought to their own.
  const elsewhere = await form(stage, "coordinator");
  await expect(elsewhere.getByTestId("login")).toHaveAttribute("autocomplete", "username");
  await expect(elsewhere.getByTestId("password")).toHaveAttribute(
    "autocomplete",
    "current-password",
  );
  await type(elsewhere, "claire", "tomate velours horizont");
  await expect(problem(elsewhere, "sign-in")).toHaveAttribute("data-problem", "sign_in_wrong");
  await type(elsewhere, "Claire", PASSWORD);
  await expect(elsewhere).toHaveURL(/\/interpreter$/);
  await expect(elsewhere.getByTestId("sign-out")).toBeVisible();
});

test("one's sessions are listed and the others ended, which shows at once where they were", async ({
  stage,
}) => {
  const url = await account(stage.gateway, "add", "--login", "chef", "--coordinator");
  const here = await stage.page();
  await choose(here, url);
  await expect(here.getByTestId("sign-out")).toBeVisible();
  const there = await form(stage, "coordinator");
  await type(there, "chef", PASSWORD);
  await expect(there.getByTestId("sign-out")).toBeVisible();

  await here.getByTestId("account").click();
  const sessions = here.getByTestId("session");
  await expect(sessions).toHaveCount(2);
  await expect(here.locator('[data-testid="session"][data-this="true"]')).toHaveCount(1);
  await expect(sessions.first()).toContainText("Chrome");
  await here.getByTestId("end-session").click();
  await expect(there.getByTestId("with-password")).toBeVisible();
  await expect(sessions).toHaveCount(1);
  await expect(here.getByTestId("end-other-sessions")).toHaveCount(0);

  // Another password, after the present one.
  await here.getByTestId("change-password").click();
  await here.getByTestId("present-password").fill("tomate velours horizont");
  await here.getByTestId("new-password").fill("quatre-vingts grenouilles");
  await here.getByTestId("password-change-send").click();
  await expect(problem(here, "password-change")).toHaveAttribute("data-problem", "sign_in_wrong");
  await here.getByTestId("present-password").fill(PASSWORD);
  await here.getByTestId("password-change-send").click();
  await expect(here.getByTestId("password-changed")).not.toBeEmpty();
  await here.getByTestId("account-close").click();
  await expect(here.getByTestId("my-account")).toHaveCount(0);
});

test("a telephone is enrolled, its codes are asked for, and a recovery code takes its place", async ({
  stage,
}) => {
  const url = await account(stage.gateway, "add", "--login", "claire", "--interpreter", "5");
  const own = await stage.page();
  await choose(own, url);
  await own.getByTestId("account").click();
  await own.getByTestId("second-factor").click();
  await own.getByTestId("own-password").fill(PASSWORD);
  await own.getByTestId("second-factor-begin-send").click();
  await expect(own.getByTestId("qr").locator("path")).toHaveAttribute("d", /^M/);
  const secret = (await own.getByTestId("second-factor-secret").textContent()) ?? "";
  await own.getByTestId("code").fill("000 000");
  await own.getByTestId("second-factor-confirm-send").click();
  await expect(problem(own, "second-factor-confirm")).toHaveAttribute("data-problem", "code_wrong");
  await own.getByTestId("code").fill(telephone(secret));
  await own.getByTestId("second-factor-confirm-send").click();
  const codes = own.getByTestId("recovery-code");
  await expect(codes).toHaveCount(10);
  const recovery = (await codes.first().textContent()) ?? "";
  await own.getByTestId("recovery-read").click();
  await expect(own.getByTestId("second-factor")).toContainText("10");

  const there = await form(stage);
  await type(there, "claire", PASSWORD);
  await there.getByTestId("code").fill(telephone(secret, 1));
  await there.getByTestId("sign-in-send").click();
  await expect(there.getByTestId("sign-out")).toBeVisible();

  const third = await form(stage);
  await type(third, "claire", PASSWORD);
  await third.getByTestId("code").fill(recovery);
  await third.getByTestId("sign-in-send").click();
  await expect(third.getByTestId("sign-out")).toBeVisible();

  // A reset takes all of it away, and the pages with it.
  const again = await account(stage.gateway, "reset", "claire");
  await expect(third.getByTestId("with-password")).toBeVisible();
  await choose(third, again);
  await expect(third.getByTestId("sign-out")).toBeVisible();
});
