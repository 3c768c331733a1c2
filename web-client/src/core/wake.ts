/**
 * Keeps a screen on while somebody waits or talks. The browser drops the lock when the page is
 * hidden, so that it is asked for again when the page is back.
 */

/** A lock that is held while it is wanted. */
export class WakeLock {
  #wanted = false;
  #lock: WakeLockSentinel | null = null;
  /** The browser is being asked; a second lock would never be released. */
  #asking = false;

  constructor() {
    document.addEventListener("visibilitychange", () => void this.#update());
  }

  /** Says whether the screen must stay on. */
  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    void this.#update();
  }

  async #update(): Promise<void> {
    if (!this.#wanted) {
      const lock = this.#lock;
      this.#lock = null;
      await lock?.release().catch(() => undefined);
      return;
    }
    if (this.#asking || (this.#lock && !this.#lock.released)) return;
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    this.#asking = true;
    // Refused on low battery; the call goes on without it.
    const lock = await navigator.wakeLock.request("screen").catch(() => null);
    this.#asking = false;
    if (this.#wanted) this.#lock = lock;
    else await lock?.release().catch(() => undefined);
  }
}
