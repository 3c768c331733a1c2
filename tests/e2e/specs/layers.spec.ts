// Three in a call, one of them behind a narrow line: that one gets fewer pixels and every frame, and
// nobody else gets less for it.
import type { Page } from "@playwright/test";
import { expectFigure } from "../support/figures.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/**
 * Of the frames that were sent in the last second; the rest are those under way, and the edges of
 * two readings. Three pages that encode three layers each fill two cores, so that a slow machine's
 * cameras give fewer than 20 a second to send.
 */
const SEEN_MIN = 0.75;
/** Lines of a camera, and of the smaller layers at most. */
const CAMERA = 720;
const HALF = 360;
/** Far above what a change of the line takes to be felt, measured and followed. */
const FOLLOWED_MS = 45_000;

interface Picture {
  readonly lines: number;
  readonly fps: number;
}

/** Each picture that comes to a page now, by its place. */
function pictures(page: Page): Promise<Picture[]> {
  return page.evaluate(async () => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    const all = [];
    for (const entry of (await peer?.getStats())?.values() ?? []) {
      if (entry.type !== "inbound-rtp" || entry.kind !== "video" || !entry.framesDecoded) continue;
      all.push({ lines: entry.frameHeight ?? 0, fps: entry.framesPerSecond ?? 0 });
    }
    return all;
  });
}

/**
 * The largest layer that a page sends now. A browser whose processor is busy takes its line for narrow
 * and pauses the larger ones, for a minute and more; those keep their lines in its figures, without
 * frames.
 */
function sentBy(page: Page): Promise<Picture> {
  return page.evaluate(async () => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    const sent = { lines: 0, fps: 0 };
    for (const entry of (await peer?.getStats())?.values() ?? []) {
      if (entry.type !== "outbound-rtp" || entry.kind !== "video") continue;
      if (!entry.framesPerSecond) continue;
      sent.fps = Math.max(sent.fps, entry.framesPerSecond);
      sent.lines = Math.max(sent.lines, entry.frameHeight ?? 0);
    }
    return sent;
  });
}

const ascending = (numbers: number[]): number[] => numbers.toSorted((a, b) => a - b);

/** Whether a picture with so many lines is right where so many are sent. */
type IsSize = (lines: number, sent: number) => boolean;

const whole: IsSize = (lines, sent) => lines === sent;
const half: IsSize = (lines) => lines <= HALF;

/** Waits until both pictures of a page have such a size, and the frames the others send. */
async function expectBoth(page: Page, who: string, others: readonly Page[], isSize: IsSize) {
  const compared = async () => {
    const [sent, both] = [await Promise.all(others.map(sentBy)), await pictures(page)];
    const sentLines = ascending(sent.map(({ lines }) => lines));
    const sentFps = ascending(sent.map(({ fps }) => fps));
    const areSized = ascending(both.map(({ lines }) => lines)).every((lines, place) =>
      isSize(lines, sentLines[place] ?? 0),
    );
    const areMoving = ascending(both.map(({ fps }) => fps)).every(
      (fps, place) => fps > 0 && fps >= SEEN_MIN * (sentFps[place] ?? 0),
    );
    const areFine = both.length === 2 && areSized && areMoving;
    return areFine ? "fine" : JSON.stringify({ both, sent });
  };
  await expect.poll(compared, { message: who, timeout: FOLLOWED_MS }).toBe("fine");
  console.info(`${who}: ${JSON.stringify(await pictures(page))}`);
}

/**
 * The lines of whoever sends the fewest, once that is the camera's picture or patience has ended: where
 * the browsers send no more than the half, a narrow line has nothing to take away.
 */
async function leastSent(pages: readonly Page[]): Promise<number> {
  const until = performance.now() + FOLLOWED_MS;
  for (;;) {
    const sent = await Promise.all(pages.map(sentBy));
    const least = Math.min(...sent.map(({ lines }) => lines));
    if (least >= CAMERA || performance.now() > until) return least;
    await pages[0]?.evaluate(() => new Promise(requestAnimationFrame));
  }
}

test("of three in a call, one behind a narrow line gives up pixels, no frames, and nobody else's", async ({
  stage,
}) => {
  const lead = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const tablet = await stage.tablet();
  await tablet.tap(SIGNED);
  await lead.accept();
  await expectMovingVideoAndSound(tablet.page, "tablet");
  await tablet.page.getByTestId("invite-guest").click();
  const link = await tablet.page.getByTestId("guest-link").getAttribute("data-url");
  const { page: guest, network } = await stage.pageBehindNetwork();
  await guest.goto((link ?? "").replace(stage.gateway.origin, network.origin));
  await guest.getByTestId("join").click();

  const three = { tablet: tablet.page, lead: lead.page, guest };
  const expectOf = (name: keyof typeof three, when: string, isSize: IsSize) => {
    const others = Object.values(three).filter((page) => page !== three[name]);
    return expectBoth(three[name], `${name}${when}`, others, isSize);
  };
  await expectOf("tablet", "", whole);
  await expectOf("lead", "", whole);
  await expectOf("guest", "", whole);

  const least = await leastSent(Object.values(three));
  expectFigure("lines that each of three sends", least, { atLeast: CAMERA, broken: 1 });
  await expectOf("guest", " of all", whole);

  network.narrow({ bps: 900_000, loss: 0 });
  await expectOf("guest", ", 900 kb/s", half);
  await expectOf("tablet", ", beside", whole);

  network.narrow({ bps: 20_000_000, loss: 0 });
  await expectOf("guest", ", wide again", whole);
});
