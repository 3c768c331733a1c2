/** Moments as people say them: the hour, and the day when it is another one. */
import type { Timestamp } from "./protocol";
import { isSameDay, type Zone } from "./zone";

/** Within these days a weekday's name is clear. */
const WEEK_MS = 6 * 24 * 60 * 60 * 1000;

const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** The hour of a moment of today, such as `14:05`, where the service is. */
export function hour(locale: string, at: Timestamp, zone: Zone): string {
  return new Intl.DateTimeFormat(locale, { ...HOUR, timeZone: zone }).format(at);
}

/** A moment near or far, seen from `now`: the hour, the weekday with it, or the date. */
export function moment(locale: string, at: Timestamp, now: Timestamp, zone: Zone): string {
  if (isSameDay(at, now, zone)) return hour(locale, at, zone);
  const day: Intl.DateTimeFormatOptions =
    Math.abs(at - now) < WEEK_MS ? { weekday: "short" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(locale, { ...day, ...HOUR, timeZone: zone }).format(at);
}
