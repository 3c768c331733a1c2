/** How long a page waits before it tries again: exponential, capped, with full jitter. */

/** The first pause: long enough for a restarting gateway, short for a person. */
export const BACKOFF_FIRST_MS = 300;

/** The longest pause, for what nobody waits for by the second. */
export const BACKOFF_MAX_MS = 10_000;

/**
 * The pause before attempt `attempt` (from 0). Between half and all of the exponential value, so that
 * 28 tablets do not return in the same instant. `random` is in [0, 1).
 */
export function backoff(attempt: number, random: number, max = BACKOFF_MAX_MS): number {
  const ceiling = Math.min(max, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/** Tries until it succeeds, with these pauses. For what a page cannot do without. */
export async function untilDone<T>(attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      console.warn(error);
      await new Promise((resolve) => setTimeout(resolve, backoff(failures, Math.random())));
    }
  }
}
