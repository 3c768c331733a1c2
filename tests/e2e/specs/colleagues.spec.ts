// Two interpreters in one conversation, in real browsers: the visitor goes on seeing somebody while
// the call passes from one to the other, and both stay when the second works beside.
import { expectFigure } from "../support/figures.ts";
import { expectMovingVideoAndSound, picture, received } from "../support/probe.ts";
import { storedCalls } from "../support/records.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** A tablet talks to one interpreter, and a second one is available. */
async function talking(stage: Stage) {
  const [first, second] = await stage.twoInterpretersOf(LANGUAGE);
  const lead = await stage.availableInterpreter(first);
  const tablet = await stage.tablet();
  await tablet.tap(LANGUAGE);
  await lead.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(lead.page, "lead"),
  ]);
  return { tablet, lead, colleague: await stage.availableInterpreter(second), second };
}

/** Runs in the tablet's page: the longest time between two pictures of the main video, so far. */
function watchPictures(): void {
  const watch = { longest: 0, pictures: 0 };
  Object.assign(window, { pictureWatch: watch });
  let last = performance.now();
  const seen = () => {
    const now = performance.now();
    watch.longest = Math.max(watch.longest, now - last);
    watch.pictures += 1;
    last = now;
    video()?.requestVideoFrameCallback(seen);
  };
  const video = () => document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]');
  video()?.requestVideoFrameCallback(seen);
}

test("a conversation is handed over and the visitor goes on seeing an interpreter", async ({
  stage,
}) => {
  const { tablet, lead, colleague, second } = await talking(stage);
  await tablet.page.evaluate(watchPictures);
  await lead.page.getByTestId("invite").click();
  await lead.page.getByTestId("invite-relief").click();
  await expect(colleague.ringing).toHaveAttribute("data-role", "relief");
  await colleague.accept();
  await expect(lead.page.getByTestId("colleague")).toHaveAttribute("data-state", "there");
  await expect(tablet.page.getByTestId("colleague")).toBeVisible();
  await expectMovingVideoAndSound(colleague.page, "colleague, before taking over");

  await colleague.page.getByTestId("take-over").click();
  await expect(lead.page.getByTestId("wrap-up")).toBeVisible();
  await expect(tablet.page.getByTestId("colleague")).toBeHidden();
  await expectMovingVideoAndSound(tablet.page, "tablet, after the handover");
  await expectMovingVideoAndSound(colleague.page, "colleague, after the handover");
  const watch = await tablet.page.evaluate(() => Reflect.get(window, "pictureWatch"));
  expect(watch.pictures, "the main picture was watched").toBeGreaterThan(10);
  const gap = { atMost: 500, broken: 5_000 };
  expectFigure("ms between two pictures at a handover", watch.longest, gap);

  await colleague.hangUp();
  await expect(tablet.page.getByTestId("ended")).toBeVisible();
  const [call] = await storedCalls(stage.gateway.dataDir);
  expect(call).toMatchObject({ outcome: "completed", interpreter: second, handovers: 1 });
});

test("a second interpreter is seen and heard beside the first, and leaves alone", async ({
  stage,
}) => {
  const { tablet, lead, colleague } = await talking(stage);
  await lead.page.getByTestId("invite").click();
  await lead.page.getByTestId("invite-second").click();
  await expect(colleague.ringing).toHaveAttribute("data-role", "second");
  await colleague.accept();
  await expect(tablet.page.getByTestId("second-video")).toBeVisible();
  await expect(lead.page.getByTestId("second-video")).toBeVisible();
  await expectMovingVideoAndSound(colleague.page, "second interpreter");

  const frames = (await received(tablet.page)).framesDecoded;
  await colleague.hangUp();
  await expect(colleague.page.getByTestId("wrap-up")).toBeVisible();
  await expect(tablet.page.getByTestId("second-video")).toBeHidden();
  await expect
    .poll(async () => (await received(tablet.page)).framesDecoded, { message: "the lead goes on" })
    .toBeGreaterThan(frames);
  expect((await picture(tablet.page)).length).toBeGreaterThan(0);
});
