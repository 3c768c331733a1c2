/** Tells the gateway that this side has left a call, once at a time, as often as it takes. */
import type { Connection } from "./connection";
import type { CallId, Role } from "./protocol";

/** See the module. */
export class HangUp<R extends Role> {
  readonly #connection: Connection<R>;
  /** The call of the request on its way. */
  #underWay: CallId | null = null;
  /** The call to tell of after it. */
  #next: CallId | null = null;

  constructor(connection: Connection<R>) {
    this.#connection = connection;
  }

  /** Sends `hang_up` unless one is on its way; a repeat does no harm (PROTOCOL.md). */
  send(call: CallId | null): void {
    // The conversation may go on as another call meanwhile, and no picture come after that.
    if (this.#underWay !== null) {
      this.#next = this.#underWay === call ? null : call;
      return;
    }
    this.#next = null;
    if (call === null) return;
    this.#underWay = call;
    this.#connection
      .request({ type: "hang_up", call })
      .catch((error: unknown) => console.warn(error))
      .finally(() => {
        this.#underWay = null;
        this.send(this.#next);
      });
  }
}
