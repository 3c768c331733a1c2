// Networks that let nothing out but the port of the pages: media goes over TCP, by that port.
import type { Page } from "@playwright/test";
import { reportFirewall } from "../support/figures.ts";
import { Network } from "../support/network.ts";
import { Tablet } from "../support/people.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** How the media of the page's connections is carried, and to which port. */
const waysOf = (page: Page) =>
  page.evaluate(async () => {
    const ways: string[] = [];
    for (const peer of window.probe.peers) {
      const stats = await peer.getStats();
      for (const report of stats.values()) {
        if (report.type !== "transport" || report.selectedCandidatePairId === undefined) continue;
        const { remoteCandidateId } = stats.get(report.selectedCandidatePairId);
        const { protocol, port } = stats.get(remoteCandidateId);
        ways.push(`${protocol} ${port}`);
      }
    }
    return ways;
  });

test("behind a firewall that drops all UDP a call has picture and sound by the port of the pages", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const page = await stage.page();
  const network = await Network.of(page, stage.gateway.origin);
  network.blockDatagrams();
  try {
    const tablet = await Tablet.signIn(page, network.origin, 1);
    await tablet.tap(LANGUAGE);
    const accepted = Date.now();
    await interpreter.accept();
    await Promise.all([
      expectMovingVideoAndSound(tablet.page, "tablet"),
      expectMovingVideoAndSound(interpreter.page, "interpreter"),
    ]);
    reportFirewall(Date.now() - accepted);
    expect(await waysOf(tablet.page)).toEqual([`tcp ${new URL(network.origin).port}`]);
    expect(await waysOf(interpreter.page)).toEqual([expect.stringMatching(/^udp /)]);
    await tablet.hangUp();
    await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
  } finally {
    network.close();
  }
});
