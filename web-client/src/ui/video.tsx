/** A video element that shows a stream, plays it whenever the browser lets it, and asks if not. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Shows a stream. `muted` for one's own picture. */
export function Video(props: {
  stream: MediaStream | null;
  testId: string;
  label: string;
  class: string;
  muted?: boolean;
  /** Called when the browser wants a touch before it gives sound; the touch comes back by `play`. */
  blocked?: (play: () => void) => void;
  /** Called with the element while it is there; returns what ends it. */
  watch?: ((video: HTMLVideoElement) => () => void) | undefined;
}): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
  const playing = useSignal(false);
  const { stream, blocked, watch } = props;
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    // Also when it is the same one: a reload of the element loses it.
    if (video.srcObject !== stream) video.srcObject = stream;
    if (!stream) return;
    const play = () => {
      video.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === "NotAllowedError") blocked?.(play);
        // AbortError: a newer stream took its place, and plays.
      });
    };
    play();
  }, [stream, blocked]);
  useEffect(() => (element.current ? watch?.(element.current) : undefined), [watch]);
  return (
    <video
      ref={element}
      class={props.class}
      data-testid={props.testId}
      data-playing={playing.value}
      aria-label={props.label}
      autoplay
      playsInline
      muted={props.muted ?? false}
      onPlaying={() => {
        playing.value = true;
      }}
      onEmptied={() => {
        playing.value = false;
      }}
    />
  );
}
