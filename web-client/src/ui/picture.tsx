/** One person's picture on the stage: large or a tile, with a name, and a touch that makes it large. */
import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./icons";
import { Video } from "./video";

/** Somebody's picture. Without one, a pictogram stands for a voice. */
export function Picture(props: {
  stream: MediaStream | null;
  testId: string;
  name: string;
  /** The name is written on the picture. */
  caption?: boolean;
  large: boolean;
  /** Only the sound is wanted; what is seen is elsewhere. */
  voiceOnly?: boolean;
  /** Not to be heard. */
  quiet?: boolean;
  /** Said in place of a picture that stands or is black: over it, for as long as that lasts. */
  cover?: ComponentChildren;
  watch?: ((video: HTMLVideoElement) => () => void) | undefined;
  /** Said in its place, when it was there and comes no more. */
  silent?: ComponentChildren;
  enlarge?: { readonly label: string; readonly act: () => void };
  blocked: (play: () => void) => void;
}): JSX.Element {
  const { stream, enlarge } = props;
  const seen = stream === null || stream.getVideoTracks().length > 0;
  const hidden = props.voiceOnly && props.large;
  return (
    <figure class={hidden ? "visually-hidden" : `picture ${props.large ? "large" : "tile"}`}>
      <Video
        class="picture-video"
        stream={stream}
        testId={props.testId}
        label={props.name}
        muted={props.quiet ?? false}
        blocked={props.blocked}
        watch={props.watch}
      />
      {!seen && (
        <span class="picture-voice" aria-hidden="true">
          <Icon name="sound" />
        </span>
      )}
      {stream !== null && seen && !props.large && <span class="spinner picture-wait" />}
      {props.silent && (
        <span class="picture-silent" data-testid={`silent-${props.testId}`}>
          <Icon name="alert" />
          <span>{props.silent}</span>
        </span>
      )}
      {props.cover && <div class="picture-cover">{props.cover}</div>}
      {(props.caption || !props.large) && <figcaption>{props.name}</figcaption>}
      {enlarge && (
        <button
          type="button"
          class="picture-enlarge"
          data-testid={`enlarge-${props.testId}`}
          aria-label={enlarge.label}
          title={enlarge.label}
          onClick={enlarge.act}
        >
          <Icon name="enlarge" />
        </button>
      )}
    </figure>
  );
}
