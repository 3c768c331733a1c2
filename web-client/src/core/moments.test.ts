/** A moment is said as briefly as is clear. */
import { expect, test } from "vitest";
import { hour, moment } from "./moments";

const NOON = new Date(2026, 10, 23, 12, 0).getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test.each([
  ["the same day", 65 * MINUTE, "13:05"],
  ["the next day", DAY, /^mar\. ?à? ?12:00$/],
  ["last week", -7 * DAY, /16 nov\..*12:00/],
] as const)("%s", (_, later, expected) => {
  const said = moment("fr", NOON + later, NOON, undefined).replace(/[\u00a0\u202f]/g, " ");
  if (typeof expected === "string") expect(said).toBe(expected);
  else expect(said).toMatch(expected);
});

test("midnight is the hour 0", () => {
  expect(hour("en", new Date(2026, 10, 23, 0, 7).getTime(), undefined)).toBe("00:07");
});
