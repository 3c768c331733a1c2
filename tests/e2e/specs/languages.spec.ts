// The first journey: a tap on each language, an interpreter of it, and both see and hear each other.
import { type AcceptToFrame, report } from "../support/figures.ts";
import type { Tablet } from "../support/people.ts";
import { acceptToFrameMs, expectMovingVideoAndSound, sealsOf } from "../support/probe.ts";
import { momentsOf, storedCalls } from "../support/records.ts";
import { expect, type Stage, test } from "../support/stage.ts";

/** The languages of the demonstration service. */
const LANGUAGES = 5;

/** One whole call of the tablet in this language, from the tap to the languages shown again. */
async function wholeCall(stage: Stage, tablet: Tablet, tag: string): Promise<AcceptToFrame> {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(tag));
  await tablet.tap(tag);
  await expect(interpreter.ringing).toBeVisible();
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, `tablet (${tag})`),
    expectMovingVideoAndSound(interpreter.page, `interpreter (${tag})`),
  ]);
  // Chromium names another first; the gateway chooses.
  for (const { page } of [tablet, interpreter])
    expect(await sealsOf(page)).toEqual(["SRTP_AEAD_AES_128_GCM"]);
  const figures = {
    language: tag,
    tablet_ms: await acceptToFrameMs(interpreter.page, tablet.page),
    interpreter_ms: await acceptToFrameMs(interpreter.page, interpreter.page),
  };
  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
  await interpreter.page.context().close();
  await tablet.backToLanguages();
  return figures;
}

test("the tablet taps each language in turn, an interpreter of it accepts, and both see moving pictures and hear sound", async ({
  stage,
}) => {
  const tablet = await stage.tablet();
  const tags = await tablet.languages();
  expect(tags, "languages shown").toHaveLength(LANGUAGES);
  expect(tags, "French Sign Language is one of them").toContain("fsl");

  const figures: AcceptToFrame[] = [];
  for (const tag of tags) figures.push(await wholeCall(stage, tablet, tag));
  report(figures);

  const calls = await storedCalls(stage.gateway.dataDir);
  expect(calls.map(({ language }) => language)).toEqual(tags);
  for (const call of calls) {
    expect(call.outcome).toBe("completed");
    expect(call.offers).toBe(1);
    expect(call.interpreter).not.toBeNull();
    const moments = momentsOf(call);
    expect(moments, "every state was reached").toHaveLength(6);
    expect(moments, "in this order").toEqual(moments.toSorted((a, b) => a - b));
  }
});
