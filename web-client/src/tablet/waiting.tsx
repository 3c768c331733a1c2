/**
 * The waiting screen. The picture alone tells what happens, for whoever does not read: people ahead
 * in line, a ringing phone, an empty chair when nobody is on duty, two hands when connecting.
 */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { languageEntry } from "../core/names";
import type { TabletPhase } from "../core/protocol";
import { clockFace, elapsed } from "../core/server-clock";
import { Icon, SigningHands } from "../ui/icons";
import { deviceText } from "../ui/problems";
import { now } from "../ui/signals";
import { Video } from "../ui/video";
import type { TabletPage } from "./app";
import { WaysOut } from "./ladder";
import { Refused } from "./refused";
import { Subjects } from "./subject";
import { TwoTongues, visitorLabel } from "./two-tongues";
import { WaitLines } from "./wait-lines";

type Phase = Extract<TabletPhase, { kind: "waiting" | "connecting" }>;

/** How the wait stands, in one word; styles the picture. */
function stage(phase: Phase): "queued" | "ringing" | "nobody" | "connecting" {
  if (phase.kind === "connecting") return "connecting";
  if (phase.ringing) return "ringing";
  return phase.on_duty === 0 ? "nobody" : "queued";
}

const STAGE_TEXT = {
  queued: "waiting-title",
  ringing: "waiting-ringing",
  nobody: "waiting-nobody",
  connecting: "connecting",
} as const;

/** The screen between the touch and the interpreter's picture. */
export function WaitingScreen(props: { tablet: TabletPage; phase: Phase }): JSX.Element {
  const { tablet, phase } = props;
  const state = tablet.page.state.value;
  const entry = languageEntry(state.directory, phase.language);
  const at = stage(phase);
  const visitor = tablet.visitor.value;
  return (
    <div
      class={`waiting-page ${at}`}
      dir={visitor.dir}
      data-testid={phase.kind === "waiting" ? "waiting" : "connecting"}
      data-stage={at}
      data-call={phase.call}
    >
      {phase.kind === "waiting" && (
        <Subjects tablet={tablet} call={phase.call} chosen={phase.subject} />
      )}
      <main class="waiting-main">
        <StagePicture stage={at} signed={entry.mode === "signed"} />
        <div class="waiting-words">
          <p class="waiting-language" lang={entry.language === "fsl" ? "fr" : entry.language}>
            {entry.name}
          </p>
          <h1 aria-live="polite">
            <TwoTongues tablet={tablet} id={STAGE_TEXT[at]} />
          </h1>
          {phase.kind === "waiting" && <WaitLines tablet={tablet} phase={phase} />}
          <Elapsed tablet={tablet} phase={phase} />
          <Trouble tablet={tablet} phase={phase} />
        </div>
      </main>
      <footer class="waiting-foot">
        <SelfPreview tablet={tablet} />
        {phase.kind === "waiting" && <WaysOut tablet={tablet} phase={phase} />}
        <button
          type="button"
          class="button cancel"
          data-testid="cancel"
          onClick={() => tablet.controller.leave(phase.call)}
        >
          <Icon name="cross" />
          <TwoTongues tablet={tablet} id="cancel" />
        </button>
      </footer>
    </div>
  );
}

function Elapsed(props: { tablet: TabletPage; phase: Phase }): JSX.Element {
  const { tablet, phase } = props;
  const { clock } = tablet.page.state.value;
  return (
    <p class="waiting-time">
      <Icon name="clock" />
      <span class="numbers" role="timer" aria-label={visitorLabel(tablet, "waiting-elapsed")}>
        {clockFace(elapsed(clock, phase.queued_at, now.value))}
      </span>
    </p>
  );
}

/** The network, a refused request, a camera: whatever is wrong while waiting. */
function Trouble(props: { tablet: TabletPage; phase: Phase }): JSX.Element {
  const { tablet, phase } = props;
  const media = tablet.media.value;
  const later = tablet.later.screens.value;
  return (
    <>
      {later && <later.NetworkNotice tablet={tablet} />}
      {tablet.page.state.value.link !== "connected" && <LinkLost tablet={tablet} />}
      <Refused tablet={tablet} />
      {media.problem && (
        <div class="notice alarm" role="alert" data-testid="device-problem">
          <Icon name="camera" off />
          <TwoTongues tablet={tablet} id={deviceText(media.problem)} />
          <button
            type="button"
            class="button"
            onClick={() => tablet.controller.retryDevices(phase.language)}
          >
            <TwoTongues tablet={tablet} id="retry" />
          </button>
        </div>
      )}
    </>
  );
}

/** The place is kept; after a long time nobody here can know that any more. */
function LinkLost({ tablet }: { tablet: TabletPage }): JSX.Element {
  const lostAt = useRef(Date.now());
  const { place_kept_ms } = tablet.page.state.value.directory;
  const isKept = now.value - lostAt.current < place_kept_ms;
  return (
    <div class="notice wait link-notice" role="status" data-testid="link-lost" data-kept={isKept}>
      <Icon name="alert" />
      <TwoTongues tablet={tablet} id={isKept ? "link-lost-waiting" : "link-lost"} />
    </div>
  );
}

function StagePicture(props: { stage: ReturnType<typeof stage>; signed: boolean }): JSX.Element {
  return (
    <div class="stage-picture" aria-hidden="true">
      <span class="ripple" />
      <span class="ripple second" />
      <span class="ripple third" />
      <span class="stage-disc">
        {props.stage === "nobody" ? (
          <Icon name="away" />
        ) : props.stage === "connecting" ? (
          <Icon name="check" />
        ) : props.stage === "ringing" ? (
          <Icon name="phone" />
        ) : props.signed ? (
          <SigningHands />
        ) : (
          <Icon name="speech" />
        )}
      </span>
    </div>
  );
}

function SelfPreview({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const { local } = tablet.media.value;
  if (!local || local.getVideoTracks().length === 0) return <span />;
  return (
    <Video
      class="preview mirrored"
      stream={local}
      muted
      testId="self-preview"
      label={visitorLabel(tablet, "self-view")}
    />
  );
}
