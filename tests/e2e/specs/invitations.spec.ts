// An invitation link opened where the page is open already, which browsers do not load anew.
import { expect, test } from "../support/stage.ts";

test("an invitation pasted into the open page is used, and its code leaves the address", async ({
  stage,
}) => {
  const page = await stage.page();
  await page.goto(`${stage.gateway.origin}/tablet`);
  await expect(page.getByTestId("demo-identity-tablet-1")).toBeVisible();

  const used = page.waitForResponse((response) => response.url().endsWith("/api/invite"));
  // The same address but for the part after the hash: no request is made by the browser itself.
  await page.goto(`${stage.gateway.origin}/tablet#invite=used-up-long-ago`);
  expect((await used).ok(), "this code was never given out").toBe(false);
  await expect(page.getByRole("alert")).toBeVisible();
  expect(new URL(page.url()).hash).toBe("");
});
