// While somebody waits: another way of being served, what the call is about; and before it, a visitor
// who points at a language nobody could name.
import { received } from "../support/probe.ts";
import { momentsOf, storedCalls } from "../support/records.ts";
import { expect, test } from "../support/stage.ts";

const LANGUAGE = "ar";

test("who goes on by voice alone keeps the place and the time in the queue", async ({ stage }) => {
  const coordinator = await stage.coordinator();
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  const waiting = tablet.page.getByTestId("waiting");
  const call = await waiting.getAttribute("data-call");
  await expect(tablet.page.getByTestId("self-preview")).toBeVisible();

  await tablet.page.getByTestId("way-spoken_audio").click();
  await expect(tablet.page.getByTestId("way-changed")).toHaveAttribute("data-mode", "spoken_audio");
  await expect(waiting).toHaveAttribute("data-call", call ?? "");
  await expect(tablet.page.getByTestId("self-preview")).toBeHidden();
  await expect(coordinator.rows("queue")).toHaveAttribute("data-call", call ?? "");

  await tablet.page.getByTestId("way-spoken_video").click();
  await expect(tablet.page.getByTestId("way-changed")).toBeHidden();
  await tablet.page.getByTestId("way-spoken_audio").click();
  await expect(tablet.page.getByTestId("way-changed")).toBeVisible();

  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  await expect(interpreter.page.getByTestId("ring-mode")).toHaveAttribute(
    "data-mode",
    "spoken_audio",
  );
  await interpreter.accept();
  await expect(tablet.page.getByTestId("call")).toHaveAttribute("data-mode", "spoken_audio");
  for (const { page } of [tablet, interpreter])
    await expect.poll(async () => (await received(page)).audioEnergy).toBeGreaterThan(0);
  expect((await received(interpreter.page)).framesDecoded, "pictures of the tablet").toBe(0);
  await tablet.hangUp();
  await expect(tablet.page.getByTestId("ended")).toBeVisible();

  const calls = await storedCalls(stage.gateway.dataDir);
  expect(calls.map((one) => String(one.call))).toEqual([call]);
  const moments = calls.flatMap(momentsOf);
  expect(moments, "its ticket is that of the touch").toEqual(moments.toSorted((a, b) => a - b));
});

test("what a call is about reaches the board and the briefing card, and can be changed", async ({
  stage,
}) => {
  const coordinator = await stage.coordinator();
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  const chips = tablet.page.getByTestId("subjects").getByRole("button");
  const [first, second] = [chips.nth(0), chips.nth(1)];
  await first.click();
  await expect(first).toHaveAttribute("aria-pressed", "true");
  await expect(coordinator.page.getByTestId("subject")).toHaveText(
    (await first.textContent()) ?? "",
  );

  await second.click();
  await expect(first).toHaveAttribute("aria-pressed", "false");
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  await expect(interpreter.page.getByTestId("ring-subject")).toHaveText(
    (await second.textContent()) ?? "",
  );
  await second.click();
  await expect(interpreter.page.getByTestId("ring-subject")).toBeHidden();
});

test("a visitor points at a language that nobody could name, and an interpreter of it rings", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  const offered = await tablet.languages();
  await tablet.page.getByTestId("unknown-language").click();
  await expect(tablet.page.getByTestId(/^point-/)).toHaveCount(offered.length);
  await tablet.page.getByTestId("pointing-back").click();
  await expect(tablet.language(LANGUAGE)).toBeVisible();

  await tablet.page.getByTestId("unknown-language").click();
  await tablet.page.getByTestId(`point-${LANGUAGE}`).click();
  await expect(tablet.page.getByTestId("waiting")).toBeVisible();
  await expect(interpreter.page.getByTestId("ring-language")).toHaveAttribute(
    "data-language",
    LANGUAGE,
  );
});
