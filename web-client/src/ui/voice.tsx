/** How loud somebody speaks, as rings that grow: shows those who do not hear that there is sound. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { watchLevel } from "../core/media/level";
import { Icon } from "./icons";

/** The level of a stream's sound; at rest while there is none. */
export function Voice({ stream }: { stream: MediaStream | null }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!stream) return;
    // Past the framework: twenty times a second, and nothing else on the page changes.
    return watchLevel(stream, (level) => {
      element.current?.style.setProperty("--level", level.toFixed(2));
    });
  }, [stream]);
  return (
    <div ref={element} class="voice" data-testid="voice" aria-hidden="true">
      <span class="voice-ring" />
      <span class="voice-ring" />
      <span class="voice-disc">
        <Icon name="sound" />
      </span>
    </div>
  );
}
