/** Between calls: whether calls ring here, who waits, appointments, work and rest, the device test. */
import type { JSX } from "preact";
import { languageName } from "../core/names";
import { LinkNotice } from "../ui/frame";
import { Icon } from "../ui/icons";
import { requestText } from "../ui/problems";
import { AgendaPanel, Held } from "./agenda";
import type { Console, InterpreterPicture } from "./app";
import { HelpLine } from "./ask-help";
import { Status } from "./availability";
import { DevicePreview } from "./preview";
import { WorkPanel } from "./work";

/** Status on one side, devices on the other. */
export function Idle(props: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const { desk, view } = props;
  return (
    <div class="desk">
      <div class="desk-side">
        <LinkNotice page={desk.page} />
        <Problem desk={desk} />
        <RingEnded desk={desk} />
        <HelpLine desk={desk} view={view} />
        <Held desk={desk} view={view} />
        <Status desk={desk} view={view} />
        <Waiting desk={desk} view={view} />
        <WorkPanel desk={desk} view={view} />
      </div>
      <div class="desk-side">
        <AgendaPanel desk={desk} view={view} />
        <DevicePreview desk={desk} />
      </div>
    </div>
  );
}

/** What went wrong with the last request, until the next one. */
export function Problem({ desk }: { desk: Console }): JSX.Element | null {
  const { problem } = desk.local.value;
  if (!problem) return null;
  return (
    <p class="notice alarm" role="alert" data-testid="problem" data-problem={problem}>
      <Icon name="alert" />
      <span>{desk.page.texts.value(requestText(problem))}</span>
    </p>
  );
}

/** What became of the ring that has just gone. The region stays, so that its text is announced. */
export function RingEnded({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const { ringEnd } = desk.local.value;
  return (
    <div role="status" class="live-region">
      {ringEnd && (
        <p class="notice" data-testid="ring-end" data-end={ringEnd}>
          <Icon name="bell" off />
          <span>{t(`ring-end-${ringEnd.replaceAll("_", "-")}`)}</span>
          <button
            type="button"
            class="button quiet"
            aria-label={t("ring-end-close")}
            onClick={() => desk.controller.dismissRingEnd()}
          >
            <Icon name="cross" />
          </button>
        </p>
      )}
    </div>
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
