// A long call between two kinds of browsers: no connection is lost or replaced without being asked for.
// `PASSERELLE_LONG_CALL_S=600` for a longer one than in `make firefox`.
import { setTimeout as passed } from "node:timers/promises";
import { LONG_CALL_S, noteChanges } from "../support/changes.ts";
import { Firefox } from "../support/firefox.ts";
import { expectMovingVideoAndSound, peersMade } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** Firefox takes no loopback address: the one of the network that `scripts/test firefox` makes. */
test.use({ environment: { PASSERELLE__MEDIA__BIND: "10.99.0.1:0" } });

test("in a long call between Firefox and Chromium no connection is lost or replaced", async ({
  stage,
}) => {
  test.setTimeout(120_000 + LONG_CALL_S * 1_000);
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const visitor = await Firefox.signIn(stage.gateway.origin, "tablet", "tablet-1");
  await visitor.touch(`language-${SIGNED}`);
  await interpreter.accept();
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  await visitor.expectPictureAndSound();
  const connections = async () => [
    await peersMade(interpreter.page),
    await visitor.run(() => window.probe.peers.length),
  ];
  const made = await connections();
  await interpreter.page.evaluate(noteChanges);
  await visitor.run(noteChanges);
  await passed(LONG_CALL_S * 1_000);
  expect(await interpreter.page.evaluate(() => window.changes)).toEqual([]);
  expect(await visitor.run(() => window.changes)).toEqual([]);
  expect(await connections()).toEqual(made);
  await expectMovingVideoAndSound(interpreter.page, "interpreter, in the end");
  await visitor.expectPictureAndSound();
  await visitor.close();
});
