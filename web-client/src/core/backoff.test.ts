/** What a page cannot do without is tried until it is there. */
import { afterEach, expect, test, vi } from "vitest";
import { BACKOFF_FIRST_MS, untilDone } from "./backoff";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("what fails is tried again after a pause, and no more once it has succeeded", async () => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockReturnValue();
  const attempt = vi.fn().mockRejectedValueOnce(new Error("no network")).mockResolvedValue("texts");
  const done = untilDone(attempt);
  await vi.advanceTimersByTimeAsync(0);
  expect(attempt).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(BACKOFF_FIRST_MS);
  expect(await done).toBe("texts");
  expect(attempt).toHaveBeenCalledTimes(2);
});
