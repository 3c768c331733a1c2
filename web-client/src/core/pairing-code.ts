/**
 * A pairing code as it is typed: eight characters of an alphabet without vowels and without any that
 * look alike. The gateway reads it in the same way (`src/auth/pairing_code.rs`).
 */

/** What codes are made of, in the order of the keys. */
export const LETTERS = "23456789CDFHJKMNPQRTVWX";

/** Characters of a code. */
export const CODE_LENGTH = 8;

/** Letters that are in no code, and the digits somebody means who reads them. */
const ALIKE: Record<string, string> = { Z: "2", S: "5", G: "6", B: "8" };

/** The characters of a code in what somebody typed. */
export function typed(text: string): string {
  const meant = [...text.toUpperCase()].map((letter) => ALIKE[letter] ?? letter);
  return meant
    .filter((letter) => LETTERS.includes(letter))
    .slice(0, CODE_LENGTH)
    .join("");
}

/** As it is shown: in two groups of four. */
export function grouped(code: string): string {
  return code.length > CODE_LENGTH / 2
    ? `${code.slice(0, CODE_LENGTH / 2)}-${code.slice(CODE_LENGTH / 2)}`
    : code;
}
