/** Appointments: those this interpreter may take, those they have, the one they are kept free for. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { heldFor, sorted } from "../core/agenda";
import { hour, moment } from "../core/moments";
import { languageName, siteName, subjectName } from "../core/names";
import type { OfferedAppointment } from "../core/protocol";
import { clockOffset } from "../core/server-clock";
import { isSameDay, zoneOf } from "../core/zone";
import { MODE_ICON } from "../ui/call-words";
import { Icon } from "../ui/icons";
import type { Console, InterpreterPicture } from "./app";

/** Kept free for an appointment: until when, and what for. */
export function Held({
  desk,
  view,
}: {
  desk: Console;
  view: InterpreterPicture;
}): JSX.Element | null {
  const t = desk.page.texts.value;
  const { directory } = desk.page.state.value;
  const held = heldFor(view.appointments);
  if (!held) return null;
  return (
    <p class="notice held" role="status" data-testid="held" data-id={held.appointment}>
      <Icon name="calendar" />
      <span class="two-lines">
        <strong>
          {t("agenda-held", { until: hour(t.locale, held.ends_at, zoneOf(directory)) })}
        </strong>
        <span class="agent-line">
          {t("agenda-held-detail", {
            time: hour(t.locale, held.starts_at, zoneOf(directory)),
            language: languageName(directory, held.language, t.locale),
            site: siteName(directory, held.site),
          })}
        </span>
      </span>
    </p>
  );
}

/** The list. Quiet while there is nothing to take. */
export function AgendaPanel({
  desk,
  view,
}: {
  desk: Console;
  view: InterpreterPicture;
}): JSX.Element {
  const t = desk.page.texts.value;
  const { mine, free } = sorted(view.appointments);
  return (
    <section class="panel agenda" aria-labelledby="agenda-title" data-testid="agenda">
      <h2 id="agenda-title" class="agenda-title">
        <Icon name="calendar" />
        {t("agenda-title")}
      </h2>
      <Word desk={desk} />
      {mine.length + free.length === 0 && <p class="quiet-text">{t("agenda-none")}</p>}
      <List desk={desk} title={t("agenda-mine")} rows={mine} />
      <List desk={desk} title={t("agenda-free")} rows={free} />
    </section>
  );
}

/** What became of the newest request. The region stays, so that its text is announced. */
function Word({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const { word } = desk.agendaState.value;
  return (
    <div role="status" class="live-region">
      {word && (
        <p
          class={`notice ${word === "first" ? "" : "wait"}`}
          data-testid="agenda-word"
          data-word={word}
        >
          <Icon name={word === "first" ? "person" : "alert"} />
          <span>{t(`agenda-${word.replaceAll("_", "-")}`)}</span>
          <button
            type="button"
            class="button quiet"
            aria-label={t("agenda-close")}
            onClick={() => desk.agenda.clear()}
          >
            <Icon name="cross" />
          </button>
        </p>
      )}
    </div>
  );
}

function List(props: {
  desk: Console;
  title: string;
  rows: readonly OfferedAppointment[];
}): JSX.Element | null {
  const { desk, title, rows } = props;
  if (rows.length === 0) return null;
  return (
    <div class="agenda-list">
      <h3 class="small-head">{title}</h3>
      <ul>
        {rows.map((row) => (
          <Row key={row.appointment} desk={desk} row={row} />
        ))}
      </ul>
    </div>
  );
}

function Row({ desk, row }: { desk: Console; row: OfferedAppointment }): JSX.Element {
  const t = desk.page.texts.value;
  const { directory, clock } = desk.page.state.value;
  const now = Date.now() + clockOffset(clock);
  const details = [
    siteName(directory, row.site),
    t(`mode-${row.mode.replaceAll("_", "-")}`),
    ...(row.subject === null ? [] : [subjectName(directory, row.subject, t.locale)]),
  ];
  return (
    <li
      class={`agenda-row ${row.held ? "held" : ""}`}
      data-testid="agenda-row"
      data-id={row.appointment}
      data-mine={row.mine}
      data-held={row.held}
    >
      <span class="agenda-when numbers">
        {moment(t.locale, row.starts_at, now, zoneOf(directory))}
        <span class="agenda-until">– {hour(t.locale, row.ends_at, zoneOf(directory))}</span>
      </span>
      <span class="agenda-what">
        <strong>
          <Icon name={MODE_ICON[row.mode]} />
          {languageName(directory, row.language, t.locale)}
        </strong>
        <span class="quiet-text">{details.join(" · ")}</span>
      </span>
      {row.mine ? <GiveBack desk={desk} row={row} now={now} /> : <Take desk={desk} row={row} />}
    </li>
  );
}

function isBusy(desk: Console): boolean {
  return desk.agendaState.value.pending !== null || desk.page.state.value.link !== "connected";
}

function Take({ desk, row }: { desk: Console; row: OfferedAppointment }): JSX.Element {
  const t = desk.page.texts.value;
  return (
    <button
      type="button"
      class="button primary"
      data-testid="agenda-take"
      disabled={isBusy(desk)}
      onClick={() => void desk.agenda.take(row.appointment)}
    >
      <Icon name="check" />
      {t("agenda-take")}
    </button>
  );
}

/** Giving back; asked once more on the day itself, when somebody counts on it. */
function GiveBack(props: { desk: Console; row: OfferedAppointment; now: number }): JSX.Element {
  const { desk, row, now } = props;
  const t = desk.page.texts.value;
  const sure = useSignal(false);
  const release = () => void desk.agenda.release(row.appointment);
  if (!sure.value) {
    return (
      <button
        type="button"
        class="button"
        data-testid="agenda-give-back"
        disabled={isBusy(desk)}
        onClick={() => {
          if (isSameDay(row.starts_at, now, zoneOf(desk.page.state.value.directory)))
            sure.value = true;
          else release();
        }}
      >
        {t("agenda-give-back")}
      </button>
    );
  }
  return (
    <div class="agenda-sure">
      <p role="alert">{t("agenda-sure")}</p>
      <button
        type="button"
        class="button danger"
        data-testid="agenda-sure"
        disabled={isBusy(desk)}
        onClick={release}
      >
        {t("agenda-sure-yes")}
      </button>
      <button
        type="button"
        class="button"
        onClick={() => {
          sure.value = false;
        }}
      >
        {t("agenda-keep")}
      </button>
    </div>
  );
}
