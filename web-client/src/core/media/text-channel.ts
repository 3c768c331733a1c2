/**
 * Real-time text of one call: sends what is typed, gathered for 300 ms, and shows what the others
 * write while they write it. It outlives the connections of its call: what was not yet sent goes out
 * on the next. Nothing is stored, and all of it is gone with the call.
 */
import { Cell, type ReadableCell } from "../cell";
import { ERASE, isSeen, LOSS_MARK, NEW_LINE, TextBuffer } from "./text-buffer";
import { CPS_DEFAULT, CPS_OVER_MS, termsOf } from "./text-terms";

/** The label of the data channel, and its subprotocol (RFC 8865 §4.1). */
export const TEXT_CHANNEL = "t140";

/** Typing is gathered for so long, so that few messages carry it (RFC 4103 §5.1). */
export const GATHER_MS = 300;

/** Characters in one message; of four bytes each, they fit into what the gateway takes. */
export const MESSAGE_CHARACTERS_MAX = 500;

/** Characters that wait to be sent. A longer paste is not taken; nobody would read it. */
export const WAITING_MAX = 4_000;

/** The gateway relays so many characters at once, and then so many a second; less is asked of it. */
const CHARACTERS_AT_ONCE = 3_500;
const CHARACTERS_PER_SECOND = 100;

/** Bytes the browser may hold back before we do: on a bad line, corrections then cost nothing. */
const BUFFERED_MAX = 4_096;

/** Writers shown; a room has fewer. */
const WRITERS_MAX = 12;

/** Who a participant is, by the upper half of its number. */
const KINDS = ["unknown", "tablet", "interpreter", "guest", "observer"] as const;
const KIND_UNIT = 2 ** 32;

/** What one of the others has written. */
export interface Writing {
  /** The participant's number, which tells two writers apart. */
  readonly participant: number;
  readonly kind: (typeof KINDS)[number];
  /** The participant's own number among its kind: an interpreter's id; 0 for the tablet. */
  readonly number: number;
  /** As it reads now; `LOSS_MARK` where something is missing. */
  readonly text: string;
  /** The number of its first line: more than 0 once old text was forgotten. */
  readonly firstLine: number;
  /** The language it is written in (BCP 47), if that is known. */
  readonly lang: string | undefined;
}

/** What screens see. */
export interface TextPicture {
  /** What is typed reaches the others now; else it waits. */
  readonly open: boolean;
  /** What we have written, as the others read it. */
  readonly mine: string;
  /** The number of its first line. */
  readonly mineFirstLine: number;
  /** The language it is written in, if that is known. */
  readonly mineLang: string | undefined;
  /** The others who have written, in the order of their first words. */
  readonly others: readonly Writing[];
}

const NOTHING: TextPicture = {
  open: false,
  mine: "",
  mineFirstLine: 0,
  mineLang: undefined,
  others: [],
};

/** What this needs of an `RTCDataChannel`. */
export type TextPort = Pick<
  RTCDataChannel,
  "readyState" | "bufferedAmount" | "send" | "onopen" | "onclose" | "onmessage"
>;

/** See the module. */
export class TextChannel {
  readonly #picture = new Cell<TextPicture>(NOTHING);
  readonly #mine = new TextBuffer();
  readonly #others = new Map<number, TextBuffer>();
  readonly #lang: string;
  /** How many characters went when, as far back as the others' rate counts. */
  #sent: readonly { readonly at: number; readonly characters: number }[] = [];
  /** Typed and not yet sent, by character. */
  #waiting: string[] = [];
  /** The channels of our connections, the newest last. */
  #ports: readonly TextPort[] = [];
  #gathering: ReturnType<typeof setTimeout> | null = null;
  /** When all characters sent will be paid for at our rate, on the page's clock. */
  #paidAt = 0;

  /** `lang`: what we write in (BCP 47); empty when it is not known. */
  constructor(lang = "") {
    this.#lang = lang;
  }

  /** What screens see. */
  get picture(): ReadableCell<TextPicture> {
    return this.#picture;
  }

  /**
   * Uses a new connection's channel once it opens. Until then what we write goes by the one before,
   * which is heard until it is detached: the gateway sends each text once, on either.
   */
  attach(port: TextPort): void {
    this.#ports = [...this.#ports, port];
    port.onopen = () => this.#begins(port);
    port.onclose = () => this.#opened();
    port.onmessage = ({ data }) => this.#received(data);
    if (port.readyState === "open") this.#begins(port);
    else this.#opened();
  }

  /** A connection is closed, and its channel is heard no more. */
  detach(port: TextPort): void {
    port.onopen = null;
    port.onclose = null;
    port.onmessage = null;
    this.#ports = this.#ports.filter((one) => one !== port);
    this.#opened();
  }

  /** Ends it with its call. */
  close(): void {
    for (const port of this.#ports) this.detach(port);
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#gathering = null;
    this.#waiting = [];
    this.#others.clear();
    this.#picture.set(NOTHING);
  }

  /** Writes at the end; false when too much waits already, and then nothing of it is taken. */
  write(text: string): boolean {
    const characters = [...text.replace(/\r\n|\r|\n/g, NEW_LINE)].filter(
      (character) => character === ERASE || isSeen(character),
    );
    if (this.#waiting.length + characters.length > WAITING_MAX) return false;
    for (const character of characters) {
      // What has not left yet is corrected before it does.
      const last = this.#waiting.at(-1);
      if (character === ERASE && last !== undefined && last !== ERASE) this.#waiting.pop();
      else this.#waiting.push(character);
    }
    this.#mine.apply(characters.join(""));
    const { text: mine, firstLine: mineFirstLine } = this.#mine;
    this.#show({ mine, mineFirstLine, mineLang: this.#lang || undefined });
    if (this.#gathering === null) this.#send();
    return true;
  }

  /**
   * Makes the line we are writing read like this, by erasing back to where it differs; false as
   * for `write`. For an input field: call it with the field's value whenever that changes.
   */
  edit(line: string): boolean {
    const before = [...this.line];
    const after = [...line];
    let same = 0;
    while (same < before.length && same < after.length && before[same] === after[same]) same += 1;
    return this.write(ERASE.repeat(before.length - same) + after.slice(same).join(""));
  }

  /** Ends the line; the next begins empty. False as for `write`. */
  endLine(): boolean {
    return this.write(NEW_LINE);
  }

  /** The line we are writing. */
  get line(): string {
    const { mine } = this.#picture.get();
    return mine.slice(mine.lastIndexOf("\n") + 1);
  }

  /** Sends what waits, as much as may go now, and comes back for the rest after the pause. */
  #send(): void {
    this.#gathering = null;
    const port = this.#open;
    if (!port || this.#waiting.length === 0) return;
    const message = this.#waiting.slice(0, this.#mayGo(port));
    if (message.length > 0) {
      port.send(message.join(""));
      this.#waiting = this.#waiting.slice(message.length);
      const at = performance.now();
      this.#sent = [...this.#sent, { at, characters: message.length }];
      const paidFrom = Math.max(this.#paidAt, at);
      this.#paidAt = paidFrom + (message.length * 1_000) / CHARACTERS_PER_SECOND;
    }
    this.#gathering = setTimeout(() => this.#send(), GATHER_MS);
  }

  /** How many characters may go now. */
  #mayGo(port: TextPort): number {
    if (port.bufferedAmount > BUFFERED_MAX) return 0;
    const owed = Math.max(0, this.#paidAt - performance.now());
    const left = CHARACTERS_AT_ONCE - (owed * CHARACTERS_PER_SECOND) / 1_000;
    return Math.max(0, Math.min(MESSAGE_CHARACTERS_MAX, Math.floor(left), this.#isTaken()));
  }

  /** How many characters the slowest of the others takes now. Nobody's rate is known to be less. */
  #isTaken(): number {
    const since = performance.now() - CPS_OVER_MS;
    this.#sent = this.#sent.filter(({ at }) => at > since);
    const there = [...this.#others.values()].flatMap(({ terms }) =>
      terms === null ? [] : (terms?.cps ?? CPS_DEFAULT),
    );
    const cps = there.length > 0 ? Math.min(...there) : CPS_DEFAULT;
    return this.#sent.reduce((left, one) => left - one.characters, (cps * CPS_OVER_MS) / 1_000);
  }

  /** The gateway says who wrote: the participant's number, a line feed, the text. */
  #received(data: unknown): void {
    const [, number, text] = /^(\d{1,16})\n(.*)$/su.exec(String(data)) ?? [];
    if (number === undefined || text === undefined) return;
    const participant = Number(number);
    let buffer = this.#others.get(participant);
    if (!buffer) {
      if (this.#others.size >= WRITERS_MAX) return;
      buffer = new TextBuffer();
      this.#others.set(participant, buffer);
    }
    buffer.apply(text);
    // A loss mark alone may stand for nothing: it is shown once there is something beside it.
    const others = [...this.#others].map(([of, buffer]) => writing(of, buffer));
    this.#show({ others: others.filter(({ text }) => text.replaceAll(LOSS_MARK, "") !== "") });
  }

  /** The channel we write on. */
  get #open(): TextPort | undefined {
    return this.#ports.findLast(({ readyState }) => readyState === "open");
  }

  /** The first that is said on a channel: in what we write, and how fast we read. */
  #begins(port: TextPort): void {
    port.send(termsOf(this.#lang));
    this.#opened();
  }

  #opened(): void {
    const open = this.#open !== undefined;
    this.#show({ open });
    if (open && this.#gathering === null) this.#send();
  }

  #show(change: Partial<TextPicture>): void {
    this.#picture.set({ ...this.#picture.get(), ...change });
  }
}

function writing(participant: number, { text, firstLine, lang }: TextBuffer): Writing {
  const kind = KINDS[Math.floor(participant / KIND_UNIT)] ?? "unknown";
  return { participant, kind, number: participant % KIND_UNIT, text, firstLine, lang };
}
