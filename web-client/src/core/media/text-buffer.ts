/**
 * What one participant has written, as it reads now: T.140 applied character by character. Real-time
 * text shows each letter while it is typed, and its correction too. Kept in memory only.
 */
import { readTerms, STRING_BEGINS, STRING_ENDS, STRING_MAX, type Terms } from "./text-terms";

/** Takes back the last character (ITU-T T.140 §7). */
export const ERASE = "\u0008";
/** Begins a new line (T.140 §7). */
export const NEW_LINE = "\u2028";
/** Stands where text was lost on the way. */
export const LOSS_MARK = "\uFFFD";

/** Characters kept of one participant; of more, the oldest are forgotten. A long talk's worth. */
export const CHARACTERS_MAX = 20_000;

/** Characters that change nothing on our screens: other controls, the byte order mark. */
const UNSEEN = /[\p{Cc}\uFEFF]/u;

/** True for a character that a reader sees, so that it may be sent as text. */
export function isSeen(character: string): boolean {
  return character !== LOSS_MARK && !UNSEEN.test(character);
}

/** See the module. Lines end with "\n"; a loss mark stands for itself. */
export class TextBuffer {
  /** By character, since an erasure takes a whole one. */
  #characters: string[] = [];
  #firstLine = 0;
  /** What is not for reading, as far as it has come; one too long comes to nothing. */
  #string: string | null = null;
  #terms: Terms | null | undefined;
  #lang: string | undefined;
  #afterReturn = false;

  /** The text as it reads now. */
  get text(): string {
    return this.#characters.join("");
  }

  /** The number of its first line, counted from the first ever written: it stays a line's own. */
  get firstLine(): number {
    return this.#firstLine;
  }

  /** What its writer has said of it; null for who has left, undefined for who never said. */
  get terms(): Terms | null | undefined {
    return this.#terms;
  }

  /** The language it is written in, if that was said. */
  get lang(): string | undefined {
    return this.#lang;
  }

  /** Applies what arrived. */
  apply(text: string): void {
    for (const character of text) this.#apply(character);
    const excess = this.#characters.length - CHARACTERS_MAX;
    if (excess <= 0) return;
    const forgotten = this.#characters.splice(0, excess);
    this.#firstLine += forgotten.filter((character) => character === "\n").length;
  }

  #apply(character: string): void {
    const afterReturn = this.#afterReturn;
    this.#afterReturn = character === "\r";
    if (character === STRING_BEGINS) {
      this.#string = "";
    } else if (character === STRING_ENDS) {
      this.#ended(this.#string);
      this.#string = null;
    } else if (character === LOSS_MARK) {
      // The end of such a string may be what was lost.
      this.#string = null;
      if (this.#last !== LOSS_MARK) this.#characters.push(character);
    } else if (this.#string !== null) {
      if (this.#string.length <= STRING_MAX) this.#string += character;
    } else if (character === ERASE) {
      // What was lost cannot be taken back: its mark stays.
      if (this.#last !== LOSS_MARK) this.#characters.pop();
    } else if (character === NEW_LINE || character === "\r" || character === "\n") {
      // Carriage return and line feed are one line break (T.140 §7).
      if (!(character === "\n" && afterReturn)) this.#characters.push("\n");
    } else if (!UNSEEN.test(character)) {
      this.#characters.push(character);
    }
  }

  #ended(string: string | null): void {
    const terms = string !== null && string.length <= STRING_MAX && readTerms(string);
    if (terms === false) return;
    this.#terms = terms;
    // What somebody has left behind goes on being in their language.
    if (terms) this.#lang = terms.lang;
  }

  get #last(): string | undefined {
    return this.#characters.at(-1);
  }
}
