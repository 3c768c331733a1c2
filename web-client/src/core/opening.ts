/**
 * When something opens, in words: "today 14:00", "Monday 08:30", "Monday 4 January 08:30", in any
 * language the browser knows. In the browser's time zone, which is that of the counter.
 */
import type { Timestamp } from "./protocol";

/** Within a week the name of the day says it all. */
const NAMED_DAYS = 7;

const DAY_MS = 86_400_000;

const CLOCK: Intl.DateTimeFormatOptions = {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
};

/** The moment `at` for a reader of `locale`, seen from `now`. */
export function openingMoment(at: Timestamp, now: Timestamp, locale: string): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY_MS);
  if (days < 0 || days > 1) {
    const far = days < 0 || days >= NAMED_DAYS;
    const date: Intl.DateTimeFormatOptions = far ? { day: "numeric", month: "long" } : {};
    return format(at, locale, { weekday: "long", ...date, ...CLOCK });
  }
  const day = new Intl.RelativeTimeFormat(tag(locale), { numeric: "auto" }).format(days, "day");
  return `${day} ${timeOfDay(at, locale)}`;
}

/** From when on, for the same reader: of today, the time alone. */
export function fromMoment(at: Timestamp, now: Timestamp, locale: string): string {
  return startOfDay(at) === startOfDay(now)
    ? timeOfDay(at, locale)
    : openingMoment(at, now, locale);
}

/** The time of day, such as `08:30`. */
export function timeOfDay(at: Timestamp, locale: string): string {
  return format(at, locale, CLOCK);
}

/** Western digits, as on the clock faces; British English, because it counts to 24 hours. */
function tag(locale: string): string {
  return `${locale === "en" ? "en-GB" : locale}-u-nu-latn`;
}

function format(at: Timestamp, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(tag(locale), options).format(at);
}

function startOfDay(at: Timestamp): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
