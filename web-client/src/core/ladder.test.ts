/** The steps a waiting visitor is offered, their order, and when they are said plainly. */
import { expect, test } from "vitest";
import { isChanged, LONG_ESTIMATE_MS, LONG_WAIT_MS, ladder, modeToBook } from "./ladder";
import type { Mode, TabletPhase } from "./protocol";

type Waiting = Extract<TabletPhase, { kind: "waiting" }>;

const WAITING: Waiting = {
  kind: "waiting",
  call: 8,
  language: "ar",
  mode: "spoken_video",
  position: 1,
  queued_at: 0,
  ringing: false,
  widened: false,
  on_duty: 1,
  estimate: null,
  next_duty: null,
  may_call_back: true,
  subject: null,
};
const SPOKEN: readonly Mode[] = ["spoken_video", "spoken_audio", "text_relay"];
const steps = (phase: Waiting, modes: readonly Mode[]) =>
  ladder(phase, modes, 0).rungs.map((rung) => (rung.kind === "mode" ? rung.mode : rung.kind));

test("the steps stand in the order of the service, an appointment last", () => {
  expect(steps(WAITING, SPOKEN)).toEqual(["spoken_audio", "text_relay", "callback", "appointment"]);
});

test("only ways in which the language is interpreted are offered, never voice alone for signs", () => {
  const signed: Waiting = { ...WAITING, language: "fsl", mode: "sign" };
  expect(steps(signed, ["sign"])).toEqual(["callback", "appointment"]);
  expect(steps(signed, ["sign", "text_relay"])).toEqual(["text_relay", "callback", "appointment"]);
  expect(steps({ ...WAITING, mode: "spoken_audio" }, ["spoken_audio"])).toEqual([
    "callback",
    "appointment",
  ]);
});

test("where a step was taken the same place leads back", () => {
  const voice: Waiting = { ...WAITING, mode: "spoken_audio" };
  expect(steps(voice, SPOKEN)).toEqual(["spoken_video", "text_relay", "callback", "appointment"]);
  expect(isChanged(voice, SPOKEN)).toBe(true);
  expect(isChanged(WAITING, SPOKEN)).toBe(false);
});

test("an appointment is always offered, a callback when the gateway allows it", () => {
  expect(steps({ ...WAITING, may_call_back: false }, [])).toEqual(["appointment"]);
});

test.each<[string, Partial<Waiting>, number, boolean]>([
  ["at first", {}, 0, false],
  ["just before a long wait", {}, LONG_WAIT_MS - 1, false],
  ["after a long wait", {}, LONG_WAIT_MS, true],
  ["with nobody on duty", { on_duty: 0 }, 0, true],
  [
    "with a long wait to come",
    { estimate: { from_ms: LONG_ESTIMATE_MS, to_ms: 2 * LONG_ESTIMATE_MS, cause: null } },
    0,
    true,
  ],
  ["also while it rings, so that nothing moves", { ringing: true }, LONG_WAIT_MS, true],
])("the steps are said plainly %s: %s", (_, change, waited, plain) => {
  expect(ladder({ ...WAITING, ...change }, SPOKEN, waited).plain).toBe(plain);
});

test("an appointment is booked with the picture, in writing only for who writes", () => {
  expect(modeToBook("spoken_audio")).toBeUndefined();
  expect(modeToBook("sign")).toBeUndefined();
  expect(modeToBook("text_relay")).toBe("text_relay");
});
