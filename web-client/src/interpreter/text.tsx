/** Writing on the console. */
import type { JSX } from "preact";
import type { TextLog, Writer } from "../core/text-log";
import { TextPanel, TextToggle } from "../ui/text-panel";
import type { Console } from "./app";

/** Shows the text or puts it away. */
export function WriteControl({ desk, log }: { desk: Console; log: TextLog }): JSX.Element {
  const t = desk.page.texts.value;
  return (
    <TextToggle
      log={log}
      open={desk.writing.value}
      unread={t("text-unread")}
      toggle={() => {
        desk.writing.value = !desk.writing.value;
      }}
    >
      {t("text")}
      <kbd>K</kbd>
    </TextToggle>
  );
}

/** The text beside the pictures. */
export function WritingPanel({ desk, log }: { desk: Console; log: TextLog }): JSX.Element {
  const t = desk.page.texts.value;
  return (
    <TextPanel
      log={log}
      focus
      close={() => {
        desk.writing.value = false;
      }}
      words={{
        title: t("text-title"),
        field: t("text-field"),
        hint: t("text-hint"),
        empty: t("text-empty"),
        waits: t("text-waits"),
        tooMuch: t("text-too-much"),
        lost: t("text-lost"),
        send: t("text-send"),
        close: t("dialog-close"),
        of: (writer) => t(writerText(writer)),
      }}
    />
  );
}

/** The text that names a writer; whoever interprets here is a colleague of this person. */
function writerText(writer: Writer): string {
  switch (writer?.kind) {
    case undefined:
      return "self-view";
    case "tablet":
      return "visitor";
    case "guest":
      return "guest";
    case "observer":
    case "unknown":
    case "interpreter":
      return "colleague";
  }
}
