/** A coordinator's requests: each refusal stays with what it is about. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BoardActions, NOTICE_CHARS_MAX, noticeLength, noticeText, stateOf } from "./board-actions";
import type { Request } from "./protocol";
import { type Answer, RequestError } from "./requests";

/** A gateway whose answers the test gives by hand. */
class Desk {
  readonly asked: Request[] = [];
  #answers: { done: () => void; refuse: () => void }[] = [];
  readonly actions = new BoardActions({
    request: (wanted) => {
      this.asked.push(wanted);
      return new Promise<Answer>((resolve, reject) => {
        this.#answers.push({
          done: () => resolve({ type: "done", id: 1 }),
          refuse: () => reject(new RequestError("not_qualified", "no")),
        });
      });
    },
  });

  answer(how: "done" | "refuse"): void {
    this.#answers.shift()?.[how]();
  }

  state(about: string) {
    return stateOf(this.actions.states.get(), about);
  }
}

const ASSIGN: Request = { type: "assign", call: 1, interpreter: 2 };

test("a refusal is shown where it happened, and put away there", async () => {
  const desk = new Desk();
  const asked = desk.actions.ask("call-1", ASSIGN);
  expect(desk.state("call-1").pending).toBe(true);
  desk.answer("refuse");
  expect(await asked).toBe(false);
  expect(desk.state("call-1")).toEqual({ pending: false, problem: "not_qualified" });
  expect(desk.state("call-2").problem).toBeNull();
  desk.actions.clear("call-1");
  expect(desk.state("call-1").problem).toBeNull();
});

test("the next request about a thing forgets the refusal of the one before", async () => {
  const desk = new Desk();
  const first = desk.actions.ask("call-1", ASSIGN);
  desk.answer("refuse");
  await first;
  const second = desk.actions.ask("call-1", ASSIGN);
  expect(desk.state("call-1").problem).toBeNull();
  desk.answer("done");
  expect(await second).toBe(true);
});

test("a second press while the first is under way asks nothing, and hides nothing", async () => {
  const desk = new Desk();
  const first = desk.actions.ask("call-1", ASSIGN);
  expect(await desk.actions.ask("call-1", ASSIGN)).toBe(false);
  desk.actions.clear("call-1");
  expect(desk.state("call-1").pending).toBe(true);
  expect(desk.asked).toHaveLength(1);
  desk.answer("done");
  expect(await first).toBe(true);
});

test("a text of more characters than the gateway takes is not sent, nor one that says nothing", () => {
  expect(noticeText(" \n ")).toBeNull();
  expect(noticeText("  Réunion à 14 h. ")).toBe("Réunion à 14 h.");
  expect(noticeText("x".repeat(NOTICE_CHARS_MAX))).not.toBeNull();
  expect(noticeText("x".repeat(NOTICE_CHARS_MAX + 1))).toBeNull();
  fc.assert(
    fc.property(fc.nat(400), (length) => {
      expect(noticeLength("🤝".repeat(length))).toBe(length);
    }),
  );
});
