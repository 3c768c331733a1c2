// Calls with a device missing: the conversation goes on with what there is.
import { received } from "../support/probe.ts";
import { storedCalls } from "../support/records.ts";
import { expect, test } from "../support/stage.ts";

/** Runs in the page: its machine has a microphone and no camera. */
function withoutCamera(): void {
  const devices = navigator.mediaDevices;
  const native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (wanted) =>
    wanted?.video
      ? Promise.reject(new DOMException("Requested device not found", "NotFoundError"))
      : native(wanted);
}

test("a tablet without a camera is heard, sees the interpreter, and the call counts as answered", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf("en"));
  const coordinator = await stage.coordinator();
  const tablet = await stage.tablet(1, withoutCamera);
  await tablet.tap("en");
  await interpreter.accept();

  await expect(coordinator.rows("active")).toHaveCount(1);
  await expect.poll(async () => (await received(tablet.page)).framesDecoded).toBeGreaterThan(0);
  await expect.poll(async () => (await received(interpreter.page)).audioEnergy).toBeGreaterThan(0);
  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
  const [call] = await storedCalls(stage.gateway.dataDir);
  expect(call?.outcome).toBe("completed");
  expect(call?.connected_at).not.toBeNull();
});
