// A way between the gateway and the interpreter that loses packets: signs keep their frames, those of
// the visitor and those of the interpreter.
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { expectFigure } from "../support/figures.ts";
import { longestGapMs, watchGaps } from "../support/gaps.ts";
import { installGrain, SIGNED_FPS } from "../support/grain.ts";
import type { Network } from "../support/network.ts";
import { test as base, expect } from "../support/stage.ts";

const SIGNED = "fsl";

/** Between two frames that are shown: more than this and a sign is missed. */
const GAP_MS = { atMost: 500, broken: 3_000 };

/** How long is looked on, and how much of it the picture may stand still. */
const LOSSY_S = 12;
const FROZEN_S = { atMost: 1, broken: LOSSY_S / 2 };

/** The first bytes of a packet of RTP version 2, without and with an extension of its header. */
const VERSION_2 = [0x80, 0x90];

interface Call {
  readonly network: Network;
  readonly home: Page;
  readonly counter: Page;
}

const test = base.extend<{ call: Call }>({
  call: async ({ stage }, use) => {
    stage.scripts.push(installGrain);
    const { interpreter, network } = await stage.interpreterBehindNetwork(SIGNED);
    await interpreter.becomeAvailable();
    const { tablet } = await stage.conversationWith(interpreter, SIGNED);
    await use({ network, home: interpreter.page, counter: tablet.page });
  },
});

/** What the page has decoded of the picture, how long that stood still, and packets sent again. */
interface Seen {
  readonly frames: number;
  readonly frozenS: number;
  readonly repaired: number;
  readonly repairing: number;
}

function seen(page: Page): Promise<Seen> {
  return page.evaluate(async () => {
    const sum = { frames: 0, frozenS: 0, repaired: 0, repairing: 0 };
    for (const peer of window.probe.peers) {
      for (const entry of (await peer.getStats()).values()) {
        if (entry.kind !== "video") continue;
        if (entry.type === "outbound-rtp") sum.repairing += entry.retransmittedPacketsSent ?? 0;
        if (entry.type !== "inbound-rtp") continue;
        sum.frames += entry.framesDecoded ?? 0;
        sum.frozenS += entry.totalFreezesDuration ?? 0;
        sum.repaired += entry.retransmittedPacketsReceived ?? 0;
      }
    }
    return sum;
  });
}

/** Looks on for some seconds: frames per second, and seconds for which the picture stood still. */
async function watch(page: Page, seconds: number): Promise<{ fps: number; frozenS: number }> {
  const [from, before] = [performance.now(), await seen(page)];
  await passed(seconds * 1000);
  const after = await seen(page);
  const elapsed = (performance.now() - from) / 1000;
  const fps = (after.frames - before.frames) / elapsed;
  return { fps, frozenS: after.frozenS - before.frozenS };
}

/** Looks on at what comes over a line that loses: no frame is missed that anybody would miss. */
async function expectSigned(page: Page, way: string): Promise<void> {
  await watchGaps(page);
  const { fps, frozenS } = await watch(page, LOSSY_S);
  const gapMs = await longestGapMs(page);
  expectFigure(`frames/s at 5 % loss, ${way}`, fps, SIGNED_FPS);
  expectFigure(`s frozen of ${LOSSY_S} at 5 % loss, ${way}`, frozenS, FROZEN_S);
  expectFigure(`ms between two frames at 5 % loss, ${way}`, gapMs, GAP_MS);
}

/** The payload types of repairs, as the gateway's answer numbers them. */
const repairTypes = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const sdp = window.probe.peers.at(-1)?.remoteDescription?.sdp ?? "";
    return [...sdp.matchAll(/a=rtpmap:(\d+) rtx\//g)].map((found) => Number(found[1]));
  });

test("five per cent of loss cost a signed picture no frame that anybody would miss", async ({
  call,
}) => {
  const types = await repairTypes(call.home);
  const firstBytes = new Set<number>();
  call.network.onDownlink = ([first = 0, second = 0]) => {
    // Behind a marker bit; RTCP has none of these types.
    if (types.includes(second & 0x7f)) firstBytes.add(first);
  };
  call.network.narrow({ bps: 5_000_000, loss: 0.05 });
  await expectSigned(call.home, "to the interpreter");
  const { repaired } = await seen(call.home);
  expect(repaired, "packets that came again").toBeGreaterThan(0);
  // Repairs of version 0 were dropped by every receiver (webrtc-rs/rtc #210).
  expect(firstBytes.size, "kinds of repairs").toBeGreaterThan(0);
  for (const first of firstBytes) expect(VERSION_2, "of a repair").toContain(first);
});

test("nor does as much loss on the way from whoever signs", async ({ call }) => {
  call.network.narrowUplink({ bps: 5_000_000, loss: 0.05 });
  await expectSigned(call.counter, "from the interpreter");
  const { repairing } = await seen(call.home);
  expect(repairing, "packets the gateway asked for again").toBeGreaterThan(0);
});
