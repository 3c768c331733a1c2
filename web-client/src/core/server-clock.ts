/**
 * The gateway's clock, as seen from a page whose own clock may be wrong by hours. Each message that
 * carries the server's time gives one sample; the least delayed of the last few is believed.
 */
import type { Timestamp } from "./protocol";

/** Samples kept: 40 s of beats, so that a step of the page's own clock is forgotten soon. */
export const SAMPLES_MAX = 8;

/** The server's time minus the page's, in milliseconds, as one message saw it. */
export type ClockSample = number;

/** Adds what one message tells. A step of the page's own clock discards the samples before it. */
export function observeServerTime(
  samples: readonly ClockSample[],
  server: Timestamp,
  local: Timestamp,
): readonly ClockSample[] {
  const sample = server - local;
  const last = samples.at(-1);
  // No network delays a message by a minute and still delivers it within the silence limit.
  const stepped = last !== undefined && Math.abs(sample - last) > 60_000;
  return [...(stepped ? [] : samples), sample].slice(-SAMPLES_MAX);
}

/** Server time minus page time. A delay can only make a sample smaller, so the largest is best. */
export function clockOffset(samples: readonly ClockSample[]): number {
  return samples.length === 0 ? 0 : Math.max(...samples);
}

/** Time elapsed since a server moment; never negative. */
export function elapsed(
  samples: readonly ClockSample[],
  since: Timestamp,
  local: Timestamp,
): number {
  return Math.max(0, local + clockOffset(samples) - since);
}

/** Time left until a server moment; never negative. */
export function remaining(
  samples: readonly ClockSample[],
  until: Timestamp,
  local: Timestamp,
): number {
  return Math.max(0, until - local - clockOffset(samples));
}

/** A length of time as the screens show it: `0:07`, `12:30`, `1:02:03`. */
export function clockFace(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
