/** Choosing the time of an appointment: the day, the time, and one touch to confirm. */

import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Booker, type Booking, type Day, daysOf } from "../core/booking";
import { languageEntry } from "../core/names";
import { dayAndDate, fullDate, timeOfDay } from "../core/opening";
import type { CallId, Language, Slot } from "../core/protocol";
import { clockOffset } from "../core/server-clock";
import { isSameDay, zoneOf } from "../core/zone";
import { LinkNotice } from "../ui/frame";
import { Icon } from "../ui/icons";
import { requestText } from "../ui/problems";
import { signalOf } from "../ui/signals";
import type { TabletPage } from "./app";
import { LanguagePicture } from "./language-picture";
import { useQuietEnd } from "./quiet-end";
import { TwoTongues } from "./two-tongues";

interface Choice {
  readonly tablet: TabletPage;
  readonly booker: Booker;
  readonly booking: ReadonlySignal<Booking>;
  /** The waiting call that is given up for it. */
  readonly call: CallId | null;
}

/** The choice of a time. Who waits meanwhile is still called. */
export function BookingScreen(props: {
  tablet: TabletPage;
  language: Language;
  call: CallId | null;
}): JSX.Element {
  const { tablet, language, call } = props;
  const { controller } = tablet;
  const choice = useChoice(props);
  const entry = languageEntry(tablet.page.state.value.directory, language);
  const close = () => controller.open(null);
  useQuietEnd(close);
  return (
    <div class="booking-page" dir={tablet.visitor.value.dir} data-testid="booking">
      <header class="booking-head">
        <span class="language-picture">
          <LanguagePicture entry={entry} />
        </span>
        <h1>
          <TwoTongues tablet={tablet} id="book-title" />
        </h1>
        <button type="button" class="button large" data-testid="booking-back" onClick={close}>
          <Icon name={call === null ? "cross" : "hourglass"} />
          <TwoTongues tablet={tablet} id={call === null ? "book-back" : "book-wait-on"} />
        </button>
      </header>
      <main class="booking-main">
        <LinkNotice page={tablet.page} />
        {call !== null && (
          <p class="wait-line" data-testid="booking-waits">
            <Icon name="hourglass" />
            <TwoTongues tablet={tablet} id="book-waits" />
          </p>
        )}
        <Times {...choice} />
      </main>
      <Confirm {...choice} />
    </div>
  );
}

function useChoice(props: { tablet: TabletPage; language: Language; call: CallId | null }): Choice {
  const { tablet, language, call } = props;
  const made = useMemo(() => {
    const booker = tablet.controller.booker(language);
    return { booker, booking: signalOf(booker.state) };
  }, [tablet, language]);
  return { tablet, call, ...made };
}

/** The free times, or what there is instead. */
function Times(choice: Choice): JSX.Element {
  const { tablet, booking, booker } = choice;
  const { slots, problem, gone } = booking.value;
  if (slots === null && problem !== null) {
    return (
      <div class="booking-none" data-testid="booking-failed" data-problem={problem}>
        <p class="notice alarm" role="alert">
          <Icon name="alert" />
          <TwoTongues tablet={tablet} id="book-failed" />
        </p>
        <button type="button" class="button large" onClick={() => void booker.load()}>
          <Icon name="again" />
          <TwoTongues tablet={tablet} id="retry" />
        </button>
      </div>
    );
  }
  return (
    <>
      <div role="status" class="live-region">
        {gone && (
          <p class="notice wait" data-testid="slot-gone">
            <Icon name="alert" />
            <TwoTongues tablet={tablet} id="book-gone" />
          </p>
        )}
      </div>
      {slots === null ? (
        <p class="booking-none" role="status" data-testid="booking-loading">
          <span class="spinner" />
          <TwoTongues tablet={tablet} id="book-loading" />
        </p>
      ) : slots.length === 0 ? (
        <NoneFree {...choice} />
      ) : (
        <Days {...choice} slots={slots} />
      )}
    </>
  );
}

/** No time free within the days of the rules: never nothing to do. */
function NoneFree({ tablet, call }: Choice): JSX.Element {
  return (
    <div class="booking-none" data-testid="booking-none">
      <span class="ended-disc" aria-hidden="true">
        <Icon name="calendar" off />
      </span>
      <h2>
        <TwoTongues tablet={tablet} id="book-none" />
      </h2>
      <p>
        <TwoTongues tablet={tablet} id={call === null ? "book-none-ask" : "book-none-wait"} />
      </p>
    </div>
  );
}

function Days(props: Choice & { slots: readonly Slot[] }): JSX.Element | null {
  const { tablet, slots } = props;
  const { locale } = tablet.visitor.value;
  const { clock, directory } = tablet.page.state.value;
  const zone = zoneOf(directory);
  const days = daysOf(slots, zone);
  const wanted = useSignal<number | null>(props.booking.value.chosen?.starts_at ?? null);
  const touched = days.findIndex(
    (day) => wanted.value !== null && isSameDay(day.at, wanted.value, zone),
  );
  const shown = Math.max(0, touched);
  const day = days[shown];
  const now = Date.now() + clockOffset(clock);
  if (!day) return null;
  const move = (event: KeyboardEvent) => {
    const forward = tablet.visitor.value.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = (shown + (event.key === forward ? 1 : -1) + days.length) % days.length;
    wanted.value = days[next]?.at ?? null;
    const tabs = event.currentTarget instanceof HTMLElement ? event.currentTarget.children : [];
    const tab = tabs[next];
    if (tab instanceof HTMLElement) tab.focus();
  };
  return (
    <>
      <div class="day-tabs" role="tablist" onKeyDown={move} lang={locale}>
        {days.map(({ at }, index) => {
          const { day: name, date } = dayAndDate(at, now, locale, zone);
          return (
            <button
              key={at}
              type="button"
              role="tab"
              id={`day-${index}`}
              class="button day-tab"
              data-testid="day"
              aria-selected={index === shown}
              aria-controls="day-times"
              tabIndex={index === shown ? 0 : -1}
              onClick={() => {
                wanted.value = at;
              }}
            >
              <span class="day-name">{name}</span>
              <span class="numbers">{date}</span>
            </button>
          );
        })}
      </div>
      <div id="day-times" class="day-times" role="tabpanel" aria-labelledby={`day-${shown}`}>
        <Half {...props} day={day} half="morning" />
        <Half {...props} day={day} half="afternoon" />
      </div>
    </>
  );
}

function Half(props: Choice & { day: Day; half: "morning" | "afternoon" }): JSX.Element | null {
  const { tablet, booker, booking, day, half } = props;
  const { locale } = tablet.visitor.value;
  const zone = zoneOf(tablet.page.state.value.directory);
  const { chosen, sending } = booking.value;
  if (day[half].length === 0) return null;
  return (
    <section class="half-day">
      <h2>
        <TwoTongues tablet={tablet} id={`book-${half}`} />
      </h2>
      <ul>
        {day[half].map((slot) => (
          <li key={slot.starts_at}>
            <button
              type="button"
              class="button slot numbers"
              data-testid="slot"
              data-starts-at={slot.starts_at}
              aria-pressed={chosen?.starts_at === slot.starts_at}
              disabled={sending}
              onClick={() => booker.choose(slot)}
            >
              {timeOfDay(slot.starts_at, locale, zone)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The time that was touched in words, and the one button that books it. */
function Confirm({ tablet, booker, booking, call }: Choice): JSX.Element | null {
  const { chosen, sending, problem, slots } = booking.value;
  const { texts, state } = tablet.page;
  if (!chosen) return null;
  const connected = state.value.link === "connected";
  const zone = zoneOf(state.value.directory);
  return (
    <footer class="booking-foot" data-testid="booking-chosen">
      <p class="booking-chosen">
        <Icon name="calendar" />
        <TwoTongues
          tablet={tablet}
          id="book-chosen"
          values={({ locale }) => ({
            date: fullDate(chosen.starts_at, locale, zone),
            time: timeOfDay(chosen.starts_at, locale, zone),
          })}
        />
      </p>
      {problem && slots !== null && (
        <p class="notice alarm" role="alert">
          <Icon name="alert" />
          <span>{texts.value(requestText(problem))}</span>
        </p>
      )}
      <button
        type="button"
        class="button primary large"
        data-testid="book"
        disabled={sending || !connected}
        aria-busy={sending}
        onClick={() => void booker.book(call)}
      >
        <Icon name="check" />
        <TwoTongues tablet={tablet} id="book-confirm" />
      </button>
    </footer>
  );
}
