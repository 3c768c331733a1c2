// A coordinator looks on: only with the visitor's yes, seen by everybody, ended by anybody.
import { expectMovingVideoAndSound, received } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** A conversation, and a coordinator at the board, on whose page no device may be opened. */
async function talking(stage: Stage) {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  const coordinator = await stage.coordinator();
  await coordinator.page.evaluate(() => {
    const devices = navigator.mediaDevices;
    const watch = { asked: 0 };
    Object.assign(window, { deviceWatch: watch });
    devices.getUserMedia = async () => {
      watch.asked += 1;
      throw new Error("no device is needed to look on");
    };
  });
  await expect(coordinator.rows("active")).toHaveCount(1);
  return { interpreter, tablet, coordinator, watch: coordinator.page.getByTestId("watch") };
}

test("a coordinator sees and hears a call once the visitor has agreed, and everybody is told", async ({
  stage,
}) => {
  const { interpreter, tablet, coordinator, watch } = await talking(stage);
  await coordinator.page.getByTestId("ask-to-join").click();
  await expect(watch).toHaveAttribute("data-state", "asked");
  await expect(interpreter.page.getByTestId("observer")).toHaveAttribute("data-state", "asked");
  const question = tablet.page.getByTestId("join-question");
  await expect(question).toBeVisible();
  await expect(question.locator("h2")).toBeFocused();
  const [yes, no] = [tablet.page.getByTestId("consent-yes"), tablet.page.getByTestId("consent-no")];
  const sizes = await Promise.all([yes, no].map((answer) => answer.boundingBox()));
  expect(sizes[0]?.width, "both answers weigh the same").toBeCloseTo(sizes[1]?.width ?? 0, 0);
  await expect(coordinator.page.getByTestId("watch-panel")).toBeHidden();

  // A touch meant for what was there before answers nothing.
  await expect(yes).toBeEnabled();
  await tablet.page.keyboard.press("Tab");
  await expect(yes).toBeFocused();
  await tablet.page.keyboard.press("Enter");
  await expect(watch).toHaveAttribute("data-state", "there");
  for (const { page } of [tablet, interpreter]) {
    await expect(page.getByTestId("observer")).toHaveAttribute("data-state", "there");
  }
  await expectMovingVideoAndSound(coordinator.page, "coordinator");
  await expect(coordinator.page.getByTestId("lead-video")).toHaveAttribute("data-playing", "true");
  const opened = await coordinator.page.evaluate(() => Reflect.get(window, "deviceWatch"));
  expect(opened.asked, "devices asked for by whoever looks on").toBe(0);
  await expect(tablet.page.getByTestId("guest-video")).toHaveCount(0);

  await tablet.page.getByTestId("observer-stop").click();
  await expect(watch).toHaveAttribute("data-state", "withdrawn");
  await expect(coordinator.page.getByTestId("watch-panel")).toBeHidden();
  await expect(tablet.page.getByTestId("observer")).toBeHidden();
  const before = await received(coordinator.page);
  await expectMovingVideoAndSound(tablet.page, "tablet, afterwards");
  expect((await received(coordinator.page)).framesDecoded).toBe(before.framesDecoded);
});

test("a no stands until the interpreter asks for help, and a coordinator leaves by themselves", async ({
  stage,
}) => {
  const { interpreter, tablet, coordinator, watch } = await talking(stage);
  await coordinator.page.getByTestId("ask-to-join").click();
  await tablet.page.getByTestId("consent-no").click();
  await expect(watch).toHaveAttribute("data-state", "refused");
  await expect(tablet.page.getByTestId("join-question")).toBeHidden();
  await expect(interpreter.page.getByTestId("observer")).toBeHidden();

  await expect(coordinator.page.getByTestId("may-not-ask")).toHaveAttribute("data-why", "refused");
  await expect(coordinator.page.getByTestId("ask-to-join")).toHaveCount(0);

  await interpreter.page.getByTestId("ask-help").click();
  await interpreter.page.getByTestId("help-difficult").click();
  await expect(coordinator.page.getByTestId("help-alert")).toHaveAttribute("data-count", "1");
  await coordinator.page.getByTestId("ask-to-join").click();
  await tablet.page.getByTestId("consent-yes").click();
  await expectMovingVideoAndSound(coordinator.page, "coordinator");
  await coordinator.page.getByTestId("watch-quit").click();
  await expect(watch).toHaveAttribute("data-state", "nothing");
  await expect(tablet.page.getByTestId("observer")).toBeHidden();
  await expectMovingVideoAndSound(tablet.page, "tablet, afterwards");
});

test("a board that is reloaded looks on no more, and asks anew", async ({ stage }) => {
  const { tablet, coordinator, watch } = await talking(stage);
  await coordinator.page.getByTestId("ask-to-join").click();
  await tablet.page.getByTestId("consent-yes").click();
  await expect(watch).toHaveAttribute("data-state", "there");
  await coordinator.page.reload();
  await expect(tablet.page.getByTestId("observer")).toBeHidden();
  await expect(coordinator.page.getByTestId("watch-panel")).toBeHidden();
  await coordinator.page.getByTestId("ask-to-join").click();
  await expect(tablet.page.getByTestId("join-question")).toBeVisible();
});
