/** Writing in a call: what everybody has written, what the others are writing, and a field for oneself. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { ReadableCell } from "../core/cell";
import type { TextChannel } from "../core/media/text-channel";
import { type Line, piecesOf, TextLog, type Writer } from "../core/text-log";
import { Icon } from "./icons";
import "./text.css";

/** The words of the panel. */
export interface TextWords {
  readonly title: ComponentChildren;
  /** The field, for whoever does not see it. */
  readonly field: string;
  /** What Enter does, and that the others read along. */
  readonly hint: ComponentChildren;
  /** Nobody has written yet. */
  readonly empty: ComponentChildren;
  /** What is typed waits for the connection. */
  readonly waits: ComponentChildren;
  /** Too much at once; nothing of it was taken. */
  readonly tooMuch: ComponentChildren;
  /** Something was lost on the way. */
  readonly lost: string;
  readonly send: string;
  readonly close: ComponentChildren;
  of(writer: Writer): string;
}

/** The text of a call as a conversation; null without a call. A new one for each call. */
export function useTextLog(channel: TextChannel | null): TextLog | null {
  return useMemo(() => (channel ? new TextLog(channel) : null), [channel]);
}

/** The value of a cell, drawn again on each change. */
export function useCell<T>(cell: ReadableCell<T>): T {
  const value = useSignal(cell.get());
  useLayoutEffect(() => {
    value.value = cell.get();
    return cell.watch((next) => {
      value.value = next;
    });
  }, [cell, value]);
  return value.value;
}

/** See the module. `focus`: opened by hand, so that typing begins at once. */
export function TextPanel(props: {
  log: TextLog;
  words: TextWords;
  focus: boolean;
  close: () => void;
}): JSX.Element {
  const { log, words } = props;
  useEffect(() => {
    log.look(true);
    return () => log.look(false);
  }, [log]);
  const { open } = useCell(log.channel.picture);
  return (
    <section class="call-panel text-panel" aria-labelledby="text-title" data-testid="text-panel">
      <header class="text-head">
        <h2 id="text-title">{words.title}</h2>
        <button type="button" class="button quiet" data-testid="text-close" onClick={props.close}>
          <Icon name="cross" />
          {words.close}
        </button>
      </header>
      <Talk log={log} words={words} />
      <div role="status">
        {!open && (
          <p class="notice wait" data-testid="text-waits">
            <Icon name="hourglass" />
            <span>{words.waits}</span>
          </p>
        )}
      </div>
      <Field log={log} words={words} focus={props.focus} />
    </section>
  );
}

/** The conversation alone, to be read. */
export function Talk(props: {
  log: TextLog;
  words: Pick<TextWords, "empty" | "lost" | "of">;
}): JSX.Element {
  const { log, words } = props;
  const { lines, writing } = useCell(log.talk);
  const end = useRef<HTMLDivElement>(null);
  // Whatever has grown is at the end, or is being written there.
  const length = lines.length + writing.reduce((sum, { text }) => sum + text.length, 0);
  // Of many lines only the newest are there, always as many.
  const newest = lines.at(-1)?.key;
  useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [length, newest]);
  useLayoutEffect(() => {
    const talk = end.current?.parentElement;
    if (!talk) return;
    // A line above the controls, a keyboard, a turned tablet: with less room the newest line stays.
    let height = talk.clientHeight;
    const watch = new ResizeObserver(() => {
      const lost = height - talk.clientHeight;
      height = talk.clientHeight;
      if (lost > 0) talk.scrollTop += lost;
    });
    watch.observe(talk);
    return () => watch.disconnect();
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div class="text-talk" tabIndex={0}>
      {lines.length + writing.length === 0 && <p class="text-empty">{words.empty}</p>}
      <div role="log" data-testid="text-lines">
        <ol>
          {lines.map((line) => (
            <TextLine key={line.key} line={line} words={words} />
          ))}
        </ol>
      </div>
      {/* Not announced letter by letter: a line is, when it is finished. */}
      <ol data-testid="text-writing">
        {writing.map((line) => (
          <TextLine key={line.key} line={line} words={words} writing />
        ))}
      </ol>
      <div ref={end} />
    </div>
  );
}

function TextLine(props: {
  line: Line;
  words: Pick<TextWords, "lost" | "of">;
  writing?: boolean;
}): JSX.Element {
  const { line, words } = props;
  const who = line.writer?.kind ?? "me";
  return (
    <li class={`text-line ${props.writing ? "writing" : ""}`} data-who={who}>
      <span class="text-who">{words.of(line.writer)}</span>
      <p dir="auto" lang={line.lang}>
        {piecesOf(line.text).map((piece) =>
          "lost" in piece ? (
            <mark class="text-lost" title={words.lost}>
              <span aria-hidden="true">⚠</span>
              <span class="visually-hidden">{words.lost}</span>
            </mark>
          ) : (
            piece.text
          ),
        )}
      </p>
    </li>
  );
}

function Field(props: { log: TextLog; words: TextWords; focus: boolean }): JSX.Element {
  const { words, focus } = props;
  const { channel } = props.log;
  const field = useRef<HTMLTextAreaElement>(null);
  const tooMuch = useSignal(false);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);
  // Closed and opened again: the unfinished line is still ours.
  useLayoutEffect(() => {
    if (field.current) field.current.value = channel.line;
  }, [channel]);
  const take = (taken: boolean) => {
    tooMuch.value = !taken;
    // Also when it held line breaks: of a paste, only the last line is still to be finished.
    if (field.current && field.current.value !== channel.line) field.current.value = channel.line;
  };
  return (
    <form
      class="text-field"
      onSubmit={(event) => {
        event.preventDefault();
        if (channel.line !== "") take(channel.endLine());
        field.current?.focus();
      }}
    >
      {tooMuch.value && (
        <p class="notice wait" role="alert">
          <Icon name="alert" />
          <span>{words.tooMuch}</span>
        </p>
      )}
      <div class="text-entry">
        <textarea
          ref={field}
          rows={2}
          dir="auto"
          data-testid="text-field"
          aria-label={words.field}
          aria-describedby="text-hint"
          autocomplete="off"
          onInput={(event) => take(channel.edit(event.currentTarget.value))}
          onKeyDown={(event) => {
            // Enter that chooses a word of an input method is not ours.
            if (event.key !== "Enter" || event.isComposing) return;
            event.preventDefault();
            if (channel.line !== "") take(channel.endLine());
          }}
        />
        <button
          type="submit"
          class="button primary"
          data-testid="text-send"
          aria-label={words.send}
        >
          <Icon name="newLine" />
        </button>
      </div>
      <p id="text-hint" class="text-hint">
        {words.hint}
      </p>
    </form>
  );
}

/** The control that shows the text or puts it away, marked when something came unseen. */
export function TextToggle(props: {
  log: TextLog;
  open: boolean;
  unread: string;
  toggle: () => void;
  children: ComponentChildren;
}): JSX.Element {
  const { unread } = useCell(props.log.talk);
  return (
    <button
      type="button"
      class="button control text-toggle"
      data-testid="text-toggle"
      data-unread={unread}
      aria-expanded={props.open}
      onClick={props.toggle}
    >
      <span class="text-sign">
        <Icon name="keyboard" />
        {unread && <span class="text-dot" />}
      </span>
      {props.children}
      <span class="visually-hidden" role="status">
        {unread ? props.unread : ""}
      </span>
    </button>
  );
}
