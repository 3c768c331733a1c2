/**
 * The text of a call as a conversation: finished lines in the order in which they were begun, whoever
 * wrote them, and below them what the others are writing right now. Also whether something new came
 * while nobody looked. Kept in memory only, as long as the call.
 */
import { Cell, type ReadableCell } from "./cell";
import { LOSS_MARK } from "./media/text-buffer";
import type { TextChannel, TextPicture, Writing } from "./media/text-channel";

/** Who wrote: one of the others, or null for oneself. */
export type Writer = Pick<Writing, "participant" | "kind" | "number"> | null;

/** One line. */
export interface Line {
  /** Stays the same while the line is written. */
  readonly key: string;
  readonly writer: Writer;
  /** The language it is written in (BCP 47), if that is known. */
  readonly lang: string | undefined;
  readonly text: string;
}

/** What screens see. */
export interface TextTalk {
  /** The newest finished lines, in the order of their first letters. */
  readonly lines: readonly Line[];
  /** What the others are writing, not finished yet. */
  readonly writing: readonly Line[];
  /** Somebody wrote while the text was out of sight. */
  readonly unread: boolean;
}

/** Finished lines shown, the newest. Far more than anybody scrolls back through in a call. */
export const LINES_MAX = 300;

const NOTHING: TextTalk = { lines: [], writing: [], unread: false };

/** A piece of a line: text, or the sign that something is missing. */
export type Piece = { readonly text: string } | { readonly lost: true };

/** Splits a line at the marks of loss. */
export function piecesOf(text: string): readonly Piece[] {
  const parts = text.split(LOSS_MARK);
  return parts.flatMap((part, at) => {
    const piece: Piece[] = part === "" ? [] : [{ text: part }];
    return at === 0 ? piece : [{ lost: true }, ...piece];
  });
}

/** Every line of a picture that has something on it, by writer. */
function linesOf(picture: TextPicture): readonly (Line & { readonly last: boolean })[] {
  const { mine, mineFirstLine, mineLang } = picture;
  const writers: readonly (Pick<Writing, "text" | "firstLine" | "lang"> & {
    readonly writer: Writer;
    readonly name: string;
  })[] = [
    ...picture.others.map((other) => ({ writer: other, name: `${other.participant}`, ...other })),
    { writer: null, name: "mine", text: mine, firstLine: mineFirstLine, lang: mineLang },
  ];
  return writers.flatMap(({ writer, name, text, firstLine, lang }) => {
    const all = text.split("\n");
    return all
      .map((line, at) => ({
        key: `${name}-${firstLine + at}`,
        writer,
        lang,
        text: line,
        last: at === all.length - 1,
      }))
      .filter((line) => line.text !== "");
  });
}

/** The order of the lines, with those that are new at its end. */
export function orderAfter(order: readonly string[], picture: TextPicture): readonly string[] {
  const begun = linesOf(picture).map(({ key }) => key);
  const there = new Set(begun);
  // A set keeps the order in which its members came.
  return [...new Set([...order.filter((key) => there.has(key)), ...begun])];
}

/** The conversation in a given order. One's own unfinished line is in the input field. */
export function talkOf(
  order: readonly string[],
  picture: TextPicture,
): Pick<TextTalk, "lines" | "writing"> {
  const all = new Map(linesOf(picture).map((line) => [line.key, line]));
  const inOrder = order.flatMap((key) => all.get(key) ?? []);
  return {
    lines: inOrder.filter(({ last }) => !last).slice(-LINES_MAX),
    writing: inOrder.filter(({ last, writer }) => last && writer !== null),
  };
}

/** See the module. */
export class TextLog {
  readonly #talk = new Cell<TextTalk>(NOTHING);
  readonly #channel: TextChannel;
  #order: readonly string[] = [];
  #looking = false;

  constructor(channel: TextChannel) {
    this.#channel = channel;
    let before: TextPicture["others"] = [];
    const follow = (picture: TextPicture) => {
      this.#order = orderAfter(this.#order, picture);
      const news = picture.others !== before && !this.#looking && picture.others.length > 0;
      before = picture.others;
      const unread = news || this.#talk.get().unread;
      this.#talk.set({ ...talkOf(this.#order, picture), unread });
    };
    // What was written before this page drew the call is not lost, nor seen.
    follow(channel.picture.get());
    channel.picture.watch(follow);
  }

  /** What screens see. */
  get talk(): ReadableCell<TextTalk> {
    return this.#talk;
  }

  /** The channel behind it. */
  get channel(): TextChannel {
    return this.#channel;
  }

  /** The text is in sight, or no longer. */
  look(looking: boolean): void {
    this.#looking = looking;
    if (looking) this.#talk.set({ ...this.#talk.get(), unread: false });
  }
}
