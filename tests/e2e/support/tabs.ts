// One person's Chromium whose tabs really hide each other. Playwright emulates focus in every page, so
// that neither another tab in front nor a minimised window hides one; puppeteer does not.
import { type Browser, launch, type Page } from "puppeteer-core";
import { browserOptions } from "./browser.ts";
import { installProbe } from "./probe.ts";

const PATIENCE_MS = 15_000;

/** What has come to a page's connection: bytes and frames of pictures, packets of sound. */
export interface Arrived {
  readonly bytes: number;
  readonly frames: number;
  readonly sounds: number;
}

/** See the module. */
export class Tabs {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly other: Page,
  ) {}

  /** Signs in with one click, as `identity` at the page `path`, beside another tab. */
  static async signIn(origin: string, path: string, identity: string): Promise<Tabs> {
    const { executablePath, args } = browserOptions.launchOptions ?? {};
    if (executablePath === undefined) throw new Error("no browser is named");
    const browser = await launch({ executablePath, args: args ?? [], acceptInsecureCerts: true });
    const [other] = await browser.pages();
    const page = await browser.newPage();
    if (other === undefined) throw new Error("a browser begins with a tab");
    page.setDefaultTimeout(PATIENCE_MS);
    await page.evaluateOnNewDocument(installProbe);
    await page.goto(`${origin}/${path}`);
    const tabs = new Tabs(browser, page, other);
    await tabs.touch(`demo-identity-${identity}`);
    await page.waitForSelector('body[data-connection="connected"]');
    return tabs;
  }

  /** Touches what has this test id, once it is there. */
  async touch(testId: string): Promise<void> {
    const element = await this.page.waitForSelector(`[data-testid="${testId}"]`, { visible: true });
    await element?.click();
  }

  /** Goes to the other tab. */
  async leave(): Promise<void> {
    await this.other.bringToFront();
    await this.page.waitForFunction(() => document.visibilityState === "hidden", { polling: 50 });
  }

  /** Comes back; how long until a picture that came since is drawn, by the page's clock. */
  async comeBack(): Promise<number> {
    const back = await this.page.evaluateHandle(watchForFrame);
    await this.page.bringToFront();
    return back.evaluate(({ frame }) => frame);
  }

  /** What has come so far, to the connection that is up. */
  arrived(): Promise<Arrived> {
    return this.page.evaluate(async () => {
      const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
      const sum = { bytes: 0, frames: 0, sounds: 0 };
      for (const entry of (await peer?.getStats())?.values() ?? []) {
        if (entry.type !== "inbound-rtp") continue;
        if (entry.kind === "audio") sum.sounds += entry.packetsReceived ?? 0;
        else {
          sum.bytes += entry.bytesReceived ?? 0;
          sum.frames += entry.framesDecoded ?? 0;
        }
      }
      return sum;
    });
  }

  /** Runs in the page. */
  run<T>(script: () => T): Promise<Awaited<T>> {
    return this.page.evaluate(script) as Promise<Awaited<T>>;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Runs in the page. What was drawn last may be drawn once more: only a frame received since counts. */
function watchForFrame(): { frame: Promise<number> } {
  const frame = new Promise<number>((seen) => {
    const shown = () => {
      const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]');
      const shownAt = performance.now();
      const look = (at: number, { receiveTime }: VideoFrameCallbackMetadata) => {
        if ((receiveTime ?? 0) >= shownAt) seen(at - shownAt);
        else video?.requestVideoFrameCallback(look);
      };
      video?.requestVideoFrameCallback(look);
    };
    document.addEventListener("visibilitychange", shown, { once: true });
  });
  // In an object, so that it is not waited for here.
  return { frame };
}
