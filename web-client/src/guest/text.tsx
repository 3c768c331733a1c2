/** Writing on a third party's page. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { ViewOf } from "../core/protocol";
import type { TextLog } from "../core/text-log";
import { type WriterRole, writerRole } from "../core/writers";
import { TextPanel } from "../ui/text-panel";
import type { GuestPage } from "./app";

type View = ViewOf<"guest">;

/** The text beside the pictures; in writing there from the start, without the keyboard. */
export function WritingPanel(props: {
  page: GuestPage;
  view: View;
  log: TextLog;
  writing: Signal<boolean>;
}): JSX.Element {
  const { page, view, log, writing } = props;
  const t = page.texts.value;
  return (
    <TextPanel
      log={log}
      focus={view.mode !== "text_relay"}
      close={() => {
        writing.value = false;
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
        close: t("text-close"),
        of: (writer) => t(WRITER_TEXT[writerRole(writer, view.colleague)]),
      }}
    />
  );
}

/** The text that names a writer. */
const WRITER_TEXT: Record<WriterRole, string> = {
  me: "self-view",
  visitor: "remote",
  guest: "self-view",
  colleague: "colleague",
  interpreter: "lead",
};
