/**
 * Which way a page's messages take: a WebSocket, or requests where something on the way lets no
 * WebSocket pass. The rule:
 *
 * - Counted are WebSockets that carried nothing although the gateway's HTTP side answered right after.
 *   One that was refused or cut may have met a proxy that fails the first upgrade only, so a second is
 *   tried; one that hung for {@link FIRST_MS_MAX} while HTTP answered is enough.
 * - Then messages go by requests. A line that cannot be opened gives the WebSocket its turn again.
 * - The WebSocket is tried again at the first reconnect after {@link AGAIN_MS} (where it fails once,
 *   requests are next), at once when the browser says that its network has changed, and by every page
 *   that is loaded.
 */

/** What carries the messages. */
export type Way = "socket" | "requests";

/** A WebSocket without its first message by then: is it the way, or the gateway? HTTP is asked. */
export const FIRST_MS_MAX = 5_000;

/** WebSockets in a row that were refused or cut. */
const REFUSALS_MAX = 2;

/** For so long messages go by requests before a WebSocket is tried again. */
export const AGAIN_MS = 300_000;

/** The choice of one page. */
export class Ways {
  #refusals = 0;
  #since = 0;

  /** The way of the next attempt. */
  next(now: number): Way {
    if (this.#refusals < REFUSALS_MAX) return "socket";
    if (now - this.#since < AGAIN_MS) return "requests";
    this.#refusals = REFUSALS_MAX - 1;
    return "socket";
  }

  /** An attempt carried nothing, and yet the gateway answers over HTTP. */
  failed(way: Way, hung: boolean, now: number): void {
    if (way === "requests") this.#refusals = 0;
    else this.#refusals = hung ? REFUSALS_MAX : this.#refusals + 1;
    this.#since = now;
  }

  /** A WebSocket carries messages, or the network is another: nothing speaks against one any more. */
  forget(): void {
    this.#refusals = 0;
  }
}
