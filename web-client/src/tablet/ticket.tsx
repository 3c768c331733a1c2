/**
 * An appointment to take home: the number, the day and the time as large as the screen allows, to be
 * photographed or printed; whether an interpreter has confirmed follows the gateway's pictures.
 */

import type { JSX } from "preact";
import { languageEntry, siteName } from "../core/names";
import { fullDate, timeOfDay } from "../core/opening";
import type { AppointmentView } from "../core/protocol";
import { callbackNumber } from "../core/tablet";
import { zoneOf } from "../core/zone";
import { Icon } from "../ui/icons";
import type { TabletPage } from "./app";
import { LanguagePicture } from "./language-picture";
import { useQuietEnd } from "./quiet-end";
import { TwoTongues } from "./two-tongues";

/** The appointment. */
export function TicketScreen(props: {
  tablet: TabletPage;
  appointment: AppointmentView;
}): JSX.Element {
  const { tablet, appointment } = props;
  const { controller } = tablet;
  const number = callbackNumber(appointment.appointment);
  const close = () => controller.closeAppointment();
  useQuietEnd(close);
  return (
    <main
      class="ticket-page"
      dir={tablet.visitor.value.dir}
      data-testid="ticket"
      data-appointment={appointment.appointment}
      data-number={number}
      data-taken={appointment.taken}
    >
      <article class="panel ticket">
        <h1 aria-live="polite">
          <TwoTongues tablet={tablet} id="ticket-title" />
        </h1>
        <div class="ticket-facts">
          <When tablet={tablet} appointment={appointment} />
          <div class="ticket-number-box">
            <p class="ticket-label">
              <TwoTongues tablet={tablet} id="ended-callback" />
            </p>
            <p class="ticket-number numbers" data-testid="ticket-number">
              {number}
            </p>
          </div>
        </div>
        <Confirmed tablet={tablet} taken={appointment.taken} />
        <p class="wait-line">
          <Icon name="bell" />
          <TwoTongues tablet={tablet} id="ticket-come" />
        </p>
      </article>
      <footer class="ticket-foot">
        <p class="wait-line">
          <Icon name="photo" />
          <TwoTongues tablet={tablet} id="ticket-photo" />
        </p>
        <button
          type="button"
          class="button large"
          data-testid="ticket-print"
          onClick={() => window.print()}
        >
          <Icon name="print" />
          <TwoTongues tablet={tablet} id="ticket-print" />
        </button>
        <button
          type="button"
          class="button primary large"
          data-testid="ticket-close"
          onClick={close}
        >
          <Icon name="check" />
          <TwoTongues tablet={tablet} id="ticket-close" />
        </button>
      </footer>
    </main>
  );
}

/** Day, time, place and language. */
function When(props: { tablet: TabletPage; appointment: AppointmentView }): JSX.Element {
  const { tablet, appointment } = props;
  const { directory, view } = tablet.page.state.value;
  const { starts_at } = appointment;
  const zone = zoneOf(directory);
  const entry = languageEntry(directory, appointment.language);
  return (
    <div class="ticket-when">
      <p class="ticket-date">
        <TwoTongues
          tablet={tablet}
          id="ticket-date"
          values={({ locale }) => ({ date: fullDate(starts_at, locale, zone) })}
        />
      </p>
      <p class="ticket-time numbers" data-testid="ticket-time">
        {timeOfDay(starts_at, tablet.visitor.value.locale, zone)}
      </p>
      <p class="ticket-line">
        <Icon name="pin" />
        <bdi lang="fr">
          {view && siteName(directory, view.site)}, {directory.service}
        </bdi>
      </p>
      <p class="ticket-line">
        <LanguagePicture entry={entry} />
        <span lang={entry.language === "fsl" ? "fr" : entry.language} dir="auto">
          {entry.name}
        </span>
      </p>
    </div>
  );
}

/** Whether somebody has taken it; until then the time is kept all the same. */
function Confirmed({ tablet, taken }: { tablet: TabletPage; taken: boolean }): JSX.Element {
  return (
    <p
      class={`notice ${taken ? "good" : "wait"}`}
      role="status"
      data-testid="ticket-taken"
      data-taken={taken}
    >
      <Icon name={taken ? "check" : "hourglass"} />
      <TwoTongues tablet={tablet} id={taken ? "ticket-taken" : "ticket-open"} />
    </p>
  );
}
