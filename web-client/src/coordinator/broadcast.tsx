/** A text to every interpreter who is signed in. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { NOTICE_CHARS_MAX, noticeLength, noticeText, stateOf } from "../core/board-actions";
import { Icon } from "../ui/icons";
import { Section } from "../ui/section";
import type { Board } from "./app";
import { moment, Refusal } from "./parts";

const ABOUT = "broadcast";

/** The box, folded away until it is needed. */
export function Broadcast({ board }: { board: Board }): JSX.Element {
  const { t } = board;
  const typed = useSignal("");
  const sentAt = useSignal<number | null>(null);
  const text = noticeText(typed.value);
  const { pending } = stateOf(board.states.value, ABOUT);
  const send = async () => {
    if (text === null || !(await board.actions.ask(ABOUT, { type: "broadcast", text }))) return;
    typed.value = "";
    sentAt.value = Date.now();
  };
  return (
    <Section id="broadcast" title={t("broadcast-title")}>
      <form
        class="broadcast-form"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <textarea
          data-testid="broadcast-text"
          aria-label={t("broadcast-label")}
          aria-describedby="broadcast-note broadcast-count"
          rows={2}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            sentAt.value = null;
          }}
        />
        <p id="broadcast-note" class="broadcast-note">
          {t("broadcast-note")}
        </p>
        <Refusal board={board} about={ABOUT} />
        <div class="broadcast-end">
          <Counter board={board} length={noticeLength(typed.value.trim())} />
          <button
            type="submit"
            class="button small"
            data-testid="broadcast-send"
            disabled={text === null || pending}
          >
            <Icon name="speech" />
            {t("broadcast-send")}
          </button>
        </div>
        <p role="status" class="live-region" data-testid="broadcast-sent">
          {sentAt.value !== null && t("broadcast-sent", { time: moment(board, sentAt.value) })}
        </p>
      </form>
    </Section>
  );
}

/** How much of the text's room is used. */
function Counter({ board, length }: { board: Board; length: number }): JSX.Element {
  const over = length > NOTICE_CHARS_MAX;
  return (
    <span
      id="broadcast-count"
      class={`numbers broadcast-count ${over ? "over" : ""}`}
      data-testid="broadcast-count"
      data-count={length}
    >
      {board.t("broadcast-count", { count: length, max: NOTICE_CHARS_MAX })}
    </span>
  );
}
