/** Text as it is typed: gathered, corrected, bounded, and put together again at the other end. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ERASE, LOSS_MARK, TextBuffer } from "./text-buffer";
import {
  GATHER_MS,
  MESSAGE_CHARACTERS_MAX,
  TextChannel,
  type TextPort,
  WAITING_MAX,
} from "./text-channel";
import { CPS_DEFAULT, CPS_OVER_MS, STRING_BEGINS, termsOf } from "./text-terms";

/** The browser's end of a data channel. */
class Port implements TextPort {
  readyState: RTCDataChannelState = "connecting";
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  readonly sent: string[] = [];
  /** What was said of the text, which is none. */
  readonly said: string[] = [];
  send(text: unknown): void {
    (String(text).startsWith(STRING_BEGINS) ? this.said : this.sent).push(String(text));
  }
  opens(): this {
    this.readyState = "open";
    this.onopen?.();
    return this;
  }
  closes(): void {
    this.readyState = "closed";
    this.onclose?.();
  }
  brings(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent);
  }
}

const TABLET = 2 ** 32;
const INTERPRETER = 2 * 2 ** 32;
let channel: TextChannel;
let port: Port;

beforeEach(() => {
  vi.useFakeTimers();
  channel = new TextChannel();
  port = new Port();
  channel.attach(port);
});
afterEach(() => {
  channel.close();
  vi.useRealTimers();
});

const picture = () => channel.picture.get();
/** What a reader makes of everything that was sent. */
function readBack(...ports: Port[]): string {
  const buffer = new TextBuffer();
  for (const { sent } of ports) for (const message of sent) buffer.apply(message);
  return buffer.text;
}

test("the first letter goes at once, the next ones together after the pause", () => {
  port.opens();
  for (const letter of "bon") channel.write(letter);
  expect(port.sent).toEqual(["b"]);
  vi.advanceTimersByTime(GATHER_MS - 1);
  expect(port.sent).toEqual(["b"]);
  vi.advanceTimersByTime(1);
  expect(port.sent).toEqual(["b", "on"]);
  vi.advanceTimersByTime(GATHER_MS);
  expect(port.sent).toHaveLength(2);
  channel.write("j");
  expect(port.sent).toEqual(["b", "on", "j"]);
});

test("a correction of what has not left is never sent", () => {
  port.opens();
  channel.write("a");
  channel.write("bx");
  channel.write(ERASE);
  vi.advanceTimersByTime(GATHER_MS);
  expect(port.sent).toEqual(["a", "b"]);
  channel.write(ERASE + ERASE);
  vi.advanceTimersByTime(GATHER_MS);
  expect(readBack(port)).toBe("");
  expect(picture().mine).toBe("");
});

test("an input field is followed wherever it is changed", () => {
  port.opens();
  const [first, second] = ["Je voudrais un rendez-vous", "Je voudrai un 🤟 rendez-vous"];
  channel.edit(first);
  vi.advanceTimersByTime(GATHER_MS);
  channel.edit(second);
  vi.advanceTimersByTime(GATHER_MS);
  expect(readBack(port)).toBe(second);
  channel.endLine();
  expect(channel.line).toBe("");
  channel.edit("ok");
  vi.advanceTimersByTime(GATHER_MS);
  expect(readBack(port)).toBe(`${second}\nok`);
});

test("what is typed before the channel opens, or during an outage, goes out on the next", () => {
  channel.write("bon");
  expect(port.sent).toEqual([]);
  port.opens();
  expect(port.sent).toEqual(["bon"]);
  port.closes();
  expect(picture().open).toBe(false);
  channel.write("jour");
  vi.advanceTimersByTime(10 * GATHER_MS);
  const next = new Port();
  channel.attach(next);
  next.opens();
  port.opens();
  expect(next.sent).toEqual(["jour"]);
  expect(readBack(port, next)).toBe("bonjour");
});

test("a paste goes in pieces the gateway takes, and one that is too long is not taken", () => {
  port.opens();
  port.brings(`${TABLET}\n${termsOf("fr")}`);
  const paste = "é".repeat(WAITING_MAX);
  expect(channel.write(paste)).toBe(true);
  expect(channel.write("x".repeat(WAITING_MAX))).toBe(false);
  expect(picture().mine).toBe(paste);
  vi.advanceTimersByTime(60_000);
  expect(readBack(port)).toBe(paste);
  expect(Math.max(...port.sent.map(({ length }) => length))).toBe(MESSAGE_CHARACTERS_MAX);
});

test("more than the gateway relays in a minute is not sent in a minute", () => {
  port.opens();
  port.brings(`${TABLET}\n${termsOf("fr")}`);
  const start = performance.now();
  let written = 0;
  while (performance.now() - start < 60_000) {
    if (channel.write("x".repeat(100))) written += 100;
    vi.advanceTimersByTime(GATHER_MS);
  }
  const sent = readBack(port).length;
  expect(sent).toBeLessThanOrEqual(4_000 + 60 * 120);
  expect(sent).toBeGreaterThan(60 * 90);
  expect(written).toBeLessThanOrEqual(sent + WAITING_MAX);
});

test("on a bad line text waits here, where corrections cost nothing", () => {
  port.opens();
  port.bufferedAmount = 5_000;
  channel.write("abc");
  channel.write(ERASE);
  vi.advanceTimersByTime(GATHER_MS);
  expect(port.sent).toEqual([]);
  port.bufferedAmount = 0;
  vi.advanceTimersByTime(GATHER_MS);
  expect(port.sent).toEqual(["ab"]);
});

test("the others are shown with who they are, in the order of their first words", () => {
  port.opens();
  port.brings(`${INTERPRETER + 7}\nbon`);
  port.brings(`${TABLET}\nhello`);
  port.brings(`${INTERPRETER + 7}\njuor${ERASE.repeat(3)}our`);
  expect(picture().others).toEqual([
    { participant: INTERPRETER + 7, kind: "interpreter", number: 7, text: "bonjour", firstLine: 0 },
    { participant: TABLET, kind: "tablet", number: 0, text: "hello", firstLine: 0 },
  ]);
});

test("a loss is shown where it was, but a mark alone is nobody's text", () => {
  port.opens();
  port.brings(`${TABLET}\n${LOSS_MARK}`);
  expect(picture().others).toEqual([]);
  port.brings(`${TABLET}\nhello`);
  expect(picture().others[0]?.text).toBe(`${LOSS_MARK}hello`);
});

test("what is no relayed text is ignored", () => {
  port.opens();
  for (const data of ["", "hello", "\nhello", "12", "x\nhello", `${"9".repeat(30)}\nhello`, null]) {
    port.brings(data);
  }
  expect(picture().others).toEqual([]);
  for (let writer = 0; writer < 100; writer += 1) port.brings(`${TABLET + writer}\nx`);
  expect(picture().others.length).toBeLessThan(20);
});

test("the first thing said on every channel is in which language we write and how fast we read", () => {
  channel.close();
  channel = new TextChannel("ar");
  channel.write("salam");
  const first = new Port();
  channel.attach(first);
  expect(first.said).toEqual([]);
  first.opens();
  expect([first.said, first.sent]).toEqual([["\u0098lang=ar;cps=400\u009C"], ["salam"]]);
  expect(picture().mineLang).toBe("ar");
  const next = new Port().opens();
  channel.attach(next);
  expect(next.said).toEqual(first.said);
});

test("what the others say of their text is shown by nobody and names its language", () => {
  port.opens();
  port.brings(`${TABLET}\n${termsOf("ar")}`);
  expect(picture().others).toEqual([]);
  port.brings(`${TABLET}\nsalam`);
  expect(picture().others).toMatchObject([{ text: "salam", lang: "ar" }]);
  port.brings(`${TABLET}\n\u0098\u009C`);
  expect(picture().others, "after its writer has left").toMatchObject([{ lang: "ar" }]);
});

/** Types for a minute as much as is taken; what went in all, and the most in any ten seconds. */
function typed(): { whole: number; most: number } {
  const sent: [number, number][] = [];
  port.send = (text) => void sent.push([performance.now(), String(text).length]);
  for (let at = 0; at < 60_000; at += GATHER_MS) {
    channel.write("x".repeat(200));
    vi.advanceTimersByTime(GATHER_MS);
  }
  const sum = (from: number, until: number) =>
    sent.reduce((sum, [at, length]) => sum + (at >= from && at < until ? length : 0), 0);
  const most = Math.max(...sent.map(([at]) => sum(at, at + CPS_OVER_MS)));
  return { whole: sum(0, Number.POSITIVE_INFINITY), most };
}

test("nobody is sent more in ten seconds than the slowest of the others takes, and nothing is lost", () => {
  port.opens();
  port.brings(`${TABLET}\n${termsOf("fr")}`);
  port.brings(`${INTERPRETER + 7}\n\u0098cps=12\u009C`);
  const { whole, most } = typed();
  expect([whole, most]).toEqual([6 * 120, 120]);
  // Once that one has left, what has waited goes.
  port.brings(`${INTERPRETER + 7}\n\u0098\u009C`);
  const rest: string[] = [];
  port.send = (text) => void rest.push(String(text));
  vi.advanceTimersByTime(60_000);
  expect(whole + rest.join("").length).toBe(picture().mine.length);
});

test("who has said nothing takes what the standard says, and nonsense counts for nothing", () => {
  port.opens();
  expect(typed().most).toBe(CPS_DEFAULT * 10);
  for (const nonsense of [
    "cps=0",
    "cps=4",
    "cps=99999",
    "cps=-1",
    "lang=<b>;cps=6",
    "x".repeat(500),
  ])
    port.brings(`${TABLET}\n\u0098${nonsense}\u009C`);
  port.brings(`${TABLET}\nok`);
  expect(picture().others).toMatchObject([{ text: "ok", lang: undefined }]);
  expect(typed().most).toBe(CPS_DEFAULT * 10);
});

test("after the call nothing of it is left", () => {
  port.opens();
  channel.write("bonjour");
  port.brings(`${TABLET}\nhello`);
  channel.close();
  expect(picture()).toEqual({
    open: false,
    mine: "",
    mineFirstLine: 0,
    mineLang: undefined,
    others: [],
  });
  port.brings(`${TABLET}\nhello`);
  expect(picture().others).toEqual([]);
});

test("whatever is typed and however it is corrected, the reader sees what the writer sees", () => {
  const lines = fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { maxLength: 20 });
  fc.assert(
    fc.property(lines, fc.array(fc.boolean(), { maxLength: 20 }), (values, pauses) => {
      const [typed, wire] = [new TextChannel(), new Port().opens()];
      typed.attach(wire);
      for (const [number, value] of values.entries()) {
        typed.edit(value);
        if (pauses[number]) vi.advanceTimersByTime(GATHER_MS);
      }
      vi.advanceTimersByTime(60_000);
      expect(readBack(wire)).toBe(typed.picture.get().mine);
      typed.close();
    }),
  );
});
