/** The conversation as both sides see it: the other one large, oneself small, switches below. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useCallback } from "preact/hooks";
import type { MediaPicture } from "../core/media/call-media";
import { Icon, type IconName } from "./icons";
import { Video } from "./video";
import { Voice } from "./voice";
import "./call.css";

/**
 * The stage: videos, a line on top, one notice, and what a browser needs before it gives sound. By
 * voice alone, how loud the other one is takes the place of both pictures.
 */
export function CallStage(props: {
  media: MediaPicture;
  audioOnly?: boolean;
  remoteLabel: string;
  /** Whose the second, smaller picture is. */
  secondLabel: string;
  /** A second interpreter is wanted, coming or there; else nothing of theirs is shown. */
  withSecond: boolean;
  selfLabel: string;
  hear: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  const { media } = props;
  const play = useSignal<(() => void) | null>(null);
  const blocked = useCallback(
    (again: () => void) => {
      // Two videos may be blocked; the one touch plays both.
      const before = play.peek();
      play.value = () => {
        before?.();
        again();
      };
    },
    [play],
  );
  return (
    <div class="call-stage">
      {props.audioOnly && <Voice stream={media.remote} />}
      <Video
        class={props.audioOnly ? "visually-hidden" : "remote"}
        stream={media.remote}
        testId="remote-video"
        label={props.remoteLabel}
        blocked={blocked}
      />
      {media.remote === null && !props.audioOnly && <span class="spinner call-spinner" />}
      {props.children}
      {play.value && (
        <button
          type="button"
          class="button primary hear"
          onClick={() => {
            const touched = play.value;
            // Cleared first: a video that is blocked again asks again.
            play.value = null;
            touched?.();
          }}
        >
          <Icon name="sound" />
          {props.hear}
        </button>
      )}
      {props.withSecond && media.second && (
        <Second stream={media.second} label={props.secondLabel} blocked={blocked} />
      )}
      {!props.audioOnly && <Self media={media} label={props.selfLabel} />}
    </div>
  );
}

/** A second interpreter: smaller than the first, or by voice alone. */
function Second(props: {
  stream: MediaStream;
  label: string;
  blocked: (play: () => void) => void;
}): JSX.Element {
  const seen = props.stream.getVideoTracks().length > 0;
  return (
    <figure class={seen ? "second" : "visually-hidden"}>
      <Video
        class="second-picture"
        stream={props.stream}
        testId={seen ? "second-video" : "second-sound"}
        label={props.label}
        blocked={props.blocked}
      />
      <figcaption>{props.label}</figcaption>
    </figure>
  );
}

function Self({ media, label }: { media: MediaPicture; label: string }): JSX.Element {
  return (
    <div class="self">
      <Video class="mirrored" stream={media.local} muted testId="self-video" label={label} />
      {(media.cameraOff || media.local?.getVideoTracks().length === 0) && (
        <span class="self-off" aria-hidden="true">
          <Icon name="camera" off />
        </span>
      )}
      {media.muted && (
        <span class="self-muted" aria-hidden="true">
          <Icon name="mic" off />
        </span>
      )}
    </div>
  );
}

/** A switch that is on or off, such as "turn off microphone". */
export function Switch(props: {
  testId: string;
  icon: IconName;
  on: boolean;
  set: (on: boolean) => void;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <button
      type="button"
      class="button control"
      data-testid={props.testId}
      aria-pressed={props.on}
      onClick={() => props.set(!props.on)}
    >
      <Icon name={props.icon} off={props.on} />
      {props.children}
    </button>
  );
}
