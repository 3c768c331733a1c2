/** Between calls: whether calls ring here, who waits, and the camera and microphone test. */
import type { JSX } from "preact";
import { languageName } from "../core/names";
import type { Availability } from "../core/protocol";
import { LinkNotice } from "../ui/frame";
import { Icon, type IconName } from "../ui/icons";
import { requestText } from "../ui/problems";
import type { Console, InterpreterPicture } from "./app";
import { DevicePreview } from "./preview";

const PICTURE: Record<Availability, IconName> = {
  available: "check",
  away: "away",
  away_after_misses: "alert",
};

/** Status on one side, devices on the other. */
export function Idle(props: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const { desk, view } = props;
  return (
    <div class="desk">
      <div class="desk-side">
        <LinkNotice page={desk.page} />
        <Problem desk={desk} />
        <Status desk={desk} view={view} />
        <Waiting desk={desk} view={view} />
      </div>
      <DevicePreview desk={desk} />
    </div>
  );
}

/** What went wrong with the last request, until the next one. */
export function Problem({ desk }: { desk: Console }): JSX.Element | null {
  const { problem } = desk.local.value;
  if (!problem) return null;
  return (
    <p class="notice alarm" role="alert">
      <Icon name="alert" />
      <span>{desk.page.texts.value(requestText(problem))}</span>
    </p>
  );
}

function Status({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const t = desk.page.texts.value;
  const { availability } = view;
  const word = availability.replaceAll("_", "-");
  return (
    <section class={`panel status ${availability}`} data-availability={availability}>
      <span class="status-disc" aria-hidden="true">
        <Icon name={PICTURE[availability]} />
      </span>
      <div role="status">
        <h2>{t(`status-${word}`)}</h2>
        <p>{t(`status-${word}-detail`)}</p>
      </div>
      <AvailableToggle desk={desk} availability={availability} />
    </section>
  );
}

/** The one button of availability. */
export function AvailableToggle(props: { desk: Console; availability: Availability }): JSX.Element {
  const { desk, availability } = props;
  const t = desk.page.texts.value;
  const available = availability === "available";
  const text = available ? "go-away" : availability === "away" ? "go-available" : "return-now";
  return (
    <button
      type="button"
      class={`button large ${available ? "" : "primary"}`}
      data-testid="available-toggle"
      data-available={available}
      disabled={
        desk.local.value.pending === "set_available" || desk.page.state.value.link !== "connected"
      }
      onClick={() => void desk.controller.setAvailable(!available)}
    >
      <Icon name={available ? "away" : "check"} />
      {t(text)}
    </button>
  );
}

function Waiting({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const t = desk.page.texts.value;
  const { directory } = desk.page.state.value;
  return (
    <section class="panel waiting-panel">
      <p class="waiting-count" role="status" data-testid="waiting-count" data-count={view.waiting}>
        <Icon name="person" />
        {t("waiting", { count: view.waiting })}
      </p>
      <h2 class="small-head">{t("your-languages")}</h2>
      <ul class="tags">
        {view.languages.map((language) => (
          <li key={language} class="tag">
            {languageName(directory, language, t.locale)}
          </li>
        ))}
      </ul>
    </section>
  );
}
