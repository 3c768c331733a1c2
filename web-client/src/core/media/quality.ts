/**
 * What arrives from the other side, measured from the browser's own counters. Pure: two readings in,
 * one line of quality out.
 */
import type { Packets } from "./flowing";

/** The counters of one moment. `at` is the page's monotonic time in milliseconds. */
export interface Reading {
  readonly at: number;
  readonly framesDecoded: number;
  readonly width: number;
  readonly height: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly roundTripMs: number | null;
}

/** What the quality line shows. */
export interface Quality {
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  /** Lost packets of the last interval, in percent of those sent. */
  readonly lossPercent: number;
  readonly roundTripMs: number | null;
  /** When the last frame was decoded; null before the first. */
  readonly lastFrameAt: number | null;
  readonly packetsReceived: number;
}

/** Counters are read this often: often enough to see two seconds without a frame. */
export const SAMPLE_MS = 500;

/** Frame rates are averaged over this many readings, to be calm enough to read. */
export const WINDOW = 4;

/** No frame for this long and the screen says so. */
export const STALL_MS = 2_000;

/** The line after `next`, with up to `WINDOW` readings before it, oldest first. */
export function quality(before: readonly Reading[], next: Reading, last: Quality | null): Quality {
  const oldest = before[0];
  const previous = before.at(-1);
  const seconds = oldest ? (next.at - oldest.at) / 1000 : 0;
  const frames = oldest ? Math.max(0, next.framesDecoded - oldest.framesDecoded) : 0;
  const received = oldest ? Math.max(0, next.packetsReceived - oldest.packetsReceived) : 0;
  // Loss is counted down again when a late packet arrives after all.
  const lost = oldest ? Math.max(0, next.packetsLost - oldest.packetsLost) : 0;
  const moved = next.framesDecoded > (previous?.framesDecoded ?? 0);
  return {
    fps: seconds > 0 ? frames / seconds : 0,
    width: next.width,
    height: next.height,
    lossPercent: received + lost > 0 ? (100 * lost) / (received + lost) : 0,
    roundTripMs: next.roundTripMs,
    lastFrameAt: moved ? next.at : (last?.lastFrameAt ?? null),
    packetsReceived: next.packetsReceived,
  };
}

/** True when the picture has stood still for too long. Before the first frame it is not "still". */
export function isStalled(line: Quality | null, at: number): boolean {
  return line !== null && line.lastFrameAt !== null && at - line.lastFrameAt >= STALL_MS;
}

/**
 * Reads the counters of a connection. Tracks set apart are counted for themselves: a second picture
 * hides no stall of the first.
 */
export async function readCounters(
  peer: Pick<RTCPeerConnection, "getStats">,
  at: number,
  setApart: readonly Pick<MediaStreamTrack, "id">[],
): Promise<{ readonly main: Reading; readonly apart: Packets }> {
  const report = await peer.getStats();
  let framesDecoded = 0;
  let width = 0;
  let height = 0;
  let packetsReceived = 0;
  let packetsLost = 0;
  let roundTripMs: number | null = null;
  const apart = new Map<string, number>();
  for (const entry of report.values() as Iterable<Record<string, unknown>>) {
    const number = (key: string) => (typeof entry[key] === "number" ? (entry[key] as number) : 0);
    if (entry["type"] === "inbound-rtp") {
      const other = setApart.find(({ id }) => id === entry["trackIdentifier"]);
      if (other) {
        apart.set(other.id, (apart.get(other.id) ?? 0) + number("packetsReceived"));
        continue;
      }
      packetsReceived += number("packetsReceived");
      packetsLost += number("packetsLost");
      if (entry["kind"] === "video") {
        framesDecoded += number("framesDecoded");
        width = Math.max(width, number("frameWidth"));
        height = Math.max(height, number("frameHeight"));
      }
    } else if (entry["type"] === "candidate-pair" && entry["nominated"] === true) {
      if ("currentRoundTripTime" in entry) roundTripMs = 1000 * number("currentRoundTripTime");
    }
  }
  const main = { at, framesDecoded, width, height, packetsReceived, packetsLost, roundTripMs };
  return { main, apart };
}
