/** Writing on the tablet: large, for two people in front of one screen. */
import type { JSX } from "preact";
import type { TabletPhase } from "../core/protocol";
import type { TextLog } from "../core/text-log";
import { type WriterRole, writerRole } from "../core/writers";
import { TextPanel, TextToggle } from "../ui/text-panel";
import type { TabletPage } from "./app";
import { TwoTongues, visitorLabel } from "./two-tongues";

type Active = Extract<TabletPhase, { kind: "active" }>;

/** Shows the text or puts it away. */
export function WriteControl({ tablet, log }: { tablet: TabletPage; log: TextLog }): JSX.Element {
  const open = tablet.panel.value === "text";
  return (
    <TextToggle
      log={log}
      open={open}
      unread={visitorLabel(tablet, "text-unread")}
      toggle={() => {
        tablet.panel.value = open ? null : "text";
      }}
    >
      <TwoTongues tablet={tablet} id="text" />
    </TextToggle>
  );
}

/** The text beside the pictures. In writing it is there from the start, without the keyboard. */
export function WritingPanel(props: {
  tablet: TabletPage;
  phase: Active;
  log: TextLog;
}): JSX.Element {
  const { tablet, phase, log } = props;
  return (
    <TextPanel
      log={log}
      focus={phase.mode !== "text_relay"}
      close={() => {
        tablet.panel.value = null;
      }}
      words={{
        title: <TwoTongues tablet={tablet} id="text-title" />,
        field: visitorLabel(tablet, "text-field"),
        hint: <TwoTongues tablet={tablet} id="text-hint" />,
        empty: <TwoTongues tablet={tablet} id="text-empty" />,
        waits: <TwoTongues tablet={tablet} id="text-waits" />,
        tooMuch: <TwoTongues tablet={tablet} id="text-too-much" />,
        lost: visitorLabel(tablet, "text-lost"),
        send: visitorLabel(tablet, "text-send"),
        close: <TwoTongues tablet={tablet} id="panel-close" />,
        of: (writer) => visitorLabel(tablet, WRITER_TEXT[writerRole(writer, phase.colleague)]),
      }}
    />
  );
}

/** The text that names a writer. */
const WRITER_TEXT: Record<WriterRole, string> = {
  me: "self-view",
  visitor: "self-view",
  guest: "guest",
  colleague: "second-interpreter",
  interpreter: "text-interpreter",
};
