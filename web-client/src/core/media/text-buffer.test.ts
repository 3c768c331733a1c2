/** T.140 as a reader sees it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CHARACTERS_MAX, ERASE, LOSS_MARK, NEW_LINE, TextBuffer } from "./text-buffer";

function read(...messages: string[]): string {
  const buffer = new TextBuffer();
  for (const message of messages) buffer.apply(message);
  return buffer.text;
}

test("letters are added, and an erasure takes back the last whole character", () => {
  expect(read("bonjuor", ERASE.repeat(3), "our")).toBe("bonjour");
  expect(read("a🤟", ERASE)).toBe("a");
  expect(read(ERASE, "a")).toBe("a");
});

test("every form of a line break is one line break, also when it comes in two pieces", () => {
  expect(read(`a${NEW_LINE}b`, "\r", "\nc", "\rd\ne")).toBe("a\nb\nc\nd\ne");
  expect(read(`ab${NEW_LINE}`, ERASE, "c")).toBe("abc");
});

test("a loss is marked once, and cannot be taken back", () => {
  expect(read(`a${LOSS_MARK}${LOSS_MARK}`, LOSS_MARK, ERASE.repeat(5), "b")).toBe(`a${LOSS_MARK}b`);
});

test("what is not for reading is not shown", () => {
  expect(read("\uFEFFa\u0007b\u0000\u001Bc")).toBe("abc");
  expect(read("a\u0098hidden", "still hidden\u009Cb")).toBe("ab");
  expect(read("a\u0098hidden", LOSS_MARK, "b")).toBe(`a${LOSS_MARK}b`);
});

test("what a writer says of the text is known, in however many pieces, and never shown", () => {
  const buffer = new TextBuffer();
  expect([buffer.terms, buffer.lang]).toEqual([undefined, undefined]);
  for (const piece of ["a\u0098la", "ng=zh-Hant;c", "ps=40\u009Cb"]) buffer.apply(piece);
  expect(buffer.terms).toEqual({ lang: "zh-Hant", cps: 40 });
  expect([buffer.lang, buffer.text]).toEqual(["zh-Hant", "ab"]);
  for (const cut of [`\u0098lang=de${LOSS_MARK}`, "\u0098lang=de\u0098\u0098lang=\u009C", "\u009C"])
    buffer.apply(cut);
  expect(buffer.lang, "nothing of one that was cut").toBe("zh-Hant");
  buffer.apply("\u0098cps=30;later=1\u009C");
  expect(buffer.terms).toEqual({ lang: undefined, cps: 30 });
});

test("a long talk forgets its beginning", () => {
  const buffer = new TextBuffer();
  for (let line = 0; line < 30; line += 1) buffer.apply(`${line}`.padEnd(1_000, "."));
  expect(buffer.text).toHaveLength(CHARACTERS_MAX);
  expect(buffer.text.startsWith("10.")).toBe(true);
});

test("it makes no difference how text is cut into messages", () => {
  const characters = ["a", "é", "🤟", "\r", "\n", NEW_LINE, ERASE, LOSS_MARK, "\u0098", "\u009C"];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...characters)), fc.nat(), (typed, cut) => {
      const at = cut % (typed.length + 1);
      const parts = [typed.slice(0, at).join(""), typed.slice(at).join("")];
      expect(read(...parts)).toBe(read(typed.join("")));
    }),
  );
});
