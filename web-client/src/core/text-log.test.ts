/** Text becomes a conversation: in order, with what is lost, and with a mark for what was not seen. */
import { expect, test } from "vitest";
import { CHARACTERS_MAX } from "./media/text-buffer";
import { TextChannel } from "./media/text-channel";
import { LINES_MAX, piecesOf, TextLog } from "./text-log";

/** A call's text with a gateway that the test plays. */
function desk() {
  const sent: string[] = [];
  const port = {
    readyState: "open" as const,
    bufferedAmount: 0,
    send: (text: string) => void sent.push(text),
    onopen: null,
    onclose: null,
    onmessage: null as ((event: MessageEvent) => void) | null,
  };
  const channel = new TextChannel();
  const log = new TextLog(channel);
  channel.attach(port as never);
  const says = (participant: number, text: string) =>
    port.onmessage?.({ data: `${participant}\n${text}` } as MessageEvent);
  return { channel, log, says };
}

const TABLET = 2 ** 32;
const LEAD = 2 * 2 ** 32 + 7;
const texts = (log: TextLog) => log.talk.get().lines.map(({ text }) => text);

test("lines stand in the order in which they were begun, whoever finishes first", () => {
  const { channel, log, says } = desk();
  says(TABLET, "Bon");
  channel.write("Hello\u2028");
  says(TABLET, "jour\u2028");
  channel.write("Again\u2028");
  expect(texts(log)).toEqual(["Bonjour", "Hello", "Again"]);
  expect(log.talk.get().lines.map(({ writer }) => writer?.kind ?? "me")).toEqual([
    "tablet",
    "me",
    "me",
  ]);
});

test("what the others are writing is apart from what is finished, and one's own is in the field", () => {
  const { channel, log, says } = desk();
  says(LEAD, "One\u2028Tw");
  channel.edit("mine");
  expect(texts(log)).toEqual(["One"]);
  expect(log.talk.get().writing).toMatchObject([{ text: "Tw", writer: { number: 7 } }]);
  expect(channel.line).toBe("mine");
});

test("a correction changes the line where it stands", () => {
  const { log, says } = desk();
  says(TABLET, "Bonsoir\u2028");
  says(LEAD, "Hi\u2028");
  says(TABLET, "\b\b\b\b\bjour\u2028");
  expect(texts(log)).toEqual(["Bonjour", "Hi"]);
});

test("what arrives unseen is marked until somebody looks", () => {
  const { channel, log, says } = desk();
  channel.write("mine");
  expect(log.talk.get().unread).toBe(false);
  says(TABLET, "news");
  expect(log.talk.get().unread).toBe(true);
  log.look(true);
  expect(log.talk.get().unread).toBe(false);
  says(TABLET, " more");
  expect(log.talk.get().unread).toBe(false);
  log.look(false);
  channel.write("mine again");
  expect(log.talk.get().unread).toBe(false);
  says(TABLET, "!");
  expect(log.talk.get().unread).toBe(true);
});

test("what was written before anybody drew the call is there, and marked", () => {
  const { channel, says } = desk();
  says(TABLET, "early\u2028");
  const late = new TextLog(channel);
  expect(texts(late)).toEqual(["early"]);
  expect(late.talk.get().unread).toBe(true);
});

test("a loss has a place of its own in the line", () => {
  expect(piecesOf("ab\uFFFDcd")).toEqual([{ text: "ab" }, { lost: true }, { text: "cd" }]);
  expect(piecesOf("\uFFFD")).toEqual([{ lost: true }]);
});

test("nothing is left of a conversation after the call", () => {
  const { channel, log, says } = desk();
  says(TABLET, "secret\u2028");
  channel.close();
  expect(log.talk.get()).toMatchObject({ lines: [], writing: [] });
});

test("a line stays itself when older text falls away, and keeps its place", () => {
  const { log, says } = desk();
  says(TABLET, "first\u2028second\u2028");
  says(LEAD, "answer\u2028");
  const before = log.talk.get().lines;
  const long = "x".repeat(CHARACTERS_MAX - "second\n".length - 1);
  says(TABLET, `${long}\u2028`);
  const after = log.talk.get().lines;
  expect(after.map(({ text }) => text)).toEqual(["second", "answer", long]);
  expect(after.slice(0, 2).map(({ key }) => key)).toEqual(before.slice(1).map(({ key }) => key));
});

test("of very many lines the newest are shown", () => {
  const { log, says } = desk();
  for (let line = 0; line < LINES_MAX + 5; line += 1) says(TABLET, `${line}\u2028`);
  expect(texts(log)).toHaveLength(LINES_MAX);
  expect(texts(log)[0]).toBe("5");
  expect(texts(log).at(-1)).toBe(`${LINES_MAX + 4}`);
});
