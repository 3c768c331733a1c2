/** Texts of the two consoles whose ids are put together from the protocol's words exist for each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AgendaWord } from "./agenda";
import { whyPieces } from "./board-why";
import type { DeviceProblem, DeviceState } from "./devices";
import type { TabletEnd } from "./gateway";
import type { RingEnd } from "./interpreter-controller";
import type {
  AppointmentEnd,
  Availability,
  CallbackEnd,
  CallRole,
  Class,
  ColleagueState,
  DeclineReason,
  HelpReason,
  InterpreterStatus,
  Mode,
  Outcome,
  PauseReason,
  Pool,
  WaitCause,
} from "./protocol";
import { KEYS } from "./shortcuts";
import type { WaitText } from "./tablet-wait";

const LOCALES = new URL("../../locales/fr/", import.meta.url).pathname;
const idsOf = (file: string) =>
  [...readFileSync(join(LOCALES, `${file}.ftl`), "utf8").matchAll(/^([a-z][a-z0-9-]*) *=/gm)].map(
    (match) => match[1],
  );

/** The words of one type; the checker knows when one is missing. */
const words = <T extends string>(values: Record<T, true>) => Object.keys(values);

const MODES = words<Mode>({
  sign: true,
  spoken_video: true,
  spoken_audio: true,
  text_relay: true,
  cued_speech: true,
});
const CLASSES = words<Class>({ emergency: true, priority: true, normal: true });
const PAUSES = words<PauseReason>({
  break: true,
  meal: true,
  rest: true,
  meeting: true,
  technical: true,
  other: true,
});
const HELP = words<HelpReason>({
  technical: true,
  difficult: true,
  danger: true,
  relief: true,
  other: true,
});
const STATUSES = words<InterpreterStatus>({
  offline: true,
  away: true,
  away_after_misses: true,
  paused: true,
  resting: true,
  available: true,
  offered: true,
  busy: true,
  wrap_up: true,
  unreachable: true,
});
const OUTCOMES = words<Outcome>({
  completed: true,
  abandoned_queued: true,
  abandoned_connecting: true,
  timed_out: true,
  refused_full: true,
  refused_closed: true,
  withdrawn: true,
  converted_callback: true,
  converted_appointment: true,
  transferred: true,
  connection_lost: true,
});
const COLLEAGUE = words<ColleagueState>({
  sought: true,
  ringing: true,
  connecting: true,
  there: true,
});
const RING_ENDS = words<RingEnd>({
  missed: true,
  caller_left: true,
  lost_race: true,
  reassigned: true,
  interpreter_lost: true,
  withdrawn: true,
});

test.each([
  ["consoles", "mode", MODES],
  ["consoles", "class", CLASSES],
  ["consoles", "pause", PAUSES],
  ["consoles", "help-reason", HELP],
  ["consoles", "colleague-relief", COLLEAGUE],
  ["consoles", "colleague-second", COLLEAGUE],
  ["interpreter", "role", words<CallRole>({ lead: true, relief: true, second: true })],
  ["coordinator", "status", STATUSES],
  ["coordinator", "outcome", OUTCOMES],
  [
    "coordinator",
    "callback-end",
    words<CallbackEnd>({ answered: true, cancelled: true, unserved: true }),
  ],
  [
    "coordinator",
    "estimate",
    words<WaitCause>({
      more_urgent_call: true,
      fewer_interpreters: true,
      no_answer: true,
      call_returned: true,
      longer_calls: true,
    }),
  ],
  ["coordinator", "estimate", words<WaitText["kind"]>({ interval: true, about: true })],
  ["coordinator", "pool", words<Pool>({ own: true, overflow: true })],
  ["interpreter", "ring-end", RING_ENDS],
  [
    "interpreter",
    "status",
    words<Availability>({ available: true, away: true, paused: true, away_after_misses: true }),
  ],
  [
    "interpreter",
    "decline",
    words<Exclude<DeclineReason, "other">>({
      not_qualified: true,
      knows_the_person: true,
      tired: true,
      technical: true,
    }),
  ],
  [
    "interpreter",
    "agenda",
    words<AgendaWord>({ first: true, overlaps: true, not_qualified: true, failed: true }),
  ],
  [
    "coordinator",
    "appointment-end",
    words<AppointmentEnd>({ kept: true, cancelled: true, no_show: true, unserved: true }),
  ],
  [
    "devices",
    "device",
    words<DeviceState>({
      unpaired: true,
      paired: true,
      unbound: true,
      removed: true,
      replaced: true,
      left: true,
      copied: true,
      signed_out: true,
      moved: true,
    }),
  ],
  ["devices", "device-problem", words<DeviceProblem>({ full: true, unknown: true, failed: true })],
  [
    "enrol",
    "enrol-over",
    words<Exclude<TabletEnd, "signed_out">>({
      removed: true,
      replaced: true,
      left: true,
      copied: true,
      moved: true,
    }),
  ],
  ["interpreter", "shortcut", KEYS.map(({ does }) => does)],
] as const)("%s.ftl has a text %s-… for every value", (file, prefix, values) => {
  const known = idsOf(file);
  expect(values.length).toBeGreaterThan(0);
  for (const value of values) expect(known).toContain(`${prefix}-${value.replaceAll("_", "-")}`);
});

test("every piece of a reason has its text", () => {
  const known = idsOf("coordinator");
  const why = { step: 0, rank: "normal", tier: 1, breadth: 1, among: 1 } as const;
  const pieces = [
    whyPieces({ ...why, missed: true, idle_ms: 0, assigned: false }),
    whyPieces({ ...why, missed: false, idle_ms: 60_000, assigned: false }),
    whyPieces({ ...why, missed: false, idle_ms: 0, assigned: true }),
  ].flat();
  for (const { id } of pieces) expect(known).toContain(id);
});
