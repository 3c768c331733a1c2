/** A ringing call: the briefing card, over everything else. No names, by design. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { languageEntry, languageName, siteName, subjectName } from "../core/names";
import type { Activity } from "../core/protocol";
import { clockFace, elapsed, remaining } from "../core/server-clock";
import { certificationName, MODE_ICON } from "../ui/call-words";
import { Icon, SigningHands } from "../ui/icons";
import { deviceText } from "../ui/problems";
import { now } from "../ui/signals";
import type { Console } from "./app";
import { Problem } from "./idle";
import { REASONS } from "./keys";

type Ringing = Extract<Activity, { kind: "ringing" }>;

/** The card, with the focus on "accept". */
export function Ring(props: { desk: Console; activity: Ringing }): JSX.Element {
  const { desk, activity } = props;
  const t = desk.page.texts.value;
  const { directory } = desk.page.state.value;
  const entry = languageEntry(directory, activity.language);
  const { blocked } = desk.local.value;
  useFocusBack();
  return (
    <div class="ring-veil">
      <section
        class="panel ring"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="ring-title"
        aria-describedby="ring-class ring-facts"
        data-testid="ringing"
        data-call={activity.call}
        data-id={activity.offer}
        data-class={activity.class}
        data-role={activity.role}
      >
        <RingBar desk={desk} activity={activity} />
        {activity.class !== "normal" && (
          <p id="ring-class" class={`class-mark ${activity.class}`} data-testid="ring-class">
            <Icon name="alert" />
            {t(`class-${activity.class}`)}
          </p>
        )}
        <header class="ring-head">
          <span class="ring-disc" aria-hidden="true">
            {entry.mode === "signed" ? <SigningHands /> : <Icon name="phone" />}
          </span>
          <div>
            <p id="ring-title" class="ring-title">
              {t("ring-title")}
            </p>
            <h2 data-testid="ring-language" data-language={activity.language}>
              {languageName(directory, activity.language, t.locale)}
            </h2>
          </div>
        </header>
        <RingFacts desk={desk} activity={activity} />
        <Problem desk={desk} />
        {blocked && (
          <p class="notice alarm" role="alert" data-testid="device-problem">
            <Icon name="camera" off />
            <span>{t(deviceText(blocked))}</span>
          </p>
        )}
        <Choices desk={desk} />
      </section>
    </div>
  );
}

/** Where, since when, how, and what for. */
function RingFacts({ desk, activity }: { desk: Console; activity: Ringing }): JSX.Element {
  const t = desk.page.texts.value;
  const { directory, clock } = desk.page.state.value;
  return (
    <dl id="ring-facts" class="ring-facts">
      <div>
        <dt>
          <Icon name="pin" />
          {t("ring-site")}
        </dt>
        <dd data-testid="ring-site">{siteName(directory, activity.site)}</dd>
      </div>
      {activity.role === "lead" && (
        <div>
          <dt>
            <Icon name="clock" />
            {t("ring-waited")}
          </dt>
          <dd class="numbers" data-testid="ring-waited">
            {clockFace(elapsed(clock, activity.queued_at, now.value))}
          </dd>
        </div>
      )}
      <div>
        <dt>
          <Icon name={MODE_ICON[activity.mode]} />
          {t("ring-mode")}
        </dt>
        <dd data-testid="ring-mode" data-mode={activity.mode}>
          {t(`mode-${activity.mode.replaceAll("_", "-")}`)}
        </dd>
      </div>
      {activity.role !== "lead" && <RingRole desk={desk} activity={activity} />}
      {activity.subject !== null && (
        <div>
          <dt>
            <Icon name="speech" />
            {t("ring-subject")}
          </dt>
          <dd data-testid="ring-subject" data-subject={activity.subject}>
            {subjectName(directory, activity.subject, t.locale)}
          </dd>
        </div>
      )}
      {activity.certification !== null && (
        <div>
          <dt>
            <Icon name="check" />
            {t("ring-certification")}
          </dt>
          <dd data-testid="ring-certification">{certificationName(t, activity.certification)}</dd>
        </div>
      )}
    </dl>
  );
}

/** Not a visitor who waits: a colleague's conversation, and since when it lasts. */
function RingRole({ desk, activity }: { desk: Console; activity: Ringing }): JSX.Element {
  const t = desk.page.texts.value;
  const { clock } = desk.page.state.value;
  return (
    <div>
      <dt>
        <Icon name="swap" />
        {t("ring-role")}
      </dt>
      <dd data-testid="ring-role" data-role={activity.role}>
        {t(`role-${activity.role}`)}
        {activity.connected_at !== null && (
          <span class="ring-since numbers">
            {t("ring-talk", { time: clockFace(elapsed(clock, activity.connected_at, now.value)) })}
          </span>
        )}
      </dd>
    </div>
  );
}

/** Gives the focus back to where it was before the ring, if that is still there. */
function useFocusBack(): void {
  // Layout: afterwards the page under the ring is inert and has lost its focus already.
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      // Once the page under the ring can be focused again.
      queueMicrotask(() => {
        const free = document.activeElement === document.body;
        if (free && before instanceof HTMLElement && before.isConnected) before.focus();
      });
    };
  }, []);
}

function RingBar(props: { desk: Console; activity: Ringing }): JSX.Element {
  const { desk, activity } = props;
  const { clock } = desk.page.state.value;
  const left = remaining(clock, activity.expires_at, now.value);
  const t = desk.page.texts.value;
  const seconds = Math.ceil(left / 1000);
  // The card does not know when its ring began; what was left when it appeared is the whole bar.
  const whole = useRef(Math.max(1, left));
  return (
    <div
      class="ring-bar"
      role="progressbar"
      aria-label={t("ring-time")}
      aria-valuetext={t("ring-left", { seconds })}
      aria-valuenow={seconds}
      aria-valuemin={0}
      aria-valuemax={Math.ceil(whole.current / 1000)}
    >
      <span style={{ inlineSize: `${(100 * left) / whole.current}%` }} />
    </div>
  );
}

/** Every answer takes one click: accept, leave it, or leave it and say why. */
function Choices({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const { controller } = desk;
  const accept = useRef<HTMLButtonElement>(null);
  useEffect(() => accept.current?.focus(), []);
  const busy = desk.local.value.pending !== null || desk.page.state.value.link !== "connected";
  // Not `disabled`, which would take the focus away from whoever has just pressed.
  const answer = (act: () => Promise<void>) => ({
    type: "button" as const,
    "aria-disabled": busy,
    onClick: () => {
      if (!busy) void act();
    },
  });
  return (
    <>
      <button
        {...answer(() => controller.accept())}
        ref={accept}
        class="button primary huge"
        data-testid="accept"
      >
        <Icon name="phone" />
        {t("accept")}
        <kbd>↵</kbd>
      </button>
      <fieldset class="reasons">
        <legend data-testid="decline">{t("decline-title")}</legend>
        <button
          {...answer(() => controller.decline("other"))}
          class="button"
          data-testid="decline-other"
        >
          <kbd>D</kbd>
          {t("decline")}
        </button>
        {REASONS.map((reason, index) => (
          <button
            key={reason}
            {...answer(() => controller.decline(reason))}
            class="button"
            data-testid={`decline-${reason}`}
          >
            <kbd>{index + 1}</kbd>
            {t(`decline-${reason.replaceAll("_", "-")}`)}
          </button>
        ))}
      </fieldset>
    </>
  );
}
