/**
 * Choosing the time of an appointment: the free times, asked of the gateway, the one touched, and
 * what becomes of it. The gateway's next picture shows the appointment itself.
 */
import { Cell, type ReadableCell } from "./cell";
import type { Connection } from "./connection";
import type { CallId, Language, Mode, Request, Slot, Timestamp } from "./protocol";
import { RequestError, type RequestProblem } from "./requests";
import { hourOfDay, isSameDay, type Zone } from "./zone";

/** The morning ends here, as the counters' hours have it. */
const NOON_HOUR = 12;

/** How the choice stands. */
export interface Booking {
  /** The free times; `null` while they are fetched. */
  readonly slots: readonly Slot[] | null;
  /** The time that was touched. */
  readonly chosen: Slot | null;
  /** It is being booked. */
  readonly sending: boolean;
  /** The time chosen before was taken meanwhile. */
  readonly gone: boolean;
  /** Why the newest request came to nothing. */
  readonly problem: RequestProblem | null;
}

const START: Booking = { slots: null, chosen: null, sending: false, gone: false, problem: null };

/** A day with free times, where the service is. */
export interface Day {
  readonly at: Timestamp;
  readonly morning: readonly Slot[];
  readonly afternoon: readonly Slot[];
}

/** The free times by day; days without any are left out. */
export function daysOf(slots: readonly Slot[], zone: Zone): readonly Day[] {
  const days: { at: Timestamp; morning: Slot[]; afternoon: Slot[] }[] = [];
  for (const slot of slots) {
    let day = days.at(-1);
    if (!day || !isSameDay(day.at, slot.starts_at, zone)) {
      day = { at: slot.starts_at, morning: [], afternoon: [] };
      days.push(day);
    }
    const before = hourOfDay(slot.starts_at, zone) < NOON_HOUR;
    (before ? day.morning : day.afternoon).push(slot);
  }
  return days;
}

/** See the module. */
export class Booker {
  readonly #connection: Pick<Connection<"tablet">, "request">;
  readonly #wanted: { readonly language: Language; readonly mode?: Mode };
  readonly #state = new Cell<Booking>(START);

  constructor(
    connection: Pick<Connection<"tablet">, "request">,
    language: Language,
    mode: Mode | undefined,
  ) {
    this.#connection = connection;
    this.#wanted = mode === undefined ? { language } : { language, mode };
  }

  /** How it stands, to be watched. */
  get state(): ReadableCell<Booking> {
    return this.#state;
  }

  /** Fetches the free times, anew if need be. */
  async load(): Promise<void> {
    this.#change({ slots: null, chosen: null, problem: null });
    const answer = await this.#ask({ type: "slots", ...this.#wanted });
    if (answer?.type === "slots") this.#change({ slots: answer.slots });
  }

  /** Touches a time, which can still be changed. */
  choose(slot: Slot): void {
    if (!this.#state.get().sending) this.#change({ chosen: slot, gone: false, problem: null });
  }

  /** Books the time chosen; the waiting call `call` is given up for it. */
  async book(call: CallId | null): Promise<void> {
    const { chosen, sending } = this.#state.get();
    if (!chosen || sending) return;
    this.#change({ sending: true, gone: false, problem: null });
    const named = call === null ? {} : { call };
    const wanted = { ...this.#wanted, ...named, starts_at: chosen.starts_at };
    await this.#ask({ type: "book", ...wanted });
    this.#change({ sending: false });
    if (this.#state.get().problem !== "slot_gone") return;
    this.#change({ gone: true });
    await this.load();
  }

  /** The answer, or null when it was refused; the reason is then shown. */
  async #ask(request: Request) {
    try {
      return await this.#connection.request(request);
    } catch (error) {
      const problem = error instanceof RequestError ? error.problem : "unavailable";
      this.#change({ problem });
      return null;
    }
  }

  #change(change: Partial<Booking>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}
