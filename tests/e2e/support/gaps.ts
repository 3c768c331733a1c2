// How long the picture of a page stands, and when picture and sound are back, measured inside the page:
// a question from outside takes longer than a frame.
import type { Page } from "@playwright/test";

declare global {
  interface Window {
    /** The longest time between two frames shown since it was last asked, in milliseconds. */
    longestGap(): number;
    /** What `rememberPictureAndSound` has seen and heard, and how. */
    before: {
      look(): number[] | null;
      heard(): Promise<Map<RTCPeerConnection, number>>;
      pixels: number[] | null;
      sound: Map<RTCPeerConnection, number>;
    };
  }
}

/** Runs in the page: from now on it measures the time between the frames of the other side's picture. */
export function measureGaps(): void {
  const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]');
  if (!video) throw new Error("no picture of the other side");
  let last = performance.now();
  let longest = 0;
  const note = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const frame = () => {
    note();
    video.requestVideoFrameCallback(frame);
  };
  video.requestVideoFrameCallback(frame);
  window.longestGap = () => {
    longest = Math.max(longest, performance.now() - last);
    const gap = longest;
    longest = 0;
    return Math.round(gap);
  };
}

/** From now on the page measures the time between the frames of the other side's picture. */
export const watchGaps = (page: Page): Promise<void> => page.evaluate(measureGaps);

/** The longest time without a new frame since this was last asked, in milliseconds. */
export const longestGapMs = (page: Page): Promise<number> =>
  page.evaluate(() => window.longestGap());

/** How long it took until picture and sound were there. */
export interface Back {
  pictureMs: number;
  soundMs: number;
}

/** The page remembers the other side's picture as it is now, and the sound that has come so far. */
export async function rememberPictureAndSound(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(64, 48);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("this browser has no 2d canvas");
    const look = () => {
      const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]');
      if (!video) return null;
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
    };
    // Samples that came, without those that the browser put in the place of lost ones.
    const heard = async () => {
      const samples = new Map<RTCPeerConnection, number>();
      for (const peer of window.probe.peers) {
        if (peer.connectionState === "closed") continue;
        let count = 0;
        for (const entry of (await peer.getStats()).values()) {
          if (entry.type !== "inbound-rtp" || entry.kind !== "audio") continue;
          count += (entry.totalSamplesReceived ?? 0) - (entry.concealedSamples ?? 0);
        }
        samples.set(peer, count);
      }
      return samples;
    };
    window.before = { look, heard, pixels: look(), sound: await heard() };
  });
}

/**
 * Waits until the other side's picture, by its pixels, is another than the one remembered, and until
 * sound has come since then that was not made up by the browser. `since` is a moment of the wall clock.
 */
export function seesAndHearsAgain(page: Page, since: number, withinMs: number): Promise<Back> {
  return page.evaluate(
    async ({ since, withinMs }) => {
      const { look, heard, pixels, sound } = window.before;
      const back = { pictureMs: Number.POSITIVE_INFINITY, soundMs: Number.POSITIVE_INFINITY };
      while (Date.now() - since < withinMs) {
        const seen = look();
        // 24 of 255: more than an encoder's noise on a still picture.
        const differ = seen?.filter((value, at) => Math.abs(value - (pixels?.[at] ?? 0)) > 24);
        if ((differ?.length ?? 0) > 20)
          back.pictureMs = Math.min(back.pictureMs, Date.now() - since);
        for (const [peer, samples] of await heard()) {
          // A tenth of a second of it.
          if (samples - (sound.get(peer) ?? 0) < 4_800) continue;
          back.soundMs = Math.min(back.soundMs, Date.now() - since);
        }
        if (Math.max(back.pictureMs, back.soundMs) < withinMs) break;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      return back;
    },
    { since, withinMs },
  );
}
