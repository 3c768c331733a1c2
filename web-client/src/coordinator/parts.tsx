/** Small pieces of several parts of the board: why somebody was chosen, classes, modes, actions. */

import type { JSX } from "preact";
import { heldFor, isUsual, rankOf } from "../core/board";
import { stateOf } from "../core/board-actions";
import { whyPieces } from "../core/board-why";
import { moment as momentOf } from "../core/moments";
import type { InterpreterRow, Mode, QueueRow, Timestamp, Why } from "../core/protocol";
import { zoneOf } from "../core/zone";
import { MODE_ICON } from "../ui/call-words";
import { Icon } from "../ui/icons";
import { requestText } from "../ui/problems";
import type { Board, Subject } from "./app";

/** Why this person was rung: one sentence, and what it means behind it. */
export function WhyLine({ board, why }: { board: Board; why: Why }): JSX.Element {
  const { t } = board;
  const sentence = whyPieces(why)
    .map(({ id, values }) => t(id, values))
    .join("\u00a0· ");
  return (
    <details class="why" data-testid="why">
      <summary>
        <Icon name="question" />
        <span>
          <span class="visually-hidden">{t("why", { why: "" })}</span>
          {sentence}
        </span>
      </summary>
      {!why.assigned && <p>{t("why-explain")}</p>}
      <p>{t("why-explain-step", { step: why.step + 1, class: t(`class-${why.rank}`) })}</p>
    </details>
  );
}

/** A class other than the usual one, by word and sign; whether its long wait made it so. */
export function ClassMark(props: {
  board: Board;
  row: Pick<QueueRow, "class" | "rank">;
}): JSX.Element | null {
  const { t } = props.board;
  const { rank, aged } = rankOf(props.row);
  if (rank === "normal") return null;
  return (
    <span class={`class-mark ${rank}`} data-testid="class" data-aged={aged}>
      <Icon name={aged ? "clock" : "alert"} />
      {t(`class-${rank}`)}
      {aged && <span class="class-aged">{t("aged")}</span>}
    </span>
  );
}

/** The mode, when it is not the usual one of the language. */
export function ModeMark({ board, mode }: { board: Board; mode: Mode }): JSX.Element | null {
  if (isUsual(mode)) return null;
  return (
    <span class="mode-mark">
      <Icon name={MODE_ICON[mode]} />
      {board.t(`mode-${mode.replaceAll("_", "-")}`)}
    </span>
  );
}

/** What somebody does, and what they are kept free for. */
export function statusOf(board: Board, row: InterpreterRow): string {
  const { t } = board;
  const held = heldFor(row);
  const status = t(`status-${row.status.replaceAll("_", "-")}`);
  return held ? `${status} · ${t("held-for", { time: moment(board, held.starts_at) })}` : status;
}

/** The button that opens what can be done about something. */
export function More(props: { board: Board; subject: Subject; label: string }): JSX.Element {
  const { board, subject } = props;
  return (
    <button
      type="button"
      class="button quiet more"
      data-testid="more"
      aria-label={props.label}
      aria-haspopup="dialog"
      title={props.label}
      onClick={() => {
        board.actions.clear(nameOf(subject));
        board.subject.value = subject;
      }}
    >
      <Icon name="more" />
    </button>
  );
}

/** The name under which requests about something are kept. */
export function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case "call":
      return `call-${subject.call}`;
    case "interpreter":
      return `interpreter-${subject.interpreter}`;
    case "counter":
      return "site" in subject.counter
        ? `site-${subject.counter.site}`
        : `language-${subject.counter.language}`;
    case "callback":
      return `callback-${subject.callback}`;
    case "appointment":
      return `appointment-${subject.appointment}`;
    case "tablets":
      return "tablets";
  }
}

/** Why the newest request about something was refused. */
export function Refusal({ board, about }: { board: Board; about: string }): JSX.Element | null {
  const { problem } = stateOf(board.states.value, about);
  if (!problem) return null;
  return (
    <p class="notice alarm" role="alert" data-testid="refusal" data-problem={problem}>
      <Icon name="alert" />
      <span>{board.t(requestText(problem))}</span>
    </p>
  );
}

/** A moment, where the service is. */
export function moment(board: Board, at: Timestamp): string {
  return momentOf(board.t.locale, at, Date.now(), zoneOf(board.directory));
}
