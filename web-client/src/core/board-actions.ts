/**
 * What a coordinator asks of the gateway, each request under the name of what it is about, so that
 * a refusal is shown there and nowhere else.
 */
import { Cell, type ReadableCell } from "./cell";
import type { Connection } from "./connection";
import type { Request } from "./protocol";
import { RequestError, type RequestProblem } from "./requests";

/** The longest text of a broadcast, in characters, as the gateway counts them. */
export const NOTICE_CHARS_MAX = 280;

/** How the newest request about one thing stands. */
export interface ActionState {
  readonly pending: boolean;
  readonly problem: RequestProblem | null;
}

const CALM: ActionState = { pending: false, problem: null };

/** See the module. */
export class BoardActions {
  readonly #connection: Pick<Connection<"coordinator">, "request">;
  readonly #states = new Cell<ReadonlyMap<string, ActionState>>(new Map());

  constructor(connection: Pick<Connection<"coordinator">, "request">) {
    this.#connection = connection;
  }

  /** Whatever is not calm. */
  get states(): ReadableCell<ReadonlyMap<string, ActionState>> {
    return this.#states;
  }

  /** Asks; true when it was carried out. A second press meanwhile asks nothing. */
  async ask(about: string, request: Request): Promise<boolean> {
    if (stateOf(this.#states.get(), about).pending) return false;
    this.#set(about, { pending: true, problem: null });
    try {
      await this.#connection.request(request);
      this.#set(about, CALM);
      return true;
    } catch (error) {
      const problem = error instanceof RequestError ? error.problem : "unavailable";
      this.#set(about, { pending: false, problem });
      return false;
    }
  }

  /** Forgets a refusal that was read. */
  clear(about: string): void {
    if (!stateOf(this.#states.get(), about).pending) this.#set(about, CALM);
  }

  #set(about: string, state: ActionState): void {
    const states = new Map(this.#states.get());
    if (state === CALM) states.delete(about);
    else states.set(about, state);
    this.#states.set(states);
  }
}

/** The state of one thing. */
export function stateOf(states: ReadonlyMap<string, ActionState>, about: string): ActionState {
  return states.get(about) ?? CALM;
}

/** The text of a broadcast as it would be sent; null when it says nothing or too much. */
export function noticeText(typed: string): string | null {
  const text = typed.trim();
  return text === "" || noticeLength(text) > NOTICE_CHARS_MAX ? null : text;
}

/** Its length as the gateway counts: a character outside the basic plane is one. */
export function noticeLength(text: string): number {
  return [...text].length;
}
