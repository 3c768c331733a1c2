/** What the board computes of appointments: which need a hand, and who may be given one. Pure. */
import type { AppointmentRow, BoardView, InterpreterRow, Timestamp } from "./protocol";

/** An appointment nobody has taken this long before it stands out: a working day to find somebody. */
export const URGENT_MS = 24 * 60 * 60_000;

/** Nobody has taken it, and it is near. */
export function isUrgent(row: AppointmentRow, now: Timestamp): boolean {
  return row.interpreter === null && row.starts_at - now < URGENT_MS;
}

/**
 * Who may be given an appointment, as far as the board can tell: the language in this mode, and no
 * other appointment at that time. Certification is known to the gateway alone, which refuses and
 * says so.
 */
export function mayTake(board: BoardView, row: AppointmentRow): readonly InterpreterRow[] {
  const others = board.appointments.filter(({ appointment }) => appointment !== row.appointment);
  const isPromised = (person: InterpreterRow) =>
    others.some(
      (other) =>
        other.interpreter === person.interpreter &&
        other.starts_at < row.ends_at &&
        row.starts_at < other.ends_at,
    );
  return board.interpreters.filter(
    (person) =>
      !isPromised(person) &&
      person.skills.some(
        (skill) => skill.language === row.language && skill.modes.includes(row.mode),
      ),
  );
}
