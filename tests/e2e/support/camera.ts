// A camera of a page that can be taken away, as phone calls, other programs and covers take it: what
// it shows is drawn here, and the page gets it from `getUserMedia` beside the browser's microphone.
import type { Page } from "@playwright/test";

/** What the camera gives: a picture that moves, the dark with its noise, black, or no frame at all. */
export type Shows = "movement" | "dark" | "black" | "nothing";

declare global {
  interface Window {
    camera: {
      shows: Shows;
      /** Opened so many times. */
      opened: number;
      tracks: MediaStreamTrack[];
    };
  }
}

/** Runs in the page before its own scripts. */
export function installCamera(): void {
  const camera = { shows: "movement" as Shows, opened: 0, tracks: [] as MediaStreamTrack[] };
  window.camera = camera;
  const [width, height] = [320, 240];
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no 2d canvas");
  const grain = context.createImageData(width, height);
  let frame = 0;
  const draw = () => {
    if (camera.shows === "nothing") return;
    frame += 1;
    context.fillStyle = camera.shows === "movement" ? "#4a7a60" : "#000";
    context.fillRect(0, 0, width, height);
    if (camera.shows === "movement") {
      context.fillStyle = "#f2c14e";
      context.fillRect((frame * 9) % width, 60, 80, 120);
    }
    if (camera.shows === "dark") {
      // A webcam in an unlit room, its gain turned up: noise. Chromium sends what a canvas shows
      // darker by 16 of 255, so that a mean of 24 arrives as one of 9.
      for (let at = 0; at < grain.data.length; at += 4) {
        const value = Math.round(Math.random() * 48);
        grain.data.set([value, value, value, 255], at);
      }
      context.putImageData(grain, 0, 0);
    }
  };
  setInterval(draw, 50);
  const devices = navigator.mediaDevices;
  const native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = wanted?.audio ? await native({ audio: wanted.audio }) : new MediaStream();
    if (wanted?.video) {
      camera.opened += 1;
      const [track] = canvas.captureStream(20).getVideoTracks();
      if (track === undefined) throw new Error("a canvas without a picture");
      camera.tracks.push(track);
      stream.addTrack(track);
    }
    return stream;
  };
}

/** From now on the camera gives this. */
export const show = (page: Page, what: Shows): Promise<void> =>
  page.evaluate((what) => {
    window.camera.shows = what;
  }, what);

/** Takes it as iOS does: the track is muted, and no frame comes, ever again from this one. */
export const mute = (page: Page): Promise<void> =>
  page.evaluate(() => {
    window.camera.shows = "nothing";
    const track = window.camera.tracks.at(-1);
    if (track === undefined) throw new Error("the camera is not open");
    Object.defineProperty(track, "muted", { value: true });
    track.dispatchEvent(new Event("mute"));
  });

/** How many times the page has opened it. */
export const opened = (page: Page): Promise<number> => page.evaluate(() => window.camera.opened);
