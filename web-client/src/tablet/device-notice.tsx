/** What is wrong with camera or microphone, for the agent, before any call exists. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Texts } from "../core/texts";
import { visitorTexts } from "../core/visitor-texts";
import { Icon } from "../ui/icons";

/** The text `text` of the French visitor texts, which explain each device problem. */
export function DeviceNotice({ text }: { text: string }): JSX.Element | null {
  const french = useSignal<Texts | null>(null);
  useEffect(() => {
    visitorTexts("fr").then(
      (texts) => {
        french.value = texts;
      },
      (error: unknown) => console.error(error),
    );
  }, [french]);
  return (
    <p class="notice alarm" role="alert" data-testid="device-problem">
      <Icon name="camera" off />
      <span lang="fr">{french.value?.(text) ?? ""}</span>
    </p>
  );
}
