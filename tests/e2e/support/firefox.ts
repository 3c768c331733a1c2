// Firefox as somebody's browser, with a fake camera and microphone. Playwright drives only its own
// build of it; puppeteer takes Debian's, over WebDriver BiDi.
import { expect } from "@playwright/test";
import { type Browser, launch, type Page } from "puppeteer-core";
import { installProbe, readReceived } from "./probe.ts";

/** As `PASSERELLE_CHROMIUM` for the other browser. */
const PROGRAM = process.env["PASSERELLE_FIREFOX"] ?? "/usr/bin/firefox-esr";

const PREFERENCES = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
};

const PATIENCE_MS = 15_000;

/** A proxy that everything goes through. */
export interface Proxy {
  readonly host: string;
  readonly port: number;
}

/** The same for loopback addresses, which Firefox spares a proxy by itself. */
const throughProxy = ({ host, port }: Proxy) => ({
  "network.proxy.type": 1,
  "network.proxy.ssl": host,
  "network.proxy.ssl_port": port,
  "network.proxy.http": host,
  "network.proxy.http_port": port,
  "network.proxy.no_proxies_on": "",
  "network.proxy.allow_hijacking_localhost": true,
});

/** One person's Firefox. */
export class Firefox {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  /** Signs in with one click, as `identity` at the page `path`; `scripts` run before its own. */
  static async signIn(
    origin: string,
    path: string,
    identity: string,
    { scripts = [], proxy }: { scripts?: (() => void)[]; proxy?: Proxy } = {},
  ): Promise<Firefox> {
    const browser = await launch({
      browser: "firefox",
      executablePath: PROGRAM,
      acceptInsecureCerts: true,
      extraPrefsFirefox: { ...PREFERENCES, ...(proxy && throughProxy(proxy)) },
    });
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    for (const script of [installProbe, ...scripts]) await page.evaluateOnNewDocument(script);
    await page.goto(`${origin}/${path}`);
    const firefox = new Firefox(browser, page);
    await firefox.touch(`demo-identity-${identity}`);
    await page.waitForSelector('body[data-connection="connected"]');
    return firefox;
  }

  /** Touches what has this test id, once it is there. */
  async touch(testId: string): Promise<void> {
    const element = await this.page.waitForSelector(`[data-testid="${testId}"]`, { visible: true });
    await element?.click();
  }

  /** Waits until this can be seen. */
  async sees(selector: string): Promise<void> {
    await this.page.waitForSelector(selector, { visible: true });
  }

  /** Expects that it decodes a picture and hears something from now on. */
  async expectPictureAndSound(): Promise<void> {
    const reading = () => this.page.evaluate(readReceived);
    const before = await reading();
    for (const what of ["framesDecoded", "audioPackets", "audioEnergy"] as const) {
      const growth = async () => {
        const now = await reading();
        if (now[what] > before[what]) return "grows";
        return JSON.stringify({ before, now, streams: await this.page.evaluate(readStreams) });
      };
      await expect.poll(growth, { message: `Firefox: ${what}` }).toBe("grows");
    }
  }

  /** Runs in the page. */
  run<T>(script: () => T): Promise<Awaited<T>> {
    return this.page.evaluate(script) as Promise<Awaited<T>>;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Runs in the page: what comes on each of its connections, to find out why something does not. */
async function readStreams(): Promise<unknown[]> {
  const streams: unknown[] = [];
  for (const peer of window.probe.peers) {
    for (const entry of (await peer.getStats()).values()) {
      if (entry.type !== "inbound-rtp") continue;
      const { kind, ssrc, packetsReceived, packetsDiscarded, framesDecoded } = entry;
      const state = peer.connectionState;
      streams.push({ state, kind, ssrc, packetsReceived, packetsDiscarded, framesDecoded });
    }
  }
  return streams;
}
