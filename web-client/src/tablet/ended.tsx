/** The closing screen: how it ended, in the visitor's language, and what can be done next. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { ClosedLanguage, EndedCall, Language, Timestamp } from "../core/protocol";
import { callbackNumber, ENDED_MS, type EndedKind, outcomeKind } from "../core/tablet";
import { Icon, type IconName } from "../ui/icons";
import { now } from "../ui/signals";
import type { TabletPage } from "./app";
import { DeviceNotice } from "./device-notice";
import { LanguagePicture } from "./language-picture";
import { Opening } from "./opening";
import { TwoTongues } from "./two-tongues";

const PICTURE: Record<EndedKind, IconName> = {
  done: "check",
  cancelled: "cross",
  nobody: "away",
  full: "person",
  closed: "lock",
  withdrawn: "hangUp",
  callback: "callBack",
  appointment: "calendar",
  passed: "swap",
  broken: "alert",
};

/** Ends after which nobody was served: the last step of the ladder is an appointment. */
const UNSERVED: ReadonlySet<EndedKind> = new Set([
  "nobody",
  "full",
  "closed",
  "withdrawn",
  "appointment",
  "broken",
]);

/** Other languages offered at once when one is closed; the rest is behind "other languages". */
const OPEN_MAX = 4;

/** The closing screen. Returns to the languages by itself. */
export function EndedScreen(props: { tablet: TabletPage; last: EndedCall }): JSX.Element {
  const { tablet, last } = props;
  const { controller } = tablet;
  const kind = outcomeKind(last.outcome);
  const closed = closedOf(tablet, last.language) !== undefined;
  return (
    <main
      class={`ended-page ${kind}`}
      dir={tablet.visitor.value.dir}
      data-testid="ended"
      data-call={last.call}
      data-outcome={last.outcome}
    >
      <span class="ended-disc" aria-hidden="true">
        <Icon name={PICTURE[kind]} />
      </span>
      <h1 aria-live="polite">
        <TwoTongues tablet={tablet} id={`ended-${kind}`} />
      </h1>
      {kind === "callback" && (
        <p class="ended-number numbers" data-testid="callback-number">
          {callbackNumber(last.call)}
        </p>
      )}
      <NextStep tablet={tablet} last={last} kind={kind} />
      <DeviceNotice tablet={tablet} />
      <div class="ended-actions">
        {!closed && <Again tablet={tablet} last={last} kind={kind} />}
        {UNSERVED.has(kind) && <ByAppointment tablet={tablet} last={last} />}
        <button
          type="button"
          class="button large"
          data-testid="back"
          onClick={() => controller.dismiss(last.call)}
        >
          <Icon name="grid" />
          <TwoTongues tablet={tablet} id="back" />
        </button>
      </div>
      {closed && kind !== "callback" && <OpenNow tablet={tablet} />}
      <Returning tablet={tablet} last={last} />
    </main>
  );
}

/** When this language opens, where it is closed; else what to do after such an end. */
function NextStep(props: {
  tablet: TabletPage;
  last: EndedCall;
  kind: EndedKind;
}): JSX.Element | null {
  const { tablet, last, kind } = props;
  const id = nextStep(kind, closedOf(tablet, last.language));
  if (id === null) return null;
  return (
    <div class="ended-next" data-testid="next-step">
      {typeof id === "number" ? (
        <Opening tablet={tablet} texts={tablet.visitor.value} at={id} />
      ) : (
        <TwoTongues tablet={tablet} id={id} />
      )}
    </div>
  );
}

/** The moment it opens, or the id of a text, or nothing to say. */
function nextStep(kind: EndedKind, closed: ClosedLanguage | undefined): Timestamp | string | null {
  if (kind === "done" || kind === "cancelled") return null;
  // Whoever is to be called back need not come back.
  if (kind !== "callback" && closed) return closed.opens_at ?? "next-closed";
  return kind === "closed" ? null : `next-${kind}`;
}

function closedOf(tablet: TabletPage, language: Language): ClosedLanguage | undefined {
  return tablet.page.state.value.view?.closed.find((closed) => closed.language === language);
}

/** The same language again. */
function Again(props: {
  tablet: TabletPage;
  last: EndedCall;
  kind: EndedKind;
}): JSX.Element | null {
  const { tablet, last, kind } = props;
  if (kind === "callback") return null;
  return (
    <button
      type="button"
      class="button primary large"
      data-testid="again"
      disabled={isBusy(tablet)}
      onClick={() => void tablet.controller.tap(last.language)}
    >
      <Icon name="phone" />
      <TwoTongues tablet={tablet} id="again" />
    </button>
  );
}

function isBusy(tablet: TabletPage): boolean {
  const { pending, leaving } = tablet.local.value;
  return pending !== null || leaving !== null || tablet.page.state.value.link !== "connected";
}

/** Where the language is closed: those that are not. */
function OpenNow({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const { directory } = tablet.page.state.value;
  const open = directory.languages.filter(({ language }) => !closedOf(tablet, language));
  if (open.length === 0) return null;
  return (
    <section class="ended-open">
      <h2>
        <TwoTongues tablet={tablet} id="open-now" />
      </h2>
      {open.slice(0, OPEN_MAX).map((entry) => (
        <button
          key={entry.language}
          type="button"
          class="button large"
          data-testid={`open-${entry.language}`}
          disabled={isBusy(tablet)}
          onClick={() => void tablet.controller.tap(entry.language)}
        >
          <LanguagePicture entry={entry} />
          <span lang={entry.language === "fsl" ? "fr" : entry.language} dir="auto">
            {entry.name}
          </span>
        </button>
      ))}
    </section>
  );
}

/** Another day, at a time of one's choice. The main thing to do where the language is closed. */
function ByAppointment(props: { tablet: TabletPage; last: EndedCall }): JSX.Element {
  const { tablet, last } = props;
  const { language } = last;
  const main = closedOf(tablet, language) !== undefined;
  return (
    <button
      type="button"
      class={`button large ${main ? "primary" : ""}`}
      data-testid="appointment"
      disabled={tablet.page.state.value.link !== "connected"}
      onClick={() => tablet.controller.open({ kind: "booking", language, call: null })}
    >
      <Icon name="calendar" />
      <TwoTongues tablet={tablet} id="appointment" />
    </button>
  );
}

function Returning(props: { tablet: TabletPage; last: EndedCall }): JSX.Element {
  const { tablet, last } = props;
  const { controller } = tablet;
  const shownAt = useSignal(Date.now());
  const left = Math.max(0, shownAt.value + ENDED_MS - now.value);
  useEffect(() => {
    if (left === 0) controller.dismiss(last.call);
  }, [left === 0, controller, last.call]);
  return (
    <p class="ended-returning">
      <TwoTongues tablet={tablet} id="returning" values={{ seconds: Math.ceil(left / 1000) }} />
    </p>
  );
}
