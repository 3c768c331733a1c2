/** The conversation on the tablet, every word twice: for the visitor and for the agent. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { languageEntry } from "../core/names";
import type { ColleagueView, TabletPhase } from "../core/protocol";
import { clockFace, elapsed } from "../core/server-clock";
import { type Looks, standstill } from "../core/standstill";
import type { TextLog } from "../core/text-log";
import { noticeLook } from "../ui/call-notice";
import { CallStage, isSilent, Switch, type Tile, useTiles } from "../ui/call-view";
import { useCameraWatch } from "../ui/camera-watch";
import { Icon } from "../ui/icons";
import { deviceText } from "../ui/problems";
import { now } from "../ui/signals";
import { useCell, useTextLog } from "../ui/text-panel";
import type { TabletPage } from "./app";
import { CompanyLines } from "./company";
import { NetworkWords, networkOf } from "./network";
import { InviteGuest, Panels, usualPanel } from "./panels";
import { WriteControl } from "./text";
import { TwoTongues, visitorLabel } from "./two-tongues";

type InCall = Extract<TabletPhase, { kind: "connecting" | "active" }>;

/** The call screen. */
export function CallScreen(props: { tablet: TabletPage; phase: InCall }): JSX.Element {
  const { tablet, phase } = props;
  const entry = languageEntry(tablet.page.state.value.directory, phase.language);
  const media = tablet.media.value;
  const log = useTextLog(media.text);
  const tiles = useTiles("visitor", phase.kind === "active" ? phase : null, media);
  useEffect(() => {
    // A panel belongs to the people of one call; in writing, the text is what the call is about.
    tablet.panel.value = usualPanel(phase);
    tablet.company.clear();
  }, [tablet, phase.call, phase.mode]);
  return (
    <main
      class="call-page"
      dir={tablet.visitor.value.dir}
      data-testid="call"
      data-call={phase.call}
      data-mode={phase.mode}
    >
      <h1 class="visually-hidden">{entry.name}</h1>
      <div class="call-body">
        <Stage tablet={tablet} phase={phase} tiles={tiles} />
        {phase.kind === "active" && <Panels tablet={tablet} phase={phase} log={log} />}
      </div>
      {phase.kind === "active" && (
        <CompanyLines tablet={tablet} phase={phase} silent={isSilent(tiles, "guest")} />
      )}
      <Controls tablet={tablet} phase={phase} log={log} />
    </main>
  );
}

function Stage(props: { tablet: TabletPage; phase: InCall; tiles: readonly Tile[] }): JSX.Element {
  const { tablet, phase, tiles } = props;
  const state = tablet.page.state.value;
  const entry = languageEntry(state.directory, phase.language);
  const audioOnly = phase.mode === "spoken_audio";
  const media = tablet.media.value;
  const { watch, looks } = useCameraWatch(tablet.controller.media);
  const network = useCell(networkOf(tablet).diagnosis);
  const id = trouble(tablet, phase, looks, network?.verdict === "blocked");
  const notice = id && <CallNotice tablet={tablet} phase={phase} id={id} />;
  const isCover = id !== null && noticeLook(id).cover;
  return (
    <CallStage
      media={media}
      audioOnly={audioOnly}
      tiles={tiles}
      words={{
        remote: entry.name,
        self: visitorLabel(tablet, "self-view"),
        of: (who) => visitorLabel(tablet, who === "guest" ? "guest" : "second-interpreter"),
        silent: visitorLabel(tablet, "silent"),
        enlarge: (name) => tablet.visitor.value("enlarge", { name }),
      }}
      hear={<TwoTongues tablet={tablet} id="hear" />}
      cover={isCover && notice}
      watch={watch}
    >
      <div class="call-top">
        <span>{entry.name}</span>
        {phase.kind === "active" && (
          <span class="numbers" role="timer">
            {clockFace(elapsed(state.clock, phase.connected_at, now.value))}
          </span>
        )}
        {phase.kind === "active" && phase.colleague && (
          <Colleague tablet={tablet} colleague={phase.colleague} />
        )}
        <span class="not-recorded">
          <Icon name="notRecorded" />
          <TwoTongues tablet={tablet} id="not-recorded" />
        </span>
      </div>
      {audioOnly && (
        <p class="voice-line">
          <TwoTongues tablet={tablet} id="audio-only" />
        </p>
      )}
      {!isCover && notice}
    </CallStage>
  );
}

/** Nobody joins unseen: that a second interpreter is wanted, comes or is there. */
function Colleague(props: { tablet: TabletPage; colleague: ColleagueView }): JSX.Element {
  const { tablet, colleague } = props;
  return (
    <span
      class="colleague"
      role="status"
      data-testid="colleague"
      data-role={colleague.role}
      data-state={colleague.state}
    >
      <Icon name="person" />
      <TwoTongues tablet={tablet} id={colleagueText(colleague)} />
    </span>
  );
}

function colleagueText({ role, state }: ColleagueView): string {
  switch (state) {
    case "sought":
    case "ringing":
      return "colleague-sought";
    case "connecting":
      return "colleague-coming";
    case "there":
      return role === "second" ? "colleague-second" : "colleague-relief";
  }
}

/** The one thing that is wrong, the worst first. */
function trouble(tablet: TabletPage, phase: InCall, looks: Looks, blocked: boolean): string | null {
  const media = tablet.media.value;
  if (media.problem) return deviceText(media.problem);
  const { link, quality: told, identity: me } = tablet.page.state.value;
  if (link !== "connected") return "link-lost";
  const { call, mode } = phase;
  // Reading the time makes this line appear without any message from outside.
  const at = now.value && performance.now();
  const seen = { told, call, me, local: media.quality, looks, at };
  const still = mode === "spoken_audio" ? null : standstill(seen);
  if (still === "self-still-camera") return still;
  if (phase.kind === "connecting") return "connecting";
  if (phase.other_lost) return "other-lost";
  if (media.state !== "interrupted") return still;
  return blocked ? "network-blocked" : "media-interrupted";
}

function CallNotice(props: { tablet: TabletPage; phase: InCall; id: string }): JSX.Element {
  const { tablet, phase, id } = props;
  const { icon, off, calm, cover } = noticeLook(id);
  return (
    <div
      class={`notice call-notice ${calm ? "" : "wait"}`}
      role="alert"
      data-testid="call-notice"
      data-about={id}
    >
      <Icon name={icon} off={off} />
      {id === "network-blocked" ? (
        <NetworkWords tablet={tablet} />
      ) : (
        <TwoTongues tablet={tablet} id={id} />
      )}
      {cover && <TwoTongues tablet={tablet} id="still-meanwhile" class="cover-more" />}
      {id === "self-still-camera" && (
        <button
          type="button"
          class="button"
          data-testid="retry"
          onClick={() => tablet.controller.media.restart()}
        >
          <TwoTongues tablet={tablet} id="retry" />
        </button>
      )}
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

function Controls(props: { tablet: TabletPage; phase: InCall; log: TextLog | null }): JSX.Element {
  const { tablet, phase, log } = props;
  const { muted, cameraOff } = tablet.media.value;
  const { media } = tablet.controller;
  return (
    <div class="controls">
      <Switch testId="mute" icon="mic" on={muted} set={(on) => media.setMuted(on)}>
        <TwoTongues tablet={tablet} id="mute" />
      </Switch>
      {phase.mode !== "spoken_audio" && (
        <Switch testId="camera" icon="camera" on={cameraOff} set={(on) => media.setCameraOff(on)}>
          <TwoTongues tablet={tablet} id="camera" />
        </Switch>
      )}
      {phase.kind === "active" && log && <WriteControl tablet={tablet} log={log} />}
      {phase.kind === "active" && <InviteGuest tablet={tablet} phase={phase} />}
      <button
        type="button"
        class="button danger control"
        data-testid="end"
        onClick={() => tablet.controller.leave(phase.call)}
      >
        <Icon name="hangUp" />
        <TwoTongues tablet={tablet} id="end" />
      </button>
    </div>
  );
}
