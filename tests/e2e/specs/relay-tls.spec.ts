// The last way out of a network that lets nothing through but HTTPS: a relay that is reached over TLS
// (RFC 8656 §3.1, `turns:`), as on port 443 behind a firewall that looks at what passes.
import { browserOptions } from "../support/browser.ts";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { openNoDirectWay, readWays, TlsRelay } from "../support/relay-server.ts";
import { test as base, expect } from "../support/stage.ts";

const LANGUAGE = "fsl";

const test = base.extend<{ relay: TlsRelay }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed
  relay: async ({}, use) => {
    const relay = await TlsRelay.prepare();
    await use(relay);
    await relay.stop();
  },
  environment: async ({ relay }, use) => use(relay.environment),
});

test.use({
  launchOptions: {
    ...browserOptions.launchOptions,
    // The relay's certificate is the gateway's own; the test's option for pages says nothing of relays.
    args: [...(browserOptions.launchOptions?.args ?? []), "--ignore-certificate-errors"],
  },
});

test("where nothing but TLS gets out, the page finds a relay over TLS by itself, and the call has picture and sound", async ({
  stage,
  relay,
}) => {
  await relay.start(stage.gateway.dataDir);
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(LANGUAGE));
  const tablet = await stage.tablet(1, openNoDirectWay);
  await tablet.tap(LANGUAGE);
  await interpreter.accept();
  await Promise.all([
    expectMovingVideoAndSound(tablet.page, "tablet"),
    expectMovingVideoAndSound(interpreter.page, "interpreter"),
  ]);
  expect((await tablet.page.evaluate(readWays)).at(-1)).toBe("relay");
  const protocols = await tablet.page.evaluate(async () => {
    const found: unknown[] = [];
    for (const peer of window.probe.peers) {
      for (const entry of (await peer.getStats()).values()) {
        if (entry.candidateType === "relay") found.push(entry.relayProtocol);
      }
    }
    return found;
  });
  expect(new Set(protocols)).toEqual(new Set(["tls"]));
  await tablet.hangUp();
  await expect(interpreter.page.getByTestId("wrap-up")).toBeVisible();
});
