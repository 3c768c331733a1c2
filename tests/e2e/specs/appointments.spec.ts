// No visitor leaves with nothing: an appointment where nobody answers, made on the tablet, taken by
// an interpreter, told on the tablet, seen and given away on the board.
import type { Page } from "@playwright/test";
import type { Tablet } from "../support/people.ts";
import { storedCalls } from "../support/records.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const LANGUAGE = "pt";

/** Closes a language as a coordinator does. */
async function closeLanguage(board: Page, language: string): Promise<void> {
  await board.getByTestId("counters-all").locator("summary").click();
  await board.locator(`[data-counter="language-${language}"]`).getByTestId("more").click();
  await board.getByTestId("force-closed").click();
  await expect(board.getByTestId("force-closed")).toBeHidden();
}

/** Chooses the n-th free time of the first day and confirms it. */
async function bookSlot(tablet: Tablet, n = 0): Promise<void> {
  await tablet.page.getByTestId("slot").nth(n).click();
  await tablet.page.getByTestId("book").click();
}

/** A visitor for whom nobody is on duty, who chooses a time instead of waiting. */
async function choosingTablet(stage: Stage, id: number): Promise<Tablet> {
  const tablet = await stage.tablet(id);
  await tablet.tap(LANGUAGE);
  await tablet.page.getByTestId("appointment").click();
  await expect(tablet.page.getByTestId("slot").first()).toBeVisible();
  return tablet;
}

test("a visitor of a closed language makes an appointment, an interpreter takes it, and the tablet says so", async ({
  stage,
}) => {
  const coordinator = await stage.coordinator();
  await closeLanguage(coordinator.page, LANGUAGE);
  const interpreter = await stage.interpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  await expect(tablet.language(LANGUAGE)).toHaveAttribute("data-closed", "true");
  await tablet.language(LANGUAGE).click();
  await tablet.page.getByTestId("appointment").click();
  await bookSlot(tablet);

  const ticket = tablet.page.getByTestId("ticket");
  await expect(ticket).toHaveAttribute("data-taken", "false");
  await expect(tablet.page.getByTestId("ticket-number")).toHaveText(/^\d{2}$/);
  const row = coordinator.page.getByTestId("appointment-row");
  await expect(row).toHaveAttribute("data-taken", "false");

  await interpreter.page.getByTestId("agenda-take").click();
  await expect(ticket).toHaveAttribute("data-taken", "true");
  await expect(row).toHaveAttribute("data-taken", "true");
  await expect(interpreter.page.getByTestId("agenda-row")).toHaveAttribute("data-mine", "true");

  await tablet.page.getByTestId("ticket-close").click();
  await expect(tablet.language(LANGUAGE)).toBeVisible();
  await tablet.page.getByTestId("appointment-remove").click();
  await tablet.page.getByTestId("appointment-remove-sure").click();
  await expect(tablet.page.getByTestId("appointments")).toBeHidden();
  await expect(interpreter.page.getByTestId("agenda-row")).toHaveCount(0);
});

test("who waits with nobody on duty is offered an appointment plainly, and the wait becomes it", async ({
  stage,
}) => {
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await expect(tablet.page.getByTestId("ways")).toHaveAttribute("data-plain", "true");
  await tablet.page.getByTestId("appointment").click();
  await expect(tablet.page.getByTestId("booking-waits")).toBeVisible();
  await bookSlot(tablet, 1);
  await expect(tablet.page.getByTestId("ticket")).toBeVisible();

  const [call, ...others] = await storedCalls(stage.gateway.dataDir);
  expect(others).toEqual([]);
  expect(call?.outcome).toBe("converted_appointment");
  const number = String((call?.call ?? 0) % 100).padStart(2, "0");
  await expect(tablet.page.getByTestId("ticket-number")).toHaveText(number);
});

test("an interpreter who answers while a time is being chosen has the call", async ({ stage }) => {
  const tablet = await choosingTablet(stage, 1);
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  await expect(interpreter.ringing).toBeVisible();
  await expect(tablet.page.getByTestId("booking")).toBeVisible();
  await interpreter.accept();
  await expect(tablet.remoteVideo).toBeVisible();
  await tablet.hangUp();
});

test("a time that another counter has just taken leads back to the times that are left", async ({
  stage,
}) => {
  const able = await stage.interpretersOf(LANGUAGE);
  const tablets: Tablet[] = [];
  for (const id of [...able, 0].keys()) tablets.push(await choosingTablet(stage, id + 1));
  const slots = tablets.map(({ page }) => page.getByTestId("slot").first());
  const starts = await Promise.all(slots.map((slot) => slot.getAttribute("data-starts-at")));
  expect(new Set(starts).size, "all of them see the same first time").toBe(1);

  for (const tablet of tablets) await bookSlot(tablet);
  const gone = tablets.map(({ page }) => page.getByTestId("slot-gone"));
  const told = await Promise.all(
    tablets.map(async ({ page }, index) => {
      await expect(
        page.getByTestId("ticket").or(gone[index] ?? page.locator("none")),
      ).toBeVisible();
      return gone[index]?.isVisible();
    }),
  );
  expect(told).toContain(true);
  expect(told).toContain(false);
  const last = tablets[told.indexOf(true)];
  if (last === undefined) throw new Error("no tablet was told that the time is gone");
  await expect(last.page.getByTestId("slot").first()).not.toHaveAttribute(
    "data-starts-at",
    starts[0] ?? "",
  );
  await bookSlot(last);
  await expect(last.page.getByTestId("ticket")).toBeVisible();
});

test("a coordinator gives an appointment to somebody qualified, who gives it back", async ({
  stage,
}) => {
  const coordinator = await stage.coordinator();
  const [first, second] = await stage.twoInterpretersOf(LANGUAGE);
  const interpreter = await stage.interpreter(first);
  const tablet = await choosingTablet(stage, 1);
  await bookSlot(tablet);

  await coordinator.page.getByTestId("appointment-row").getByTestId("more").click();
  const dialog = coordinator.page.getByTestId("dialog-appointment");
  await expect(dialog.getByTestId(/^assign-\d+$/)).toHaveCount(
    (await stage.interpretersOf(LANGUAGE)).length,
  );
  await expect(dialog.getByTestId(`assign-${second}`)).toBeVisible();
  await dialog.getByTestId(`assign-${first}`).click();
  const row = interpreter.page.getByTestId("agenda-row");
  await expect(row).toHaveAttribute("data-mine", "true");
  await expect(tablet.page.getByTestId("ticket")).toHaveAttribute("data-taken", "true");

  await interpreter.page.getByTestId("agenda-give-back").click();
  // Asked once more when it is today.
  const sure = interpreter.page.getByTestId("agenda-sure");
  await expect(sure.or(interpreter.page.getByTestId("agenda-take"))).toBeVisible();
  if (await sure.isVisible()) await sure.click();
  await expect(row).toHaveAttribute("data-mine", "false");
  await expect(tablet.page.getByTestId("ticket")).toHaveAttribute("data-taken", "false");
});

test.describe("with an appointment within minutes", () => {
  const always = 'roster={weekly=["mon-sun 00:00-23:59"]}';
  const person = (id: number, name: string) =>
    `{id=${id},name="${name}",languages=["${LANGUAGE}"],${always}}`;
  test.use({
    environment: {
      PASSERELLE__INTERPRETERS: `[${person(7, "Inês Carvalho")},${person(8, "Mathieu Ferreira")}]`,
      PASSERELLE__RULES__APPOINTMENT_MS: String(5 * 60_000),
      PASSERELLE__RULES__APPOINTMENT_LEAD_MS: "0",
    },
  });

  test("whoever is kept free for it is shown so on the board, and counted apart", async ({
    stage,
  }) => {
    const coordinator = await stage.coordinator();
    // Before it is booked: at its time, somebody who is not there keeps it for nobody.
    const interpreter = await stage.availableInterpreter(7);
    await stage.availableInterpreter(8);
    const tablet = await choosingTablet(stage, 1);
    await bookSlot(tablet);
    await interpreter.page.getByTestId("agenda-take").click();

    const ticket = Number(await tablet.page.getByTestId("ticket").getAttribute("data-appointment"));
    await expect(coordinator.interpreter(7)).toHaveAttribute("data-status", "available");
    await expect(coordinator.interpreter(7)).toHaveAttribute("data-held", String(ticket));
    await expect(coordinator.interpreter(8)).toHaveAttribute("data-held", "");
    await expect(coordinator.page.getByTestId("sum-held")).toContainText("1");
  });
});
