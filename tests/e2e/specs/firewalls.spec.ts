// Networks that let little out: media goes over TCP, by the port of the pages, and where not even that
// opens, through a relay.
import type { Page } from "@playwright/test";
import { expectFigure, reportFirewall } from "../support/figures.ts";
import { expectMovingVideoAndSound, framesPerSecond } from "../support/probe.ts";
import { openNoDirectWay, RelayServer, readWays } from "../support/relay-server.ts";
import { test as base, expect } from "../support/stage.ts";

const LANGUAGE = "fsl";

/** From the click on accept to picture and sound on both sides, without UDP. */
const UP_MS = { atMost: 5_000, broken: 30_000 };

/** The fake camera gives 20 frames a second; two are left to a busy machine. */
const FRAMES_PER_SECOND = { atLeast: 18, broken: 10 };

/** With a relay that every gateway of the test knows. */
const test = base.extend<{ relay: RelayServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
  relay: async ({}, use) => {
    const relay = await RelayServer.start();
    await use(relay);
    await relay.stop();
  },
  environment: async ({ relay }, use) => use(relay.environment),
});

const waysOf = (page: Page): Promise<string[]> => page.evaluate(readWays);

test("behind a firewall that drops all UDP a call has picture and sound by the port of the pages", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const { tablet, network } = await stage.tabletBehindNetwork();
  network.blockDatagrams();
  await tablet.tap(LANGUAGE);
  const accepted = Date.now();
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  const upMs = Date.now() - accepted;
  reportFirewall(upMs);
  expectFigure("ms from accept to picture and sound without UDP", upMs, UP_MS);
  expect(await waysOf(tablet.page)).toEqual([`tcp ${new URL(network.origin).port}`]);
  expect(await waysOf(interpreter.page)).toEqual([expect.stringMatching(/^udp /)]);
  await expect(interpreter.page.getByTestId("way")).toHaveAttribute("data-way", "udp");
  const pages = [tablet.page, interpreter.page];
  const fps = await Promise.all(pages.map((page) => framesPerSecond(page, 5)));
  expectFigure("frames/s without UDP", Math.min(...fps), FRAMES_PER_SECOND);
  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
});

test("where no direct way opens, the page finds the relay by itself, and the call has picture and sound", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet(1, openNoDirectWay);
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  expect((await waysOf(tablet.page)).at(-1)).toBe("relay");
  // Who is not behind such a network costs the relay nothing.
  expect(await waysOf(interpreter.page)).toEqual([expect.stringMatching(/^udp /)]);
  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
});
