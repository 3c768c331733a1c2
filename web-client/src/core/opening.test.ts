/** An opening is told as a person would: today, tomorrow, the day of the week, then the date. */
import { expect, test } from "vitest";
import { fromMoment, openingMoment, timeOfDay } from "./opening";

/** A moment of the device's own time: Thursday 19 November 2026 and after. */
const on = (day: number, hour: number, minute = 0) =>
  new Date(2026, 10, day, hour, minute).getTime();
const NOW = on(19, 18, 45);

test.each([
  ["the same day", on(19, 20), "fr", "aujourd’hui 20:00"],
  ["after midnight", on(20, 0, 15), "fr", "demain 00:15"],
  ["this week", on(23, 8, 30), "fr", "lundi 08:30"],
  ["in English to 24 hours", on(23, 14), "en", "Monday 14:00"],
  ["in Arabic with the digits of the clock", on(23, 8, 30), "ar", "الاثنين 08:30"],
  ["in Ukrainian", on(20, 9), "uk", "завтра 09:00"],
  ["in Portuguese", on(23, 9), "pt", "segunda-feira, 09:00"],
  ["a week away and more", on(26, 8, 30), "fr", "jeudi 26 novembre à 08:30"],
])("%s", (_, at, locale, text) => {
  expect(openingMoment(at, NOW, locale, undefined)).toBe(text);
});

test("a time of day has two digits each", () => {
  expect(timeOfDay(on(19, 9, 5), "en", undefined)).toBe("09:05");
});

test.each([
  ["fr", 0, "13:30"],
  ["fr", 1, "demain 13:30"],
  ["en", 0, "13:30"],
] as const)("duty in %s begins at a time, %i days ahead", (locale, days, text) => {
  const now = new Date(2027, 0, 4, 9, 0).getTime();
  const at = new Date(2027, 0, 4 + days, 13, 30).getTime();
  expect(fromMoment(at, now, locale, undefined)).toBe(text);
});
