// A browser that agrees to a codec and then shows nothing of it, as some devices do: the page finds it
// within seconds, takes another one, and says so where none is left.
import type { Page } from "@playwright/test";
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** Two seconds of packets without a frame, read twice a second, after the call is up. */
const TOLD = { timeout: 10_000 };

declare global {
  interface Window {
    /** The one kind of video that reaches no decoder; without it, none does. */
    unreadable?: string;
  }
}

/** Runs in the page before its own scripts: no video that arrives reaches a decoder. */
function breakDecoders(): void {
  type Streams = { readable: ReadableStream; writable: WritableStream };
  type Coded = { createEncodedStreams(): Streams };
  type Frame = { getMetadata(): { mimeType?: string } };
  const pass = (coded: unknown, swallows: boolean) => {
    const { readable, writable } = (coded as Coded).createEncodedStreams();
    const transform = (frame: Frame, out: TransformStreamDefaultController) => {
      const { unreadable } = window;
      const isMeant = !unreadable || frame.getMetadata().mimeType === unreadable;
      if (!swallows || !isMeant) out.enqueue(frame);
    };
    void readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable);
  };
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, encodedInsertableStreams: true } as RTCConfiguration);
    }
    override addTransceiver(
      what: MediaStreamTrack | string,
      init?: RTCRtpTransceiverInit,
    ): RTCRtpTransceiver {
      const transceiver = super.addTransceiver(what, init);
      pass(transceiver.sender, false);
      pass(transceiver.receiver, transceiver.receiver.track.kind === "video");
      return transceiver;
    }
  };
}

/** As `breakDecoders`, for the codec that pages prefer alone. */
function breakVp8(): void {
  window.unreadable = "video/VP8";
}

/** When the page was loaded, and the codec of the picture that comes to it now. */
const shown = (page: Page): Promise<{ loadedAt: number; codec: string }> =>
  page.evaluate(async () => {
    const peer = window.probe.peers.findLast((one) => one.connectionState === "connected");
    const stats = await peer?.getStats();
    const picture = [...(stats?.values() ?? [])].find(
      ({ type, kind, framesDecoded }) =>
        type === "inbound-rtp" && kind === "video" && framesDecoded,
    );
    const codec = stats?.get(picture?.codecId)?.mimeType ?? "";
    return { loadedAt: performance.timeOrigin, codec };
  });

test("a browser that shows nothing of one codec is sent another within seconds, without a reload", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  stage.scripts.push(breakDecoders);
  const tablet = await stage.tablet(1, breakVp8);
  const { loadedAt } = await shown(tablet.page);
  await tablet.tap(SIGNED);
  await interpreter.accept();
  await expectMovingVideoAndSound(tablet.page, "tablet");
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  const now = await shown(tablet.page);
  expect(now.loadedAt).toBe(loadedAt);
  expect(now.codec).toMatch(/^video\/(?!VP8$)/);
});

test("a browser that can decode nothing of what arrives says so in place of the picture, and the other side is seen to go on", async ({
  stage,
}) => {
  const interpreter = await stage.availableInterpreter(await stage.interpreterOf(SIGNED));
  const tablet = await stage.tablet(1, breakDecoders);
  await tablet.tap(SIGNED);
  await interpreter.accept();
  await expectMovingVideoAndSound(interpreter.page, "interpreter");
  const cover = tablet.page.locator('.picture-cover [data-about="other-unreadable"]');
  await expect(cover).toBeVisible(TOLD);
  await expect(cover).toContainText("n'arrive pas à afficher");
  await expect(interpreter.page.getByTestId("call-notice")).toBeHidden();
});
