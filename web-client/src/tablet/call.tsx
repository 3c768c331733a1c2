/** The conversation: the interpreter as large as the screen, oneself small, three large switches. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import { isStalled } from "../core/media/quality";
import { languageEntry } from "../core/names";
import type { TabletPhase } from "../core/protocol";
import { clockFace, elapsed } from "../core/server-clock";
import { Icon, type IconName } from "../ui/icons";
import { deviceText } from "../ui/problems";
import { now } from "../ui/signals";
import { Video } from "../ui/video";
import type { TabletPage } from "./app";
import { TwoTongues, visitorLabel } from "./two-tongues";

type Active = Extract<TabletPhase, { kind: "active" }>;

/** The call screen. */
export function CallScreen(props: { tablet: TabletPage; phase: Active }): JSX.Element {
  const { tablet, phase } = props;
  const state = tablet.page.state.value;
  const media = tablet.media.value;
  const entry = languageEntry(state.directory, phase.language);
  const play = useSignal<(() => void) | null>(null);
  const blocked = useCallback(
    (again: () => void) => {
      play.value = again;
    },
    [play],
  );
  return (
    <div
      class="call-page"
      dir={tablet.visitor.value?.dir}
      data-testid="call"
      data-call={phase.call}
    >
      <main class="call-stage">
        <Video
          class="remote"
          stream={media.remote}
          testId="remote-video"
          label={entry.name}
          blocked={blocked}
        />
        <div class="call-top">
          <span class="call-language">{entry.name}</span>
          <span class="numbers" role="timer">
            {clockFace(elapsed(state.clock, phase.connected_at, now.value))}
          </span>
          <span class="not-recorded">
            <Icon name="notRecorded" />
            <TwoTongues tablet={tablet} id="not-recorded" />
          </span>
        </div>
        <CallNotice tablet={tablet} phase={phase} />
        {play.value && (
          <button
            type="button"
            class="button primary hear"
            onClick={() => {
              play.value?.();
              play.value = null;
            }}
          >
            <Icon name="sound" />
            <TwoTongues tablet={tablet} id="hear" />
          </button>
        )}
        <SelfView tablet={tablet} />
      </main>
      <Controls tablet={tablet} phase={phase} />
    </div>
  );
}

function SelfView({ tablet }: { tablet: TabletPage }): JSX.Element {
  const { local, cameraOff } = tablet.media.value;
  return (
    <div class={`self ${cameraOff ? "off" : ""}`}>
      <Video
        class="mirrored"
        stream={local}
        muted
        testId="self-video"
        label={visitorLabel(tablet, "self-view")}
      />
      {cameraOff && (
        <span class="self-off" aria-hidden="true">
          <Icon name="camera" off />
        </span>
      )}
    </div>
  );
}

/** The one thing that is wrong, the worst first. */
function trouble(tablet: TabletPage, phase: Active): string | null {
  const media = tablet.media.value;
  if (media.problem) return deviceText(media.problem);
  if (tablet.page.state.value.link !== "connected") return "link-lost";
  if (phase.other_lost) return "other-lost";
  if (media.state === "interrupted") return "media-interrupted";
  // Reading the time makes this line appear without any message from outside.
  return now.value && isStalled(media.quality, performance.now()) ? "no-frames" : null;
}

function CallNotice(props: { tablet: TabletPage; phase: Active }): JSX.Element | null {
  const { tablet, phase } = props;
  const id = trouble(tablet, phase);
  if (!id) return null;
  return (
    <div class="notice wait call-notice" role="alert" data-testid="call-notice">
      <Icon name="alert" />
      <TwoTongues tablet={tablet} id={id} />
      {tablet.media.value.problem && (
        <button
          type="button"
          class="button"
          onClick={() => tablet.controller.retryDevices(phase.language)}
        >
          <TwoTongues tablet={tablet} id="retry" />
        </button>
      )}
    </div>
  );
}

function Controls(props: { tablet: TabletPage; phase: Active }): JSX.Element {
  const { tablet, phase } = props;
  const { muted, cameraOff } = tablet.media.value;
  const { media } = tablet.controller;
  return (
    <footer class="controls">
      <Switch tablet={tablet} id="mute" icon="mic" on={muted} set={(on) => media.setMuted(on)} />
      <Switch
        tablet={tablet}
        id="camera"
        icon="camera"
        on={cameraOff}
        set={(on) => media.setCameraOff(on)}
      />
      <button
        type="button"
        class="button danger control"
        data-testid="end"
        onClick={() => void tablet.controller.leave(phase.call)}
      >
        <Icon name="hangUp" />
        <TwoTongues tablet={tablet} id="end" />
      </button>
    </footer>
  );
}

function Switch(props: {
  tablet: TabletPage;
  id: "mute" | "camera";
  icon: IconName;
  on: boolean;
  set: (on: boolean) => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="button control"
      data-testid={props.id}
      aria-pressed={props.on}
      onClick={() => props.set(!props.on)}
    >
      <Icon name={props.icon} off={props.on} />
      <TwoTongues tablet={props.tablet} id={props.id} />
    </button>
  );
}
