// A browser that agrees to a codec and then shows nothing of it, as some devices do: the page finds it
// within seconds, and says so where no other codec is left.
import { expectMovingVideoAndSound } from "../support/probe.ts";
import { expect, test } from "../support/stage.ts";

const SIGNED = "fsl";

/** Two seconds of packets without a frame, read twice a second, after the call is up. */
const TOLD = { timeout: 10_000 };

/** Runs in the page before its own scripts: no video that arrives reaches a decoder. */
function breakDecoders(): void {
  type Streams = { readable: ReadableStream; writable: WritableStream };
  type Coded = { createEncodedStreams(): Streams };
  const pass = (coded: unknown, swallows: boolean) => {
    const { readable, writable } = (coded as Coded).createEncodedStreams();
    const transform = (frame: unknown, out: TransformStreamDefaultController) => {
      if (!swallows) out.enqueue(frame);
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
