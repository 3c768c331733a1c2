/**
 * Looks at the pictures of a call while they are shown: at one's own, whether the camera still shows
 * something, and opens it anew when something else has taken it, on the connection that is there; at
 * the other's, whether it is black. Loaded with the screens of a call.
 */
import { Cell, type ReadableCell } from "../cell";
import type { CallMedia } from "./call-media";
import { CameraHealth, LOOK_MS, TAKEN_MS } from "./camera-health";
import { AUDIO, VIDEO } from "./devices";
import { Glance, isBlack } from "./light";

/** Stops what was begun. */
export type Stop = () => void;

/** See the module. */
export class CameraWatch {
  readonly #media: CallMedia;
  readonly #otherBlack = new Cell(false);

  constructor(media: CallMedia) {
    this.#media = media;
  }

  /** What `other` watches has been black for a while. */
  get otherBlack(): ReadableCell<boolean> {
    return this.#otherBlack;
  }

  /** Watches one's own picture, as `video` shows it. */
  readonly own = (video: HTMLVideoElement): Stop => {
    const media = this.#media;
    const health = new CameraHealth();
    const glance = new Glance();
    const frames = new FrameCounter(video);
    let opening = false;
    const look = () => {
      const { local, cameraOff } = media.picture.get();
      const track = local?.getVideoTracks()[0];
      if (!track) return;
      const shown = isVisible() && !video.paused;
      const { taken, reopen } = health.look({
        at: performance.now(),
        off: cameraOff,
        visible: isVisible(),
        silent: isSilent(track),
        frames: shown ? frames.count() : null,
        light: shown ? glance.at(video) : null,
      });
      media.setCameraTaken(taken);
      if (!reopen || opening) return;
      opening = true;
      openAnew(media)
        // Still somebody else's; the next attempt comes later.
        .catch((error: unknown) => console.warn(error))
        .finally(() => {
          opening = false;
        });
    };
    const hope = () => health.hope(performance.now());
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", hope);
    navigator.mediaDevices?.addEventListener("devicechange", hope);
    return () => {
      clearInterval(timer);
      media.setCameraTaken(false);
      document.removeEventListener("visibilitychange", hope);
      navigator.mediaDevices?.removeEventListener("devicechange", hope);
    };
  };

  /** Watches for black alone: the other's picture, or one's own before a call, as `video` shows it. */
  readonly other = (video: HTMLVideoElement): Stop => {
    const glance = new Glance();
    let seenAt = performance.now();
    const timer = setInterval(() => {
      const at = performance.now();
      const light = isVisible() ? glance.at(video) : null;
      if (light === null || !isBlack(light)) seenAt = at;
      this.#otherBlack.set(at - seenAt >= TAKEN_MS);
    }, LOOK_MS);
    return () => {
      clearInterval(timer);
      this.#otherBlack.set(false);
    };
  };
}

/** Whether new frames are shown: one is waited for at a time. */
class FrameCounter {
  readonly #video: HTMLVideoElement;
  #frames = 0;
  #waiting = false;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
  }

  /** Grows as long as frames are shown; null before the first, and where the browser tells of none. */
  count(): number | null {
    const video = this.#video;
    if (!this.#waiting && "requestVideoFrameCallback" in video) {
      this.#waiting = true;
      video.requestVideoFrameCallback(() => {
        this.#waiting = false;
        this.#frames += 1;
      });
    }
    return this.#frames > 0 ? this.#frames : null;
  }
}

function isVisible(): boolean {
  return document.visibilityState === "visible";
}

function isSilent(track: MediaStreamTrack): boolean {
  return track.muted || track.readyState === "ended";
}

/**
 * Opens the camera anew, and the microphone where it was taken, too, and lets the connection send
 * what they give.
 */
async function openAnew(media: CallMedia): Promise<void> {
  const { local } = media.picture.get();
  if (!local) return;
  const stale = local.getTracks().filter((track) => track.kind === "video" || isSilent(track));
  // Before the new ones: browsers give a second track of an open camera the same pictures.
  for (const track of stale) track.stop();
  const fresh = await navigator.mediaDevices.getUserMedia({
    video: stale.some(({ kind }) => kind === "video") && VIDEO,
    audio: stale.some(({ kind }) => kind === "audio") && AUDIO,
  });
  if (media.picture.get().local !== local) {
    for (const track of fresh.getTracks()) track.stop();
    return;
  }
  for (const track of fresh.getTracks()) {
    const before = stale.find(({ kind }) => kind === track.kind);
    if (before) await swap(media, local, before, track);
  }
}

async function swap(
  media: CallMedia,
  local: MediaStream,
  before: MediaStreamTrack,
  track: MediaStreamTrack,
): Promise<void> {
  track.contentHint = before.contentHint;
  track.enabled = before.enabled;
  track.addEventListener("ended", () => media.restart(), { once: true });
  local.removeTrack(before);
  local.addTrack(track);
  // The first section of each kind is the one that sends.
  for (const peer of media.peers) {
    const sections = peer.getTransceivers();
    const section = sections.find(({ receiver }) => receiver.track.kind === track.kind);
    await section?.sender.replaceTrack(track);
  }
}
