/** What a coordinator can do about a waiting call: class, person, language, end. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { assignable } from "../core/board";
import { stateOf } from "../core/board-actions";
import { interpreterName, languageName } from "../core/names";
import type { Class, QueueRow, Request } from "../core/protocol";
import type { Board } from "./app";
import { nameOf, Refusal, statusOf } from "./parts";

const CLASSES: readonly Class[] = ["emergency", "priority", "normal"];

interface Props {
  readonly board: Board;
  readonly row: QueueRow;
  /** Asks, and closes the dialog when it was carried out. */
  readonly ask: (request: Request) => Promise<void>;
  readonly pending: boolean;
}

/** The four actions; a refusal stands above them. */
export function CallActions(props: {
  board: Board;
  row: QueueRow;
  close: () => void;
}): JSX.Element {
  const { board, row, close } = props;
  const about = nameOf({ kind: "call", call: row.call });
  const { pending } = stateOf(board.states.value, about);
  const ask = async (request: Request) => {
    if (await board.actions.ask(about, request)) close();
  };
  const all: Props = { board, row, ask, pending };
  return (
    <>
      <Refusal board={board} about={about} />
      <Classes {...all} />
      <Assign {...all} />
      <Move {...all} />
      <Withdraw {...all} />
    </>
  );
}

function Classes({ board, row, ask, pending }: Props): JSX.Element {
  const { t } = board;
  return (
    <fieldset class="choices">
      <legend>{t("action-class")}</legend>
      {CLASSES.map((wanted) => (
        <button
          key={wanted}
          type="button"
          class="button"
          data-testid={`class-${wanted}`}
          aria-pressed={row.class === wanted}
          disabled={pending}
          onClick={() => void ask({ type: "prioritise", call: row.call, class: wanted })}
        >
          {t(`class-${wanted}`)}
        </button>
      ))}
    </fieldset>
  );
}

function Assign({ board, row, ask, pending }: Props): JSX.Element {
  const { t, directory, view } = board;
  const people = assignable(view, row);
  return (
    <fieldset class="choices">
      <legend>{t("action-assign")}</legend>
      {people.map((person) => (
        <button
          key={person.interpreter}
          type="button"
          class="button"
          data-testid={`assign-${person.interpreter}`}
          aria-pressed={row.assigned === person.interpreter}
          disabled={pending}
          onClick={() =>
            void ask({ type: "assign", call: row.call, interpreter: person.interpreter })
          }
        >
          <span class="two-lines">
            {interpreterName(directory, person.interpreter)}
            <span class="agent-line">{statusOf(board, person)}</span>
          </span>
        </button>
      ))}
      <p class="dialog-text">
        {t(people.length === 0 ? "action-assign-none" : "action-assign-note")}
      </p>
    </fieldset>
  );
}

function Move({ board, row, ask, pending }: Props): JSX.Element {
  const { t, directory } = board;
  return (
    <fieldset class="choices">
      <legend>{t("action-move")}</legend>
      {directory.languages
        .filter(({ language }) => language !== row.language)
        .map(({ language }) => (
          <button
            key={language}
            type="button"
            class="button"
            data-testid={`move-${language}`}
            disabled={pending}
            onClick={() => void ask({ type: "move", call: row.call, language })}
          >
            {languageName(directory, language, t.locale)}
          </button>
        ))}
      <p class="dialog-text">{t("action-move-note")}</p>
    </fieldset>
  );
}

/** Two steps: it cannot be undone. */
function Withdraw({ board, row, ask, pending }: Props): JSX.Element {
  const { t } = board;
  const sure = useSignal(false);
  return (
    <fieldset class="choices">
      <legend>{t("action-withdraw")}</legend>
      {sure.value ? (
        <>
          <p class="withdraw-what">{t("action-withdraw-what")}</p>
          <button
            type="button"
            class="button danger"
            data-testid="withdraw-confirm"
            disabled={pending}
            onClick={() => void ask({ type: "withdraw", call: row.call })}
          >
            {t("action-withdraw-confirm")}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              sure.value = false;
            }}
          >
            {t("cancel")}
          </button>
        </>
      ) : (
        <button
          type="button"
          class="button"
          data-testid="withdraw"
          disabled={pending}
          onClick={() => {
            sure.value = true;
          }}
        >
          {t("action-withdraw")}…
        </button>
      )}
    </fieldset>
  );
}
