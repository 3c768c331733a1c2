/** After a call: a moment without ringing, and back when ready. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Activity } from "../core/protocol";
import { clockFace, remaining } from "../core/server-clock";
import { LinkNotice } from "../ui/frame";
import { Icon } from "../ui/icons";
import { now } from "../ui/signals";
import type { Console, InterpreterPicture } from "./app";
import { AvailableToggle, Problem } from "./idle";

/** The wrap-up panel. */
export function WrapUp(props: {
  desk: Console;
  activity: Extract<Activity, { kind: "wrap_up" }>;
  view: InterpreterPicture;
}): JSX.Element {
  const { desk, activity, view } = props;
  const t = desk.page.texts.value;
  const left = remaining(desk.page.state.value.clock, activity.ends_at, now.value);
  const whole = useRef(Math.max(1, left));
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
        <div class="ring-choices">
          <button
            type="button"
            class="button primary huge"
            data-testid="end-wrap-up"
            disabled={desk.local.value.pending === "end_wrap_up"}
            onClick={() => void desk.controller.endWrapUp()}
          >
            <Icon name="check" />
            {t(available ? "end-wrap-up" : "end-wrap-up-away")}
            <kbd>W</kbd>
          </button>
          <AvailableToggle desk={desk} availability={view.availability} />
        </div>
      </section>
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
