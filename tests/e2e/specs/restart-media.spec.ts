// The gateway is killed, or told to stop, in the middle of conversations: everybody sees and hears again without a touch.
import type { Page } from "@playwright/test";
import { installCamera } from "../support/camera.ts";
import { everybody, expectTalkersBeside } from "../support/everybody.ts";
import { expectFigure, reportFullRestart, reportRestart } from "../support/figures.ts";
import { HeldCalls } from "../support/held-calls.ts";
import {
  expectMovingVideoAndSound,
  expectNewPeerSeesAndHears,
  peersMade,
} from "../support/probe.ts";
import { storedCalls } from "../support/records.ts";
import { expect, test } from "../support/stage.ts";

/** `make bench` asks for all 28 of the city; each costs the two cores of CI a second or two. */
const CALLS = Number(process.env["PASSERELLE_RESTART_CALLS"] ?? 6);

/** How often it is killed in the middle of the fullest call. */
const RESTARTS = Number(process.env["PASSERELLE_RESTARTS"] ?? 1);

/** From the kill to picture and sound of everybody at everybody, the start of the gateway included. */
const BACK_S = { atMost: 10, broken: 60 };

const LANGUAGE = "en";

/** As many interpreters as calls, and each may answer any counter; the demonstration has ten. */
const person = (id: number) =>
  `{id=${id},name="Personne ${id}",languages=["${LANGUAGE}"],certifications=["medical"]}`;
const people = Array.from({ length: CALLS }, (_, index) => person(index + 1));

test.describe("with an interpreter for each call", () => {
  test.use({ environment: { PASSERELLE__INTERPRETERS: `[${people.join(",")}]` } });

  test(`after a kill in the middle of ${CALLS} calls, two pages and everybody else see and hear again, in the same calls`, async ({
    stage,
  }) => {
    const interpreter = await stage.availableInterpreter(1);
    const { tablet, pages } = await stage.conversationWith(interpreter, LANGUAGE);
    const bothSeeAndHear = () =>
      Promise.all(pages.map(([page, who]) => expectMovingVideoAndSound(page, who)));
    const others = await HeldCalls.start(stage.gateway, CALLS - 1, 1);
    try {
      const made = await Promise.all(pages.map(([page]) => peersMade(page)));
      const before = await storedCalls(stage.gateway.dataDir);

      const killedAt = performance.now();
      await stage.gateway.kill();
      await stage.gateway.startAgain();
      await Promise.all([
        others.seeAndHearAgain(),
        ...pages.map(([page, who], at) => expectNewPeerSeesAndHears(page, made[at] ?? 0, who)),
      ]);
      const seconds = (performance.now() - killedAt) / 1000;
      reportRestart(CALLS, seconds);
      expectFigure(`s from a kill until all of ${CALLS} calls see and hear`, seconds, BACK_S);
      await bothSeeAndHear();

      const after = await storedCalls(stage.gateway.dataDir);
      expect(after, "one call each").toHaveLength(CALLS);
      expect(
        after.map(({ call }) => call),
        "the same calls",
      ).toEqual(before.map(({ call }) => call));
      expect(
        after.filter(({ ended_at }) => ended_at !== null),
        "none has ended",
      ).toEqual([]);
    } finally {
      await others.stop();
    }
    await tablet.hangUp();
    await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
  });
});

test("told to stop in the middle of a call, the gateway ends well, and the next has the same call with picture and sound", async ({
  stage,
}) => {
  const { tablet, interpreter, pages } = await stage.conversation(LANGUAGE);
  const made = await Promise.all(pages.map(([page]) => peersMade(page)));
  const [before] = await storedCalls(stage.gateway.dataDir);

  await stage.gateway.terminate();
  await stage.gateway.startAgain();
  const upAt = performance.now();
  await Promise.all(
    pages.map(([page, who], at) => expectNewPeerSeesAndHears(page, made[at] ?? 0, who)),
  );
  const seconds = (performance.now() - upAt) / 1000;
  expectFigure("s from the new process to picture and sound", seconds, BACK_S);
  const after = await storedCalls(stage.gateway.dataDir);
  expect(after.map(({ call, ended_at }) => [call, ended_at])).toEqual([[before?.call, null]]);
  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
});

test(`after ${RESTARTS} kills in the middle of the fullest call, each time the four who talk have every picture and sound back within ten seconds`, async ({
  stage,
}) => {
  test.setTimeout(120_000 + RESTARTS * 60_000);
  // Five pages that encode three layers of 720 lines each leave two cores nothing to come back with.
  stage.scripts.push(installCamera);
  const all = await everybody(stage);
  await expectTalkersBeside(all);
  // The coordinator's looking on ends with the connection: the visitor is asked anew.
  const pages: [Page, string][] = [
    [all.tablet.page, "tablet"],
    [all.lead.page, "lead"],
    [all.colleague.page, "colleague"],
    [all.guest, "third party"],
  ];
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    const made = await Promise.all(pages.map(([page]) => peersMade(page)));
    const killedAt = performance.now();
    await stage.gateway.kill();
    await stage.gateway.startAgain();
    await Promise.all(
      pages.map(([page, who], at) => expectNewPeerSeesAndHears(page, made[at] ?? 0, who, 3)),
    );
    const seconds = (performance.now() - killedAt) / 1000;
    reportFullRestart(seconds);
    expectFigure(`s from kill ${restart} until all four see and hear`, seconds, BACK_S);
    await expectTalkersBeside(all);
    const mains = [all.tablet.page, all.lead.page];
    await Promise.all(mains.map((page) => expectMovingVideoAndSound(page, page.url())));
  }
});
