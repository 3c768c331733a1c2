/** The appointments of this counter, below the languages, for the agent: the next one first. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { languageEntry } from "../core/names";
import { openingMoment } from "../core/opening";
import type { AppointmentView } from "../core/protocol";
import { clockOffset } from "../core/server-clock";
import { callbackNumber } from "../core/tablet";
import { zoneOf } from "../core/zone";
import { Icon } from "../ui/icons";
import type { TabletPage } from "./app";

/** Shown at once beside the languages; the rest is one touch away. */
const SHOWN_MAX = 2;

/** The list; nothing when there is none. */
export function Appointments({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const all = useSignal(false);
  const t = tablet.page.texts.value;
  const { view } = tablet.page.state.value;
  if (!view || view.appointments.length === 0) return null;
  const shown = all.value ? view.appointments : view.appointments.slice(0, SHOWN_MAX);
  const more = view.appointments.length - shown.length;
  return (
    <section class="callbacks" data-testid="appointments">
      <h2>
        <Icon name="calendar" />
        {t("appointments-title")}
      </h2>
      {more > 0 && (
        <button
          type="button"
          class="button quiet"
          data-testid="appointments-more"
          onClick={() => {
            all.value = true;
          }}
        >
          {t("appointments-more", { count: more })}
        </button>
      )}
      <ul>
        {shown.map((one) => (
          <Row key={one.appointment} tablet={tablet} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Row(props: { tablet: TabletPage; one: AppointmentView }): JSX.Element {
  const { tablet, one } = props;
  const asking = useSignal(false);
  const t = tablet.page.texts.value;
  const { directory, clock } = tablet.page.state.value;
  const entry = languageEntry(directory, one.language);
  const number = callbackNumber(one.appointment);
  const now = Date.now() + clockOffset(clock);
  return (
    <li
      class="callback-row"
      data-testid={`appointment-${one.appointment}`}
      data-number={number}
      data-taken={one.taken}
    >
      <span class="callback-number numbers">{number}</span>
      <span class="two-lines">
        <span>
          <strong class="numbers">
            {openingMoment(one.starts_at, now, t.locale, zoneOf(directory))}
          </strong>{" "}
          <bdi lang={entry.language === "fsl" ? "fr" : entry.language}>{entry.name}</bdi>
        </span>
        <span class="agent-line">{t(one.taken ? "appointment-taken" : "appointment-open")}</span>
      </span>
      {asking.value ? (
        <Sure
          tablet={tablet}
          one={one}
          keep={() => {
            asking.value = false;
          }}
        />
      ) : (
        <Choices
          tablet={tablet}
          one={one}
          remove={() => {
            asking.value = true;
          }}
        />
      )}
    </li>
  );
}

function Choices(props: {
  tablet: TabletPage;
  one: AppointmentView;
  remove: () => void;
}): JSX.Element {
  const { tablet, one } = props;
  const { controller } = tablet;
  const { appointment } = one;
  const t = tablet.page.texts.value;
  const { pending } = tablet.local.value;
  const disabled = pending !== null || tablet.page.state.value.link !== "connected";
  return (
    <span class="callback-actions">
      {one.may_answer && (
        <button
          type="button"
          class="button primary"
          data-testid="appointment-here"
          disabled={disabled}
          onClick={() => void controller.answerAppointment(one)}
        >
          <Icon name="check" />
          {t("appointment-here")}
        </button>
      )}
      <button
        type="button"
        class="button"
        data-testid="appointment-show"
        onClick={() => controller.open({ kind: "appointment", appointment })}
      >
        {t("appointment-show")}
      </button>
      <button
        type="button"
        class="button quiet"
        data-testid="appointment-remove"
        aria-label={t("appointment-remove")}
        disabled={disabled}
        onClick={props.remove}
      >
        <Icon name="cross" />
      </button>
    </span>
  );
}

function Sure(props: { tablet: TabletPage; one: AppointmentView; keep: () => void }): JSX.Element {
  const { tablet, one } = props;
  const t = tablet.page.texts.value;
  return (
    <span class="callback-actions">
      <button
        type="button"
        class="button danger"
        data-testid="appointment-remove-sure"
        onClick={() => void tablet.controller.cancelAppointment(one.appointment)}
      >
        {t("appointment-sure", { number: callbackNumber(one.appointment) })}
      </button>
      <button type="button" class="button quiet" onClick={props.keep}>
        {t("callback-keep")}
      </button>
    </span>
  );
}
