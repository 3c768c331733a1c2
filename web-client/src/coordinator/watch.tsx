/** Looking on: the question and its answer beside the call, and the pictures of everybody in it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { TextChannel } from "../core/media/text-channel";
import { interpreterName, languageName, siteName } from "../core/names";
import type { ActiveRow, Timestamp } from "../core/protocol";
import type { Who } from "../core/seats";
import { clockFace, clockOffset, elapsed, remaining } from "../core/server-clock";
import type { TextLog, Writer } from "../core/text-log";
import { isLive, type Watch, type WatchEnd } from "../core/watching";
import { writerRole } from "../core/writers";
import { CallStage, useTiles } from "../ui/call-view";
import { Icon } from "../ui/icons";
import { requestText } from "../ui/problems";
import { now } from "../ui/signals";
import { Talk, useCell, useTextLog } from "../ui/text-panel";
import type { Board } from "./app";
import { moment } from "./parts";

/** In the row of a call: asks, says how far that is, takes it back. */
export function WatchCell({ board, row }: { board: Board; row: ActiveRow }): JSX.Element {
  const { t } = board;
  const watch = board.watch.value;
  const mine = watch.kind !== "nothing" && watch.call === row.call;
  const notAsk = mayNotAsk(row, now.value + clockOffset(board.clock));
  return (
    <div class="watch-cell" data-testid="watch" data-state={stateOf(watch, row)}>
      {/* Apart from the time that runs beside it. */}
      <span class="visually-hidden" role="status">
        {mine && isLive(watch) && t(`watch-${watch.kind}`)}
        {mine && watch.kind === "over" && t(`watch-over-${watch.end}`)}
        {mine && watch.kind === "failed" && t(requestText(watch.problem))}
      </span>
      {mine && watch.kind !== "over" && watch.kind !== "failed" && (
        <Under board={board} watch={watch} />
      )}
      {mine && watch.kind === "over" && !isSaidBelow(watch.end, row, notAsk) && (
        <span>{t(`watch-over-${watch.end}`)}</span>
      )}
      {mine && watch.kind === "failed" && <span>{t(requestText(watch.problem))}</span>}
      {!(mine && isLive(watch)) &&
        (row.observer ? (
          <span class="line-mark">
            <Icon name="eye" />
            {t("watch-elsewhere")}
          </span>
        ) : notAsk ? (
          <MayNotAsk board={board} row={row} />
        ) : (
          <button
            type="button"
            class="button"
            data-testid="ask-to-join"
            disabled={isLive(watch)}
            onClick={() => void board.watching.ask(row.call)}
          >
            <Icon name="eye" />
            {t(mine ? "watch-again" : "watch-ask")}
          </button>
        ))}
    </div>
  );
}

/** The line below says the same, with more. */
function isSaidBelow(end: WatchEnd, { observer }: ActiveRow, notAsk: boolean): boolean {
  if (end === "elsewhere") return observer !== null;
  return notAsk && (end === "refused" || end === "expired");
}

/** A no stands for the conversation, and silence for a while. */
function mayNotAsk({ unwilling }: ActiveRow, time: Timestamp): boolean {
  if (unwilling === null) return false;
  return unwilling.why === "refused" || time < unwilling.until;
}

function MayNotAsk({ board, row }: { board: Board; row: ActiveRow }): JSX.Element | null {
  const { unwilling } = row;
  if (unwilling === null) return null;
  const text =
    unwilling.why === "refused"
      ? board.t("watch-unwilling-refused")
      : board.t("watch-unwilling-silent", { time: moment(board, unwilling.until) });
  return (
    <span class="line-mark" data-testid="may-not-ask" data-why={unwilling.why}>
      <Icon name="eye" off />
      <span>{text}</span>
    </span>
  );
}

function stateOf(watch: Watch, row: ActiveRow): string {
  if (watch.kind === "nothing" || watch.call !== row.call) {
    return row.observer ? "elsewhere" : "nothing";
  }
  return watch.kind === "over" ? watch.end : watch.kind;
}

/** Asked, connecting or there. */
function Under(props: {
  board: Board;
  watch: Exclude<Watch, { kind: "nothing" | "over" | "failed" }>;
}): JSX.Element {
  const { board, watch } = props;
  const { t, clock } = board;
  const waits = watch.kind === "asking" || watch.kind === "asked";
  return (
    <>
      <span class="line-mark">
        <Icon name={waits ? "hourglass" : "eye"} />
        <span>{t(`watch-${watch.kind}`)}</span>
        {watch.kind === "asked" && (
          <span class="numbers" role="timer">
            {t("watch-time", { time: clockFace(remaining(clock, watch.until, now.value)) })}
          </span>
        )}
      </span>
      {waits && (
        <button
          type="button"
          class="button quiet"
          data-testid="watch-cancel"
          onClick={() => board.watching.leave()}
        >
          {t("watch-cancel")}
        </button>
      )}
    </>
  );
}

/** The pictures, above everything else while this page looks on. */
export function WatchPanel({ board }: { board: Board }): JSX.Element | null {
  const { watch, view } = board;
  const { value } = watch;
  useEffect(() => {
    // A closed or reloaded page looks on no more, and the visitor's mark goes at once.
    const leave = () => board.watching.leave();
    window.addEventListener("pagehide", leave);
    return () => window.removeEventListener("pagehide", leave);
  }, [board.watching]);
  const looking = value.kind === "connecting" || value.kind === "there";
  const row = looking ? view.active.find(({ call }) => call === value.call) : undefined;
  return row ? <Looking key={row.call} board={board} row={row} /> : null;
}

/** The call has gone from the list; what became of looking on is said where it stood. */
export function WatchEnded({ board }: { board: Board }): JSX.Element {
  const { t } = board;
  const watch = board.watch.value;
  return (
    <div role="status">
      {watch.kind === "over" && watch.end === "ended" && (
        <p class="notice" data-testid="watch-ended">
          <Icon name="eye" off />
          <span>{t("watch-over-ended")}</span>
          <button type="button" class="button" onClick={() => board.watching.leave()}>
            {t("dialog-close")}
          </button>
        </p>
      )}
    </div>
  );
}

function Looking({ board, row }: { board: Board; row: ActiveRow }): JSX.Element {
  const { t, directory, clock } = board;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Somebody may be writing or choosing elsewhere on the board.
    const focused = document.activeElement;
    if (focused === null || focused === document.body) title.current?.focus();
  }, []);
  const quiet = useSignal(false);
  const media = board.watched.value;
  const tiles = useTiles("observer", row, media);
  const call = `${languageName(directory, row.language, t.locale)} · ${siteName(directory, row.site)}`;
  return (
    <section class="panel watch-panel" aria-labelledby="watch-title" data-testid="watch-panel">
      <header class="watch-head">
        <Icon name="eye" />
        <h2 ref={title} id="watch-title" tabIndex={-1}>
          {t("watch-title", { call })}
        </h2>
        <span class="numbers" role="timer">
          {clockFace(elapsed(clock, row.connected_at, now.value))}
        </span>
        <button
          type="button"
          class="button"
          data-testid="watch-quiet"
          aria-pressed={quiet.value}
          onClick={() => {
            quiet.value = !quiet.value;
          }}
        >
          <Icon name="sound" off={quiet.value} />
          {t("watch-quiet")}
        </button>
        <button
          type="button"
          class="button danger"
          data-testid="watch-quit"
          onClick={() => board.watching.leave()}
        >
          <Icon name="leave" />
          {t("watch-quit")}
        </button>
      </header>
      <div class="watch-stage">
        <CallStage
          media={media}
          audioOnly={row.mode === "spoken_audio"}
          silent
          quiet={quiet.value}
          tiles={tiles}
          words={{
            remote: t("watch-visitor"),
            self: "",
            of: (who) => nameOf(board, row, who),
            silent: t("watch-silent"),
            enlarge: (name) => t("watch-enlarge", { name }),
          }}
          hear={t("watch-hear")}
        >
          {media.state === "interrupted" && (
            <p class="notice wait call-notice" role="alert">
              <Icon name="alert" />
              <span>{t("watch-trouble")}</span>
            </p>
          )}
        </CallStage>
        <Text board={board} row={row} channel={media.text} />
      </div>
      <p class="watch-note">{t("watch-note")}</p>
    </section>
  );
}

/** What is written in the call, to be read along; nothing as long as nobody writes. */
function Text(props: {
  board: Board;
  row: ActiveRow;
  channel: TextChannel | null;
}): JSX.Element | null {
  const log = useTextLog(props.channel);
  return log && <TextBeside board={props.board} row={props.row} log={log} />;
}

function TextBeside(props: { board: Board; row: ActiveRow; log: TextLog }): JSX.Element | null {
  const { board, row, log } = props;
  const { t } = board;
  const { lines, writing } = useCell(log.talk);
  if (row.mode !== "text_relay" && lines.length + writing.length === 0) return null;
  return (
    <section class="watch-text" aria-label={t("watch-text")} data-testid="watch-text">
      <Talk
        log={log}
        words={{
          empty: t("watch-text-empty"),
          lost: t("watch-text-lost"),
          of: (writer) => writerName(board, row, writer),
        }}
      />
    </section>
  );
}

/** Lines stay when their writer has gone: the name is that of the number, not of the place. */
function writerName(board: Board, row: ActiveRow, writer: Writer): string {
  const { t, directory } = board;
  const role = writerRole(writer, row.colleague);
  switch (role) {
    case "me":
    case "visitor":
    case "guest":
      return t(role === "guest" ? "watch-guest" : "watch-visitor");
    case "colleague":
    case "interpreter": {
      const label = t(role === "colleague" ? "watch-colleague" : "watch-lead");
      return writer?.kind === "interpreter"
        ? `${label} · ${interpreterName(directory, writer.number)}`
        : label;
    }
  }
}

function nameOf(board: Board, row: ActiveRow, who: Who): string {
  const { t, directory } = board;
  const person = who === "lead" ? row.interpreter : row.colleague?.interpreter;
  const interprets = who === "lead" || who === "colleague";
  const name = !interprets || person == null ? null : interpreterName(directory, person);
  return name === null ? t(`watch-${who}`) : `${t(`watch-${who}`)} · ${name}`;
}
