// A connection that is replaced while it works: nobody sees it, and nobody misses anything if the new one
// comes to nothing.
import type { Page } from "@playwright/test";
import { expectFigure, reportRenewal } from "../support/figures.ts";
import { longestGapMs, watchGaps } from "../support/gaps.ts";
import { expectMovingVideoAndSound, peersMade } from "../support/probe.ts";
import { prepareRenewal } from "../support/renewal.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** More than this and a sign is missed. */
const GAP_MS = { atMost: 500, broken: 5_000 };

/** Past this a page without an answer gives up and tries again (`ANSWER_MS_MAX`). */
const ANSWER_MS_MAX = 10_000;

async function conversation(stage: Stage) {
  const { tablet, pages } = await stage.conversation(SIGNED, prepareRenewal);
  for (const [page] of pages) await watchGaps(page);
  return { tablet, pages };
}

const changeNetwork = (page: Page) => page.evaluate(() => window.renewal.changeNetwork());

/** Whether the connection that the page made as its `nth`, counted from 1, is closed. */
const isClosed = (page: Page, nth: number) =>
  page.evaluate((at) => window.probe.peers[at]?.connectionState === "closed", nth - 1);

/** How many connections of the page are up. */
const peersUp = (page: Page) =>
  page.evaluate(
    () => window.probe.peers.filter((peer) => peer.connectionState === "connected").length,
  );

/** Expects that no picture has stood since the last time. */
async function expectNoGap(pages: readonly [Page, string][], what: string): Promise<void> {
  const gaps = await Promise.all(pages.map(([page]) => longestGapMs(page)));
  reportRenewal(what, gaps);
  for (const [at, [, who]] of pages.entries()) {
    expectFigure(`ms without a frame at the ${who} ${what}`, gaps[at] ?? Number.NaN, GAP_MS);
  }
}

test("a connection is replaced while people sign, and neither side misses half a second", async ({
  stage,
}) => {
  const { tablet, pages } = await conversation(stage);
  const source = () =>
    tablet.remoteVideo.evaluate(
      (video) => ((video as HTMLVideoElement).srcObject as MediaStream).id,
    );
  const stream = await source();
  for (const time of ["first", "second", "third"]) {
    const made = await peersMade(tablet.page);
    await changeNetwork(tablet.page);
    await expect.poll(() => peersMade(tablet.page)).toBe(made + 1);
    // Both are up for a moment, and then the new one.
    await expect.poll(() => isClosed(tablet.page, made)).toBe(true);
    for (const [page, who] of pages) await expectMovingVideoAndSound(page, `${who}, ${time} time`);
    await expectNoGap(pages, `while a connection was replaced (${time} time)`);
  }
  expect(await source(), "the player was given no other stream").toBe(stream);
  expect(await peersUp(tablet.page)).toBe(1);
});

test("a connection whose answer never comes leaves the picture as it was, and the next one takes over", async ({
  stage,
}) => {
  const { tablet, pages } = await conversation(stage);
  const made = await peersMade(tablet.page);
  await tablet.page.evaluate(() => {
    window.renewal.dropsAnswers = true;
  });
  await changeNetwork(tablet.page);
  const dropped = () => tablet.page.evaluate(() => window.renewal.answersDropped);
  await expect.poll(dropped, { timeout: ANSWER_MS_MAX + 5_000 }).toBe(2);
  expect(await peersUp(tablet.page), "the connection there was").toBe(1);
  for (const [page, who] of pages) await expectMovingVideoAndSound(page, who);
  await expectNoGap(pages, "while answers were lost");
  await tablet.page.evaluate(() => {
    window.renewal.dropsAnswers = false;
  });
  await expect
    .poll(() => peersMade(tablet.page), { timeout: ANSWER_MS_MAX + 5_000 })
    .toBe(made + 3);
  // The one there was goes on until the new one carries: what arrives afterwards came by that.
  await expect.poll(() => isClosed(tablet.page, made)).toBe(true);
  expect(await peersUp(tablet.page)).toBe(1);
  for (const [page, who] of pages) await expectMovingVideoAndSound(page, `${who}, at last`);
  await expectNoGap(pages, "when an answer came");
});
