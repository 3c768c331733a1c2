/** A codec that shows nothing here is offered no more, as long as another is left. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const known = (...names: string[]) =>
  vi.stubGlobal("RTCRtpReceiver", {
    getCapabilities: () => ({ codecs: names.map((mimeType) => ({ mimeType })) }),
  });

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

test("the last codec for pictures is kept, and the person told instead", async () => {
  known("video/VP8", "video/rtx");
  const { avoidCodec } = await import("./peer");
  expect(avoidCodec("video/VP8")).toBe(false);
  expect(avoidCodec("video/VP8")).toBe(false);
});

test("a browser that knows no codecs by name keeps what it has", async () => {
  vi.stubGlobal("RTCRtpReceiver", {});
  const { avoidCodec } = await import("./peer");
  expect(avoidCodec("video/VP8")).toBe(false);
});
