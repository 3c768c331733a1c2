/** How loud the microphone is, for trying it out. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { watchLevel } from "../core/media/level";
import { Icon } from "./icons";
import "./level.css";

/** The level of a stream's sound. */
export function Level(props: { stream: MediaStream; label: string }): JSX.Element {
  const level = useSignal(0);
  const { stream } = props;
  useEffect(
    () =>
      watchLevel(stream, (value) => {
        level.value = value;
      }),
    [stream, level],
  );
  return (
    <div class="level">
      <Icon name="mic" />
      <meter min={0} max={1} value={level.value} aria-label={props.label} />
    </div>
  );
}
