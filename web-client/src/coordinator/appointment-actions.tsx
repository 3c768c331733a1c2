/** What a coordinator can do about an appointment: give it to somebody, cancel it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { callbackNumber } from "../core/board";
import { stateOf } from "../core/board-actions";
import { mayTake } from "../core/board-appointments";
import { interpreterName } from "../core/names";
import type { AppointmentRow, CallId, Request } from "../core/protocol";
import type { Board } from "./app";
import { nameOf, Refusal, statusOf } from "./parts";

interface Props {
  readonly board: Board;
  readonly row: AppointmentRow;
  /** Asks, and closes the dialog when it was carried out. */
  readonly ask: (request: Request) => Promise<void>;
  readonly pending: boolean;
}

/** The two actions; a refusal stands above them. */
export function AppointmentActions(props: {
  board: Board;
  appointment: CallId;
  close: () => void;
}): JSX.Element {
  const { board, appointment, close } = props;
  const about = nameOf({ kind: "appointment", appointment });
  const { pending } = stateOf(board.states.value, about);
  const row = board.view.appointments.find((one) => one.appointment === appointment);
  if (!row) return <p>{board.t("appointment-gone")}</p>;
  const ask = async (request: Request) => {
    if (await board.actions.ask(about, request)) close();
  };
  const all: Props = { board, row, ask, pending };
  return (
    <>
      <Refusal board={board} about={about} />
      <Assign {...all} />
      <Cancel {...all} />
    </>
  );
}

function Assign({ board, row, ask, pending }: Props): JSX.Element {
  const { t, directory, view } = board;
  const people = mayTake(view, row);
  const { appointment } = row;
  return (
    <fieldset class="choices">
      <legend>{t("action-assign")}</legend>
      {people.map((person) => (
        <button
          key={person.interpreter}
          type="button"
          class="button"
          data-testid={`assign-${person.interpreter}`}
          aria-pressed={row.interpreter === person.interpreter}
          disabled={pending}
          onClick={() =>
            void ask({
              type: "assign_appointment",
              appointment,
              interpreter: person.interpreter,
            })
          }
        >
          <span class="two-lines">
            {interpreterName(directory, person.interpreter)}
            <span class="agent-line">{statusOf(board, person)}</span>
          </span>
        </button>
      ))}
      <p class="dialog-text">
        {t(people.length === 0 ? "appointment-assign-none" : "appointment-assign-note")}
      </p>
    </fieldset>
  );
}

/** Two steps: somebody counts on it. */
function Cancel({ board, row, ask, pending }: Props): JSX.Element {
  const { t } = board;
  const { appointment } = row;
  const sure = useSignal(false);
  return (
    <fieldset class="choices">
      <legend>{t("appointment-cancel")}</legend>
      {sure.value ? (
        <>
          <p class="withdraw-what">
            {t("appointment-cancel-what", { number: callbackNumber(appointment) })}
          </p>
          <button
            type="button"
            class="button danger"
            data-testid="appointment-cancel-confirm"
            disabled={pending}
            onClick={() => void ask({ type: "cancel_appointment", appointment })}
          >
            {t("appointment-cancel-confirm")}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              sure.value = false;
            }}
          >
            {t("appointment-keep")}
          </button>
        </>
      ) : (
        <button
          type="button"
          class="button"
          data-testid="appointment-cancel"
          disabled={pending}
          onClick={() => {
            sure.value = true;
          }}
        >
          {t("appointment-cancel")}…
        </button>
      )}
    </fieldset>
  );
}
