/**
 * The service's time zone: every date and hour that is shown, and every "same day", goes by it, not
 * by the clock of the device, which may stand anywhere.
 */
import type { Directory, Timestamp } from "./protocol";

/** A zone's name the browser knows; undefined for the device's own. */
export type Zone = string | undefined;

const DAY_MS = 86_400_000;

/** What each name came to: an unknown one is told once. */
const known = new Map<string, Zone>();

/** The zone of the service; the device's own before it is told, or where the browser has none. */
export function zoneOf({ time_zone: name }: Pick<Directory, "time_zone">): Zone {
  if (name === "") return undefined;
  if (!known.has(name)) known.set(name, supported(name));
  return known.get(name);
}

function supported(name: string): Zone {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch (error) {
    console.warn(`Times are those of this device: unknown time zone ${name}`, error);
    return undefined;
  }
}

/** The days from one moment to the other, by the calendar on the wall; negative into the past. */
export function daysBetween(from: Timestamp, to: Timestamp, zone: Zone): number {
  return localTime(to, zone).day - localTime(from, zone).day;
}

/** True when both moments lie in one day. */
export function isSameDay(a: Timestamp, b: Timestamp, zone: Zone): boolean {
  return daysBetween(a, b, zone) === 0;
}

/** The hour of the day, 0 to 23. */
export function hourOfDay(at: Timestamp, zone: Zone): number {
  return localTime(at, zone).hour;
}

/** Making one takes longer than all its uses. */
const readers = new Map<Zone, Intl.DateTimeFormat>();

/** The day, counted from any one; and the hour. */
function localTime(at: Timestamp, zone: Zone): { readonly day: number; readonly hour: number } {
  let reader = readers.get(zone);
  if (!reader) {
    reader = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
      timeZone: zone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      hourCycle: "h23",
    });
    readers.set(zone, reader);
  }
  const parts = reader.formatToParts(at);
  const part = (type: "year" | "month" | "day" | "hour") =>
    Number(parts.find((one) => one.type === type)?.value);
  return {
    day: Date.UTC(part("year"), part("month") - 1, part("day")) / DAY_MS,
    hour: part("hour"),
  };
}
