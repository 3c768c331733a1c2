// Firefox behind a proxy that fails its first WebSocket, or lets none through: it comes in by itself, and
// a call is a call (livekit-examples/meet #466, element-call #3813: 200 in place of 101 at the first try).
import { Firefox } from "../support/firefox.ts";
import { InspectingProxy, type Upgrade } from "../support/inspecting-proxy.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** Firefox takes no loopback address: the one of the network that `scripts/test firefox` makes. */
test.use({ environment: { PASSERELLE__MEDIA__BIND: "10.99.0.1:0" } });

/** A visitor at Firefox behind a proxy of this kind talks with an interpreter; what the proxy saw. */
async function talkBehind(stage: Stage, judge: (upgrade: number) => Upgrade) {
  const proxy = await InspectingProxy.of(stage.gateway, judge);
  try {
    const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
    const visitor = await Firefox.signIn(stage.gateway.origin, "tablet", "tablet-1", {
      proxy: proxy.address,
    });
    await visitor.touch(`language-${SIGNED}`);
    await interpreter.accept();
    await expectMovingVideoAndSound(interpreter.page, "interpreter");
    await visitor.expectPictureAndSound();
    await visitor.close();
    return { upgrades: proxy.upgrades, polls: proxy.count("/api/poll") };
  } finally {
    proxy.close();
  }
}

test("where the first WebSocket of Firefox is answered with 200, the next one is up by itself", async ({
  stage,
}) => {
  const seen = await talkBehind(stage, (upgrade) =>
    upgrade === 1 ? "answered with 200" : "passes",
  );
  expect(seen).toEqual({ upgrades: 2, polls: 0 });
});

test("where none of its WebSockets passes, Firefox talks by requests", async ({ stage }) => {
  const seen = await talkBehind(stage, () => "refused with 403");
  expect(seen.upgrades).toBeGreaterThan(0);
  expect(seen.polls).toBeGreaterThan(0);
});
