/** Appointments on the board: which need a hand, who may be given one. */
import { expect, test } from "vitest";
import { isUrgent, mayTake, URGENT_MS } from "./board-appointments";
import { EMPTY, person } from "./board-fixtures";
import type { AppointmentRow } from "./protocol";

const HOUR = 3_600_000;
const row = (appointment: number, change: Partial<AppointmentRow> = {}): AppointmentRow => ({
  appointment,
  tablet: 1,
  site: 1,
  interpreter: null,
  language: "fsl",
  mode: "sign",
  starts_at: 100 * HOUR,
  ends_at: 101 * HOUR,
  taken: false,
  may_answer: false,
  calls_until: null,
  ...change,
});

test("an appointment nobody has taken stands out within a day of its time", () => {
  const one = row(1);
  expect(isUrgent(one, one.starts_at - URGENT_MS)).toBe(false);
  expect(isUrgent(one, one.starts_at - URGENT_MS + 1)).toBe(true);
  expect(isUrgent({ ...one, interpreter: 1, taken: true }, one.starts_at - 1)).toBe(false);
});

test("only who knows the language in this way and is free then may be given one", () => {
  const speaks = { language: "ar", tier: 1, modes: ["spoken_video" as const] };
  const promised = row(2, { interpreter: 3, taken: true, starts_at: 100.5 * HOUR });
  const later = row(3, { interpreter: 4, taken: true, starts_at: 101 * HOUR, ends_at: 102 * HOUR });
  const board = {
    ...EMPTY,
    interpreters: [person(1, { skills: [speaks] }), person(2), person(3), person(4)],
    appointments: [row(1), promised, later],
  };
  const able = mayTake(board, row(1)).map(({ interpreter }) => interpreter);
  expect(able).toEqual([2, 4]);
});

test("whoever has the appointment is still among those who may have it", () => {
  const mine = row(1, { interpreter: 2, taken: true });
  const board = { ...EMPTY, interpreters: [person(2)], appointments: [mine] };
  expect(mayTake(board, mine)).toHaveLength(1);
});
