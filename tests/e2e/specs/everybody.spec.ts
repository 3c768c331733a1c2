// The fullest call there is: a visitor, two interpreters, a third party, and a coordinator who looks
// on. Each picture is where it belongs, and under the right name.
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** Expects these pictures beside the main one, playing, and no others. */
async function expectBeside(page: Page, who: string, pictures: string[]): Promise<void> {
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

test("five in a call see those they may, each under the right name", async ({ stage }) => {
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
  const coordinator = await stage.coordinator();
  await coordinator.page.getByTestId("ask-to-join").click();
  await tablet.page.getByTestId("consent-yes").click();

  await expectBeside(tablet.page, "tablet", ["second", "guest"]);
  await expectBeside(lead.page, "lead", ["second", "guest"]);
  await expectBeside(colleague.page, "colleague", ["lead", "guest"]);
  await expectBeside(guest, "third party", ["lead", "second"]);
  await expectBeside(coordinator.page, "coordinator", ["lead", "second", "guest"]);
  for (const page of [lead.page, colleague.page, guest]) {
    await expect(page.getByTestId("observer")).toHaveAttribute("data-state", "there");
  }

  await colleague.hangUp();
  await expectBeside(tablet.page, "tablet, without the colleague", ["guest"]);
  await expectBeside(guest, "third party, without the colleague", ["lead"]);
  await expectBeside(coordinator.page, "coordinator, without the colleague", ["lead", "guest"]);
});
