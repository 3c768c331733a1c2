/** A code is read however it is typed, and shown as the coordinator's page shows it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CODE_LENGTH, grouped, LETTERS, typed } from "./pairing-code";

const letter = fc.constantFrom(...LETTERS);
const code = fc
  .array(letter, { minLength: CODE_LENGTH, maxLength: CODE_LENGTH })
  .map((letters) => letters.join(""));

test("a code is read in either case, with anything between its groups", () => {
  fc.assert(
    fc.property(
      code,
      fc.stringMatching(/^[ \-–—.]{0,3}$/),
      fc.boolean(),
      (whole, between, lower) => {
        const text = `${between}${grouped(whole).replace("-", between)}${between}`;
        expect(typed(lower ? text.toLowerCase() : text)).toBe(whole);
      },
    ),
  );
});

test("typing goes on from what is shown", () => {
  fc.assert(
    fc.property(code, (whole) => {
      let shown = "";
      for (const next of whole) shown = grouped(typed(shown + next));
      expect(shown).toBe(`${whole.slice(0, 4)}-${whole.slice(4)}`);
    }),
  );
});

test("a letter that looks like a digit is that digit, and what is in no code is left out", () => {
  expect(typed("zsgb")).toBe("2568");
  expect(typed("0O1IL aeiouy")).toBe("");
  expect(typed("CDFH-JKMN-PQRT")).toBe("CDFHJKMN");
});
