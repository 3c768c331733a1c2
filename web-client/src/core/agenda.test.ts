/** Appointments of an interpreter: what is asked, and how a refusal is put. */
import { expect, test } from "vitest";
import { Agenda, type AgendaWord, heldFor, sorted } from "./agenda";
import type { OfferedAppointment, Request } from "./protocol";
import { RequestError, type RequestProblem } from "./requests";

function gateway(refuses: RequestProblem | null = null) {
  const asked: Request[] = [];
  const request = (wanted: Request) => {
    asked.push(wanted);
    if (refuses) return Promise.reject(new RequestError(refuses, "no"));
    return Promise.resolve({ type: "done" as const, id: 1 });
  };
  return { asked, agenda: new Agenda({ request }) };
}
const offered = (appointment: number, change: Partial<OfferedAppointment> = {}) => ({
  appointment,
  language: "ar",
  mode: "spoken_video" as const,
  subject: null,
  site: 1,
  starts_at: 0,
  ends_at: 1,
  mine: false,
  held: false,
  ...change,
});

test("an appointment is taken and given back by its number, one request at a time", async () => {
  const { asked, agenda } = gateway();
  await Promise.all([agenda.take(5), agenda.take(6)]);
  await agenda.release(5);
  expect(asked).toEqual([
    { type: "take_appointment", appointment: 5 },
    { type: "release_appointment", appointment: 5 },
  ]);
  expect(agenda.state.get()).toEqual({ pending: null, word: null });
});

test.each<[RequestProblem, AgendaWord]>([
  ["offer_gone", "first"],
  ["call_gone", "first"],
  ["wrong_state", "overlaps"],
  ["not_qualified", "not_qualified"],
  ["not_connected", "failed"],
])("a refusal %s is put as %s, until it is read", async (problem, word) => {
  const { agenda } = gateway(problem);
  expect(await agenda.take(5)).toBe(false);
  expect(agenda.state.get()).toEqual({ pending: null, word });
  agenda.clear();
  expect(agenda.state.get().word).toBeNull();
});

test("one's own appointments stand apart, and the one being held is known", () => {
  const held = offered(6, { mine: true, held: true });
  const all = [offered(5), held, offered(7)];
  expect(sorted(all).mine).toEqual([held]);
  expect(sorted(all).free.map(({ appointment }) => appointment)).toEqual([5, 7]);
  expect(heldFor(all)).toBe(held);
  expect(heldFor([offered(5)])).toBeNull();
});
