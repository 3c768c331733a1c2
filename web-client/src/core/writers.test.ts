/** A written line keeps the name of whoever wrote it, also after they have gone. */
import { expect, test } from "vitest";
import type { ColleagueView } from "./protocol";
import { writerRole } from "./writers";

const colleague: ColleagueView = { role: "relief", state: "there", interpreter: 7 };
const interpreter = (number: number) =>
  ({ participant: number, kind: "interpreter", number }) as const;

test("of interpreters, the colleague of now is told apart by number", () => {
  expect(writerRole(interpreter(7), colleague)).toBe("colleague");
  expect(writerRole(interpreter(3), colleague)).toBe("interpreter");
});

test("somebody who is no colleague any more is an interpreter", () => {
  expect(writerRole(interpreter(7), null)).toBe("interpreter");
  expect(writerRole(interpreter(7), { ...colleague, interpreter: 9 })).toBe("interpreter");
  expect(writerRole(interpreter(7), { ...colleague, interpreter: null })).toBe("interpreter");
});

test("a third party with a colleague's number is not that colleague", () => {
  expect(writerRole({ participant: 7, kind: "guest", number: 7 }, colleague)).toBe("guest");
  expect(writerRole({ participant: 7, kind: "unknown", number: 7 }, colleague)).toBe("interpreter");
  expect(writerRole({ participant: 1, kind: "tablet", number: 0 }, colleague)).toBe("visitor");
  expect(writerRole(null, colleague)).toBe("me");
});
