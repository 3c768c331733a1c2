// Firefox where no direct way opens: its media goes through a relay, on which Firefox has stumbled before
// (livekit #1216, #1226), and a connection is replaced over the relay as over any other way.
import { expectFigure, reportRenewal } from "../support/figures.ts";
import { Firefox } from "../support/firefox.ts";
import { measureGaps } from "../support/gaps.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { openNoDirectWay, RelayServer, readWays } from "../support/relay-server.ts";
import { prepareRenewal } from "../support/renewal.ts";
import { test as base, expect } from "../support/stage.ts";

const SIGNED = "fsl";

/** More than this and a sign is missed. */
const GAP_MS = { atMost: 500, broken: 5_000 };

/** Firefox takes no loopback address: the one of the network that `scripts/test firefox` makes. */
const HOST = "10.99.0.1";

const test = base.extend<{ relay: RelayServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
  relay: async ({}, use) => {
    const relay = await RelayServer.start(HOST);
    await use(relay);
    await relay.stop();
  },
  environment: async ({ relay }, use) =>
    use({ ...relay.environment, PASSERELLE__MEDIA__BIND: `${HOST}:0` }),
});

test("a visitor at Firefox behind a relay sees and is seen, also on a connection that replaces the first", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const { origin } = stage.gateway;
  const scripts = [prepareRenewal, openNoDirectWay];
  const visitor = await Firefox.signIn(origin, "tablet", "tablet-1", { scripts });
  await visitor.touch(`language-${SIGNED}`);
  await interpreter.accept();
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  await visitor.expectPictureAndSound();
  expect((await visitor.run(readWays)).at(-1)).toBe("relay");

  const made = await visitor.run(() => window.probe.peers.length);
  await visitor.run(measureGaps);
  await visitor.run(() => window.renewal.changeNetwork());
  const isReplaced = () =>
    visitor.run(() => {
      const [last, next] = window.probe.peers.slice(-2);
      return last?.connectionState === "closed" && next?.connectionState === "connected";
    });
  await expect.poll(isReplaced).toBe(true);
  expect(await visitor.run(() => window.probe.peers.length)).toBe(made + 1);
  await visitor.expectPictureAndSound();
  await expectMovingVideoAndSound(interpreter.page, "interpreter, after the renewal");
  const gap = await visitor.run(() => window.longestGap());
  reportRenewal("while a connection over a relay was replaced in Firefox", [gap]);
  expectFigure(
    "ms without a frame while a connection over a relay was replaced in Firefox",
    gap,
    GAP_MS,
  );
  expect((await visitor.run(readWays)).at(-1)).toBe("relay");
  await visitor.close();
});
