// What the encoder of a page's picture makes: the bytes of its keyframes among all.
import type { Page } from "@playwright/test";

/** Bytes of encoded pictures since `countEncoded`. */
export interface Encoded {
  readonly keyframes: number;
  readonly all: number;
}

declare global {
  interface Window {
    encoded(): Promise<Encoded>;
  }
}

/** Where the page finds the script of its worker: at its own origin, as its content policy demands. */
const SCRIPT = "encoded-worker.js";

/** Of the test, since nothing of it is the page's. */
const WORKER = `
  const encoded = { keyframes: 0, all: 0 };
  const count = (frame, controller) => {
    encoded.all += frame.data.byteLength;
    if (frame.type === "key") encoded.keyframes += frame.data.byteLength;
    controller.enqueue(frame);
  };
  onrtctransform = ({ transformer: { readable, writable } }) =>
    readable.pipeThrough(new TransformStream({ transform: count })).pipeTo(writable);
  onmessage = ({ ports: [asker] }) => asker.postMessage(encoded);`;

/** The page counts from its next connection on: an encoder at work takes no further step. */
export async function countEncoded(page: Page): Promise<void> {
  await page.route(`**/${SCRIPT}`, (route) =>
    route.fulfill({ contentType: "text/javascript", body: WORKER }),
  );
  await page.evaluate((script) => {
    const worker = new Worker(`/${script}`);
    const { prototype } = RTCPeerConnection;
    const native = prototype.addTransceiver;
    prototype.addTransceiver = function (what, init) {
      const section = native.call(this, what, init);
      if (section.sender.track?.kind === "video")
        section.sender.transform = new RTCRtpScriptTransform(worker);
      return section;
    };
    window.encoded = () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(data as Encoded);
        worker.postMessage(null, [port2]);
      });
  }, SCRIPT);
}

/** What it has counted so far. */
export const encoded = (page: Page): Promise<Encoded> => page.evaluate(() => window.encoded());
