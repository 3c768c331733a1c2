/** Days and hours are those of the service, wherever the device believes it stands. */
import { afterEach, expect, test, vi } from "vitest";
import { daysOf } from "./booking";
import { hour, moment } from "./moments";
import { dayAndDate, fromMoment, fullDate, openingMoment, timeOfDay } from "./opening";
import { hourOfDay, isSameDay, zoneOf } from "./zone";

const PARIS = zoneOf({ time_zone: "Europe/Paris" });
/** As far from Paris as it gets: no device of a test stands in both. */
const KIRITIMATI = zoneOf({ time_zone: "Pacific/Kiritimati" });

/** Monday 23 November 2026, 13:30 in Paris: 02:30 of Tuesday on Kiritimati. */
const AFTERNOON = Date.UTC(2026, 10, 23, 12, 30);
const MORNING = Date.UTC(2026, 10, 23, 8, 0);

afterEach(() => vi.restoreAllMocks());

test("the same moments are one day in Paris and two on Kiritimati", () => {
  expect(isSameDay(MORNING, AFTERNOON, PARIS)).toBe(true);
  expect(isSameDay(MORNING, AFTERNOON, KIRITIMATI)).toBe(false);
  expect([hourOfDay(AFTERNOON, PARIS), hourOfDay(AFTERNOON, KIRITIMATI)]).toEqual([13, 2]);
});

test("every way of saying a moment goes by the service", () => {
  const said = (zone: typeof PARIS) => [
    timeOfDay(AFTERNOON, "fr", zone),
    fromMoment(AFTERNOON, MORNING, "en", zone),
    openingMoment(AFTERNOON, MORNING, "fr", zone),
    fullDate(AFTERNOON, "fr", zone),
    dayAndDate(AFTERNOON, MORNING, "fr", zone).date,
    hour("fr", AFTERNOON, zone),
    moment("fr", AFTERNOON, MORNING, zone),
  ];
  expect(said(PARIS)).toEqual([
    "13:30",
    "13:30",
    "aujourd’hui 13:30",
    "lundi 23 novembre",
    "23 novembre",
    "13:30",
    "13:30",
  ]);
  expect(said(KIRITIMATI)).toEqual([
    "02:30",
    "tomorrow 02:30",
    "demain 02:30",
    "mardi 24 novembre",
    "24 novembre",
    "02:30",
    expect.stringMatching(/^mar\..*02:30$/),
  ]);
});

test("free times fall into the days and halves of the service", () => {
  const free = [MORNING, AFTERNOON].map((starts_at) => ({ starts_at, ends_at: starts_at + 1 }));
  const [first, second] = free;
  expect(daysOf(free, PARIS)).toEqual([{ at: MORNING, morning: [first], afternoon: [second] }]);
  expect(daysOf(free, KIRITIMATI)).toEqual([
    { at: MORNING, morning: [], afternoon: [first] },
    { at: AFTERNOON, morning: [second], afternoon: [] },
  ]);
});

test.each([
  ["forward", Date.UTC(2027, 2, 27, 22, 30), Date.UTC(2027, 2, 28, 21, 30)],
  ["back", Date.UTC(2026, 9, 24, 21, 30), Date.UTC(2026, 9, 25, 22, 30)],
])("the night the clocks go %s is one night", (_, evening, next) => {
  expect([timeOfDay(evening, "fr", PARIS), timeOfDay(next, "fr", PARIS)]).toEqual([
    "23:30",
    "23:30",
  ]);
  expect(openingMoment(next, evening, "fr", PARIS)).toBe("demain 23:30");
  expect(isSameDay(next, next + 29 * 60_000, PARIS)).toBe(true);
  expect(isSameDay(next, next + 31 * 60_000, PARIS)).toBe(false);
});

test("an unknown zone is told once, and the device's own is shown", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  expect(zoneOf({ time_zone: "Europe/Amienz" })).toBeUndefined();
  expect(zoneOf({ time_zone: "Europe/Amienz" })).toBeUndefined();
  expect(zoneOf({ time_zone: "" })).toBeUndefined();
  expect(warn).toHaveBeenCalledTimes(1);
});
