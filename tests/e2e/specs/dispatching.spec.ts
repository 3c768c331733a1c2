// What the dispatcher does beyond the first call, as people see it: several rung at once, the
// coordinator's hand, a callback, a transfer, a closed counter, a text to everybody.
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { storedCalls } from "../support/records.ts";
import { expect, test } from "../support/stage.ts";

const SIGN = "fsl";
const SPOKEN = "en";

test("a visitor who is called back keeps the ticket and is rung for when somebody is free", async ({
  stage,
}) => {
  const tablet = await stage.tablet();
  await tablet.tap(SIGN);
  await tablet.page.getByTestId("call-back").click();
  await expect(tablet.page.getByTestId("callback-number")).not.toBeEmpty();
  const [first] = await storedCalls(stage.gateway.dataDir);
  expect(first?.outcome).toBe("converted_callback");

  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGN));
  await expect(tablet.page.getByTestId("callback-ring")).toBeVisible();
  const answer = tablet.page.getByTestId("callback-answer");
  await expect(answer).toBeEnabled();
  await answer.click();
  await interpreter.accept();
  await expectMovingVideoAndSound(tablet.page, "tablet, called back");
  await interpreter.hangUp();
  await expect(tablet.page.getByTestId("ended")).toBeVisible();
  const calls = await storedCalls(stage.gateway.dataDir);
  expect(calls).toMatchObject([
    { callback: "answered" },
    { origin: first?.call, outcome: "completed" },
  ]);
});

test("a coordinator sees why somebody is rung, takes the ring back and gives the call to another", async ({
  stage,
}) => {
  const [first, second] = await stage.twoInterpretersOf(SIGN);
  const one = await stage.availableInterpreter(first);
  const other = await stage.availableInterpreter(second);
  const coordinator = await stage.coordinator();
  const tablet = await stage.tablet();
  await tablet.tap(SIGN);
  const row = coordinator.rows("queue");
  await expect(row.getByTestId("why")).not.toBeEmpty();
  const ring = await row.getByTestId("ring").getAttribute("data-interpreter");
  const [rung, wanted, number] =
    ring === String(first) ? [one, other, second] : [other, one, first];
  await expect(rung.ringing).toBeVisible();

  await row.getByTestId("more").click();
  await coordinator.page.getByTestId(`assign-${number}`).click();
  await expect(wanted.ringing).toBeVisible();
  await expect(rung.ringing).toBeHidden();
  await expect(rung.page.getByTestId("ring-end")).toHaveAttribute("data-end", "reassigned");
  await wanted.accept();
  await expect(tablet.page.getByTestId("call")).toBeVisible();
});

test("a conversation is passed on to another language and the visitor waits at the head", async ({
  stage,
}) => {
  const signs = await stage.availableInterpreter(await stage.interpreterOf(SIGN));
  const tablet = await stage.tablet();
  await tablet.tap(SIGN);
  await signs.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(signs.page, "interpreter"),
  ]);
  await signs.page.getByTestId("transfer").click();
  await signs.page.getByTestId(`transfer-${SPOKEN}`).click();
  await signs.page.getByTestId("transfer-confirm").click();
  await expect(tablet.page.getByTestId("continued")).toHaveAttribute("data-passed", "true");
  await expect(tablet.page.getByTestId("position")).toHaveAttribute("data-position", "1");
  await expect(signs.page.getByTestId("wrap-up")).toBeVisible();
  const calls = await storedCalls(stage.gateway.dataDir);
  expect(calls).toMatchObject([{ outcome: "transferred" }, { language: SPOKEN }]);
});

test("a language that a coordinator closes is shown closed, and a tap on it is on record", async ({
  stage,
}) => {
  const tablet = await stage.tablet();
  const coordinator = await stage.coordinator();
  const { page } = coordinator;
  const counter = page.locator(`[data-testid="counter-row"][data-counter="language-${SIGN}"]`);
  if (!(await counter.isVisible())) await page.getByTestId("counters-all").click();
  await counter.getByRole("button").first().click();
  await page.getByTestId("force-closed").click();
  await expect(counter).toHaveAttribute("data-open", "false");
  await expect(tablet.language(SIGN)).toHaveAttribute("data-closed", "true");

  await tablet.language(SIGN).click();
  await expect(tablet.page.getByTestId("ended")).toHaveAttribute("data-outcome", "refused_closed");
  const [call] = await storedCalls(stage.gateway.dataDir);
  expect(call?.outcome).toBe("refused_closed");
});

test("a pause has a reason, a coordinator's text reaches everybody, and help is seen at once", async ({
  stage,
}) => {
  const number = await stage.interpreterOf(SIGN);
  const interpreter = await stage.availableInterpreter(number);
  const coordinator = await stage.coordinator();
  await interpreter.page.getByTestId("pause").click();
  await interpreter.page.getByTestId("pause-meal").click();
  await expect(coordinator.interpreter(number)).toHaveAttribute("data-pause", "meal");

  await coordinator.page.getByTestId("broadcast-text").fill("Relève à midi");
  await coordinator.page.getByTestId("broadcast-send").click();
  await expect(interpreter.page.getByTestId("notice")).toContainText("Relève à midi");

  await interpreter.page.getByTestId("ask-help").click();
  await interpreter.page.getByTestId("help-technical").click();
  await expect(coordinator.page.getByTestId("help-alert")).toHaveAttribute("data-count", "1");
});
