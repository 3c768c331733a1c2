/** What the conversation is about, for the agent: optional, changed by a touch, never in the way. */
import type { JSX } from "preact";
import { subjectName } from "../core/names";
import type { CallId, Subject } from "../core/protocol";
import type { TabletPage } from "./app";

/** One line of subjects; nothing where the service names none. A second touch takes it back. */
export function Subjects(props: {
  tablet: TabletPage;
  call: CallId;
  chosen: Subject | null;
}): JSX.Element | null {
  const { tablet, call, chosen } = props;
  const { directory, link } = tablet.page.state.value;
  const t = tablet.page.texts.value;
  const { controller } = tablet;
  void tablet.settled.value;
  const other = (subject: Subject) => (subject === chosen ? null : subject);
  if (directory.subjects.length === 0) return null;
  return (
    <header>
      <fieldset class="subjects" lang={t.locale} dir="ltr" data-testid="subjects">
        <legend>{t("subject-title")}</legend>
        {directory.subjects.map(({ subject }) => (
          <button
            key={subject}
            type="button"
            class="button subject"
            data-testid={`subject-${subject}`}
            aria-pressed={subject === chosen}
            aria-disabled={controller.undoesSubject(other(subject))}
            disabled={link !== "connected"}
            onClick={() => void controller.setSubject(call, other(subject))}
          >
            {subjectName(directory, subject, t.locale)}
          </button>
        ))}
      </fieldset>
    </header>
  );
}
