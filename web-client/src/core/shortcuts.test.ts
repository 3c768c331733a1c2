/** Which key does what in which state. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { digitOf, type KeyPress, shortcutFor } from "./shortcuts";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: "",
  shift: false,
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
  expect(shortcutFor(press("E", { shift: true }), "active")).toBe("end");
});

test("Caps Lock changes nothing: letters act in either case, ending still takes shift", () => {
  expect(shortcutFor(press("M"), "active")).toBe("mute");
  expect(shortcutFor(press("E"), "active")).toBeNull();
  expect(shortcutFor(press("e", { shift: true }), "active")).toBe("end");
});

test("the reasons are on the digit keys of every keyboard", () => {
  expect(shortcutFor(press("&", { code: "Digit1" }), "ringing")).toBe("decline");
  expect(shortcutFor(press("4", { code: "Numpad4" }), "ringing")).toBe("decline");
  expect(shortcutFor(press("(", { code: "Digit5" }), "ringing")).toBeNull();
  expect(["Digit1", "Numpad4", "Digit5", "KeyD"].map(digitOf)).toEqual([1, 4, null, null]);
});

test("relief takes over with two fingers, and only the lead passes on or calls a colleague in", () => {
  const shifted = press("R", { shift: true });
  expect(shortcutFor(shifted, "active", "relief")).toBe("take_over");
  expect(shortcutFor(shifted, "connecting", "relief")).toBeNull();
  for (const role of ["lead", "second"] as const) {
    expect(shortcutFor(shifted, "active", role)).toBeNull();
  }
  for (const role of ["relief", "second"] as const) {
    expect(shortcutFor(press("r"), "active", role)).toBeNull();
    expect(shortcutFor(press("t"), "active", role)).toBeNull();
    expect(shortcutFor(press("E", { shift: true }), "active", role)).toBe("end");
  }
});

test("nothing opens over a ring", () => {
  expect(shortcutFor(press("?", { shift: true }), "idle")).toBe("help");
  expect(shortcutFor(press("?", { shift: true }), "ringing")).toBeNull();
});

test("nobody becomes unavailable by a key while a call rings or runs", () => {
  for (const kind of ["ringing", "connecting", "active"] as const) {
    expect(shortcutFor(press("a"), kind)).toBeNull();
    expect(shortcutFor(press("p"), kind)).toBeNull();
  }
});

const KINDS = ["idle", "ringing", "connecting", "active", "wrap_up"] as const;
test.each([
  ["p", "pause", ["idle", "wrap_up"]],
  ["t", "transfer", ["active"]],
  ["r", "invite", ["active"]],
  ["w", "end_wrap_up", ["wrap_up"]],
  ["x", "extend_wrap_up", ["wrap_up"]],
  ["h", "ask_help", ["idle", "connecting", "active", "wrap_up"]],
] as const)("%s is %s in its own states only", (key, does, states) => {
  const found = KINDS.filter((kind) => shortcutFor(press(key), kind) === does);
  expect([...found].sort()).toEqual([...states].sort());
});

test("a held key, a key with a modifier and a key in a field do nothing", () => {
  const spoilt = fc.constantFrom<Partial<KeyPress>>(
    { modified: true },
    { repeated: true },
    { inField: true },
  );
  const keys = fc.constantFrom(
    "Enter",
    "d",
    "a",
    "p",
    "m",
    "c",
    "t",
    "r",
    "E",
    "w",
    "x",
    "h",
    "?",
    "1",
  );
  const kinds = fc.constantFrom("idle", "ringing", "active", "wrap_up" as const);
  fc.assert(
    fc.property(spoilt, keys, kinds, (more, key, kind) => {
      expect(shortcutFor(press(key, more), kind as "idle")).toBeNull();
    }),
  );
});
