/**
 * The ladder of ways to the gateway. A browser tries UDP, and TCP by the port of the pages, by
 * itself; where neither opens, the next connection may also go through a relay. Relays come with
 * each answer, so that their passwords are fresh, and cost nothing where they are not needed.
 */
import type { RelayServer } from "../protocol";

/** A direct way opens within a second or never: TCP is tried at once, beside UDP. */
export const DIRECT_MS_MAX = 4_000;

/** Errors of relays that are kept; there are a few relays, each tried over IPv4 and IPv6. */
const ERRORS_MAX = 16;

/** What is known of relays. */
export interface RelaysTried {
  readonly known: readonly string[];
  readonly tried: boolean;
  readonly errors: readonly { readonly url: string; readonly code: number }[];
}

/** See the module. */
export class Ladder {
  #known: readonly RelayServer[] = [];
  #climbed = false;
  #errors: RelaysTried["errors"] = [];

  /** What the next connection may use. */
  get relays(): RTCIceServer[] {
    return this.#climbed ? this.#known.map((relay) => ({ ...relay })) : [];
  }

  /** For a diagnosis. */
  get tried(): RelaysTried {
    const known = this.#known.flatMap(({ urls }) => urls);
    return { known, tried: this.#climbed, errors: this.#errors };
  }

  /** A relay could not be used (`icecandidateerror`). */
  failed(url: string, code: number): void {
    this.#errors = [...this.#errors, { url, code }].slice(-ERRORS_MAX);
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
