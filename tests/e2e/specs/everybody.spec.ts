// The fullest call there is: a visitor, two interpreters, a third party, and a coordinator who looks
// on. Each picture is where it belongs, and under the right name.
import { everybody, expectAllBeside, expectBeside } from "../support/everybody.ts";
import { expect, test } from "../support/stage.ts";

test("five in a call see those they may, each under the right name", async ({ stage }) => {
  const all = await everybody(stage);
  const { tablet, lead, colleague, guest, coordinator } = all;
  await expectAllBeside(all);
  for (const page of [lead.page, colleague.page, guest]) {
    await expect(page.getByTestId("observer")).toHaveAttribute("data-state", "there");
  }

  await colleague.hangUp();
  await expectBeside(tablet.page, "tablet, without the colleague", ["guest"]);
  await expectBeside(guest, "third party, without the colleague", ["lead"]);
  await expectBeside(coordinator.page, "coordinator, without the colleague", ["lead", "guest"]);
});
