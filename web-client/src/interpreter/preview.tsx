/** The test of camera and microphone before going available. Nothing leaves the computer. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { CameraWatch } from "../core/media/camera-watch";
import { Icon } from "../ui/icons";
import { Level } from "../ui/level";
import { NetworkHelp, useNetworkTexts } from "../ui/network-help";
import { deviceText } from "../ui/problems";
import { useCell } from "../ui/text-panel";
import { Video } from "../ui/video";
import type { Console } from "./app";

/** The panel with one's own picture. */
export function DevicePreview({ desk }: { desk: Console }): JSX.Element {
  const t = desk.page.texts.value;
  const { local, problem } = desk.media.value;
  const watch = useMemo(() => new CameraWatch(desk.controller.media), [desk]);
  const black = useCell(watch.otherBlack);
  const shown = problem ?? desk.local.value.blocked;
  return (
    <section class="panel preview-panel">
      <h2>{t("preview-title")}</h2>
      {shown && (
        <p class="notice alarm" role="alert" data-testid="device-problem">
          <Icon name="camera" off />
          <span>{t(deviceText(shown))}</span>
        </p>
      )}
      {local ? (
        <>
          <div class="preview-frame">
            <Video
              class="mirrored"
              stream={local}
              muted
              testId="preview-video"
              label={t("self-view")}
              watch={watch.other}
            />
          </div>
          {black && (
            <p class="notice wait" role="alert" data-testid="preview-black">
              <Icon name="camera" off />
              <span>{t("preview-black")}</span>
            </p>
          )}
          <Level stream={local} label={t("preview-level")} />
          <p class="quiet-text">{t("preview-hands")}</p>
        </>
      ) : (
        <p class="quiet-text">{t("preview-text")}</p>
      )}
      <LastNetwork desk={desk} />
      <button
        type="button"
        class="button"
        data-testid="preview-toggle"
        onClick={() => void desk.controller.preview(local === null)}
      >
        <Icon name="camera" off={local !== null} />
        {t(local ? "preview-close" : "preview-open")}
      </button>
    </section>
  );
}

/** How video went through the network in the last call, and what was in its way. */
function LastNetwork({ desk }: { desk: Console }): JSX.Element | null {
  const diagnosis = desk.network.value;
  const { locale } = desk.page.texts.value;
  const t = useNetworkTexts(locale);
  if (!t || !diagnosis || diagnosis.verdict === "trying") return null;
  return (
    <div class="network-last" data-testid="network-last">
      <h3 class="small-head">{t("network-title")}</h3>
      <p class="quiet-text">{t(`network-last-${diagnosis.way ?? "none"}`)}</p>
      {diagnosis.way !== "udp" && <NetworkHelp diagnosis={diagnosis} locale={locale} />}
    </div>
  );
}
