/** Writing on a third party's page. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { ViewOf } from "../core/protocol";
import type { TextLog, Writer } from "../core/text-log";
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
        of: (writer) => t(writerText(view, writer)),
      }}
    />
  );
}

/** The text that names a writer. */
function writerText({ colleague }: View, writer: Writer): string {
  switch (writer?.kind) {
    case undefined:
    case "guest":
      return "self-view";
    case "tablet":
      return "remote";
    case "observer":
    case "unknown":
    case "interpreter":
      return writer?.number === colleague?.interpreter ? "colleague" : "lead";
  }
}
