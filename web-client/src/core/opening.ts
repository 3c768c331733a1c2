/**
 * When something opens, in words: "today 14:00", "Monday 08:30", "Monday 4 January 08:30", in any
 * language the browser knows, by the clocks of the service.
 */
import type { Timestamp } from "./protocol";
import { daysBetween, isSameDay, type Zone } from "./zone";

/** Within a week the name of the day says it all. */
const NAMED_DAYS = 7;

const CLOCK: Intl.DateTimeFormatOptions = {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
};

/** The moment `at` for a reader of `locale`, seen from `now`. */
export function openingMoment(at: Timestamp, now: Timestamp, locale: string, zone: Zone): string {
  const days = daysBetween(now, at, zone);
  if (days < 0 || days > 1) {
    const far = days < 0 || days >= NAMED_DAYS;
    const date: Intl.DateTimeFormatOptions = far ? { day: "numeric", month: "long" } : {};
    return format(at, locale, zone, { weekday: "long", ...date, ...CLOCK });
  }
  return `${nearDay(days, locale)} ${timeOfDay(at, locale, zone)}`;
}

/** "today", "tomorrow". */
function nearDay(days: number, locale: string): string {
  return new Intl.RelativeTimeFormat(tag(locale), { numeric: "auto" }).format(days, "day");
}

/** From when on, for the same reader: of today, the time alone. */
export function fromMoment(at: Timestamp, now: Timestamp, locale: string, zone: Zone): string {
  return isSameDay(at, now, zone)
    ? timeOfDay(at, locale, zone)
    : openingMoment(at, now, locale, zone);
}

/** A day and its date: "tomorrow" with "24 November", "Wednesday" with "25 November". */
export function dayAndDate(
  at: Timestamp,
  now: Timestamp,
  locale: string,
  zone: Zone,
): { readonly day: string; readonly date: string } {
  const days = daysBetween(now, at, zone);
  const date = format(at, locale, zone, { day: "numeric", month: "long" });
  const near = days === 0 || days === 1;
  return {
    day: near ? nearDay(days, locale) : format(at, locale, zone, { weekday: "long" }),
    date,
  };
}

/** A date to be written down: "Monday 23 November", whatever day it is now. */
export function fullDate(at: Timestamp, locale: string, zone: Zone): string {
  return format(at, locale, zone, { weekday: "long", day: "numeric", month: "long" });
}

/** The time of day, such as `08:30`. */
export function timeOfDay(at: Timestamp, locale: string, zone: Zone): string {
  return format(at, locale, zone, CLOCK);
}

/** Western digits, as on the clock faces; British English, because it counts to 24 hours. */
function tag(locale: string): string {
  return `${locale === "en" ? "en-GB" : locale}-u-nu-latn`;
}

function format(
  at: Timestamp,
  locale: string,
  zone: Zone,
  options: Intl.DateTimeFormatOptions,
): string {
  return new Intl.DateTimeFormat(tag(locale), { ...options, timeZone: zone }).format(at);
}
