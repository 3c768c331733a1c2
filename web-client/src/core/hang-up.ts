/** Tells the gateway that this side has left a call, once at a time, as often as it takes. */
import type { Connection } from "./connection";
import type { CallId, Role } from "./protocol";

/** See the module. */
export class HangUp<R extends Role> {
  readonly #connection: Connection<R>;
  #underWay = false;

  constructor(connection: Connection<R>) {
    this.#connection = connection;
  }

  /** Sends `hang_up` unless one is on its way; a repeat does no harm (PROTOCOL.md). */
  send(call: CallId | null): void {
    if (call === null || this.#underWay) return;
    this.#underWay = true;
    this.#connection
      .request({ type: "hang_up", call })
      .catch((error: unknown) => console.warn(error))
      .finally(() => {
        this.#underWay = false;
      });
  }
}
