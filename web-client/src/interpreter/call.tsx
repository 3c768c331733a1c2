/** The call on the console: the visitor as large as the screen, and how well they arrive. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { languageName, siteName } from "../core/names";
import type { Activity, CallRole } from "../core/protocol";
import type { Viewer } from "../core/seats";
import { clockFace, elapsed } from "../core/server-clock";
import { type Looks, standstill } from "../core/standstill";
import type { TextLog } from "../core/text-log";
import { noticeLook } from "../ui/call-notice";
import { CallStage, isSilent, Switch, useTiles } from "../ui/call-view";
import { useCameraWatch } from "../ui/camera-watch";
import { Icon, type IconName } from "../ui/icons";
import { NetworkHelp } from "../ui/network-help";
import { deviceText } from "../ui/problems";
import { now } from "../ui/signals";
import { useTextLog } from "../ui/text-panel";
import type { Console, InterpreterPicture } from "./app";
import { HelpLine } from "./ask-help";
import { ColleagueLine } from "./colleague";
import { CompanyLines } from "./company";
import { Problem } from "./idle";
import { Notices } from "./notices";
import { QualityChips } from "./quality";
import { WriteControl, WritingPanel } from "./text";
import { WorkChip, WorkNotice } from "./work";

type InCall = Extract<Activity, { kind: "connecting" | "active" }>;

/** The call screen. */
export function CallScreen(props: {
  desk: Console;
  activity: InCall;
  view: InterpreterPicture;
}): JSX.Element {
  const { desk, activity, view } = props;
  const t = desk.page.texts.value;
  const { directory, clock } = desk.page.state.value;
  const voice = activity.mode === "spoken_audio";
  const log = useTextLog(desk.media.value.text);
  const active = activity.kind === "active" ? activity : null;
  const { watch, looks } = useCameraWatch(desk.controller.media);
  const id = trouble(desk, activity, looks);
  const notice = id && <CallNotice desk={desk} id={id} />;
  const isCover = id !== null && noticeLook(id).cover;
  const tiles = useTiles(active ? sideOf(active.role) : "lead", active, desk.media.value);
  useEffect(() => {
    // In writing, the text is what the call is about.
    desk.writing.value = activity.mode === "text_relay";
    desk.company.clear();
  }, [desk, activity.call, activity.mode]);
  useEffect(() => {
    // Left open before the call, the reasons for a pause would take the focus after it.
    desk.pausing.value = false;
  }, [desk]);
  return (
    <main
      class="call-page"
      data-testid="call"
      data-call={activity.call}
      data-phase={activity.kind}
      data-mode={activity.mode}
    >
      <h1 class="visually-hidden">{t("status-call")}</h1>
      <Notices desk={desk} />
      <div class="call-body">
        <CallStage
          media={desk.media.value}
          audioOnly={voice}
          tiles={tiles}
          words={{
            remote: t("visitor"),
            self: t("self-view"),
            of: (who) => t(who === "guest" ? "guest" : "colleague"),
            silent: t("silent"),
            enlarge: (name) => t("enlarge", { name }),
          }}
          hear={t("hear")}
          cover={isCover && notice}
          watch={watch}
        >
          {voice && <VoiceCaption desk={desk} />}
          <div class="call-top">
            <span>{languageName(directory, activity.language, t.locale)}</span>
            <span>{siteName(directory, activity.site)}</span>
            {activity.kind === "active" && (
              <span class="numbers" role="timer" data-testid="call-time">
                {clockFace(elapsed(clock, activity.connected_at, now.value))}
              </span>
            )}
            <WorkChip desk={desk} work={view.work} />
            <QualityChips desk={desk} call={activity.call} voice={voice} />
            <span class="not-recorded">
              <Icon name="notRecorded" />
              {t("not-recorded")}
            </span>
          </div>
          {!isCover && notice}
        </CallStage>
        {activity.kind === "active" && desk.writing.value && log && (
          <WritingPanel desk={desk} log={log} />
        )}
      </div>
      <div class="call-lines">
        <WorkNotice desk={desk} view={view} />
        <ColleagueLine desk={desk} activity={activity} />
        {active && <CompanyLines desk={desk} activity={active} silent={isSilent(tiles, "guest")} />}
        <HelpLine desk={desk} view={view} />
        <Problem desk={desk} />
      </div>
      <div class="controls">
        <Controls desk={desk} activity={activity} log={log} />
      </div>
    </main>
  );
}

/** As whom the gateway places this person: the lead, or whoever works beside them. */
function sideOf(role: CallRole): Viewer {
  return role === "lead" ? "lead" : "colleague";
}

function trouble(desk: Console, activity: InCall, looks: Looks): string | null {
  const media = desk.media.value;
  if (media.problem) return deviceText(media.problem);
  const { link, quality: told, identity: me } = desk.page.state.value;
  if (link !== "connected") return "link-lost";
  const { call, mode } = activity;
  // Reading the time makes this line appear without any message from outside.
  const at = now.value && performance.now();
  const seen = { told, call, me, local: media.quality, looks, at };
  const still = mode === "spoken_audio" ? null : standstill(seen);
  if (still === "self-still-camera") return still;
  const blocked = desk.network.value?.verdict === "blocked" && media.state !== "connected";
  if (activity.kind === "connecting") return blocked ? "network-blocked" : "connecting";
  if (activity.other_lost) return "other-lost";
  if (media.state !== "interrupted") return still;
  return blocked ? "network-blocked" : "media-interrupted";
}

function CallNotice({ desk, id }: { desk: Console; id: string }): JSX.Element {
  const t = desk.page.texts.value;
  const { icon, off, calm, cover } = noticeLook(id);
  return (
    <div
      class={`notice call-notice ${calm ? "" : "wait"}`}
      role="alert"
      data-testid="call-notice"
      data-about={id}
    >
      <Icon name={icon} off={off} />
      <div class="network-words">
        <span>{t(id)}</span>
        {id === "network-blocked" && desk.network.value && (
          <NetworkHelp diagnosis={desk.network.value} locale={t.locale} />
        )}
      </div>
      {cover && <span class="cover-more">{t("still-meanwhile")}</span>}
      {id === "self-still-camera" && (
        <button
          type="button"
          class="button"
          data-testid="retry"
          onClick={() => desk.controller.media.restart()}
        >
          {t("retry")}
        </button>
      )}
      {desk.media.value.problem && (
        <button type="button" class="button" onClick={() => desk.controller.retryDevices()}>
          {t("retry")}
        </button>
      )}
    </div>
  );
}

/** Why there is no picture. */
function VoiceCaption({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  return (
    <p class="voice-caption" data-testid="voice-only">
      <strong>{t("voice-only")}</strong> {t("voice-only-text")}
    </p>
  );
}

function Controls(props: { desk: Console; activity: InCall; log: TextLog | null }): JSX.Element {
  const { desk, activity, log } = props;
  const t = desk.page.texts.value;
  const { muted, cameraOff } = desk.media.value;
  const { controller } = desk;
  // With relief there the conversation goes on without its lead, too.
  const ends = activity.role === "lead" && !isRelieved(activity);
  return (
    <>
      <Switch testId="mute" icon="mic" on={muted} set={(on) => controller.media.setMuted(on)}>
        {t("mute")}
        <kbd>M</kbd>
      </Switch>
      {activity.mode !== "spoken_audio" && (
        <Switch
          testId="camera"
          icon="camera"
          on={cameraOff}
          set={(on) => controller.media.setCameraOff(on)}
        >
          {t("camera")}
          <kbd>C</kbd>
        </Switch>
      )}
      {activity.kind === "active" && log && <WriteControl desk={desk} log={log} />}
      <Opener desk={desk} opens="help" testId="ask-help" icon="bell" keys="H">
        {t("help-ask-short")}
      </Opener>
      {activity.kind === "active" && activity.role === "lead" && (
        <Opener desk={desk} opens="transfer" testId="transfer" icon="swap" keys="T">
          {t("transfer")}
        </Opener>
      )}
      {activity.kind === "active" && activity.role === "lead" && (
        <Opener desk={desk} opens="invite" testId="invite" icon="person" keys="R">
          {t("invite")}
        </Opener>
      )}
      <button
        type="button"
        class="button danger control"
        data-testid="end"
        onClick={() => controller.end()}
      >
        <Icon name="hangUp" />
        {t(ends ? "end" : "leave")}
        <kbd>⇧ E</kbd>
      </button>
    </>
  );
}

/** True once hanging up hands the call over instead of ending it. */
function isRelieved(activity: InCall): boolean {
  if (activity.kind !== "active") return false;
  return activity.colleague?.role === "relief" && activity.colleague.state === "there";
}

/** A button that opens a dialog. */
function Opener(props: {
  desk: Console;
  opens: "help" | "transfer" | "invite";
  testId: string;
  icon: IconName;
  keys: string;
  children: ComponentChildren;
}): JSX.Element {
  const { desk, opens } = props;
  return (
    <button
      type="button"
      class="button control"
      data-testid={props.testId}
      onClick={() => {
        desk.dialog.value = opens;
      }}
    >
      <Icon name={props.icon} />
      {props.children}
      <kbd>{props.keys}</kbd>
    </button>
  );
}
