// A downlink that is narrow or loses packets.
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { Network } from "../support/network.ts";
import { Interpreter } from "../support/people.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";
const rd = (page: Page) => page.evaluate(async () => {
  const out: Record<string, number|string> = {};
  for (const peer of window.probe.peers.filter((p) => p.connectionState !== "closed"))
  for (const e of (await peer.getStats()).values()) {
    if (e.type === "outbound-rtp" && e.kind === "video") Object.assign(out, { sent: e.bytesSent, rtx: e.retransmittedBytesSent, w: e.frameWidth, ofps: e.framesPerSecond, target: e.targetBitrate, lim: e.qualityLimitationReason, enc: e.framesEncoded });
    if (e.type === "candidate-pair" && e.nominated) out.avail = e.availableOutgoingBitrate;
    if (e.type === "inbound-rtp" && e.kind === "video" && e.framesDecoded > 0) Object.assign(out, { dec: e.framesDecoded, frz: e.freezeCount, frzs: e.totalFreezesDuration, recv: e.bytesReceived, rw: e.frameWidth, nack: e.nackCount, pli: e.pliCount, rtxr: e.retransmittedPacketsReceived, lost: e.packetsLost, jb: e.jitterBufferDelay/e.jitterBufferEmittedCount });
  }
  return out as any;
});

test("explore", async ({ stage }) => {
  const home = await stage.page((stage as any).homes);
  const network = await Network.of(home, stage.gateway.origin);
  const interpreter = await Interpreter.signIn(home, network.origin, await stage.interpreterOf(SIGNED));
  await interpreter.becomeAvailable();
  const tablet = await stage.tablet(1);
  await tablet.tap(SIGNED);
  await interpreter.accept();
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  let [bt, bi] = [await rd(tablet.page), await rd(home)];
  const watch = async (what: string, seconds: number) => {
    for (let n = 0; n < seconds; n += 2) {
      await passed(2000);
      const [t, i] = [await rd(tablet.page), await rd(home)];
      console.log(what, n + 2, `tab sent ${((t.sent-bt.sent)*4/1000).toFixed(0)}k target ${(t.target/1000).toFixed(0)}k avail ${(t.avail/1000).toFixed(0)}k w ${t.w} fps ${t.ofps} ${t.lim} | int fps ${(i.dec-bi.dec)/2} rw ${i.rw} frz ${i.frz}/${i.frzs.toFixed(1)} recv ${((i.recv-bi.recv)*4/1000).toFixed(0)}k nack ${i.nack-bi.nack} pli ${i.pli-bi.pli} rtx ${i.rtxr-bi.rtxr} lost ${i.lost} jb ${(i.jb*1000).toFixed(0)}`);
      [bt, bi] = [t, i];
    }
  };
  await watch("wide", Number(process.env.W ?? 8));
  network.narrow({ bps: 5_000_000, loss: 0.05 });
  await watch("loss", Number(process.env.L ?? 8));
  network.narrow({ bps: 500_000, loss: 0 });
  await watch("500k", Number(process.env.N ?? 16));
  network.narrow({ bps: 3_000_000, loss: 0 });
  await watch("3M", Number(process.env.R ?? 16));
  network.close();
});
