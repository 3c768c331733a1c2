// Three in a call, one of them behind a narrow line: that one gets fewer pixels and every frame, and
// nobody else gets less for it.
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/**
 * Of the frames that were sent in the last second; the rest are those under way, and the edges of
 * two readings. Three pages that encode three layers each fill two cores, so that a slow machine's
 * cameras give fewer than 20 a second to send.
 */
const SEEN_MIN = 0.75;
/** Lines of the smaller layers, at most: a camera has 720. */
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
 * The largest layer that a page sends now. A browser whose processor is busy makes it smaller than its
 * camera's picture for a while.
 */
function sentBy(page: Page): Promise<Picture> {
  return page.evaluate(async () => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    const sent = { lines: 0, fps: 0 };
    for (const entry of (await peer?.getStats())?.values() ?? []) {
      if (entry.type !== "outbound-rtp" || entry.kind !== "video") continue;
      sent.fps = Math.max(sent.fps, entry.framesPerSecond ?? 0);
      sent.lines = Math.max(sent.lines, entry.frameHeight ?? 0);
    }
    return sent;
  });
}

const ascending = (numbers: number[]): number[] => numbers.toSorted((a, b) => a - b);

/** Whether a picture with so many lines is right where so many are sent. */
type IsSize = (lines: number, sent: number) => boolean;

const whole: IsSize = (lines, sent) => lines === sent && lines > HALF;
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

  network.narrow({ bps: 900_000, loss: 0 });
  await expectOf("guest", ", 900 kb/s", half);
  await expectOf("tablet", ", beside", whole);

  network.narrow({ bps: 20_000_000, loss: 0 });
  await expectOf("guest", ", wide again", whole);
});
