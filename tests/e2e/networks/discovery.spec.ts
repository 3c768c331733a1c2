// A gateway that listens at every address of its machine: the one that it announces to browsers is the
// one by which the machine reaches others (`src/app/network.rs`).
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

/** The address of the network that `scripts/test networks` makes, beside its loopback. */
const OUTWARD = "10.99.0.1";

test.use({ environment: { PASSERELLE__MEDIA__BIND: "0.0.0.0:0" } });

test("a gateway that listens everywhere announces the address by which it is reached, and a call goes there", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf("fsl"));
  const tablet = await stage.tablet(1);
  await tablet.tap("fsl");
  await interpreter.accept();
  await expectMovingVideoAndSound(tablet.page, "tablet");
  const addresses = await tablet.page.evaluate(async () => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    const report = [...((await peer?.getStats())?.values() ?? [])];
    return report.filter(({ type }) => type === "remote-candidate").map(({ address }) => address);
  });
  expect(new Set(addresses)).toEqual(new Set([OUTWARD]));
  await tablet.hangUp();
});
