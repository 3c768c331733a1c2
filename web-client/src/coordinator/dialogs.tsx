/** The board's one dialog: what a coordinator can do about a call, a person, a counter, a callback. */
import type { JSX } from "preact";
import { callbackNumber, mayBePaused } from "../core/board";
import { stateOf } from "../core/board-actions";
import { interpreterName, languageName, siteName } from "../core/names";
import type { CallId, Counter, InterpreterRow, Request, TabletId } from "../core/protocol";
import { zoneOf } from "../core/zone";
import { PAUSES } from "../ui/call-words";
import { DeviceList, type DevicePlace } from "../ui/devices";
import { Dialog } from "../ui/dialog";
import type { Board, Subject } from "./app";
import { AppointmentActions } from "./appointment-actions";
import { CallActions } from "./call-actions";
import { counterName } from "./counters";
import { WorkMark } from "./interpreters";
import { nameOf, Refusal } from "./parts";

/** See the module. What it is about may go while it is open; then it says so. */
export function Dialogs({ board }: { board: Board }): JSX.Element {
  const { t, subject } = board;
  const about = subject.value;
  const close = () => {
    subject.value = null;
  };
  return (
    <Dialog
      id={about?.kind ?? "none"}
      open={about !== null}
      title={about ? title(board, about) : ""}
      close={close}
    >
      {about && (
        <>
          <Contents key={nameOf(about)} board={board} about={about} close={close} />
          <div class="dialog-end">
            <button type="button" class="button" data-testid="dialog-close" onClick={close}>
              {t("dialog-close")}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function title(board: Board, about: Subject): string {
  const { t, directory, view } = board;
  switch (about.kind) {
    case "call": {
      const row = view.queue.find(({ call }) => call === about.call);
      if (!row) return t("call-gone");
      const language = languageName(directory, row.language, t.locale);
      return `${language} · ${siteName(directory, row.site)}`;
    }
    case "interpreter":
      return interpreterName(directory, about.interpreter);
    case "counter":
      return t("force-title", { name: counterName(board, about.counter) });
    case "callback":
      return t("more-callback", { number: callbackNumber(about.callback) });
    case "appointment":
      return appointmentTitle(board, about.appointment);
    case "tablets":
      return t("devices-title");
  }
}

function appointmentTitle(board: Board, appointment: CallId): string {
  const { t, directory, view } = board;
  const row = view.appointments.find((one) => one.appointment === appointment);
  const number = callbackNumber(appointment);
  if (!row) return t("more-appointment", { number });
  const language = languageName(directory, row.language, t.locale);
  return t("appointment-dialog", { number, language, site: siteName(directory, row.site) });
}

function Contents(props: { board: Board; about: Subject; close: () => void }): JSX.Element | null {
  const { board, about, close } = props;
  const { view } = board;
  switch (about.kind) {
    case "call": {
      const row = view.queue.find(({ call }) => call === about.call);
      return row ? <CallActions board={board} row={row} close={close} /> : null;
    }
    case "interpreter": {
      const row = view.interpreters.find(({ interpreter }) => interpreter === about.interpreter);
      return row ? <Person board={board} row={row} close={close} /> : null;
    }
    case "counter":
      return <Force board={board} counter={about.counter} close={close} />;
    case "callback":
      return <CancelCallback board={board} callback={about.callback} close={close} />;
    case "appointment":
      return <AppointmentActions board={board} appointment={about.appointment} close={close} />;
    case "tablets":
      return <DeviceList place={placeOf(board)} />;
  }
}

/** What a person can do and how long they have worked; a pause. */
function Person(props: { board: Board; row: InterpreterRow; close: () => void }): JSX.Element {
  const { board, row, close } = props;
  const { t, directory } = board;
  const about = nameOf({ kind: "interpreter", interpreter: row.interpreter });
  const { pending } = stateOf(board.states.value, about);
  return (
    <>
      <p class="dialog-text">
        {t(`pool-${row.pool}`)} · {t(`status-${row.status.replaceAll("_", "-")}`)}{" "}
        <WorkMark board={board} row={row} />
      </p>
      <div>
        <h3>{t("skills-title")}</h3>
        <ul class="skills">
          {row.skills.map(({ language, tier, modes }) => (
            <li key={language}>
              <strong>{languageName(directory, language, t.locale)}</strong>{" "}
              {t("skill-tier", { tier })} ·{" "}
              {modes.map((mode) => t(`mode-${mode.replaceAll("_", "-")}`)).join(", ")}
            </li>
          ))}
        </ul>
      </div>
      <Refusal board={board} about={about} />
      {mayBePaused(row) ? (
        <fieldset class="choices">
          <legend>{t("action-pause")}</legend>
          {PAUSES.map((reason) => (
            <button
              key={reason}
              type="button"
              class="button"
              data-testid={`pause-${reason}`}
              disabled={pending}
              onClick={async () => {
                const { interpreter } = row;
                const request: Request = { type: "pause_interpreter", interpreter, reason };
                if (await board.actions.ask(about, request)) close();
              }}
            >
              {t(`pause-${reason}`)}
            </button>
          ))}
          <p class="dialog-text">{t("action-pause-note")}</p>
        </fieldset>
      ) : (
        <p class="dialog-text">{t("action-pause-none")}</p>
      )}
    </>
  );
}

/** Open, closed, or by the hours. */
function Force(props: { board: Board; counter: Counter; close: () => void }): JSX.Element {
  const { board, counter, close } = props;
  const { t } = board;
  const about = nameOf({ kind: "counter", counter });
  const { pending } = stateOf(board.states.value, about);
  const row = board.view.counters.find(
    (one) => nameOf({ kind: "counter", counter: one.counter }) === about,
  );
  const choices = [
    { id: "hours", open: null, now: row?.forced === false },
    { id: "open", open: true, now: row?.forced === true && row.open },
    { id: "closed", open: false, now: row?.forced === true && !row.open },
  ] as const;
  return (
    <>
      <Refusal board={board} about={about} />
      <div class="choices">
        {choices.map(({ id, open, now }) => (
          <button
            key={id}
            type="button"
            class="button"
            data-testid={`force-${id}`}
            aria-pressed={now}
            disabled={pending}
            onClick={async () => {
              if (await board.actions.ask(about, { type: "force", counter, open })) close();
            }}
          >
            {t(`force-${id}`)}
          </button>
        ))}
      </div>
      <p class="dialog-text">{t("force-note")}</p>
    </>
  );
}

/** Cancelling, once more asked. */
function CancelCallback(props: { board: Board; callback: number; close: () => void }): JSX.Element {
  const { board, callback, close } = props;
  const { t } = board;
  const about = nameOf({ kind: "callback", callback });
  const { pending } = stateOf(board.states.value, about);
  if (!board.view.callbacks.some((row) => row.callback === callback)) {
    return <p>{t("callback-gone")}</p>;
  }
  return (
    <>
      <p>{t("callback-cancel-what", { number: callbackNumber(callback) })}</p>
      <Refusal board={board} about={about} />
      <div class="choices">
        <button
          type="button"
          class="button danger"
          data-testid="callback-cancel"
          disabled={pending}
          onClick={async () => {
            if (await board.actions.ask(about, { type: "cancel_callback", callback })) close();
          }}
        >
          {t("callback-cancel-confirm")}
        </button>
      </div>
    </>
  );
}

/** The board as the place where tablets are looked after. */
function placeOf(board: Board): DevicePlace {
  const { t, desk, devices, clock, directory, view } = board;
  const calls = (tablet: TabletId) =>
    view.tablets.find((row) => row.tablet === tablet)?.call != null;
  return { t, desk, devices, clock, zone: zoneOf(directory), calls };
}
