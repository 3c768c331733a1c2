/** The call on the console: the visitor as large as the screen, and how well they arrive. */
import type { JSX } from "preact";
import { isStalled } from "../core/media/quality";
import { languageName, siteName } from "../core/names";
import type { Activity } from "../core/protocol";
import { clockFace, elapsed } from "../core/server-clock";
import { CallStage, Switch } from "../ui/call-view";
import { Icon } from "../ui/icons";
import { deviceText } from "../ui/problems";
import { now } from "../ui/signals";
import type { Console } from "./app";

type InCall = Extract<Activity, { kind: "connecting" | "active" }>;

/** The call screen. */
export function CallScreen(props: { desk: Console; activity: InCall }): JSX.Element {
  const { desk, activity } = props;
  const t = desk.page.texts.value;
  const { directory, clock } = desk.page.state.value;
  return (
    <main class="call-page" data-testid="call" data-call={activity.call} data-phase={activity.kind}>
      <h1 class="visually-hidden">{t("status-call")}</h1>
      <CallStage
        media={desk.media.value}
        remoteLabel={t("visitor")}
        selfLabel={t("self-view")}
        hear={t("hear")}
      >
        <div class="call-top">
          <span>{languageName(directory, activity.language, t.locale)}</span>
          <span>{siteName(directory, activity.site)}</span>
          {activity.kind === "active" && (
            <span class="numbers" role="timer" data-testid="call-time">
              {clockFace(elapsed(clock, activity.connected_at, now.value))}
            </span>
          )}
          <span class="not-recorded">
            <Icon name="notRecorded" />
            {t("not-recorded")}
          </span>
        </div>
        <CallNotice desk={desk} activity={activity} />
      </CallStage>
      <div class="controls">
        <QualityLine desk={desk} />
        <Controls desk={desk} />
      </div>
    </main>
  );
}

function trouble(desk: Console, activity: InCall): string | null {
  const media = desk.media.value;
  if (media.problem) return deviceText(media.problem);
  if (desk.page.state.value.link !== "connected") return "link-lost";
  if (activity.kind === "connecting") return "connecting";
  if (activity.other_lost) return "other-lost";
  if (media.state === "interrupted") return "media-interrupted";
  // Reading the time makes this line appear without any message from outside.
  return now.value && isStalled(media.quality, performance.now()) ? "no-frames" : null;
}

function CallNotice(props: { desk: Console; activity: InCall }): JSX.Element | null {
  const { desk, activity } = props;
  const t = desk.page.texts.value;
  const id = trouble(desk, activity);
  if (!id) return null;
  return (
    <div
      class={`notice call-notice ${id === "connecting" ? "" : "wait"}`}
      role="alert"
      data-testid="call-notice"
    >
      <Icon name={id === "connecting" ? "phone" : "alert"} />
      <span>{t(id)}</span>
      {desk.media.value.problem && (
        <button type="button" class="button" onClick={() => desk.controller.retryDevices()}>
          {t("retry")}
        </button>
      )}
    </div>
  );
}

function QualityLine({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const { quality } = desk.media.value;
  const round = (value: number, digits: number) =>
    new Intl.NumberFormat(t.locale, { maximumFractionDigits: digits }).format(value);
  return (
    <p class="quality numbers" data-testid="quality" data-fps={quality ? quality.fps : ""}>
      {quality &&
        t("quality", {
          fps: round(quality.fps, 0),
          width: String(quality.width),
          height: String(quality.height),
          loss: round(quality.lossPercent, 1),
        })}{" "}
      {quality?.roundTripMs != null &&
        t("quality-round-trip", { ms: round(quality.roundTripMs, 0) })}
    </p>
  );
}

function Controls({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const { muted, cameraOff } = desk.media.value;
  const { controller } = desk;
  return (
    <>
      <Switch testId="mute" icon="mic" on={muted} set={(on) => controller.media.setMuted(on)}>
        {t("mute")}
        <kbd>M</kbd>
      </Switch>
      <Switch
        testId="camera"
        icon="camera"
        on={cameraOff}
        set={(on) => controller.media.setCameraOff(on)}
      >
        {t("camera")}
        <kbd>C</kbd>
      </Switch>
      <button
        type="button"
        class="button danger control"
        data-testid="end"
        onClick={() => controller.end()}
      >
        <Icon name="hangUp" />
        {t("end")}
        <kbd>⇧ E</kbd>
      </button>
    </>
  );
}
