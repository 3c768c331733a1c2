/** Moments as people say them: the hour, and the day when it is another one. */
import type { Timestamp } from "./protocol";

/** Within these days a weekday's name is clear. */
const WEEK_MS = 6 * 24 * 60 * 60 * 1000;

const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** The hour of a moment of today, such as `14:05`, in the time zone of whoever reads. */
export function hour(locale: string, at: Timestamp): string {
  return new Intl.DateTimeFormat(locale, HOUR).format(at);
}

/** A moment near or far, seen from `now`: the hour, the weekday with it, or the date. */
export function moment(locale: string, at: Timestamp, now: Timestamp): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return hour(locale, at);
  const day: Intl.DateTimeFormatOptions =
    Math.abs(at - now) < WEEK_MS ? { weekday: "short" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(locale, { ...day, ...HOUR }).format(at);
}
