// Three in a call, one of them behind a narrow line: that one gets fewer pixels and every frame, and
// nobody else gets less for it.
import type { Page } from "@playwright/test";
import { Network } from "../support/network.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** The fake camera gives 20 frames a second; two are left to a busy machine. */
const FRAMES_PER_SECOND_MIN = 18;
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

/** Waits until both pictures of a page have such a size, and all of their frames. */
async function expectBoth(page: Page, who: string, isSize: (lines: number) => boolean) {
  const whole = async () => {
    const both = await pictures(page);
    const areFine = both.every(({ lines, fps }) => isSize(lines) && fps >= FRAMES_PER_SECOND_MIN);
    return both.length === 2 && areFine ? "fine" : JSON.stringify(both);
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
  const guest = await stage.page();
  const network = await Network.of(guest, stage.gateway.origin);
  await guest.goto((link ?? "").replace(stage.gateway.origin, network.origin));
  await guest.getByTestId("join").click();

  for (const [page, who] of [
    [tablet.page, "tablet"],
    [lead.page, "lead"],
    [guest, "guest"],
  ] as const)
    await expectBoth(page, who, (lines) => lines === WHOLE);

  network.narrow({ bps: 900_000, loss: 0 });
  await expectBoth(guest, "guest, 900 kb/s", (lines) => lines <= HALF);
  await expectBoth(tablet.page, "tablet, beside", (lines) => lines === WHOLE);

  network.narrow({ bps: 20_000_000, loss: 0 });
  await expectBoth(guest, "guest, wide again", (lines) => lines === WHOLE);
  network.close();
});
