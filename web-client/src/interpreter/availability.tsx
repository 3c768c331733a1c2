/** Whether calls ring here: the big word, the one button, and the pauses with their reasons. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { heldFor } from "../core/agenda";
import type { Availability } from "../core/protocol";
import { PAUSES } from "../ui/call-words";
import { Icon, type IconName } from "../ui/icons";
import type { Console, InterpreterPicture } from "./app";

const PICTURE: Record<Availability, IconName> = {
  available: "check",
  away: "away",
  paused: "pause",
  away_after_misses: "alert",
};

/** The panel of availability. */
export function Status({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const t = desk.page.texts.value;
  const { availability, pause } = view;
  const word = availability.replaceAll("_", "-");
  const held = availability === "available" && heldFor(view.appointments) !== null;
  const detail = pause?.by_coordinator
    ? "status-paused-by-coordinator"
    : held
      ? "status-available-held"
      : `status-${word}-detail`;
  return (
    <section
      class={`panel status ${availability}`}
      data-availability={availability}
      data-pause={pause?.reason ?? ""}
      data-by-coordinator={pause?.by_coordinator ?? false}
    >
      <span class="status-disc" aria-hidden="true">
        <Icon name={PICTURE[availability]} />
      </span>
      <div role="status">
        <h2>
          {t(`status-${word}`)}
          {pause && <span class="status-reason"> · {t(`pause-${pause.reason}`)}</span>}
        </h2>
        <p>{t(detail)}</p>
      </div>
      <AvailabilityControl desk={desk} view={view} />
    </section>
  );
}

/** Available, away, or in a pause: one group of buttons. */
export function AvailabilityControl(props: {
  desk: Console;
  view: InterpreterPicture;
}): JSX.Element {
  const { desk, view } = props;
  const t = desk.page.texts.value;
  const busy = isBusy(desk);
  const open = desk.pausing.value;
  return (
    <fieldset class="availability">
      <legend class="visually-hidden">{t("availability-title")}</legend>
      <div class="availability-main">
        <AvailableToggle desk={desk} view={view} />
        <button
          type="button"
          class="button large"
          data-testid="pause"
          aria-expanded={open}
          aria-controls="pauses"
          disabled={busy}
          onClick={() => {
            desk.pausing.value = !open;
          }}
        >
          <Icon name="pause" />
          {t("pause-open")}
          <kbd>P</kbd>
        </button>
      </div>
      <div id="pauses" hidden={!open}>
        {open && <Pauses desk={desk} view={view} />}
      </div>
    </fieldset>
  );
}

function isBusy(desk: Console): boolean {
  const { pending } = desk.local.value;
  const connected = desk.page.state.value.link === "connected";
  return pending === "set_available" || pending === "pause" || !connected;
}

function AvailableToggle({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const { availability } = view;
  const t = desk.page.texts.value;
  const available = availability === "available";
  const text = available ? "go-away" : availability === "away" ? "go-available" : "return-now";
  return (
    <button
      type="button"
      class={`button large ${available ? "" : "primary"}`}
      data-testid="available-toggle"
      data-available={available}
      disabled={isBusy(desk)}
      onClick={() => void desk.controller.setAvailable(!available)}
    >
      <Icon name={available ? "away" : "check"} />
      {t(text)}
      <kbd>A</kbd>
    </button>
  );
}

/** The reasons. Escape closes them; choosing one pauses at once. */
function Pauses({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const t = desk.page.texts.value;
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const close = () => {
    desk.pausing.value = false;
    document.querySelector<HTMLElement>('[data-testid="pause"]')?.focus();
  };
  return (
    <fieldset
      class="choices pauses"
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <legend>{t("pause-why")}</legend>
      {PAUSES.map((reason, index) => (
        <button
          key={reason}
          ref={index === 0 ? first : null}
          type="button"
          class="button"
          data-testid={`pause-${reason}`}
          aria-pressed={view.pause?.reason === reason}
          onClick={async () => {
            if (await desk.controller.pause(reason)) close();
          }}
        >
          {t(`pause-${reason}`)}
        </button>
      ))}
    </fieldset>
  );
}
