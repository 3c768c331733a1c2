/** After a call: a moment without ringing, and back when ready. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Activity } from "../core/protocol";
import { clockFace, remaining } from "../core/server-clock";
import { LinkNotice } from "../ui/frame";
import { Icon } from "../ui/icons";
import { now } from "../ui/signals";
import type { Console, InterpreterPicture } from "./app";
import { HelpLine } from "./ask-help";
import { AvailabilityControl } from "./availability";
import { Problem } from "./idle";

/** The wrap-up panel. */
export function WrapUp(props: {
  desk: Console;
  activity: Extract<Activity, { kind: "wrap_up" }>;
  view: InterpreterPicture;
}): JSX.Element {
  const { desk, activity, view } = props;
  const t = desk.page.texts.value;
  const left = remaining(desk.page.state.value.clock, activity.ends_at, now.value);
  // Grows with each extension, so that the ring is full again.
  const whole = useRef(1);
  whole.current = Math.max(whole.current, left);
  const available = view.availability === "available";
  // Rounded up, so that it never shows zero while still running.
  const time = clockFace(Math.ceil(left / 1000) * 1000);
  return (
    <div class="desk single">
      <section class="panel wrap-up" data-testid="wrap-up" data-call={activity.call}>
        <LinkNotice page={desk.page} />
        <Problem desk={desk} />
        <Countdown share={left / whole.current} />
        <h2>{t("wrap-up-title")}</h2>
        <p>{t("wrap-up-text")}</p>
        <p class="wrap-up-left numbers" role="timer">
          {t(available ? "wrap-up-left" : "wrap-up-left-away", { time })}
        </p>
        {view.pause && (
          <p class="notice" data-testid="wrap-up-pause">
            <Icon name="pause" />
            <span>
              {t("status-paused")} · {t(`pause-${view.pause.reason}`)}
              {view.pause.by_coordinator && `. ${t("status-paused-by-coordinator")}`}
            </span>
          </p>
        )}
        <HelpLine desk={desk} view={view} />
        <WrapUpChoices desk={desk} activity={activity} available={available} />
        <AvailabilityControl desk={desk} view={view} />
      </section>
    </div>
  );
}

/** Enough, or a little more. */
function WrapUpChoices(props: {
  desk: Console;
  activity: Extract<Activity, { kind: "wrap_up" }>;
  available: boolean;
}): JSX.Element {
  const { desk, activity, available } = props;
  const t = desk.page.texts.value;
  const { pending } = desk.local.value;
  return (
    <div class="ring-choices">
      <button
        type="button"
        class="button primary huge"
        data-testid="end-wrap-up"
        disabled={pending === "end_wrap_up"}
        onClick={() => void desk.controller.endWrapUp()}
      >
        <Icon name="check" />
        {t(available ? "end-wrap-up" : "end-wrap-up-away")}
        <kbd>W</kbd>
      </button>
      <button
        type="button"
        class="button large"
        data-testid="extend-wrap-up"
        disabled={!activity.extendable || pending === "extend_wrap_up"}
        onClick={() => void desk.controller.extendWrapUp()}
      >
        <Icon name="clock" />
        {t("extend-wrap-up")}
        <kbd>X</kbd>
      </button>
      {!activity.extendable && <p class="quiet-text">{t("extend-wrap-up-none")}</p>}
    </div>
  );
}

/** Hung up here, and the gateway has not been told yet. */
export function Leaving({ desk }: { desk: Console }): JSX.Element {
  return (
    <main class="console-main">
      <div class="desk single">
        <section class="panel wrap-up" data-testid="leaving">
          <LinkNotice page={desk.page} />
          <h1>{desk.page.texts.value("wrap-up-title")}</h1>
        </section>
      </div>
    </main>
  );
}

/** A ring that empties. */
function Countdown({ share }: { share: number }): JSX.Element {
  const length = 2 * Math.PI * 42;
  return (
    <svg class="countdown" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
      <circle class="countdown-track" cx="50" cy="50" r="42" />
      <circle
        class="countdown-left"
        cx="50"
        cy="50"
        r="42"
        stroke-dasharray={length}
        stroke-dashoffset={length * (1 - share)}
        transform="rotate(-90 50 50)"
      />
    </svg>
  );
}
