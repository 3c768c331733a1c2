// Four in a call for longer than a connection has any reason to be touched: none is lost, none is
// replaced without being asked for, and every picture keeps its frames.
// `PASSERELLE_LONG_CALL_S=600` for a longer one than in `make test`.
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { installCamera } from "../support/camera.ts";
import { LONG_CALL_S, noteChanges } from "../support/changes.ts";
import { expectTalkersBeside, talkers } from "../support/everybody.ts";
import { peersMade, received } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

/** Of the frames that the others send, 20 a second unless the machine is too busy to encode them. */
const FRAMES_PART_MIN = 0.9;

/** Until connections with layers have taken the place of those without, after the last has come. */
const SETTLED_MS = 5_000;

/** Frames that a page has sent, and decoded of all the others. */
async function framesOf(page: Page): Promise<{ sent: number; decoded: number }> {
  const { framesDecoded } = await received(page);
  const sent = await page.evaluate(async () => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    let most = 0;
    // Each of its layers has all of them.
    for (const entry of (await peer?.getStats())?.values() ?? [])
      if (entry.type === "outbound-rtp") most = Math.max(most, entry.framesSent ?? 0);
    return most;
  });
  return { sent, decoded: framesDecoded };
}

test("in a long call of four no connection is lost or replaced, and every picture keeps its frames", async ({
  stage,
}) => {
  test.setTimeout(120_000 + LONG_CALL_S * 1_000);
  stage.scripts.push(installCamera);
  const four = await talkers(stage);
  await expectTalkersBeside(four);
  const pages = [four.tablet.page, four.lead.page, four.colleague.page, four.guest];
  await passed(SETTLED_MS);
  const made = await Promise.all(pages.map(peersMade));
  for (const page of pages) await page.evaluate(noteChanges);
  const before = await Promise.all(pages.map(framesOf));
  await passed(LONG_CALL_S * 1_000);
  const after = await Promise.all(pages.map(framesOf));
  const changes = await Promise.all(pages.map((page) => page.evaluate(() => window.changes)));

  const perSecond = (what: "sent" | "decoded") =>
    after.map((frames, at) => (frames[what] - (before[at]?.[what] ?? 0)) / LONG_CALL_S);
  const [sent, decoded] = [perSecond("sent"), perSecond("decoded")];
  const sentByAll = sent.reduce((sum, one) => sum + one, 0);
  const rounded = (all: number[]) => all.map((one) => one.toFixed(1)).join(", ");
  console.info(
    `${LONG_CALL_S} s of four: each sends ${rounded(sent)} frames/s, ` +
      `and sees ${rounded(decoded)} of the others together`,
  );
  expect(changes.flat()).toEqual([]);
  expect(await Promise.all(pages.map(peersMade))).toEqual(made);
  for (const [at, seen] of decoded.entries())
    expect(seen).toBeGreaterThanOrEqual(FRAMES_PART_MIN * (sentByAll - (sent[at] ?? 0)));
  await expectTalkersBeside(four);
});
