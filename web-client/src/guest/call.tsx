/** The call on a third party's page: the visitor large, the interpreters beside. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import type { DeviceProblem } from "../core/media/devices";
import { languageEntry, siteName } from "../core/names";
import type { ViewOf } from "../core/protocol";
import type { Who } from "../core/seats";
import { clockFace, elapsed } from "../core/server-clock";
import { type Looks, standstill } from "../core/standstill";
import { chooseLocale } from "../core/texts";
import { noticeLook } from "../ui/call-notice";
import { CallStage, Switch, useTiles } from "../ui/call-view";
import { useCameraWatch } from "../ui/camera-watch";
import { Icon } from "../ui/icons";
import { NetworkHelp } from "../ui/network-help";
import { deviceText } from "../ui/problems";
import { now } from "../ui/signals";
import { TextToggle, useTextLog } from "../ui/text-panel";
import type { GuestPage } from "./app";
import { WritingPanel } from "./text";

type View = ViewOf<"guest">;

/** The languages in which networks are described: for whoever runs them, not for everybody. */
const TECHNICAL_LOCALES = ["fr", "en"];

/** The call screen. */
export function CallScreen({ page, view }: { page: GuestPage; view: View }): JSX.Element {
  const t = page.texts.value;
  const log = useTextLog(page.media.value.text);
  const writing = useSignal(view.mode === "text_relay");
  return (
    <main class="call-page" data-testid="call" data-call={view.call} data-mode={view.mode}>
      <h1 class="visually-hidden">{t("page-title")}</h1>
      <div class="call-body">
        <Stage page={page} view={view} />
        {writing.value && log && (
          <WritingPanel page={page} view={view} log={log} writing={writing} />
        )}
      </div>
      <div class="company" role="status">
        {view.observer && (
          <p class="company-line watched" data-testid="observer" data-state={view.observer.state}>
            <Icon name="eye" />
            <span class="company-words">{t(`observer-${view.observer.state}`)}</span>
          </p>
        )}
      </div>
      <Controls page={page} view={view}>
        {log && (
          <TextToggle
            log={log}
            open={writing.value}
            unread={t("text-unread")}
            toggle={() => {
              writing.value = !writing.value;
            }}
          >
            {t("text")}
          </TextToggle>
        )}
      </Controls>
    </main>
  );
}

function Stage({ page, view }: { page: GuestPage; view: View }): JSX.Element {
  const t = page.texts.value;
  const { directory, clock } = page.state.value;
  const media = page.media.value;
  const audioOnly = view.mode === "spoken_audio";
  // Oneself is not among the others.
  const tiles = useTiles("guest", { colleague: view.colleague, guest: null }, media);
  const { watch, looks } = useCameraWatch(page.controller.media);
  const id = trouble(page, view, looks);
  const notice = id && <Notice page={page} view={view} id={id} />;
  const isCover = id !== null && noticeLook(id).cover;
  return (
    <CallStage
      media={media}
      audioOnly={audioOnly}
      tiles={tiles}
      words={{
        remote: t("remote"),
        self: t("self-view"),
        of: (who: Who) => t(who === "lead" ? "lead" : "colleague"),
        silent: t("silent"),
        enlarge: (name) => t("enlarge", { name }),
      }}
      hear={t("hear")}
      cover={isCover && notice}
      watch={watch}
    >
      <div class="call-top">
        <span lang={view.language}>{languageEntry(directory, view.language).name}</span>
        <span>{siteName(directory, view.site)}</span>
        <span class="numbers" role="timer">
          {clockFace(elapsed(clock, view.connected_at, now.value))}
        </span>
        <span class="not-recorded">
          <Icon name="notRecorded" />
          {t("not-recorded")}
        </span>
      </div>
      {audioOnly && <p class="voice-line">{t("audio-only")}</p>}
      {!isCover && notice}
    </CallStage>
  );
}

/** What is wrong with the devices; in writing, nobody misses them. */
function deviceTrouble(page: GuestPage, view: View): DeviceProblem | null {
  if (view.mode === "text_relay") return null;
  return page.media.value.problem ?? page.local.value.without;
}

/** The one thing that is wrong, the worst first. */
function trouble(page: GuestPage, view: View, looks: Looks): string | null {
  const media = page.media.value;
  const problem = deviceTrouble(page, view);
  if (problem) return deviceText(problem);
  const { link, quality: told, identity: me } = page.state.value;
  if (link !== "connected") return "link-lost";
  const blocked = page.network.value?.verdict === "blocked" && media.state !== "connected";
  if (blocked) return "network-blocked";
  if (media.state === "connecting") return "joining";
  if (media.state === "interrupted") return "media-interrupted";
  if (view.mode === "spoken_audio") return null;
  // Reading the time makes this line appear without any message from outside.
  const at = now.value && performance.now();
  return standstill({ told, call: view.call, me, local: media.quality, looks, at });
}

function Notice(props: { page: GuestPage; view: View; id: string }): JSX.Element {
  const { page, view, id } = props;
  const t = page.texts.value;
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
        {id === "network-blocked" && page.network.value && (
          <NetworkHelp
            diagnosis={page.network.value}
            locale={chooseLocale([t.locale], TECHNICAL_LOCALES, "en")}
          />
        )}
      </div>
      {cover && <span class="cover-more">{t("still-meanwhile")}</span>}
      {id === "self-still-camera" && (
        <button
          type="button"
          class="button"
          data-testid="retry"
          onClick={() => page.controller.media.restart()}
        >
          {t("retry")}
        </button>
      )}
      {deviceTrouble(page, view) && (
        <button type="button" class="button" onClick={() => page.controller.retryDevices()}>
          {t("retry")}
        </button>
      )}
    </div>
  );
}

function Controls(props: {
  page: GuestPage;
  view: View;
  children: ComponentChildren;
}): JSX.Element {
  const { page, view } = props;
  const t = page.texts.value;
  const { muted, cameraOff } = page.media.value;
  const { controller } = page;
  return (
    <div class="controls">
      <Switch testId="mute" icon="mic" on={muted} set={(on) => controller.media.setMuted(on)}>
        {t("mute")}
      </Switch>
      {view.mode !== "spoken_audio" && (
        <Switch
          testId="camera"
          icon="camera"
          on={cameraOff}
          set={(on) => controller.media.setCameraOff(on)}
        >
          {t("camera")}
        </Switch>
      )}
      {props.children}
      <button
        type="button"
        class="button danger control"
        data-testid="leave"
        onClick={() => controller.leave()}
      >
        <Icon name="hangUp" />
        {t("leave")}
      </button>
    </div>
  );
}
