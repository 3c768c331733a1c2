// A call between two kinds of browsers: payload types, extensions and repairs differ, the gateway is
// between them.
import { Firefox } from "../support/firefox.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { test } from "../support/stage.ts";

const SIGNED = "fsl";

/** Firefox takes no loopback address: the one of the network that `scripts/test firefox` makes. */
test.use({ environment: { PASSERELLE__MEDIA__BIND: "10.99.0.1:0" } });

test("a visitor at Firefox and an interpreter at Chromium see and hear each other", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const visitor = await Firefox.signIn(stage.gateway.origin, "tablet", "tablet-1");
  await visitor.touch(`language-${SIGNED}`);
  await interpreter.accept();
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  await visitor.expectPictureAndSound();
  await visitor.close();
});

test("an interpreter at Firefox and a visitor at Chromium see and hear each other", async ({
  stage,
}) => {
  const number = await stage.interpreterOf(SIGNED);
  const { origin } = stage.gateway;
  const interpreter = await Firefox.signIn(origin, "interpreter", `interpreter-${number}`);
  await interpreter.touch("available-toggle");
  await interpreter.sees('[data-testid="available-toggle"][data-available="true"]');
  const tablet = await stage.tablet(1);
  await tablet.tap(SIGNED);
  await interpreter.touch("accept");
  await expectMovingVideoAndSound(tablet.page, "visitor");
  await interpreter.expectPictureAndSound();
  await interpreter.close();
});
