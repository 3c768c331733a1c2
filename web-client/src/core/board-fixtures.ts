/** Rows of a board for tests: every field as in a calm service, changed where a test says so. */
import type {
  BoardView,
  CallRecord,
  InterpreterRow,
  QueueRow,
  SkillRow,
  Why,
  WorkView,
} from "./protocol";

/** Nobody has worked. */
export const RESTED: WorkView = {
  done_ms: 0,
  since: null,
  relief_due: false,
  stop_reached: false,
  rests_until: null,
};

/** French sign language, first tier. */
export const SIGNS: SkillRow = { language: "fsl", tier: 1, modes: ["sign"] };

/** Chosen among three, after twelve idle minutes. */
export const WHY: Why = {
  step: 0,
  rank: "normal",
  missed: false,
  tier: 1,
  breadth: 1,
  idle_ms: 12 * 60_000,
  among: 3,
  assigned: false,
};

/** A person who signs and is available. */
export function person(interpreter: number, change: Partial<InterpreterRow> = {}): InterpreterRow {
  return {
    interpreter,
    skills: [SIGNS],
    pool: "own",
    pause: null,
    help: null,
    work: RESTED,
    status: "available",
    held: null,
    since: 0,
    ...change,
  };
}

/** A call in sign language that waits. */
export function queued(call: number, change: Partial<QueueRow> = {}): QueueRow {
  return {
    call,
    language: "fsl",
    site: 1,
    queued_at: 0,
    estimate: null,
    phase: "queued",
    mode: "sign",
    class: "normal",
    rank: "normal",
    step: 0,
    rings: [],
    assigned: null,
    interpreter: null,
    there: true,
    subject: null,
    ...change,
  };
}

/** A call of today that its visitor left. */
export const RECORD: CallRecord = {
  call: 1,
  site: 1,
  language: "fsl",
  mode: "sign",
  class: "normal",
  origin: null,
  tapped_at: 0,
  queued_at: 10,
  offered_at: null,
  accepted_at: null,
  connected_at: null,
  ended_at: 500,
  outcome: "abandoned_queued",
  interpreter: null,
  offers: 0,
  handovers: 0,
  callback: null,
  appointment: null,
  subject: null,
  steps: 1,
};

/** A board with nothing on it. */
export const EMPTY: BoardView = {
  queue: [],
  active: [],
  interpreters: [],
  tablets: [],
  counters: [],
  callbacks: [],
  appointments: [],
};
