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
/** The camera's lines, and those of its smaller layers. */
const [WHOLE, HALF] = [720, 360];
/** Far above what a change of the line takes to be felt, measured and followed. */
const FOLLOWED_MS = 45_000;

/** Each picture that comes to a page now, by its place: its lines and frames a second. */
function pictures(page: Page): Promise<{ lines: number; fps: number }[]> {
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

/** Frames a second that a page sends of the whole picture. */
function sentBy(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    let fps = 0;
    for (const entry of (await peer?.getStats())?.values() ?? []) {
      if (entry.type === "outbound-rtp" && entry.kind === "video")
        fps = Math.max(fps, entry.framesPerSecond ?? 0);
    }
    return fps;
  });
}

/** Waits until both pictures of a page have such a size, and the frames the others send. */
async function expectBoth(
  page: Page,
  who: string,
  others: readonly Page[],
  isSize: (lines: number) => boolean,
) {
  const whole = async () => {
    const sent = (await Promise.all(others.map(sentBy))).toSorted((a, b) => a - b);
    const both = (await pictures(page)).toSorted((a, b) => a.fps - b.fps);
    const areFine = both.every(
      ({ lines, fps }, place) => isSize(lines) && fps > 0 && fps >= SEEN_MIN * (sent[place] ?? 0),
    );
    return both.length === 2 && areFine ? "fine" : JSON.stringify({ both, sent });
  };
  await expect.poll(whole, { message: who, timeout: FOLLOWED_MS }).toBe("fine");
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
  const expectOf = (name: keyof typeof three, when: string, isSize: (lines: number) => boolean) => {
    const others = Object.values(three).filter((page) => page !== three[name]);
    return expectBoth(three[name], `${name}${when}`, others, isSize);
  };
  await expectOf("tablet", "", (lines) => lines === WHOLE);
  await expectOf("lead", "", (lines) => lines === WHOLE);
  await expectOf("guest", "", (lines) => lines === WHOLE);

  network.narrow({ bps: 900_000, loss: 0 });
  await expectOf("guest", ", 900 kb/s", (lines) => lines <= HALF);
  await expectOf("tablet", ", beside", (lines) => lines === WHOLE);

  network.narrow({ bps: 20_000_000, loss: 0 });
  await expectOf("guest", ", wide again", (lines) => lines === WHOLE);
});
