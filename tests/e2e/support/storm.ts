// Receivers in trouble: pages that ask for keyframes of every picture they are sent, again and again, as
// browsers do whose network loses what was sent again as well.
import type { Page } from "@playwright/test";

declare global {
  interface Window {
    rage(perSecond: number): void;
  }
}

/** Where the page finds the script of its workers: at its own origin, as its content policy demands. */
const SCRIPT = "storm-worker.js";

/** Of the test, since nothing of it is the page's. */
const WORKER = `
  const transformers = [];
  onrtctransform = ({ transformer }) => {
    transformers.push(transformer);
    transformer.readable.pipeTo(transformer.writable);
  };
  const ask = () => {
    for (const one of transformers) one.sendKeyFrameRequest().catch(() => undefined);
  };
  onmessage = ({ data }) => setInterval(ask, 1000 / data);`;

/** Makes a page able to; its connection must be up, and stay the same. */
export async function prepareStorm(page: Page): Promise<void> {
  await page.route(`**/${SCRIPT}`, (route) =>
    route.fulfill({ contentType: "text/javascript", body: WORKER }),
  );
  await page.evaluate((script) => {
    const worker = new Worker(`/${script}`);
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    for (const receiver of peer?.getReceivers() ?? []) {
      if (receiver.track.kind === "video") receiver.transform = new RTCRtpScriptTransform(worker);
    }
    window.rage = (perSecond) => worker.postMessage(perSecond);
  }, SCRIPT);
}

/** From now on the page asks so often for each. */
export const rage = (page: Page, perSecond: number): Promise<void> =>
  page.evaluate((perSecond) => window.rage(perSecond), perSecond);
