// A connection that is replaced in Firefox: the player goes on with the new tracks in the old stream.
import { expectFigure, reportRenewal } from "../support/figures.ts";
import { Firefox } from "../support/firefox.ts";
import { measureGaps } from "../support/gaps.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { prepareRenewal } from "../support/renewal.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** More than this and a sign is missed. */
const GAP_MS = { atMost: 500, broken: 5_000 };

/** Firefox takes no loopback address: the one of the network that `scripts/test firefox` makes. */
test.use({ environment: { PASSERELLE__MEDIA__BIND: "10.99.0.1:0" } });

test("a visitor at Firefox whose connection is replaced misses no half second, and is seen on", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const { origin } = stage.gateway;
  const scripts = [prepareRenewal];
  const visitor = await Firefox.signIn(origin, "tablet", "tablet-1", { scripts });
  await visitor.touch(`language-${SIGNED}`);
  await interpreter.accept();
  await visitor.expectPictureAndSound();
  for (let time = 1; time <= 2; time += 1) {
    await visitor.run(measureGaps);
    await visitor.run(() => window.renewal.changeNetwork());
    const isReplaced = () =>
      visitor.run(() => {
        const [last, next] = window.probe.peers.slice(-2);
        return last?.connectionState === "closed" && next?.connectionState === "connected";
      });
    await expect.poll(isReplaced).toBe(true);
    await visitor.expectPictureAndSound();
    await expectMovingVideoAndSound(interpreter.page, "interpreter");
    // Only frames that the player has shown count.
    const gap = await visitor.run(() => window.longestGap());
    reportRenewal("while a connection was replaced in Firefox", [gap]);
    expectFigure("ms without a frame while a connection was replaced in Firefox", gap, GAP_MS);
  }
  await visitor.close();
});
