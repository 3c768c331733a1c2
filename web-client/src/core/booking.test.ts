/** Choosing a time: what is asked of the gateway, and what a time that is gone leads to. */
import { expect, test } from "vitest";
import { Booker, daysOf } from "./booking";
import type { Mode, Request, Slot } from "./protocol";
import { type Answer, RequestError, type RequestProblem } from "./requests";

const HALF_HOUR = 30 * 60_000;
const slot = (starts_at: number): Slot => ({ starts_at, ends_at: starts_at + HALF_HOUR });
const at = (day: number, hour: number, minute = 0) =>
  slot(new Date(2026, 10, day, hour, minute).getTime());
const FREE = [at(23, 9), at(23, 11, 30), at(23, 14), at(25, 16)];

/** A gateway that offers times and refuses what the test says. */
function gateway(mode?: Mode) {
  const asked: Request[] = [];
  const refuses: (RequestProblem | null)[] = [];
  const request = (wanted: Request): Promise<Answer> => {
    asked.push(wanted);
    const problem = refuses.shift();
    if (problem) return Promise.reject(new RequestError(problem, "no"));
    return Promise.resolve(
      wanted.type === "slots" ? { type: "slots", id: 1, slots: FREE } : { type: "done", id: 1 },
    );
  };
  return { asked, refuses, booker: new Booker({ request }, "ar", mode) };
}

test("free times are shown by day and half of the day, empty days left out", () => {
  expect(daysOf(FREE, undefined)).toEqual([
    { at: FREE[0]?.starts_at, morning: [at(23, 9), at(23, 11, 30)], afternoon: [at(23, 14)] },
    { at: FREE[3]?.starts_at, morning: [], afternoon: [at(25, 16)] },
  ]);
  expect(daysOf([], undefined)).toEqual([]);
});

test("the free times are asked for in the language and the way of the call", async () => {
  const { asked, booker } = gateway("text_relay");
  await booker.load();
  expect(asked).toEqual([{ type: "slots", language: "ar", mode: "text_relay" }]);
  expect(booker.state.get().slots).toEqual(FREE);
});

test("a time is booked once it is confirmed, for the waiting call, and once only", async () => {
  const { asked, booker } = gateway();
  await booker.load();
  await booker.book(8);
  expect(asked).toHaveLength(1);
  booker.choose(at(23, 14));
  await Promise.all([booker.book(8), booker.book(8)]);
  expect(asked.slice(1)).toEqual([
    { type: "book", language: "ar", call: 8, starts_at: at(23, 14).starts_at },
  ]);
});

test("a time that is gone leads to the times that are left, and says so", async () => {
  const { asked, refuses, booker } = gateway();
  await booker.load();
  booker.choose(at(23, 14));
  refuses.push("slot_gone");
  await booker.book(null);
  expect(asked.map(({ type }) => type)).toEqual(["slots", "book", "slots"]);
  expect(booker.state.get()).toMatchObject({ gone: true, chosen: null, slots: FREE });
  booker.choose(at(25, 16));
  expect(booker.state.get().gone).toBe(false);
});

test("times that do not come are said to be missing, and can be asked for again", async () => {
  const { refuses, booker } = gateway();
  refuses.push("not_connected");
  await booker.load();
  expect(booker.state.get()).toMatchObject({ slots: null, problem: "not_connected" });
  await booker.load();
  expect(booker.state.get()).toMatchObject({ slots: FREE, problem: null });
});

test("a booking refused for another reason keeps the time chosen", async () => {
  const { refuses, booker } = gateway();
  await booker.load();
  booker.choose(at(23, 9));
  refuses.push("not_connected");
  await booker.book(8);
  expect(booker.state.get()).toMatchObject({
    chosen: at(23, 9),
    sending: false,
    gone: false,
    problem: "not_connected",
  });
});
