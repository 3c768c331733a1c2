/** What is wrong with camera or microphone, for the agent, before any call exists. */
import type { JSX } from "preact";
import { languageEntry } from "../core/names";
import { FRENCH } from "../core/visitor-texts";
import { Icon } from "../ui/icons";
import { deviceText } from "../ui/problems";
import type { TabletPage } from "./app";

/** The French visitor text that explains it; nothing while nothing is wrong. */
export function DeviceNotice({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const blocked = tablet.blocked.value;
  if (!blocked) return null;
  const { problem, touched } = blocked;
  return (
    <div class="notice alarm" role="alert" data-testid="device-problem">
      <Icon name="camera" off />
      <span lang="fr">{FRENCH(deviceText(problem))}</span>
      {touched !== null && <InWriting tablet={tablet} language={touched} />}
    </div>
  );
}

/** The same language without camera and microphone, where it is served so. */
function InWriting(props: { tablet: TabletPage; language: string }): JSX.Element | null {
  const { tablet, language } = props;
  const { directory, link } = tablet.page.state.value;
  if (!languageEntry(directory, language).modes.includes("text_relay")) return null;
  return (
    <button
      type="button"
      class="button"
      data-testid="in-writing"
      disabled={link !== "connected" || tablet.local.value.pending !== null}
      onClick={() => void tablet.controller.tap(language, "text_relay")}
    >
      <Icon name="pencil" />
      <span lang="fr">{FRENCH("way-text-relay")}</span>
    </button>
  );
}
