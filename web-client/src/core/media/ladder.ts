/**
 * The ladder of ways to the gateway. A browser tries UDP, and TCP by the port of the pages, by
 * itself; where neither opens, the next connection may also go through a relay. Relays come with
 * each answer, so that their passwords are fresh, and cost nothing where they are not needed.
 */
import type { RelayServer } from "../protocol";

/** A direct way opens within a second or never: TCP is tried at once, beside UDP. */
export const DIRECT_MS_MAX = 4_000;

/** See the module. */
export class Ladder {
  #known: readonly RelayServer[] = [];
  #climbed = false;

  /** What the next connection may use. */
  get relays(): RTCIceServer[] {
    return this.#climbed ? this.#known.map((relay) => ({ ...relay })) : [];
  }

  /** What the gateway has named last. */
  note(relays: readonly RelayServer[]): void {
    this.#known = relays;
  }

  /** No direct way has opened; true when there is a rung above, which is kept from then on. */
  climb(): boolean {
    const climbs = !this.#climbed && this.#known.length > 0;
    this.#climbed ||= climbs;
    return climbs;
  }
}
