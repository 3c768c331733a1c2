// People who sign in by a provider, here one that is certified and not ours: there and back, with the
// role that it says, and out; with its habits of every kind, with new keys, and while it is away.
import type { Page } from "@playwright/test";
import { account } from "../support/account.ts";
import { Authority, typeAtProvider } from "../support/authority.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const PASSWORD = "tomate velours horizon";

/** From the provider's return until it is asked again, five seconds after it was away. */
const BACK_MS_MAX = 15_000;

/** A browser of its own that goes to the provider from this page. */
async function begin(stage: Stage, path: string): Promise<Page> {
  const page = await stage.page();
  await page.goto(`${stage.gateway.origin}/${path}`);
  await page.getByTestId("provider-start").click();
  return page;
}

/** The same, who comes back as this person. */
async function comeBack(stage: Stage, path: string, login: string): Promise<Page> {
  const page = await begin(stage, path);
  await typeAtProvider(page, login);
  return page;
}

async function expectIn(page: Page, stage: Stage, path: string): Promise<void> {
  await expect(page.getByTestId("sign-out")).toBeVisible();
  expect(page.url()).toBe(`${stage.gateway.origin}/${path}`);
}

const problem = (page: Page) => page.getByTestId("provider-problem");

test("somebody signs in by a certified provider with a proof, is who it says, and is signed out there as well", async ({
  stage,
}) => {
  const provider = await Authority.beside(stage.gateway, { proof: true, signed: false });
  try {
    const chef = await comeBack(stage, "coordinator", "chef");
    await expectIn(chef, stage, "coordinator");
    const [asked] = provider.asked;
    expect(asked?.searchParams.get("code_challenge_method")).toBe("S256");
    await expectIn(await comeBack(stage, "coordinator", "claire"), stage, "interpreter");

    const other = await comeBack(stage, "coordinator", "other");
    await expect(problem(other)).toHaveAttribute("data-problem", "oidc_no_role");
    expect(new URL(other.url()).hash, "is told once").toBe("");
    const unwilling = await begin(stage, "interpreter");
    await unwilling.getByRole("button", { name: "no" }).click();
    await expect(problem(unwilling)).toHaveAttribute("data-problem", "oidc_denied");

    await chef.getByTestId("sign-out").click();
    await chef.getByRole("button", { name: "leave" }).click();
    await expect(chef).toHaveURL(
      (url) => `${url.origin}${url.pathname}` === `${stage.gateway.origin}/`,
    );
    await chef.goto(`${stage.gateway.origin}/coordinator`);
    await chef.getByTestId("provider-start").click();
    await expect(chef.getByRole("textbox", { name: "login" }), "is asked again").toBeVisible();
  } finally {
    await provider.stop();
  }
});

test("without a proof and with signed answers people sign in as well, also by keys the provider has only now", async ({
  stage,
}) => {
  const habits = { proof: false, signed: true };
  const provider = await Authority.beside(stage.gateway, habits, {
    PASSERELLE__OIDC__PKCE: "never",
    PASSERELLE__OIDC__USERINFO: "jwt",
  });
  try {
    await expectIn(await comeBack(stage, "coordinator", "chef"), stage, "coordinator");
    expect(provider.asked[0]?.searchParams.has("code_challenge")).toBe(false);
    await provider.stop();
    await provider.start();
    await expectIn(await comeBack(stage, "interpreter", "claire"), stage, "interpreter");
  } finally {
    await provider.stop();
  }
});

test("a provider that is away is said to be, people with a password go on, and when it is back they come by it", async ({
  stage,
}) => {
  const provider = await Authority.beside(stage.gateway, { proof: true, signed: false });
  try {
    await provider.stop();
    const page = await begin(stage, "interpreter");
    await expect(problem(page)).toHaveAttribute("data-problem", "oidc_away");
    await expect(problem(page)).toContainText("ne répond pas");

    const link = await account(stage.gateway, "add", "--login", "paul", "--interpreter", "6");
    await page.goto(link);
    await page.getByTestId("new-password").fill(PASSWORD);
    await page.getByTestId("choose-password-send").click();
    await expectIn(page, stage, "interpreter");

    await provider.start();
    const later = await stage.page();
    await expect(async () => {
      await later.goto(`${stage.gateway.origin}/coordinator`);
      await later.getByTestId("provider-start").click();
      await expect(later.getByRole("textbox", { name: "login" })).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: BACK_MS_MAX });
    await typeAtProvider(later, "chef");
    await expectIn(later, stage, "coordinator");
  } finally {
    await provider.stop();
  }
});
