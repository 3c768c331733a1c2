/** Which key does what in which state. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type KeyPress, shortcutFor } from "./shortcuts";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  modified: false,
  repeated: false,
  inField: false,
  onButton: false,
  ...more,
});

test("Enter accepts a ring, and leaves a focused button its own Enter", () => {
  expect(shortcutFor(press("Enter"), "ringing")).toBe("accept");
  expect(shortcutFor(press("Enter", { onButton: true }), "ringing")).toBeNull();
  expect(shortcutFor(press("Enter"), "idle")).toBeNull();
});

test("a call is ended with two fingers only", () => {
  expect(shortcutFor(press("e"), "active")).toBeNull();
  expect(shortcutFor(press("E"), "active")).toBe("end");
});

test("nobody becomes unavailable by a key while a call rings or runs", () => {
  for (const kind of ["ringing", "connecting", "active"] as const) {
    expect(shortcutFor(press("a"), kind)).toBeNull();
  }
});

test("a held key, a key with a modifier and a key in a field do nothing", () => {
  const spoilt = fc.constantFrom<Partial<KeyPress>>(
    { modified: true },
    { repeated: true },
    { inField: true },
  );
  const keys = fc.constantFrom("Enter", "d", "a", "m", "c", "E", "w", "?", "1");
  const kinds = fc.constantFrom("idle", "ringing", "active", "wrap_up" as const);
  fc.assert(
    fc.property(spoilt, keys, kinds, (more, key, kind) => {
      expect(shortcutFor(press(key, more), kind as "idle")).toBeNull();
    }),
  );
});
