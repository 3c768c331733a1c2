// What happens between the tap and the accept: a decline, a missed ring, a change of mind.
import type { Interpreter } from "../support/people.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { momentsOf, storedCalls } from "../support/records.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** Two people who take the language, both available; which is rung first is the core's choice. */
async function twoAvailable(stage: Stage): Promise<[Interpreter, Interpreter]> {
  const [first, second] = await stage.twoInterpretersOf(LANGUAGE);
  return [await stage.availableInterpreter(first), await stage.availableInterpreter(second)];
}

/** Waits until one of the two rings, and says which one and who is the other. */
async function whoRings(two: [Interpreter, Interpreter]): Promise<[Interpreter, Interpreter]> {
  const [one, other] = two;
  // Looked at once: a short ring may have moved on by a second look.
  let found: [Interpreter, Interpreter] | null = null;
  await expect
    .poll(async () => {
      if (await one.ringing.isVisible()) found = [one, other];
      else if (await other.ringing.isVisible()) found = [other, one];
      return found;
    })
    .not.toBeNull();
  if (found === null) throw new Error("nobody rings");
  return found;
}

test("a declined call rings at the next interpreter, who sees how long the visitor has waited", async ({
  stage,
}) => {
  const two = await twoAvailable(stage);
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  const [rung, next] = await whoRings(two);
  await expect(next.ringing).toBeHidden();

  await rung.decline("knows_the_person");
  await expect(rung.ringing).toBeHidden();
  await expect(next.ringing).toBeVisible();
  await expect(next.page.getByTestId("ring-language")).not.toBeEmpty();
  await expect(next.page.getByTestId("ring-site")).not.toBeEmpty();
  await expect(next.page.getByTestId("ring-waited")).not.toBeEmpty();

  await next.accept();
  // Before both see each other, leaving would send the visitor back to the queue.
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(next.page, "interpreter"),
  ]);
  await next.hangUp();
  await expect(tablet.page.getByTestId("ended")).toBeVisible();
  const [call] = await storedCalls(stage.gateway.dataDir);
  expect(call?.offers, "both were rung").toBe(2);
});

test.describe("with a short ring", () => {
  test.use({ environment: { PASSERELLE__RULES__OFFER_MS: "2500" } });

  test("a missed ring goes on to the next interpreter", async ({ stage }) => {
    const two = await twoAvailable(stage);
    const tablet = await stage.tablet();
    await tablet.tap(LANGUAGE);
    const [rung, next] = await whoRings(two);

    // Nobody answers: the ring moves on by itself.
    await expect(next.ringing).toBeVisible();
    await expect(rung.ringing).toBeHidden();
    await next.accept();
    await expect(tablet.page.getByTestId("call")).toBeVisible();
  });
});

for (const what of ["help", "account"]) {
  test(`a ring closes the open ${what}, and Enter answers it`, async ({ stage }) => {
    const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
    const tablet = await stage.tablet();
    const { page } = interpreter;
    await page.getByTestId(what).click();
    await expect(page.locator("dialog[open]")).toBeVisible();

    await tablet.tap(LANGUAGE);
    await expect(interpreter.ringing).toBeVisible();
    await expect(page.locator("dialog[open]")).toHaveCount(0);
    await expect(page.getByTestId("accept")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(tablet.page.getByTestId("call")).toBeVisible();
  });
}

test("a cancelled call stops ringing and is recorded as abandoned", async ({ stage }) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await expect(tablet.page.getByTestId("position")).toBeVisible();
  await expect(interpreter.ringing).toBeVisible();

  await tablet.cancel();
  await expect(interpreter.ringing).toBeHidden();
  await expect(tablet.page.getByTestId("waiting")).toBeHidden();
  const [call] = await storedCalls(stage.gateway.dataDir);
  expect(call?.outcome).toBe("abandoned_queued");
});

test("closing the tablet's tab ends the ring and the call", async ({ stage }) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await expect(interpreter.ringing).toBeVisible();

  await tablet.page.close();
  await expect(interpreter.ringing).toBeHidden();
  const endedCalls = async () =>
    (await storedCalls(stage.gateway.dataDir)).filter(({ ended_at }) => ended_at !== null);
  await expect.poll(async () => (await endedCalls()).length).toBe(1);
  const [call] = await endedCalls();
  expect(call?.outcome).toBe("abandoned_queued");
  expect(call === undefined ? [] : momentsOf(call), "tapped, queued, offered, ended").toHaveLength(
    4,
  );
});
