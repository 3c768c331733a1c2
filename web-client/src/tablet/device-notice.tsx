/** What is wrong with camera or microphone, for the agent, before any call exists. */
import type { JSX } from "preact";
import { FRENCH } from "../core/visitor-texts";
import { Icon } from "../ui/icons";

/** The text `text` of the French visitor texts, which explain each device problem. */
export function DeviceNotice({ text }: { text: string }): JSX.Element {
  return (
    <p class="notice alarm" role="alert" data-testid="device-problem">
      <Icon name="camera" off />
      <span lang="fr">{FRENCH(text)}</span>
    </p>
  );
}
