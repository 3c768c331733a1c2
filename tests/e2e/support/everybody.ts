// The fullest call there is: a visitor, two interpreters, a third party, and a coordinator who looks on.
import { expect, type Page } from "@playwright/test";
import type { Coordinator, Interpreter, Tablet } from "./people.ts";
import { expectMovingVideoAndSound } from "./probe.ts";
import type { Stage } from "./stage.ts";

const LANGUAGE = "fsl";

/** Who talks in it. */
export interface Talkers {
  tablet: Tablet;
  lead: Interpreter;
  colleague: Interpreter;
  guest: Page;
}

/** Who is in it. */
export interface Everybody extends Talkers {
  coordinator: Coordinator;
}

/** Expects these pictures beside the main one, playing, and no others. */
export async function expectBeside(page: Page, who: string, pictures: string[]): Promise<void> {
  for (const name of pictures) {
    await expect(page.getByTestId(`${name}-video`), `${who}: ${name}`).toHaveAttribute(
      "data-playing",
      "true",
    );
  }
  await expect(page.locator(".picture.tile"), `${who}: pictures beside`).toHaveCount(
    pictures.length,
  );
}

/** Brings the four who talk together. */
export async function talkers(stage: Stage): Promise<Talkers> {
  const [first, second] = await stage.twoInterpretersOf(LANGUAGE);
  const lead = await stage.availableInterpreter(first);
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await lead.accept();
  await expectMovingVideoAndSound(tablet.page, "tablet");

  // The third party before the colleague: the colleague's place comes first all the same.
  await tablet.page.getByTestId("invite-guest").click();
  const guest = await stage.page();
  await guest.goto((await tablet.page.getByTestId("guest-link").getAttribute("data-url")) ?? "");
  await guest.getByTestId("join").click();
  await expectBeside(tablet.page, "tablet, with the third party", ["guest"]);
  const colleague = await stage.availableInterpreter(second);
  await lead.page.getByTestId("invite").click();
  await lead.page.getByTestId("invite-second").click();
  await colleague.accept();
  return { tablet, lead, colleague, guest };
}

/** Brings all of them together. */
export async function everybody(stage: Stage): Promise<Everybody> {
  const four = await talkers(stage);
  const coordinator = await stage.coordinator();
  await coordinator.page.getByTestId("ask-to-join").click();
  await four.tablet.page.getByTestId("consent-yes").click();
  return { ...four, coordinator };
}

/** Expects that each of the four who talk sees those it may beside the main picture. */
export async function expectTalkersBeside(all: Talkers): Promise<void> {
  await expectBeside(all.tablet.page, "tablet", ["second", "guest"]);
  await expectBeside(all.lead.page, "lead", ["second", "guest"]);
  await expectBeside(all.colleague.page, "colleague", ["lead", "guest"]);
  await expectBeside(all.guest, "third party", ["lead", "second"]);
}

/** The same, and the coordinator. */
export async function expectAllBeside(all: Everybody): Promise<void> {
  await expectTalkersBeside(all);
  await expectBeside(all.coordinator.page, "coordinator", ["lead", "second", "guest"]);
}
