/** The conversation as everybody sees it: one picture large, the others beside it, oneself small. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useCallback, useRef } from "preact/hooks";
import type { MediaPicture } from "../core/media/call-media";
import type { CameraWatch } from "../core/media/camera-watch";
import { beside, type Company, NOBODY, type Viewer, type Who } from "../core/seats";
import { Icon, type IconName } from "./icons";
import { Picture } from "./picture";
import { Video } from "./video";
import { Voice } from "./voice";
import "./call.css";
import "./company.css";

/** Somebody beside the main picture. */
export interface Tile {
  readonly who: Who;
  /** Null for who was seen and sends nothing any more. */
  readonly stream: MediaStream | null;
}

/** Everybody beside the main picture of whom something arrives or did, in the gateway's order. */
export function useTiles(
  viewer: Viewer,
  company: Company | null,
  media: MediaPicture,
): readonly Tile[] {
  const before = useRef(NOBODY);
  const flowing = media.others.map((stream) => stream !== null);
  const now = company ? beside(before.current, viewer, company, flowing) : NOBODY;
  before.current = now;
  return now.order.map((who) => {
    const place = now.taken.find((one) => one.who === who)?.place;
    return { who, stream: place === undefined ? null : (media.others[place] ?? null) };
  });
}

/** True when somebody was seen and sends nothing any more. */
export function isSilent(tiles: readonly Tile[], who: Who): boolean {
  return tiles.some((tile) => tile.who === who && tile.stream === null);
}

/** The words of the stage. */
export interface StageWords {
  /** The main picture's person. */
  readonly remote: string;
  /** Oneself. */
  readonly self: string;
  /** Somebody beside. */
  of(who: Who): string;
  /** In the place of somebody's picture that comes no more. */
  readonly silent: ComponentChildren;
  /** What the touch on somebody's picture does. */
  enlarge(name: string): string;
}

/**
 * The stage: pictures, a line on top, one notice, and what a browser needs before it gives sound. By
 * voice alone, how loud the other one is takes the place of both pictures.
 */
export function CallStage(props: {
  media: MediaPicture;
  audioOnly?: boolean;
  /** Looks on and sends nothing: has no picture of themselves. */
  silent?: boolean;
  /** Nobody is to be heard here for now. */
  quiet?: boolean;
  tiles: readonly Tile[];
  words: StageWords;
  hear: ComponentChildren;
  /** Said in place of the main picture. */
  cover?: ComponentChildren;
  /** Looks at the pictures. */
  watch?: CameraWatch;
  children: ComponentChildren;
}): JSX.Element {
  const { media, tiles, audioOnly, silent } = props;
  const { play, blocked } = useBlocked();
  const self = !audioOnly && !silent;
  return (
    <div class="call-stage" data-shared={tiles.length > 0}>
      {audioOnly && <Voice stream={media.remote} />}
      <Pictures {...props} blocked={blocked}>
        {self && <Self media={media} label={props.words.self} watch={props.watch} />}
      </Pictures>
      {media.remote === null && !audioOnly && <span class="spinner call-spinner" />}
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
    </div>
  );
}

/** Several videos may be blocked; the one touch plays them all. */
function useBlocked(): {
  play: Signal<(() => void) | null>;
  blocked: (play: () => void) => void;
} {
  const play = useSignal<(() => void) | null>(null);
  const blocked = useCallback(
    (again: () => void) => {
      const before = play.peek();
      play.value = () => {
        before?.();
        again();
      };
    },
    [play],
  );
  return { play, blocked };
}

function Pictures(props: {
  media: MediaPicture;
  audioOnly?: boolean;
  quiet?: boolean;
  tiles: readonly Tile[];
  words: StageWords;
  cover?: ComponentChildren;
  watch?: CameraWatch;
  blocked: (play: () => void) => void;
  children: ComponentChildren;
}): JSX.Element {
  const { media, tiles, words, audioOnly, blocked } = props;
  const quiet = props.quiet ?? false;
  const enlarged = useSignal<Who | null>(null);
  const shared = tiles.length > 0;
  // Whoever has gone or is seen no more is large no more.
  const large = tiles.find(({ who, stream }) => stream && who === enlarged.value)?.who ?? null;
  return (
    <div
      class={`pictures ${shared ? "shared" : ""}`}
      style={`--tiles: ${tiles.length}; --cells: ${tiles.length + (props.children ? 1 : 0)}`}
    >
      <Picture
        key="main"
        stream={media.remote}
        testId="remote-video"
        name={words.remote}
        large={large === null}
        voiceOnly={audioOnly ?? false}
        cover={props.cover}
        watch={audioOnly ? undefined : props.watch?.other}
        quiet={quiet}
        blocked={blocked}
        {...(shared && large !== null
          ? { enlarge: { label: words.enlarge(words.remote), act: () => enlarge(enlarged, null) } }
          : {})}
      />
      {tiles.map(({ who, stream }) => (
        <Picture
          key={who}
          stream={stream}
          testId={`${TEST_ID[who]}-video`}
          name={words.of(who)}
          caption
          quiet={quiet}
          large={large === who}
          blocked={blocked}
          {...(stream === null ? { silent: words.silent } : {})}
          {...(large === who || stream === null
            ? {}
            : {
                enlarge: {
                  label: words.enlarge(words.of(who)),
                  act: () => enlarge(enlarged, who),
                },
              })}
        />
      ))}
      {props.children}
    </div>
  );
}

const TEST_ID: Record<Who, string> = {
  visitor: "visitor",
  lead: "lead",
  colleague: "second",
  guest: "guest",
};

function enlarge(enlarged: Signal<Who | null>, who: Who | null): void {
  enlarged.value = who;
}

function Self(props: {
  media: MediaPicture;
  label: string;
  watch?: CameraWatch | undefined;
}): JSX.Element {
  const { media, label } = props;
  return (
    <div class="self">
      <Video
        class="mirrored"
        stream={media.local}
        muted
        testId="self-video"
        label={label}
        watch={props.watch?.own}
      />
      {(media.cameraOff || media.cameraTaken || media.local?.getVideoTracks().length === 0) && (
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
