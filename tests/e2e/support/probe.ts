// What the tests see of media inside a page, without the page's help: the peer connections it makes,
// the moment of the accept click and the moment each remote video shows its first frame.
import { setTimeout as passed } from "node:timers/promises";
import { expect, type Page } from "@playwright/test";

declare global {
  interface Window {
    /** Filled by `installProbe`. */
    probe: {
      peers: RTCPeerConnection[];
      /** What had arrived at each connection when it was last looked at. */
      arrived: Map<RTCPeerConnection, Received>;
      acceptedAt: number;
      firstFramesAt: number[];
    };
  }
}

/** Runs in the page before its own scripts. Moments are milliseconds of the wall clock. */
export function installProbe(): void {
  const probe = {
    peers: [] as RTCPeerConnection[],
    arrived: new Map<RTCPeerConnection, Received>(),
    acceptedAt: 0,
    firstFramesAt: [] as number[],
  };
  window.probe = probe;
  const moment = (sinceLoad: number) => performance.timeOrigin + sinceLoad;

  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      probe.peers.push(this);
    }
  };

  addEventListener(
    "click",
    (event) => {
      const target = event.target as Element | null;
      if (target?.closest('[data-testid="accept"]')) probe.acceptedAt = moment(event.timeStamp);
    },
    true,
  );

  const media = HTMLMediaElement.prototype;
  const native = Object.getOwnPropertyDescriptor(media, "srcObject");
  if (native === undefined) throw new Error("this browser has no srcObject");
  Object.defineProperty(media, "srcObject", {
    ...native,
    set(this: HTMLMediaElement, stream: MediaProvider | null) {
      native.set?.call(this, stream);
      if (!(this instanceof HTMLVideoElement) || stream === null) return;
      this.requestVideoFrameCallback((now) => {
        if (this.dataset["testid"] === "remote-video") probe.firstFramesAt.push(moment(now));
      });
    },
  });
}

/** What has arrived at a page so far. */
export interface Received {
  framesDecoded: number;
  audioPackets: number;
  audioSamples: number;
  audioEnergy: number;
}

/** Adds up what the page's peer connections have received. */
export const received = (page: Page): Promise<Received> => page.evaluate(readReceived);

/**
 * Runs in the page. A closed connection counts with what it was last seen to have: a sum that shrank
 * when one connection replaced another would hide, for as long as the old one had lasted, what arrives
 * on the new one.
 */
export async function readReceived(): Promise<Received> {
  const { peers, arrived } = window.probe;
  const sum = { framesDecoded: 0, audioPackets: 0, audioSamples: 0, audioEnergy: 0 };
  for (const peer of peers) {
    const now = { framesDecoded: 0, audioPackets: 0, audioSamples: 0, audioEnergy: 0 };
    for (const entry of (await peer.getStats()).values()) {
      if (entry.type !== "inbound-rtp") continue;
      if (entry.kind === "video") now.framesDecoded += entry.framesDecoded ?? 0;
      if (entry.kind !== "audio") continue;
      now.audioPackets += entry.packetsReceived ?? 0;
      now.audioSamples += entry.totalSamplesReceived ?? 0;
      now.audioEnergy += entry.totalAudioEnergy ?? 0;
    }
    const last = arrived.get(peer) ?? now;
    for (const what of Object.keys(now) as (keyof Received)[]) {
      now[what] = Math.max(now[what], last[what]);
      sum[what] += now[what];
    }
    arrived.set(peer, now);
  }
  return sum;
}

/** How the packets of the page's connections that are up are sealed (SRTP). */
export const sealsOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const seals: string[] = [];
    for (const peer of window.probe.peers) {
      if (peer.connectionState !== "connected") continue;
      for (const entry of (await peer.getStats()).values())
        if (entry.type === "transport") seals.push(entry.srtpCipher);
    }
    return seals;
  });

/** Frames the page decodes in a second, over so many of them. */
export async function framesPerSecond(page: Page, seconds: number): Promise<number> {
  const [from, before] = [performance.now(), await received(page)];
  await passed(seconds * 1000);
  const after = await received(page);
  return (1000 * (after.framesDecoded - before.framesDecoded)) / (performance.now() - from);
}

/** How many peer connections the page has made. */
export const peersMade = (page: Page): Promise<number> =>
  page.evaluate(() => window.probe.peers.length);

/**
 * Expects that on peer connections beyond the first `made` a page decodes the pictures of so many people
 * and receives the sound of each.
 */
export async function expectNewPeerSeesAndHears(
  page: Page,
  made: number,
  who: string,
  people = 1,
): Promise<void> {
  const arrived = () =>
    page.evaluate(async (made) => {
      let [pictures, sounds] = [0, 0];
      for (const peer of window.probe.peers.slice(made)) {
        if (peer.connectionState === "closed") continue;
        for (const entry of (await peer.getStats()).values()) {
          if (entry.type !== "inbound-rtp") continue;
          if (entry.kind === "video") pictures += Number((entry.framesDecoded ?? 0) > 0);
          else sounds += Number((entry.packetsReceived ?? 0) > 0);
        }
      }
      return Math.min(pictures, sounds);
    }, made);
  const patience = { message: `${who}: pictures and sounds on a new connection`, timeout: 30_000 };
  await expect.poll(arrived, { ...patience, intervals: [100] }).toBe(people);
}

/** A small copy of the remote video as it is now, for comparing. */
export async function picture(page: Page): Promise<number[]> {
  return page.getByTestId("remote-video").evaluate((element) => {
    const canvas = new OffscreenCanvas(64, 48);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser has no 2d canvas");
    context.drawImage(element as HTMLVideoElement, 0, 0, canvas.width, canvas.height);
    return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
  });
}

/** How many of the small copy's colour values differ clearly. */
function difference(before: number[], after: number[]): number {
  // 24 of 255: more than an encoder's noise on a still picture.
  return after.filter((value, at) => Math.abs(value - (before[at] ?? 0)) > 24).length;
}

/** Expects that this page decodes moving video and receives sound from now on. */
export async function expectMovingVideoAndSound(page: Page, who: string): Promise<void> {
  await expect(page.getByTestId("remote-video"), `${who}: the other's picture`).toBeVisible();
  await expect
    .poll(async () => (await received(page)).framesDecoded, { message: `${who}: first frames` })
    .toBeGreaterThan(0);
  const before = { media: await received(page), picture: await picture(page) };
  const arrives = (what: keyof Received) =>
    expect
      .poll(async () => (await received(page))[what], { message: `${who}: ${what} grows` })
      .toBeGreaterThan(before.media[what]);
  await arrives("framesDecoded");
  await arrives("audioPackets");
  await arrives("audioSamples");
  // The fake microphone beeps each second, so silence would mean that sound is lost.
  await arrives("audioEnergy");
  await expect
    .poll(async () => difference(before.picture, await picture(page)), {
      message: `${who}: the picture moves`,
    })
    .toBeGreaterThan(20);
}

/** From the click on accept to the first frame shown at `viewer`, in milliseconds. */
export async function acceptToFrameMs(accepting: Page, viewer: Page): Promise<number> {
  const acceptedAt = await accepting.evaluate(() => window.probe.acceptedAt);
  const frameAfter = () =>
    viewer.evaluate((from) => window.probe.firstFramesAt.find((at) => at >= from) ?? 0, acceptedAt);
  await expect.poll(frameAfter, { message: "first frame" }).toBeGreaterThan(0);
  return Math.round((await frameAfter()) - acceptedAt);
}
