/**
 * The appointments of an interpreter: those that can be taken, those that were; taking one and giving
 * it back. What a refusal means is said beside the list, not as a failure of the console.
 */
import { Cell, type ReadableCell } from "./cell";
import type { Connection } from "./connection";
import type { CallId, OfferedAppointment } from "./protocol";
import { RequestError, type RequestProblem } from "./requests";

/** What there is to say of the newest request, until it is read or the next one. */
export type AgendaWord = "first" | "overlaps" | "not_qualified" | "failed";

/** How it stands beside the gateway's picture. */
export interface AgendaState {
  /** The appointment that is being taken or given back. */
  readonly pending: CallId | null;
  readonly word: AgendaWord | null;
}

/** See the module. */
export class Agenda {
  readonly #connection: Pick<Connection<"interpreter">, "request">;
  readonly #state = new Cell<AgendaState>({ pending: null, word: null });

  constructor(connection: Pick<Connection<"interpreter">, "request">) {
    this.#connection = connection;
  }

  /** How it stands, to be watched. */
  get state(): ReadableCell<AgendaState> {
    return this.#state;
  }

  /** Takes an appointment; the first to take it has it. */
  take(appointment: CallId): Promise<boolean> {
    return this.#ask("take_appointment", appointment);
  }

  /** Gives it back to the colleagues. */
  release(appointment: CallId): Promise<boolean> {
    return this.#ask("release_appointment", appointment);
  }

  /** The word was read. */
  clear(): void {
    this.#state.set({ ...this.#state.get(), word: null });
  }

  async #ask(
    type: "take_appointment" | "release_appointment",
    appointment: CallId,
  ): Promise<boolean> {
    if (this.#state.get().pending !== null) return false;
    this.#state.set({ pending: appointment, word: null });
    try {
      await this.#connection.request({ type, appointment });
      this.#state.set({ pending: null, word: null });
      return true;
    } catch (error) {
      const problem = error instanceof RequestError ? error.problem : "unavailable";
      this.#state.set({ pending: null, word: wordOf(problem) });
      return false;
    }
  }
}

function wordOf(problem: RequestProblem): AgendaWord {
  switch (problem) {
    // Taken by a colleague, or cancelled at the counter: somebody else was first either way.
    case "offer_gone":
    case "call_gone":
      return "first";
    case "wrong_state":
      return "overlaps";
    case "not_qualified":
      return "not_qualified";
    default:
      return "failed";
  }
}

/** Those taken by this person and those anybody may take, each in the order of time. */
export function sorted(appointments: readonly OfferedAppointment[]): {
  readonly mine: readonly OfferedAppointment[];
  readonly free: readonly OfferedAppointment[];
} {
  return {
    mine: appointments.filter(({ mine }) => mine),
    free: appointments.filter(({ mine }) => !mine),
  };
}

/** The appointment this person is kept free for. */
export function heldFor(appointments: readonly OfferedAppointment[]): OfferedAppointment | null {
  return appointments.find(({ held }) => held) ?? null;
}
