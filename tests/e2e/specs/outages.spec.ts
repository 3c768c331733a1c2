// A network that fails for a while, and pages that sleep: whoever waits keeps the place, whoever talks
// goes on, and nobody has to touch anything.
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { silentFor } from "../support/network.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { storedCalls } from "../support/records.ts";
import { expect, type Stage, test } from "../support/stage.ts";

const SIGNED = "fsl";
const WAITED_FOR = "ar";
const AVAILABLE = "pt";

/** Silence of three beats tells a page that its connection is lost (`SILENCE_MAX_MS`). */
const SILENCE_MS_MAX = 15_000;

/** From two seconds without a frame to the words on the screen of a busy machine. */
const STALL_MS_MAX = 4_000;

/** Somebody waits and two talk, each tablet behind a network of its own. */
async function waitingAndTalking(stage: Stage) {
  const waiting = await stage.tabletBehindNetwork(1);
  await waiting.tablet.tap(WAITED_FOR);
  const call = await waiting.tablet.page.getByTestId("waiting").getAttribute("data-call");
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const talking = await stage.tabletBehindNetwork(2);
  await talking.tablet.tap(SIGNED);
  await interpreter.accept();
  await expectMovingVideoAndSound(talking.tablet.page, "tablet");
  return { waiting, talking, interpreter, call };
}

test("five and twenty seconds without a network cost neither the place nor the conversation, and nobody who cannot be reached is rung", async ({
  stage,
}) => {
  const { waiting, talking, interpreter, call } = await waitingAndTalking(stage);
  // Five seconds: the conversation says so within two, the queue has nothing to say.
  const tablets = [waiting.network, talking.network];
  const short = silentFor(tablets, 5_000);
  const notice = talking.tablet.page.getByTestId("call-notice");
  await expect(notice).toBeVisible({ timeout: STALL_MS_MAX });
  const home = await stage.interpreterBehindNetwork(AVAILABLE);
  await home.interpreter.becomeAvailable();
  const number = await stage.interpreterOf(AVAILABLE);
  await short;
  await expect(notice).toBeHidden();
  await expectMovingVideoAndSound(talking.tablet.page, "tablet, after five seconds");
  await expect(waiting.tablet.page.getByTestId("link-lost")).toBeHidden();

  // Twenty: both pages say so, and whoever was available at home is rung no more.
  home.network.silence();
  const long = silentFor(tablets, 20_000);
  const coordinator = await stage.coordinator();
  const lost = waiting.tablet.page.getByTestId("link-lost");
  await expect(lost).toHaveAttribute("data-kept", "true", { timeout: SILENCE_MS_MAX + 1_000 });
  await expect(lost).toContainText("Connexion interrompue, votre place est gardée");
  await expect(coordinator.interpreter(number)).toHaveAttribute("data-status", "unreachable", {
    timeout: SILENCE_MS_MAX,
  });
  await expect(interpreter.page.getByTestId("call-notice")).toBeVisible();
  const third = await stage.tablet(3);
  await third.tap(AVAILABLE);
  await expect(third.page.getByTestId("waiting")).toHaveAttribute("data-stage", "queued");
  await home.network.mend();
  await long;

  await expect(lost).toBeHidden();
  await expect(waiting.tablet.page.getByTestId("waiting")).toHaveAttribute("data-call", call ?? "");
  await expect(home.interpreter.ringing).toBeVisible();
  await expect(notice).toBeHidden();
  await expect(interpreter.page.getByTestId("call-notice")).toBeHidden();
  await Promise.all([
    expectMovingVideoAndSound(talking.tablet.page, "tablet, after twenty seconds"),
    expectMovingVideoAndSound(interpreter.page, "interpreter, after twenty seconds"),
  ]);
  const calls = await storedCalls(stage.gateway.dataDir);
  expect(calls.map(({ outcome }) => outcome)).toEqual([null, null, null]);
});

test.describe("with a place that is kept for three seconds instead of sixty", () => {
  test.use({ environment: { PASSERELLE__RULES__GRACE_LOST_MS: "3000" } });

  test("whoever is back in time goes on, and whoever is not is told plainly", async ({ stage }) => {
    const { waiting, talking, interpreter, call } = await waitingAndTalking(stage);
    const both = [waiting, talking];
    for (const { network } of both) network.unplug();
    await expect(waiting.tablet.page.getByTestId("link-lost")).toBeVisible();
    await expect(talking.tablet.page.getByTestId("call-notice")).toBeVisible();
    for (const { network } of both) await network.mend();
    const place = waiting.tablet.page.getByTestId("waiting");
    await expect(waiting.tablet.page.getByTestId("link-lost")).toBeHidden();
    await expect(place).toHaveAttribute("data-call", call ?? "");
    await expectMovingVideoAndSound(talking.tablet.page, "tablet, back in time");

    for (const { network } of both) network.unplug();
    // Promised no longer than it is kept.
    const lost = waiting.tablet.page.getByTestId("link-lost");
    await expect(lost).toHaveAttribute("data-kept", "false");
    await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
    await expect
      .poll(async () => (await storedCalls(stage.gateway.dataDir)).map(({ outcome }) => outcome))
      .toEqual(["abandoned_queued", "connection_lost"]);
    for (const { network, tablet } of both) {
      await network.mend();
      const ended = tablet.page.getByTestId("ended");
      await expect(ended).toHaveAttribute("data-outcome", "connection_lost");
      await expect(ended).toContainText("La connexion a été coupée");
      await expect(tablet.page.getByTestId("again")).toBeEnabled();
    }
  });
});

/** How many tracks of camera and microphone are on in a page. */
const openDevices = (page: Page) =>
  page.getByTestId("self-preview").or(page.getByTestId("self-video")).count();

test("of two tabs the older one says so and stays quiet, and a touch brings the call back to it", async ({
  stage,
}) => {
  const tablet = await stage.tablet(1);
  await tablet.tap(SIGNED);
  const call = await tablet.page.getByTestId("waiting").getAttribute("data-call");
  const opened: string[] = [];
  tablet.page.on("websocket", (socket) => opened.push(socket.url()));

  const second = await tablet.page.context().newPage();
  await second.goto(`${stage.gateway.origin}/tablet`);
  await expect(second.getByTestId("waiting")).toHaveAttribute("data-call", call ?? "");
  await expect(tablet.page.getByTestId("replaced")).toBeVisible();
  expect(await openDevices(tablet.page), "the older tab's camera").toBe(0);

  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  await interpreter.accept();
  await expectMovingVideoAndSound(second, "newer tab");
  expect(opened, "connections of the tab that stays quiet").toEqual([]);

  await tablet.page.bringToFront();
  await tablet.page.getByTestId("replaced-take-over").click();
  await expect(second.getByTestId("replaced")).toBeVisible();
  await expectMovingVideoAndSound(tablet.page, "older tab, taken over");
  expect(opened).toHaveLength(1);
  await tablet.hangUp();
  await expect(tablet.page.getByTestId("ended")).toBeVisible();
  await expect(second.getByTestId("replaced")).toBeVisible();
});

test("a tablet that sleeps while an interpreter answers is in the conversation as soon as it wakes", async ({
  stage,
}) => {
  const tablet = await stage.tablet(1);
  await tablet.tap(SIGNED);
  const devtools = await tablet.page.context().newCDPSession(tablet.page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  await interpreter.accept();
  await expect(interpreter.page.getByTestId("call")).toHaveAttribute("data-phase", "connecting");
  await passed(2_000);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet, awake"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  const calls = await storedCalls(stage.gateway.dataDir);
  expect(calls).toHaveLength(1);
});
