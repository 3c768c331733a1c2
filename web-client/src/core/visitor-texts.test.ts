/** Visitors read their own language, or French: never that of the visitor before, never nothing. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BACKOFF_MAX_MS } from "./backoff";
import { FRENCH, textsFor, VisitorTexts } from "./visitor-texts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Texts over a line that drops the first `failing` downloads. */
function texts(failing: number) {
  const asked: string[] = [];
  const visitor = new VisitorTexts(async (locale) => {
    asked.push(locale);
    if (asked.length <= failing) throw new TypeError("Failed to fetch");
    return [`cancel = in ${locale}`];
  });
  return { visitor, asked };
}

test("until a language is there its visitor reads French, whoever was here before", async () => {
  const { visitor } = texts(0);
  visitor.want("ar");
  await vi.advanceTimersByTimeAsync(0);
  expect(textsFor(visitor.library.get(), "ar").locale).toBe("ar");
  expect(textsFor(visitor.library.get(), "uk")).toBe(FRENCH);
  expect(FRENCH("cancel")).toBe("Annuler");
});

test("a failed download is repeated for as long as its language is wanted", async () => {
  const { visitor, asked } = texts(3);
  visitor.want("uk");
  await vi.advanceTimersByTimeAsync(3 * BACKOFF_MAX_MS);
  expect(asked).toEqual(["uk", "uk", "uk", "uk"]);
  expect(textsFor(visitor.library.get(), "uk").locale).toBe("uk");
});

test("nobody waits for the language of a visitor who has gone", async () => {
  const { visitor, asked } = texts(9);
  const stop = visitor.want("uk");
  await vi.advanceTimersByTimeAsync(0);
  stop();
  await vi.advanceTimersByTimeAsync(3 * BACKOFF_MAX_MS);
  expect(asked).toEqual(["uk"]);
});

test("what is said in a call comes with its screens, in French until it is there", async () => {
  const { visitor } = texts(0);
  visitor.want("pt");
  await vi.advanceTimersByTimeAsync(0);
  FRENCH.add(["only-in-calls = en appel"]);
  const read = () => textsFor(visitor.library.get(), "pt");
  expect(read()("only-in-calls")).toBe("en appel");
  visitor.also(async (locale) => [`only-in-calls = in ${locale}`]);
  expect(read()("cancel")).toBe("in pt");
  await vi.advanceTimersByTimeAsync(0);
  expect(read()("only-in-calls")).toBe("in pt");
  visitor.want("uk");
  await vi.advanceTimersByTimeAsync(0);
  expect(textsFor(visitor.library.get(), "uk")("only-in-calls")).toBe("in uk");
});

test("what was fetched ahead of need is not fetched again", async () => {
  const { visitor, asked } = texts(0);
  visitor.preload(["ar", "pt"]);
  await vi.advanceTimersByTimeAsync(0);
  visitor.want("pt");
  expect(asked).toEqual(["ar", "pt"]);
});
