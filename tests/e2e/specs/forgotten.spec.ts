// Somebody has forgotten their password: asks, reads the mail, follows its link, chooses another.
import { account } from "../support/account.ts";
import { MailServer } from "../support/mail-server.ts";
import { expect, type Stage, test } from "../support/stage.ts";
import { telephone } from "../support/telephone.ts";

const CLAIRE = "claire@example.fr";
const BEFORE = "tomate velours horizon";
const AFTER = "quatre-vingts grenouilles";

const mails = await MailServer.start();

test.use({
  environment: {
    PASSERELLE__SERVICE__PUBLIC_URL: "https://relais.example.fr",
    PASSERELLE__MAIL__HOST: "127.0.0.1",
    PASSERELLE__MAIL__PORT: String(mails.port),
    PASSERELLE__MAIL__TLS: "off",
    PASSERELLE__MAIL__FROM: "Relais <relais@example.fr>",
  },
});

test.afterAll(() => mails.stop());

/** Claire's account, with its password, signed in. */
async function claire(stage: Stage) {
  const link = await account(stage.gateway, "add", "--login", CLAIRE, "--interpreter", "5");
  const page = await stage.page();
  await page.goto(link);
  await page.getByTestId("new-password").fill(BEFORE);
  await page.getByTestId("choose-password-send").click();
  await expect(page.getByTestId("sign-out")).toBeVisible();
  return page;
}

/** Asks for a link in a browser of its own, follows it and chooses a password under it. */
async function forget(stage: Stage) {
  const page = await stage.page();
  await page.goto(`${stage.gateway.origin}/interpreter`);
  await page.getByTestId("with-password").locator("summary").click();
  await page.getByTestId("forgotten-open").click();
  await page.getByTestId("login").fill(CLAIRE);
  await page.getByTestId("forgotten-send").click();
  await expect(page.getByTestId("forgotten-sent")).toBeVisible();
  const mail = await mails.next();
  expect(mail.to).toEqual([CLAIRE]);
  expect(mail.text).toContain("Vous n'avez rien demandé ?");
  expect(mail.text).toContain("You did not ask?");
  const link = new URL(/https:\/\/relais\.example\.fr\/\S+/.exec(mail.text)?.[0] ?? "");
  // As by the name that the link has: nobody resolves it here.
  await page.goto(`${stage.gateway.origin}${link.pathname}${link.hash}`);
  await expect(page.getByTestId("new-password")).toBeVisible();
  await expect(page.getByTestId("login")).toHaveValue(CLAIRE);
  await page.getByTestId("new-password").fill(AFTER);
  await page.getByTestId("choose-password-send").click();
  return page;
}

test("whoever has forgotten their password is sent a link, chooses another and is signed in", async ({
  stage,
}) => {
  const before = await claire(stage);
  const page = await forget(stage);
  await expect(page.getByTestId("sign-out")).toBeVisible();
  await expect(before.getByTestId("with-password")).toBeVisible();
});

test("with a telephone the mailed link leads to the sign-in, where its code is asked for", async ({
  stage,
}) => {
  const own = await claire(stage);
  await own.getByTestId("account").click();
  await own.getByTestId("second-factor").click();
  await own.getByTestId("own-password").fill(BEFORE);
  await own.getByTestId("second-factor-begin-send").click();
  const secret = (await own.getByTestId("second-factor-secret").textContent()) ?? "";
  await own.getByTestId("code").fill(telephone(secret));
  await own.getByTestId("second-factor-confirm-send").click();
  await own.getByTestId("recovery-read").click();

  const page = await forget(stage);
  await page.getByTestId("with-password").locator("summary").click();
  await expect(page.getByTestId("code-needed")).toBeVisible();
  await page.getByTestId("login").fill(CLAIRE);
  await page.getByTestId("password").fill(AFTER);
  await page.getByTestId("sign-in-send").click();
  await page.getByTestId("code").fill(telephone(secret, 1));
  await page.getByTestId("sign-in-send").click();
  await expect(page.getByTestId("sign-out")).toBeVisible();
});
