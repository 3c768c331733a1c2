// A camera whose frames have the same light above and below, another one in each: a frame of which a part
// was lost, or which was put together of two, shows two lights.
import type { Page } from "@playwright/test";

declare global {
  interface Window {
    /** Frames of the other side's picture seen so far, and those among them with two lights. */
    stripes: { seen: number; torn: number };
  }
}

/** Runs in the page before its own scripts. */
export function installStripes(): void {
  const [width, height] = [640, 360];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no 2d canvas");
  let frame = 0;
  setInterval(() => {
    frame += 1;
    const light = 90 + 40 * (frame % 4);
    context.fillStyle = `rgb(${light}, ${light}, ${light})`;
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#fc9";
    context.fillRect(290 + 200 * Math.sin(frame / 7), 150, 60, 60);
  }, 50);
  const devices = navigator.mediaDevices;
  const native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = wanted?.audio ? await native({ audio: wanted.audio }) : new MediaStream();
    const [track] = canvas.captureStream(20).getVideoTracks();
    if (wanted?.video && track) stream.addTrack(track);
    return stream;
  };
}

/** From now on the page looks at each frame of the other side's picture. */
export const watchStripes = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]');
    const canvas = new OffscreenCanvas(16, 36);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (video === null || context === null) throw new Error("no picture of the other side");
    window.stripes = { seen: 0, torn: 0 };
    const lightAt = (data: Uint8ClampedArray, line: number) => data[4 * (line * 16 + 4)] ?? 0;
    const look = () => {
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const [above, below] = [lightAt(data, 3), lightAt(data, 32)];
      window.stripes.seen += 1;
      // Two frames that follow each other are 40 apart, an encoder's haste a few.
      if (Math.abs(above - below) > 25) window.stripes.torn += 1;
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  });

/** Frames seen since then, and those of them in two lights. */
export const stripesSeen = (page: Page): Promise<{ seen: number; torn: number }> =>
  page.evaluate(() => window.stripes);
