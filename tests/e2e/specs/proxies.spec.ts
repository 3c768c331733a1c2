// Proxies that fail the first WebSocket, or let none through: the pages come in all the same, nobody
// has to touch anything, and a call is a call.
import type { Page } from "@playwright/test";
import { expectFigure, reportProxy } from "../support/figures.ts";
import { InspectingProxy, type Upgrade } from "../support/inspecting-proxy.ts";
import { Coordinator, Interpreter, Tablet } from "../support/people.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { storedCalls } from "../support/records.ts";
import { test as base, expect, type Stage } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** From the page's load to the gateway's picture, where upgrades are refused: two tries and pauses. */
const REFUSED_MS = { atMost: 5_000, broken: 30_000 };

/** The same where they are swallowed: 5 s, at which HTTP is asked, and a pause. */
const SWALLOWED_MS = { atMost: 10_000, broken: 30_000 };

type Judge = (upgrade: number) => Upgrade;

const test = base.extend<{ proxied: (judge: Judge) => Promise<InspectingProxy> }>({
  proxied: async ({ stage }, use) => {
    const all: InspectingProxy[] = [];
    await use(async (judge) => {
      const proxy = await InspectingProxy.of(stage.gateway, judge);
      all.push(proxy);
      return proxy;
    });
    for (const proxy of all) proxy.close();
  },
});

const pageBehind = (stage: Stage, proxy: InspectingProxy): Promise<Page> =>
  stage.page(undefined, { proxy: proxy.options });

/** Tablet, interpreter and coordinator, all behind the proxy. */
async function everybodyBehind(stage: Stage, proxy: InspectingProxy) {
  const page = () => pageBehind(stage, proxy);
  const { origin } = stage.gateway;
  const number = await stage.interpreterOf(LANGUAGE);
  const interpreter = await Interpreter.signIn(await page(), origin, number);
  await interpreter.becomeAvailable();
  const coordinator = await Coordinator.signIn(await page(), origin);
  const tablet = await Tablet.signIn(await page(), origin, 1);
  return { tablet, interpreter, coordinator };
}

/** A whole call, from the tap to its record. */
async function wholeCall(
  stage: Stage,
  { tablet, interpreter, coordinator }: Awaited<ReturnType<typeof everybodyBehind>>,
): Promise<void> {
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
    expect(coordinator.rows("active")).toHaveCount(1),
  ]);
  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
  await expect(coordinator.rows("active")).toHaveCount(0);
  const calls = await storedCalls(stage.gateway.dataDir);
  expect(calls.map(({ outcome }) => outcome)).toEqual(["completed"]);
}

/** Loads the page again, signed in; how long it takes until it is connected. */
async function loadMs({ page }: Tablet): Promise<number> {
  const begun = Date.now();
  await page.reload();
  await expect(page.locator("body")).toHaveAttribute("data-connection", "connected");
  return Date.now() - begun;
}

async function tapMs(tablet: Tablet): Promise<number> {
  const begun = Date.now();
  await tablet.tap(LANGUAGE);
  const took = Date.now() - begun;
  await tablet.cancel();
  await expect(tablet.language(LANGUAGE)).toBeVisible();
  return took;
}

for (const failure of ["answered with 200", "refused with 403", "reset"] as const) {
  test(`where the first WebSocket is ${failure}, the next one is up by itself within seconds`, async ({
    stage,
    proxied,
  }) => {
    const proxy = await proxied((upgrade) => (upgrade % 2 === 1 ? failure : "passes"));
    const tablet = await Tablet.signIn(await pageBehind(stage, proxy), stage.gateway.origin, 1);
    const load = await loadMs(tablet);
    expectFigure(`ms to connect, WebSocket ${failure} once`, load, REFUSED_MS);
    reportProxy(`${failure} once`, load, await tapMs(tablet));
    expect(proxy.upgrades).toBe(4);
    expect(proxy.count("/api/poll")).toBe(0);
  });
}

test("where every first WebSocket fails, tablet and interpreter talk", async ({
  stage,
  proxied,
}) => {
  const proxy = await proxied((upgrade) => (upgrade % 2 === 1 ? "answered with 200" : "passes"));
  await wholeCall(stage, await everybodyBehind(stage, proxy));
  expect(proxy.count("/api/poll")).toBe(0);
});

for (const [never, bound] of [
  ["refused with 403", REFUSED_MS],
  ["swallowed", SWALLOWED_MS],
] as const) {
  test(`where WebSockets are always ${never}, a whole call goes by requests`, async ({
    stage,
    proxied,
  }) => {
    const proxy = await proxied(() => never);
    const people = await everybodyBehind(stage, proxy);
    const load = await loadMs(people.tablet);
    expectFigure(`ms to connect, WebSockets always ${never}`, load, bound);
    await wholeCall(stage, people);
    await people.interpreter.endWrapUp();
    await people.tablet.backToLanguages();
    const tap = await tapMs(people.tablet);
    reportProxy(never, load, tap);
    expect(proxy.count("/api/poll")).toBeGreaterThan(0);

    // A page that is left says so at once: nobody rings there any more.
    const number = await stage.interpreterOf(LANGUAGE);
    await people.interpreter.page.goto("about:blank");
    await expect(people.coordinator.interpreter(number)).not.toHaveAttribute(
      "data-status",
      "available",
    );
  });
}
