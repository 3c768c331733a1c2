/**
 * What the coordinator's board computes from a picture: the numbers on top, waits and their marks,
 * who may take a call, what needs a hand. Pure.
 */
import { unreachable } from "./never";
import type {
  BoardView,
  CallRecord,
  CounterRow,
  HeldFor,
  InterpreterRow,
  InterpreterStatus,
  LanguageFigures,
  Millis,
  Mode,
  Outcome,
  QueueRow,
  TabletRow,
  Timestamp,
  WorkView,
} from "./protocol";

/** Waits are marked from these lengths on: the headline service levels of the reports. */
export const WAIT_MARKS_MS = [30_000, 120_000, 180_000] as const;

/** How long a wait is, in marks passed: 0 to 3. */
export function waitLevel(wait: Millis): 0 | 1 | 2 | 3 {
  const passed = WAIT_MARKS_MS.filter((mark) => wait >= mark).length;
  return passed as 0 | 1 | 2 | 3;
}

/** The line of numbers on top of the board. */
export interface Summary {
  readonly waiting: number;
  readonly oldestQueuedAt: number | null;
  readonly inCall: number;
  /** To be rung for whatever comes; whoever is kept free for an appointment is counted apart. */
  readonly available: number;
  readonly held: number;
  readonly present: number;
  readonly tabletsConnected: number;
  readonly tablets: number;
}

/** A figure of today over all languages. The list of calls has only the newest; this has them all. */
export function totalOf(figures: readonly LanguageFigures[], key: "calls" | "answered"): number {
  return figures.reduce((sum, row) => sum + row[key], 0);
}

/** Sums up a picture. */
export function summary(board: BoardView): Summary {
  const queued = board.queue.map((row) => row.queued_at);
  const available = board.interpreters.filter((row) => row.status === "available");
  const held = available.filter((row) => heldFor(row) !== null).length;
  return {
    waiting: board.queue.length,
    oldestQueuedAt: queued.length > 0 ? Math.min(...queued) : null,
    inCall: board.active.length,
    available: available.length - held,
    held,
    present: board.interpreters.filter((row) => isPresent(row.status)).length,
    tabletsConnected: board.tablets.filter((row) => row.connected).length,
    tablets: board.tablets.length,
  };
}

/** Signed in and reachable, whatever they are doing. */
export function isPresent(status: InterpreterStatus): boolean {
  switch (status) {
    case "offline":
    case "unreachable":
      return false;
    case "away":
    case "away_after_misses":
    case "paused":
    case "resting":
    case "available":
    case "offered":
    case "busy":
    case "wrap_up":
      return true;
    default:
      return unreachable(status);
  }
}

/** The appointment somebody is kept free for, while they would be rung otherwise. */
export function heldFor({ status, held }: InterpreterRow): HeldFor | null {
  return status === "available" || status === "resting" ? held : null;
}

/** Whether a coordinator may send this person into a pause: somebody who is there, and not paused. */
export function mayBePaused(row: InterpreterRow): boolean {
  return row.status !== "offline" && row.pause === null;
}

/**
 * Who may be given a waiting call, as far as the board can tell: the language in this mode, signed
 * in and not away, free ones first. Certification and rest are known to the gateway alone, which
 * refuses and says so.
 */
export function assignable(board: BoardView, call: QueueRow): readonly InterpreterRow[] {
  const able = board.interpreters.filter(
    (row) =>
      isOnDuty(row) &&
      row.skills.some(
        (skill) => skill.language === call.language && skill.modes.includes(call.mode),
      ),
  );
  // The sort is stable: among the free, and among the others, the directory's order stays.
  return able.sort((a, b) => Number(isFree(b)) - Number(isFree(a)));
}

function isFree(row: InterpreterRow): boolean {
  return (row.status === "available" && row.held === null) || row.status === "offered";
}

function isOnDuty(row: InterpreterRow): boolean {
  // Somebody in a call may have asked for a pause after it.
  return (
    row.pause === null &&
    (isFree(row) ||
      row.status === "busy" ||
      row.status === "wrap_up" ||
      row.status === "unreachable")
  );
}

/** Work without rest until now. */
export function workOf(work: WorkView, now: Timestamp): Millis {
  return work.done_ms + (work.since === null ? 0 : Math.max(0, now - work.since));
}

/** What there is to say of somebody's work and rest, the most pressing first. */
export function workState(work: WorkView): "stop" | "relief" | "resting" | "working" | "rested" {
  if (work.stop_reached) return "stop";
  if (work.relief_due) return "relief";
  if (work.rests_until !== null) return "resting";
  return work.since !== null || work.done_ms > 0 ? "working" : "rested";
}

/** Everybody who asks for help. */
export function helpWanted(board: BoardView): readonly InterpreterRow[] {
  return board.interpreters.filter((row) => row.help !== null);
}

/** The class of a call, and whether its long wait alone has brought it there. */
export function rankOf(row: Pick<QueueRow, "class" | "rank">): {
  readonly rank: QueueRow["rank"];
  readonly aged: boolean;
} {
  return { rank: row.rank, aged: row.rank !== row.class };
}

/** Usual ways are not said: signs for a signed language, a seen voice for a spoken one. */
export function isUsual(mode: Mode): boolean {
  return mode === "sign" || mode === "spoken_video";
}

/** Counters worth a glance: those closed now, and those a coordinator holds against their hours. */
export function unusual(counters: readonly CounterRow[]): readonly CounterRow[] {
  return counters.filter((row) => row.forced || !row.open);
}

/** The number a visitor who is called back was told. */
export function callbackNumber(callback: number): string {
  return String(callback % 100).padStart(2, "0");
}

/** A tablet in one word. */
export function tabletStatus(row: TabletRow): "offline" | "connected" | "in_call" {
  if (row.call !== null) return "in_call";
  return row.connected ? "connected" : "offline";
}

/** How a record counts: live, well, left by the visitor, or not served. */
export function recordClass(outcome: Outcome | null): "live" | "good" | "left" | "bad" {
  switch (outcome) {
    case null:
      return "live";
    case "completed":
    case "transferred":
      return "good";
    case "abandoned_queued":
    case "abandoned_connecting":
    case "converted_callback":
    case "converted_appointment":
      return "left";
    case "timed_out":
    case "refused_full":
    case "refused_closed":
    case "withdrawn":
    case "connection_lost":
      return "bad";
    default:
      return unreachable(outcome);
  }
}

/** From entering the queue to media both ways; null when that was never reached. */
export function waitOf(record: CallRecord): Millis | null {
  return record.connected_at === null ? null : Math.max(0, record.connected_at - record.queued_at);
}

/** From media both ways to the end; null when not both were reached. */
export function talkOf(record: CallRecord): Millis | null {
  return record.connected_at === null || record.ended_at === null
    ? null
    : Math.max(0, record.ended_at - record.connected_at);
}

/** One piece of a bar, in hundredths of its length. */
export interface Piece {
  readonly kind: "answered" | "abandoned" | "unserved" | "open";
  readonly from: number;
  readonly length: number;
}

/** The calls of a language by what became of them; calls still open fill the rest. */
export function pieces(figures: LanguageFigures): readonly Piece[] {
  if (figures.calls === 0) return [];
  const { answered, abandoned, unserved, calls } = figures;
  const counts: readonly [Piece["kind"], number][] = [
    ["answered", answered],
    ["abandoned", abandoned],
    ["unserved", unserved],
    ["open", Math.max(0, calls - answered - abandoned - unserved)],
  ];
  let from = 0;
  const all: Piece[] = [];
  for (const [kind, count] of counts) {
    const length = (100 * count) / calls;
    if (count > 0) all.push({ kind, from, length });
    from += length;
  }
  return all;
}

/** The end of the common scale of the wait bars: the longest P90, at least the last mark. */
export function waitScale(figures: readonly LanguageFigures[]): Millis {
  return Math.max(WAIT_MARKS_MS[2], ...figures.map((row) => row.wait_p90_ms ?? 0));
}
