/**
 * When a tablet tests itself: after its page has opened, and once each morning, in a moment in which
 * nobody is near. Pure.
 */
import type { Timestamp, ViewOf } from "../protocol";
import { mayReload, type TabletLocal } from "../tablet";
import { isSameDay, type Zone } from "../zone";

/** Nobody has touched the tablet for so long. */
export const UNTOUCHED_MS = 30_000;

/** An appointment is near by so much. */
const NEAR_MS = 15 * 60_000;

/** In the night nobody could do anything about it, and cameras see less. */
const MORNING_HOUR = 6;

/** What is known at a moment. */
export interface Moment {
  /** By the gateway's clock. */
  readonly now: Timestamp;
  readonly zone: Zone;
  /** Since the last touch, or since the page has opened. */
  readonly untouchedMs: number;
  readonly visible: boolean;
  readonly view: ViewOf<"tablet">;
  readonly local: TabletLocal;
  /** When it last tested itself, or tried; null before. */
  readonly last: Timestamp | null;
  /** Since when it may try again after it was told to wait. */
  readonly notBefore: Timestamp;
}

/** Whether a test would disturb nobody. */
export function isQuiet({ now, untouchedMs, visible, view, local }: Moment): boolean {
  const isNear = view.appointments.some(({ starts_at }) => Math.abs(starts_at - now) < NEAR_MS);
  return visible && untouchedMs >= UNTOUCHED_MS && !isNear && mayReload(view, local);
}

/** Whether it is time for one. */
export function isDue(moment: Moment): boolean {
  const { now, zone, last, notBefore } = moment;
  if (now < notBefore || !isQuiet(moment)) return false;
  if (last === null) return true;
  return !isSameDay(last, now, zone) && hourOf(now, zone) >= MORNING_HOUR;
}

function hourOf(at: Timestamp, zone: Zone): number {
  const form = { hour: "2-digit", hourCycle: "h23", timeZone: zone } as const;
  return Number(new Intl.DateTimeFormat("en", form).format(at));
}
