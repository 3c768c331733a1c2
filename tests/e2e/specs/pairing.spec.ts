// A coordinator makes a code, a tablet enters it and calls; taken away, the tablet asks for another.
import type { Locator, Page } from "@playwright/test";
import { expectFigure } from "../support/figures.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

/** From the click to the tablet's page that shows it was taken away. */
const REMOVED_MS = { atMost: 1_000, broken: 15_000 };

const LANGUAGE = "fsl";

/** The row of a tablet in the coordinator's list. */
const device = (page: Page, tablet: number): Locator =>
  page.locator(`[data-testid="device"][data-id="${tablet}"]`);

/** The coordinator's list of tablets, open. */
async function list(stage: Stage): Promise<Page> {
  const { page } = await stage.coordinator();
  await page.getByTestId("manage-tablets").click();
  await expect(device(page, 1)).toHaveAttribute("data-state", "unpaired");
  return page;
}

/** A page at a counter that has been no tablet yet, asking for a code. */
async function counter(stage: Stage): Promise<Page> {
  const page = await stage.page();
  await page.goto(`${stage.gateway.origin}/tablet`);
  await page.getByTestId("have-code").click();
  await expect(page.getByTestId("enrol")).toBeVisible();
  return page;
}

async function press(page: Page, code: string): Promise<void> {
  for (const letter of code.replace("-", "")) await page.getByTestId(`key-${letter}`).click();
  await expect(page.getByTestId("pairing-code")).toHaveValue(code);
  await page.getByTestId("pair").click();
}

const languages = (page: Page) => page.getByTestId(/^language-/).first();

test("a tablet is paired by its code, calls, and asks for another within a second once removed", async ({
  stage,
}) => {
  const office = await list(stage);
  await device(office, 1).getByTestId("pair-tablet").click();
  const code = (await office.getByTestId("code").textContent()) ?? "";
  expect(code).toMatch(/^[2-9CDFHJKMNPQRTVWX]{4}-[2-9CDFHJKMNPQRTVWX]{4}$/);

  const tablet = await counter(stage);
  await press(tablet, "CDFH-JKMN");
  await expect(tablet.getByTestId("enrol-problem")).toHaveAttribute(
    "data-problem",
    "pairing_code_gone",
  );
  await press(tablet, code);
  await expect(languages(tablet)).toBeVisible();
  await expect(office.getByTestId("code-used")).toBeVisible();
  await office.getByTestId("code-close").click();
  await expect(device(office, 1)).toHaveAttribute("data-state", "paired");
  await expect(device(office, 1)).toHaveAttribute("data-connected", "true");

  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  await tablet.getByTestId(`language-${LANGUAGE}`).click();
  await interpreter.accept();
  // A call that ends before is not followed by work to wrap up.
  await expectMovingVideoAndSound(interpreter.page, "interpreter");

  await device(office, 1).getByTestId("remove-tablet").click();
  const confirm = office.getByTestId("remove-tablet-confirm");
  await expect(confirm).toBeVisible();
  // By the pages' own clocks, which are one: how soon this test gets to act is not measured.
  const clicked = confirm.evaluate(
    (button) =>
      new Promise<number>((resolve) => {
        button.addEventListener("click", () => resolve(Date.now()), { capture: true });
      }),
  );
  const enrol = tablet.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const watch = new MutationObserver(() => {
          if (document.querySelector('[data-testid="enrol"]')) resolve(Date.now());
        });
        watch.observe(document.body, { childList: true, subtree: true });
      }),
  );
  await confirm.click();
  expectFigure(
    "ms from a tablet's removal to its page",
    (await enrol) - (await clicked),
    REMOVED_MS,
  );
  await expect(tablet.getByTestId("enrol")).toHaveAttribute("data-over", "removed");
  await expect(tablet.locator("video")).toHaveCount(0);
  await expect(device(office, 1)).toHaveAttribute("data-state", "removed");
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();

  await tablet.reload();
  await expect(tablet.getByTestId("enrol")).toHaveAttribute("data-over", "removed");
});

test("the link of the QR code pairs without typing, and leaves nothing in the address", async ({
  stage,
}) => {
  const office = await list(stage);
  await device(office, 2).getByTestId("pair-tablet").click();
  await expect(office.getByTestId("qr").locator("path")).toHaveAttribute("d", /^M/);
  const url = (await office.getByTestId("code").getAttribute("data-url")) ?? "";
  const tablet = await stage.page();
  await tablet.goto(url);
  await expect(languages(tablet)).toBeVisible();
  expect(new URL(tablet.url()).hash).toBe("");
  await expect(office.getByTestId("code-used")).toBeVisible();

  // Used up: another device is told so.
  const late = await stage.page();
  await late.goto(url);
  await expect(late.getByTestId("enrol-problem")).toBeVisible();
  await expect(languages(tablet)).toBeVisible();
});

test("a code is typed by keyboard in any form, and a spare takes over a waiting visitor", async ({
  stage,
}) => {
  const office = await list(stage);
  const enter = async (page: Page) => {
    await device(office, 3).getByTestId("pair-tablet").click();
    const code = (await office.getByTestId("code").textContent()) ?? "";
    await office.getByTestId("code-close").click();
    await page.getByTestId("pairing-code").pressSequentially(code.toLowerCase().replace("-", " "));
    await page.keyboard.press("Enter");
  };
  const broken = await counter(stage);
  await enter(broken);
  await broken.getByTestId(`language-${LANGUAGE}`).click();
  await expect(broken.getByTestId("waiting")).toBeVisible();
  const spare = await counter(stage);
  await enter(spare);
  await expect(spare.getByTestId("waiting")).toBeVisible();
  await expect(broken.getByTestId("enrol")).toHaveAttribute("data-over", "replaced");
});
